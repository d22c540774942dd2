import type { Vertex } from './shape.ts';

/** Geometry of unit vectors. Lengths in radians, areas in steradians. */

/** Metres; the sphere that BigQuery uses. https://cloud.google.com/bigquery/docs/geospatial-data#coordinate_systems_and_edges */
export const EARTH_RADIUS = 6371010;

export type Vector = readonly [number, number, number];

const RADIANS = Math.PI / 180;
const DEGREES = 180 / Math.PI;

export function toVector({ longitude, latitude }: Vertex): Vector {
  const phi = latitude * RADIANS;
  const theta = longitude * RADIANS;
  const radius = Math.cos(phi);
  return [radius * Math.cos(theta), radius * Math.sin(theta), Math.sin(phi)];
}

export function toVertex([x, y, z]: Vector): Vertex {
  return { longitude: Math.atan2(y, x) * DEGREES, latitude: Math.atan2(z, Math.sqrt(x * x + y * y)) * DEGREES };
}

export const dot = (a: Vector, b: Vector) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
export const cross = (a: Vector, b: Vector): Vector => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
export const norm = (a: Vector) => Math.sqrt(dot(a, a));
const scaleVector = (a: Vector, by: number): Vector => [a[0] * by, a[1] * by, a[2] * by];
const addVectors = (a: Vector, b: Vector): Vector => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
export const normalize = (a: Vector): Vector => scaleVector(a, 1 / (norm(a) || 1));

export const angle = (a: Vector, b: Vector) => Math.atan2(norm(cross(a, b)), dot(a, b));

export const midpoint = (a: Vector, b: Vector) => normalize(addVectors(a, b));

/** Distance of a point from the geodesic edge between two others. */
export function distanceToEdge(p: Vector, a: Vector, b: Vector): number {
  const normal = cross(a, b);
  const length = norm(normal);
  if (length > 0) {
    // The nearest point of the great circle lies on the edge if p is between the planes through its ends.
    const inside = dot(cross(normal, a), p) >= 0 && dot(cross(b, normal), p) >= 0;
    if (inside) return Math.abs(Math.asin(Math.max(-1, Math.min(1, dot(p, normal) / length))));
  }
  return Math.min(angle(p, a), angle(p, b));
}

/** Whether two edges cross in a point inside both. */
export function edgesCross(a: Vector, b: Vector, c: Vector, d: Vector): boolean {
  const ab = cross(a, b);
  const cd = cross(c, d);
  const acb = -dot(ab, c);
  const bda = dot(ab, d);
  const cbd = -dot(cd, b);
  const dac = dot(cd, a);
  const eps = 1e-18;
  return (acb > eps && bda > eps && cbd > eps && dac > eps) || (acb < -eps && bda < -eps && cbd < -eps && dac < -eps);
}

/** Signed area of a triangle, counterclockwise positive. */
function triangleArea(a: Vector, b: Vector, c: Vector): number {
  return 2 * Math.atan2(dot(a, cross(b, c)), 1 + dot(a, b) + dot(b, c) + dot(c, a));
}

/** Signed area of a ring (last vertex repeats the first). */
export function ringArea(ring: readonly Vector[]): number {
  const [origin] = ring;
  if (!origin) return 0;
  let sum = 0;
  for (let i = 1; i + 1 < ring.length; i++) {
    const a = ring[i];
    const b = ring[i + 1];
    if (a && b) sum += triangleArea(origin, a, b);
  }
  return sum;
}

/** Turns of a ring around a point that is not on it: 0 outside, 1 or -1 inside. */
export function windingNumber(p: Vector, ring: readonly Vector[]): number {
  let turned = 0;
  for (let i = 0; i + 1 < ring.length; i++) {
    const a = ring[i];
    const b = ring[i + 1];
    if (!a || !b) continue;
    // Directions from p in its tangent plane.
    const u = addVectors(a, scaleVector(p, -dot(a, p)));
    const v = addVectors(b, scaleVector(p, -dot(b, p)));
    turned += Math.atan2(dot(p, cross(u, v)), dot(u, v));
  }
  return Math.round(turned / (2 * Math.PI));
}
