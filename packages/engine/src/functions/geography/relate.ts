import type { Polygon, Shape, Vertex } from './shape.ts';
import {
  angle,
  distanceToEdge,
  edgesCross,
  midpoint,
  ringArea,
  toVector,
  type Vector,
  windingNumber,
} from './sphere.ts';

/** Distances and spatial relations of shapes with geodesic edges. */

/** Closer than this is the same place: about a micrometre. */
const TOUCHING = 1.5e-13;

type Edge = readonly [Vector, Vector];

interface Prepared {
  readonly points: readonly Vector[];
  readonly lineEdges: readonly Edge[];
  readonly polygons: readonly (readonly (readonly Vector[])[])[];
  readonly ringEdges: readonly Edge[];
}

const edgesOf = (line: readonly Vector[]): readonly Edge[] =>
  line.flatMap((a, i) => {
    const b = line[i + 1];
    return b === undefined ? [] : [[a, b] as const];
  });

function prepare(shape: Shape): Prepared {
  const polygons = shape.polygons.map((polygon: Polygon) => polygon.map((ring) => ring.map(toVector)));
  return {
    points: shape.points.map(toVector),
    lineEdges: shape.lines.flatMap((line) => edgesOf(line.map(toVector))),
    polygons,
    ringEdges: polygons.flatMap((polygon) => polygon.flatMap(edgesOf)),
  };
}

/** -1 outside, 0 on the boundary, 1 inside. */
function locate(p: Vector, polygon: readonly (readonly Vector[])[]): -1 | 0 | 1 {
  if (polygon.some((ring) => edgesOf(ring).some(([a, b]) => distanceToEdge(p, a, b) <= TOUCHING))) return 0;
  const [shell, ...holes] = polygon;
  if (!shell || windingNumber(p, shell) === 0) return -1;
  return holes.some((hole) => windingNumber(p, hole) !== 0) ? -1 : 1;
}

const locateInAny = (p: Vector, shape: Prepared): -1 | 0 | 1 => {
  const found = shape.polygons.map((polygon) => locate(p, polygon));
  return found.includes(1) ? 1 : found.includes(0) ? 0 : -1;
};

const allEdges = (shape: Prepared) => [...shape.lineEdges, ...shape.ringEdges];

function edgeDistance([a, b]: Edge, [c, d]: Edge): number {
  if (edgesCross(a, b, c, d)) return 0;
  return Math.min(distanceToEdge(a, c, d), distanceToEdge(b, c, d), distanceToEdge(c, a, b), distanceToEdge(d, a, b));
}

/** Vertices that tell whether a connected part lies inside a polygon. */
const witnesses = (shape: Prepared): readonly Vector[] => [
  ...shape.points,
  ...shape.lineEdges.map(([a]) => a),
  ...shape.ringEdges.map(([a]) => a),
];

/** Radians; `undefined` if one is empty. */
export function shapeDistance(first: Shape, second: Shape): number | undefined {
  const a = prepare(first);
  const b = prepare(second);
  if (witnesses(a).some((p) => locateInAny(p, b) >= 0) || witnesses(b).some((p) => locateInAny(p, a) >= 0)) return 0;
  let best: number | undefined;
  const offer = (distance: number) => {
    if (best === undefined || distance < best) best = distance;
  };
  for (const p of a.points) {
    for (const q of b.points) offer(angle(p, q));
    for (const [c, d] of allEdges(b)) offer(distanceToEdge(p, c, d));
  }
  for (const edge of allEdges(a)) {
    for (const q of b.points) offer(distanceToEdge(q, edge[0], edge[1]));
    for (const other of allEdges(b)) offer(edgeDistance(edge, other));
  }
  return best;
}

export function shapesIntersect(a: Shape, b: Shape): boolean {
  const distance = shapeDistance(a, b);
  return distance !== undefined && distance <= TOUCHING;
}

/** Edges cut where the other shape's edges meet them, as midpoints of the pieces. */
function samplePoints(edges: readonly Edge[], against: readonly Edge[]): readonly Vector[] {
  const out: Vector[] = [];
  for (const [a, b] of edges) {
    const cuts = against.flatMap(([c, d]) => [c, d]).filter((p) => distanceToEdge(p, a, b) <= TOUCHING);
    const ordered = [a, ...cuts.sort((p, q) => angle(a, p) - angle(a, q)), b];
    for (let i = 0; i + 1 < ordered.length; i++) {
      const from = ordered[i];
      const to = ordered[i + 1];
      if (from && to && angle(from, to) > TOUCHING) out.push(midpoint(from, to));
    }
  }
  return out;
}

