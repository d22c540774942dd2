import { invalidQuery } from '@bqml-emulator/common';
import { formatGeneral } from '@bqml-emulator/types';

/** Degrees. */
export interface Vertex {
  readonly longitude: number;
  readonly latitude: number;
}

/** A polygon is its shell and then its holes; rings repeat their first vertex at the end. */
type Ring = readonly Vertex[];
export type Polygon = readonly Ring[];

/** A geography as its simple parts; all lists empty is the empty geography. */
export interface Shape {
  readonly points: readonly Vertex[];
  readonly lines: readonly (readonly Vertex[])[];
  readonly polygons: readonly Polygon[];
}

export const EMPTY_SHAPE: Shape = { points: [], lines: [], polygons: [] };
export const pointShape = (vertex: Vertex): Shape => ({ ...EMPTY_SHAPE, points: [vertex] });
export const lineShape = (line: readonly Vertex[]): Shape => ({ ...EMPTY_SHAPE, lines: [line] });
export const polygonShape = (polygon: Polygon): Shape => ({ ...EMPTY_SHAPE, polygons: [polygon] });

export const joinShapes = (shapes: readonly Shape[]): Shape => ({
  points: shapes.flatMap((s) => s.points),
  lines: shapes.flatMap((s) => s.lines),
  polygons: shapes.flatMap((s) => s.polygons),
});

export const isEmptyShape = ({ points, lines, polygons }: Shape) =>
  points.length + lines.length + polygons.length === 0;

export const sameVertex = (a: Vertex, b: Vertex) => a.longitude === b.longitude && a.latitude === b.latitude;

/** All vertices; the last one of a ring is its first and is not counted again. */
export const verticesOf = (shape: Shape): readonly Vertex[] => [
  ...shape.points,
  ...shape.lines.flat(),
  ...shape.polygons.flatMap((polygon) => polygon.flatMap((ring) => ring.slice(0, -1))),
];

export function makeVertex(longitude: number, latitude: number): Vertex {
  if (!(Math.abs(latitude) <= 90)) {
    throw invalidQuery(`Latitude must be between -90 and 90 degrees. Got ${formatGeneral(latitude, 6)}`);
  }
  if (!Number.isFinite(longitude)) throw invalidQuery('Longitude must be finite');
  const wrapped = ((((longitude + 180) % 360) + 360) % 360) - 180;
  return { longitude: Math.abs(longitude) <= 180 ? longitude : wrapped, latitude };
}

const NAMES = ['Point', 'LineString', 'Polygon'] as const;
type SimpleName = (typeof NAMES)[number];
type ShapeName = SimpleName | `Multi${SimpleName}` | 'GeometryCollection';

export function shapeName(shape: Shape): ShapeName {
  const counts = [shape.points.length, shape.lines.length, shape.polygons.length];
  const kinds = counts.flatMap((count, i) => (count > 0 ? [i] : []));
  const [kind] = kinds;
  const name = kind === undefined ? undefined : NAMES[kind];
  if (kinds.length !== 1 || kind === undefined || name === undefined) return 'GeometryCollection';
  return counts[kind] === 1 ? name : `Multi${name}`;
}

const number = (value: number) => formatGeneral(value === 0 ? 0 : value, 15);
const vertexText = ({ longitude, latitude }: Vertex) => `${number(longitude)} ${number(latitude)}`;
const lineText = (line: readonly Vertex[]) => `(${line.map(vertexText).join(', ')})`;
const polygonText = (polygon: Polygon) => `(${polygon.map(lineText).join(', ')})`;

