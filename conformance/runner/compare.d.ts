import type { ExpectedCell } from './recording.ts';
export interface WireField {
    readonly name: string;
    readonly type: string;
    readonly mode?: string;
    readonly fields?: readonly WireField[];
}
type WireCell = null | string | readonly {
    readonly v: WireCell;
}[] | {
    readonly f: readonly {
        readonly v: WireCell;
    }[];
};
/** A cell of the REST API in the form that recordings use: numbers as numbers, arrays as lists, structs by field name. */
export declare function cellOf(wire: WireCell, field: WireField): ExpectedCell;
/** What differs, as text; undefined when equal. */
export declare function difference(expected: ExpectedCell, actual: ExpectedCell, tolerance: number, at?: string): string | undefined;
/** Every listed key must be there and equal; `<*>` is anything; keys that are not listed are ignored. */
export declare function partialDifference(expected: unknown, actual: unknown, at?: string): string | undefined;
export {};