/** Whether a point of the shape lies in the inside of the other: of its polygons, or of its lines and points. */
function interiorsMeet(a: Prepared, b: Prepared): boolean {
  const inside = (p: Vector, other: Prepared) =>
    locateInAny(p, other) === 1 ||
    other.points.some((q) => angle(p, q) <= TOUCHING) ||
    (other.polygons.length === 0 && other.lineEdges.some(([c, d]) => distanceToEdge(p, c, d) <= TOUCHING));
  const crossing = allEdges(a).some(([p, q]) => allEdges(b).some(([r, s]) => edgesCross(p, q, r, s)));
  if (crossing) return true;
  const probes = (x: Prepared, y: Prepared) => [
    ...x.points,
    ...samplePoints(allEdges(x), allEdges(y)),
    ...x.polygons.map((polygon) => insidePoint(polygon)),
  ];
  return probes(a, b).some((p) => inside(p, b)) || probes(b, a).some((p) => inside(p, a));
}

/** Some point inside a polygon: the middle of a diagonal that stays inside. */
function insidePoint(polygon: readonly (readonly Vector[])[]): Vector {
  const shell = polygon[0] ?? [];
  for (let i = 0; i < shell.length; i++) {
    for (let j = i + 2; j < shell.length; j++) {
      const a = shell[i];
      const b = shell[j];
      if (!a || !b || angle(a, b) <= TOUCHING) continue;
      const candidate = midpoint(a, b);
      if (locate(candidate, polygon) === 1) return candidate;
    }
  }
  return shell[0] ?? [0, 0, 1];
}

/** They meet, but only at their boundaries. */
export function shapesTouch(a: Shape, b: Shape): boolean {
  if (
    a.points.length > 0 &&
    b.points.length > 0 &&
    a.lines.length + a.polygons.length + b.lines.length + b.polygons.length === 0
  ) {
    return false;
  }
  return shapesIntersect(a, b) && !interiorsMeet(prepare(a), prepare(b));
}

/** No point of the second lies outside the first. */
export function shapeCovers(first: Shape, second: Shape): boolean {
  const a = prepare(first);
  const b = prepare(second);
  if (witnesses(b).length === 0 || witnesses(a).length === 0) return false;
  const covered = (p: Vector) =>
    locateInAny(p, a) >= 0 ||
    a.points.some((q) => angle(p, q) <= TOUCHING) ||
    a.lineEdges.some(([c, d]) => distanceToEdge(p, c, d) <= TOUCHING);
  if (!witnesses(b).every(covered) || !samplePoints(allEdges(b), allEdges(a)).every(covered)) return false;
  const crosses = allEdges(b).some(([p, q]) => a.ringEdges.some(([r, s]) => edgesCross(p, q, r, s)));
  if (crosses) return false;
  // A hole of the first inside the second uncovers it.
  return b.polygons.every(
    (polygon) => !a.polygons.some((p) => p.slice(1).some((hole) => hole.some((v) => locate(v, polygon) === 1))),
  );
}

/** Covers it, and they share a point that is inside the first. */
export const shapeContains = (a: Shape, b: Shape): boolean =>
  shapeCovers(a, b) && interiorsMeet(prepare(a), prepare(b));

export const shapeEquals = (a: Shape, b: Shape): boolean => shapeCovers(a, b) && shapeCovers(b, a);

/** Radians between the vertices that are farthest apart. */
export function largestDistance(a: readonly Vertex[], b: readonly Vertex[]): number | undefined {
  let best: number | undefined;
  for (const p of a) for (const q of b) best = Math.max(best ?? 0, angle(toVector(p), toVector(q)));
  return best;
}

export const lineLength = (line: readonly Vertex[]): number =>
  edgesOf(line.map(toVector)).reduce((sum, [a, b]) => sum + angle(a, b), 0);

/** Steradians; holes are taken off. */
export const polygonArea = (polygon: Polygon): number =>
  polygon.reduce((sum, ring, i) => {
    const area = Math.abs(ringArea(ring.map(toVector)));
    return i === 0 ? sum + area : sum - area;
  }, 0);