/** Well-known text, 15 digits. */
export function formatWkt(shape: Shape): string {
  const name = shapeName(shape);
  const { points, lines, polygons } = shape;
  switch (name) {
    case 'Point':
      return `POINT${points.map((p) => `(${vertexText(p)})`).join('')}`;
    case 'MultiPoint':
      return `MULTIPOINT(${points.map(vertexText).join(', ')})`;
    case 'LineString':
      return `LINESTRING${lines.map(lineText).join('')}`;
    case 'MultiLineString':
      return `MULTILINESTRING(${lines.map(lineText).join(', ')})`;
    case 'Polygon':
      return `POLYGON${polygons.map(polygonText).join('')}`;
    case 'MultiPolygon':
      return `MULTIPOLYGON(${polygons.map(polygonText).join(', ')})`;
    case 'GeometryCollection':
      return isEmptyShape(shape)
        ? 'GEOMETRYCOLLECTION EMPTY'
        : `GEOMETRYCOLLECTION(${simpleParts(shape).map(formatWkt).join(', ')})`;
  }
}

/** Each point, line and polygon on its own. */
export const simpleParts = ({ points, lines, polygons }: Shape): readonly Shape[] => [
  ...points.map(pointShape),
  ...lines.map(lineShape),
  ...polygons.map(polygonShape),
];

class WktReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): Shape {
    const shape = this.#geometry();
    if (this.#token(/$/y) === undefined) throw this.#error();
    return shape;
  }

  #error(): Error {
    return invalidQuery(`ST_GeogFromText failed: Invalid WKT: ${this.#text}`);
  }

  #token(pattern: RegExp): string | undefined {
    const blank = /\s*/y;
    blank.lastIndex = this.#at;
    blank.test(this.#text);
    pattern.lastIndex = blank.lastIndex;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at = blank.lastIndex + found.length;
    return found;
  }

  #expect(text: ')' | '('): void {
    if (this.#token(text === '(' ? /\(/y : /\)/y) === undefined) throw this.#error();
  }

  #list<T>(item: () => T): T[] {
    this.#expect('(');
    const items = [item()];
    while (this.#token(/,/y) !== undefined) items.push(item());
    this.#expect(')');
    return items;
  }

  #number(): number {
    const text = this.#token(/[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?/y);
    if (text === undefined) throw this.#error();
    return Number(text);
  }

  readonly #vertex = (): Vertex => makeVertex(this.#number(), this.#number());
  readonly #line = (): readonly Vertex[] => this.#list(this.#vertex);
  readonly #polygon = (): Polygon => this.#list(this.#line).map((ring) => checkRing(ring));

  #geometry(): Shape {
    const name = this.#token(/[A-Za-z]+/y)?.toUpperCase();
    if (this.#token(/EMPTY\b/iy) !== undefined) return EMPTY_SHAPE;
    switch (name) {
      case 'POINT':
        return { ...EMPTY_SHAPE, points: this.#list(this.#vertex) };
      case 'MULTIPOINT':
        return {
          ...EMPTY_SHAPE,
          points: this.#list(() =>
            this.#text.slice(this.#at).trimStart().startsWith('(') ? this.#list(this.#vertex) : [this.#vertex()],
          ).flat(),
        };
      case 'LINESTRING':
        return lineShape(checkLine(this.#line()));
      case 'MULTILINESTRING':
        return { ...EMPTY_SHAPE, lines: this.#list(this.#line).map(checkLine) };
      case 'POLYGON':
        return polygonShape(this.#polygon());
      case 'MULTIPOLYGON':
        return { ...EMPTY_SHAPE, polygons: this.#list(this.#polygon) };
      case 'GEOMETRYCOLLECTION':
        return joinShapes(this.#list(() => this.#geometry()));
      default:
        throw this.#error();
    }
  }
}

export function checkLine(line: readonly Vertex[]): readonly Vertex[] {
  if (line.length < 2) throw invalidQuery('Invalid linestring: it needs at least two points');
  return line;
}

export function checkRing(ring: readonly Vertex[]): Ring {
  const [first] = ring;
  const last = ring.at(-1);
  if (!first || !last || ring.length < 4)
    throw invalidQuery('Invalid polygon loop: it needs at least three different points');
  if (!sameVertex(first, last)) throw invalidQuery('Invalid polygon loop: first and last point must be the same');
  return ring;
}

export const parseWkt = (text: string): Shape => new WktReader(text).read();
