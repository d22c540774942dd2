/**
 * A file of recorded answers: `recordings/*.json`. README.md beside this folder describes it for people who record.
 */
export interface Recording {
    /** Where the answers come from: who ran what, when, and what is derived instead of recorded. */
    readonly provenance: string;
    /** Named texts that cases insert with `${NAME}`: base64 images and the like. */
    readonly constants?: Readonly<Record<string, string>>;
    readonly cases: readonly RecordedCase[];
}
export type RecordedCase = QueryCase | RequestCase;
interface CaseBase {
    readonly id: string;
    /** Statements that run first, one after the other; `${DATASET}` is a fresh dataset of the case. */
    readonly setup?: readonly string[];
    readonly provenance?: string;
}
/** A query through jobs.query. */
export interface QueryCase extends CaseBase {
    readonly sql: string;
    /** Query parameters in REST form. */
    readonly queryParameters?: readonly unknown[];
    readonly expected: ExpectedRows | ExpectedError;
}
/** Any other HTTP exchange. In `body`, `<*>` matches anything; keys that are not listed are ignored. */
export interface RequestCase extends CaseBase {
    readonly request: {
        readonly method: string;
        readonly path: string;
        readonly body?: unknown;
    };
    readonly expected: {
        readonly status: number;
        readonly body: unknown;
    };
}
export interface ExpectedRows {
    /** As the REST API names types: `[{ "name": "n", "type": "INTEGER", "mode": "NULLABLE" }]`. Left out: not compared. */
    readonly schema?: readonly unknown[];
    /** A cell is null, text, number, boolean, a list for an ARRAY, an object by field name for a STRUCT. */
    readonly rows: readonly (readonly ExpectedCell[])[];
    /** Rows may come in any order unless this is true. */
    readonly ordered?: boolean;
    /** Largest absolute difference of numbers; 0 when left out: the same double. */
    readonly tolerance?: number;
}
export type ExpectedCell = null | string | number | boolean | readonly ExpectedCell[] | {
    readonly [field: string]: ExpectedCell;
};
export interface ExpectedError {
    readonly error: {
        readonly status: number;
        readonly reason: string;
        readonly message: string;
    };
}
export {};
