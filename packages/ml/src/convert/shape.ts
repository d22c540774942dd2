import { malformed } from './conversion-error.ts';

/** A size: known, unknown with a name (equal names are equal sizes), or unknown. */
export type Dimension = number | string | null;
export type Shape = readonly Dimension[];

/** The number of rows of a prediction. */
export const BATCH = 'N';

export const isKnown = (dimension: Dimension | undefined): dimension is number => typeof dimension === 'number';
export const isStatic = (shape: Shape | undefined): shape is readonly number[] =>
  shape !== undefined && shape.every(isKnown);

export const product = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);

export const permute = <T>(values: readonly T[], permutation: readonly number[]): T[] =>
  permutation.map((axis) => {
    const value = values[axis];
    if (value === undefined) throw malformed(`axis ${axis} is out of range`);
    return value;
  });

/** `axis` counted from the front. */
export function normalizeAxis(axis: number, rank: number): number {
  const normalized = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(axis) || normalized < 0 || normalized >= rank) {
    throw malformed(`axis ${axis} is out of range for ${rank} dimensions`);
  }
  return normalized;
}

export const normalizeAxes = (axes: readonly number[], rank: number): number[] =>
  axes.map((axis) => normalizeAxis(axis, rank));

/** Shape of an elementwise result. Undefined when a rank is unknown. */
export function broadcastShapes(a: Shape | undefined, b: Shape | undefined): Shape | undefined {
  if (a === undefined || b === undefined) return undefined;
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) =>
    broadcastDimension(
      a[i - (rank - a.length)] ?? (i < rank - a.length ? 1 : null),
      b[i - (rank - b.length)] ?? (i < rank - b.length ? 1 : null),
    ),
  );
}

function broadcastDimension(a: Dimension, b: Dimension): Dimension {
  if (a === 1) return b;
  if (b === 1) return a;
  if (isKnown(a) && isKnown(b) && a !== b) throw malformed(`sizes ${a} and ${b} do not go together`);
  if (isKnown(a)) return a;
  if (isKnown(b)) return b;
  return a === b ? a : null;
}

/** What two shapes of one value have in common. */
export function commonShape(a: Shape | undefined, b: Shape | undefined): Shape | undefined {
  if (a === undefined || b === undefined || a.length !== b.length) return undefined;
  return a.map((dimension, i) => (dimension === b[i] ? dimension : null));
}

/** Sum of two sizes. */
export const addDimensions = (a: Dimension, b: Dimension): Dimension => {
  if (isKnown(a) && isKnown(b)) return a + b;
  if (a === 0) return b;
  return b === 0 ? a : null;
};

/** Order of the axes that puts the channels, which are last, second. */
export const toChannelsFirst = (rank: number): number[] => [
  0,
  rank - 1,
  ...Array.from({ length: rank - 2 }, (_, i) => i + 1),
];
/** The reverse of toChannelsFirst. */
export const toChannelsLast = (rank: number): number[] => [0, ...Array.from({ length: rank - 2 }, (_, i) => i + 2), 1];
/** The place of a channels-last axis in channels-first order. */
export const channelsFirstAxis = (axis: number, rank: number): number =>
  axis === 0 ? 0 : axis === rank - 1 ? 1 : axis + 1;
