import { invalidQuery } from '@bqml-emulator/common';
import {
  formatGeneral,
  isJsonArray,
  isJsonObject,
  type JsonNode,
  JsonSyntaxError,
  parseJson,
} from '@bqml-emulator/types';
import {
  checkLine,
  checkRing,
  EMPTY_SHAPE,
  isEmptyShape,
  joinShapes,
  lineShape,
  makeVertex,
  pointShape,
  polygonShape,
  type Polygon,
  type Shape,
  shapeName,
  simpleParts,
  type Vertex,
} from './shape.ts';
import { angle, EARTH_RADIUS, midpoint, toVector, toVertex } from './sphere.ts';

/** GeoJSON and well-known binary. */

/** Metres that a planar edge of GeoJSON may be off its geodesic. */
const PLANAR_TOLERANCE = 10;

/** Vertices between two that keep the planar edges near the geodesic one. */
function tessellate(a: Vertex, b: Vertex, depth = 0): readonly Vertex[] {
  const middle = midpoint(toVector(a), toVector(b));
  const planar = { longitude: (a.longitude + b.longitude) / 2, latitude: (a.latitude + b.latitude) / 2 };
  if (depth > 12 || angle(middle, toVector(planar)) * EARTH_RADIUS <= PLANAR_TOLERANCE) return [];
  const vertex = toVertex(middle);
  return [...tessellate(a, vertex, depth + 1), vertex, ...tessellate(vertex, b, depth + 1)];
}

const planarLine = (line: readonly Vertex[]): readonly Vertex[] =>
  line.flatMap((vertex, i) => {
    const next = line[i + 1];
    return next === undefined ? [vertex] : [vertex, ...tessellate(vertex, next)];
  });

const number = (value: number) => formatGeneral(value === 0 ? 0 : value, 15);
const position = ({ longitude, latitude }: Vertex) => `[${number(longitude)}, ${number(latitude)}]`;
const list = (items: readonly string[]) => `[ ${items.join(', ')}${items.length > 0 ? ' ' : ''}]`;
const lineJson = (line: readonly Vertex[]) => list(planarLine(line).map(position));
const polygonJson = (polygon: Polygon) => list(polygon.map(lineJson));

function geometryJson(shape: Shape): string {
  const name = shapeName(shape);
  if (name === 'GeometryCollection') {
    return `{ "type": "GeometryCollection", "geometries": ${list(simpleParts(shape).map(geometryJson))} }`;
  }
  const items = [...shape.points.map(position), ...shape.lines.map(lineJson), ...shape.polygons.map(polygonJson)];
  const coordinates = name.startsWith('Multi') ? list(items) : (items[0] ?? '[ ]');
  return `{ "type": "${name}", "coordinates": ${coordinates} }`;
}

export const formatGeoJson = (shape: Shape): string => `${geometryJson(shape)} `;

const invalidGeoJson = (why: string) => invalidQuery(`ST_GeogFromGeoJSON failed: ${why}`);

function vertexOf(node: JsonNode): Vertex {
  if (!isJsonArray(node) || node.length < 2) throw invalidGeoJson('a position needs two numbers');
  return makeVertex(Number(node[0]), Number(node[1]));
}

const nodes = (node: JsonNode | undefined): readonly JsonNode[] => {
  if (node === undefined || !isJsonArray(node)) throw invalidGeoJson('coordinates must be an array');
  return node;
};

const polygonOf = (node: JsonNode): Polygon => nodes(node).map((ring) => checkRing(nodes(ring).map(vertexOf)));
const lineOf = (node: JsonNode) => checkLine(nodes(node).map(vertexOf));

function shapeOf(node: JsonNode): Shape {
  if (!isJsonObject(node)) throw invalidGeoJson('a geometry must be an object');
  const coordinates = node['coordinates'];
  switch (node['type']) {
    case 'Point':
      return nodes(coordinates).length === 0 ? EMPTY_SHAPE : pointShape(vertexOf(coordinates ?? null));
    case 'MultiPoint':
      return { ...EMPTY_SHAPE, points: nodes(coordinates).map(vertexOf) };
    case 'LineString':
      return lineShape(lineOf(coordinates ?? null));
    case 'MultiLineString':
      return { ...EMPTY_SHAPE, lines: nodes(coordinates).map(lineOf) };
    case 'Polygon':
      return polygonShape(polygonOf(coordinates ?? null));
    case 'MultiPolygon':
      return { ...EMPTY_SHAPE, polygons: nodes(coordinates).map(polygonOf) };
    case 'GeometryCollection':
      return joinShapes(nodes(node['geometries']).map(shapeOf));
    default:
      throw invalidGeoJson('unknown geometry type');
  }
}

export function parseGeoJson(text: string): Shape {
  try {
    return shapeOf(parseJson(text, { roundNumbers: true }).json);
  } catch (error) {
    if (error instanceof JsonSyntaxError) throw invalidGeoJson(error.message);
    throw error;
  }
}

/** Little endian. Coordinates pass through the unit sphere, as BigQuery's do. */
export function formatWkb(shape: Shape): Uint8Array {
  const out: Uint8Array[] = [];
  const header = (type: number) => {
    const bytes = new Uint8Array(5);
    bytes[0] = 1;
    new DataView(bytes.buffer).setUint32(1, type, true);
    out.push(bytes);
  };
  const count = (value: number) => {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, value, true);
    out.push(bytes);
  };
  const vertex = (v: Vertex) => {
    const { longitude, latitude } = toVertex(toVector(v));
    const bytes = new Uint8Array(16);
    const view = new DataView(bytes.buffer);
    view.setFloat64(0, longitude, true);
    view.setFloat64(8, latitude, true);
    out.push(bytes);
  };
  const line = (vertices: readonly Vertex[]) => {
    count(vertices.length);
    vertices.forEach(vertex);
  };
  const write = (part: Shape): void => {
    const name = shapeName(part);
    const parts = simpleParts(part);
    if (name === 'Point') {
      header(1);
      part.points.forEach(vertex);
    } else if (name === 'LineString') {
      header(2);
      part.lines.forEach(line);
    } else if (name === 'Polygon') {
      header(3);
      for (const polygon of part.polygons) {
        count(polygon.length);
        polygon.forEach(line);
      }
    } else {
      header({ MultiPoint: 4, MultiLineString: 5, MultiPolygon: 6, GeometryCollection: 7 }[name]);
      count(isEmptyShape(part) ? 0 : parts.length);
      parts.forEach(write);
    }
  };
  write(shape);
  return new Uint8Array(Buffer.concat(out));
}

export function parseWkb(bytes: Uint8Array): Shape {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const take = (size: number) => {
    if (at + size > bytes.length) throw invalidQuery('ST_GeogFromWKB failed: unexpected end of input');
    at += size;
    return at - size;
  };
  const read = (): Shape => {
    const little = view.getUint8(take(1)) === 1;
    const count = () => view.getUint32(take(4), little);
    const type = count() % 1000;
    const vertex = () => {
      const start = take(16);
      return makeVertex(view.getFloat64(start, little), view.getFloat64(start + 8, little));
    };
    const line = () => Array.from({ length: count() }, vertex);
    if (type === 1) return pointShape(vertex());
    if (type === 2) return lineShape(checkLine(line()));
    if (type === 3) return polygonShape(Array.from({ length: count() }, () => checkRing(line())));
    if (type >= 4 && type <= 7) return joinShapes(Array.from({ length: count() }, read));
    throw invalidQuery(`ST_GeogFromWKB failed: unknown geometry type ${type}`);
  };
  return read();
}
