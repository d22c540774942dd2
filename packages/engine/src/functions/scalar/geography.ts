import type { ScalarFunction } from '@bqml-emulator/catalog';
import { invalidQuery, notImplemented } from '@bqml-emulator/common';
import { arrayOf, asString, BOOL, BYTES, FLOAT64, GEOGRAPHY, INT64, STRING, type Value } from '@bqml-emulator/types';
import { array, bytes, float, int, text } from '../arguments.ts';
import { aliases, doc, optional, scalar, signature } from '../definition.ts';
import { formatGeoJson, formatWkb, parseGeoJson, parseWkb } from '../geography/interchange.ts';
import {
  largestDistance,
  lineLength,
  polygonArea,
  shapeContains,
  shapeCovers,
  shapeDistance,
  shapeEquals,
  shapesIntersect,
  shapesTouch,
} from '../geography/relate.ts';
import {
  checkRing,
  EMPTY_SHAPE,
  formatWkt,
  isEmptyShape,
  joinShapes,
  lineShape,
  makeVertex,
  parseWkt,
  pointShape,
  polygonShape,
  sameVertex,
  type Shape,
  shapeName,
  simpleParts,
  type Vertex,
  verticesOf,
} from '../geography/shape.ts';
import { EARTH_RADIUS } from '../geography/sphere.ts';

const page = (anchor: string) => doc('geography_functions', anchor);

/** A GEOGRAPHY value is well-known text. */
const shape = (args: readonly Value[], index: number): Shape => parseWkt(text(args, index));
const shapesOf = (args: readonly Value[], index: number): readonly Shape[] =>
  array(args, index).flatMap((value) => (value === null ? [] : [parseWkt(asString(value))]));

const metres = (radians: number | undefined): number | null => (radians === undefined ? null : radians * EARTH_RADIUS);

const measure = (name: string, evaluate: (shape: Shape) => Value, result = FLOAT64): ScalarFunction =>
  scalar(name, page(name.toLowerCase()), [signature([GEOGRAPHY], result, (args) => evaluate(shape(args, 0)))]);

const predicate = (name: string, evaluate: (a: Shape, b: Shape) => boolean): ScalarFunction =>
  scalar(name, page(name.toLowerCase()), [
    signature([GEOGRAPHY, GEOGRAPHY], BOOL, (args) => evaluate(shape(args, 0), shape(args, 1))),
  ]);

function singlePoint(value: Shape, name: string): Vertex | null {
  if (isEmptyShape(value)) return null;
  const [point] = value.points;
  if (shapeName(value) !== 'Point' || !point) throw invalidQuery(`${name} failed: input is not a point`);
  return point;
}

function singleLine(value: Shape, name: string): readonly Vertex[] {
  const [line] = value.lines;
  if (shapeName(value) !== 'LineString' || !line) throw invalidQuery(`${name} failed: input is not a linestring`);
  return line;
}

const dimension = ({ points, lines, polygons }: Shape) =>
  polygons.length > 0 ? 2n : lines.length > 0 ? 1n : points.length > 0 ? 0n : -1n;

const isClosed = (line: readonly Vertex[]) => {
  const [first] = line;
  const last = line.at(-1);
  return first !== undefined && last !== undefined && sameVertex(first, last);
};

function makeLine(shapes: readonly Shape[]): Value {
  const vertices = shapes.flatMap((part) => [...part.points, ...part.lines.flat()]);
  const distinct = vertices.filter((vertex, i) => {
    const previous = vertices[i - 1];
    return previous === undefined || !sameVertex(previous, vertex);
  });
  return distinct.length < 2 ? null : formatWkt(lineShape(distinct));
}

function makePolygon(lines: readonly Shape[], name: string): string {
  return formatWkt(
    polygonShape(
      lines.map((part) => {
        const line = singleLine(part, name);
        return checkRing(isClosed(line) ? line : [...line, ...line.slice(0, 1)]);
      }),
    ),
  );
}

/** Duplicate points fall together; lines and polygons stay side by side. */
function unite(shapes: readonly Shape[]): string {
  const all = joinShapes(shapes);
  const seen = new Set<string>();
  const areas = { ...EMPTY_SHAPE, lines: all.lines, polygons: all.polygons };
  const points = all.points.filter((point) => {
    const key = `${point.longitude} ${point.latitude}`;
    if (seen.has(key) || shapesIntersect(areas, pointShape(point))) return false;
    seen.add(key);
    return true;
  });
  return formatWkt({ ...all, points });
}

const onGrid = (value: number, size: number) => Number((Math.round(value / size) * size).toPrecision(15));

const mapVertices = (value: Shape, map: (vertex: Vertex) => Vertex): Shape => ({
  points: value.points.map(map),
  lines: value.lines.map((line) => line.map(map)),
  polygons: value.polygons.map((polygon) => polygon.map((ring) => ring.map(map))),
});

function boundingBox(value: Shape): readonly [west: number, south: number, east: number, north: number] | undefined {
  const vertices = verticesOf(value);
  if (vertices.length === 0) return undefined;
  const longitudes = vertices.map((v) => v.longitude);
  const latitudes = vertices.map((v) => v.latitude);
  return [Math.min(...longitudes), Math.min(...latitudes), Math.max(...longitudes), Math.max(...latitudes)];
}

function intersectsBox(value: Shape, west: number, south: number, east: number, north: number): boolean {
  const box = [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ].map(([longitude = 0, latitude = 0]) => makeVertex(longitude, latitude));
  const within = verticesOf(value).some(
    (v) => v.longitude >= west && v.longitude <= east && v.latitude >= south && v.latitude <= north,
  );
  return within || shapesIntersect(value, polygonShape([box]));
}

const wktInput = signature(
  [STRING, optional(BOOL, 'oriented'), optional(BOOL, 'planar'), optional(BOOL, 'make_valid')],
  GEOGRAPHY,
  (args) => formatWkt(parseWkt(text(args, 0))),
);
const wkbInput = [
  signature([BYTES], GEOGRAPHY, (args) => formatWkt(parseWkb(bytes(args, 0)))),
  signature([STRING], GEOGRAPHY, (args) => formatWkt(parseWkb(new Uint8Array(Buffer.from(text(args, 0), 'hex'))))),
];

const polygonOriented = signature([arrayOf(GEOGRAPHY)], GEOGRAPHY, (args) =>
  makePolygon(shapesOf(args, 0), 'ST_MakePolygonOriented'),
);

export const geographyFunctions: readonly ScalarFunction[] = [
  scalar('ST_GEOGPOINT', page('st_geogpoint'), [
    signature([FLOAT64, FLOAT64], GEOGRAPHY, (args) =>
      formatWkt(pointShape(makeVertex(float(args, 0), float(args, 1)))),
    ),
  ]),
  scalar('ST_GEOGFROMTEXT', page('st_geogfromtext'), [wktInput]),
  scalar('ST_GEOGFROMGEOJSON', page('st_geogfromgeojson'), [
    signature([STRING, optional(BOOL, 'make_valid')], GEOGRAPHY, (args) => formatWkt(parseGeoJson(text(args, 0)))),
  ]),
  scalar('ST_GEOGFROMWKB', page('st_geogfromwkb'), wkbInput),
  scalar('ST_ASTEXT', page('st_astext'), [signature([GEOGRAPHY], STRING, (args) => text(args, 0))]),
  measure('ST_ASGEOJSON', formatGeoJson, STRING),
  measure('ST_ASBINARY', formatWkb, BYTES),
  measure('ST_GEOMETRYTYPE', (value) => `ST_${shapeName(value)}`, STRING),
  measure('ST_DIMENSION', dimension, INT64),
  ...aliases(['ST_NPOINTS', 'ST_NUMPOINTS'], page('st_npoints'), [
    signature([GEOGRAPHY], INT64, (args) => BigInt(verticesOf(shape(args, 0)).length)),
  ]),
  measure('ST_NUMGEOMETRIES', (value) => BigInt(simpleParts(value).length), INT64),
  measure('ST_ISEMPTY', isEmptyShape, BOOL),
  measure('ST_ISCOLLECTION', (value) => simpleParts(value).length > 1, BOOL),
  measure('ST_ISRING', (value) => shapeName(value) === 'LineString' && value.lines.every(isClosed), BOOL),
  measure('ST_ISCLOSED', (value) => !isEmptyShape(value) && value.lines.every(isClosed), BOOL),
  measure('ST_X', (value) => singlePoint(value, 'ST_X')?.longitude ?? null),
  measure('ST_Y', (value) => singlePoint(value, 'ST_Y')?.latitude ?? null),
  measure('ST_LENGTH', (value) => metres(value.lines.reduce((sum, line) => sum + lineLength(line), 0))),
  measure('ST_PERIMETER', (value) => metres(value.polygons.flat().reduce((sum, ring) => sum + lineLength(ring), 0))),
  measure(
    'ST_AREA',
    (value) => value.polygons.reduce((sum, polygon) => sum + polygonArea(polygon), 0) * EARTH_RADIUS ** 2,
  ),
  scalar('ST_STARTPOINT', page('st_startpoint'), [
    signature([GEOGRAPHY], GEOGRAPHY, (args) => {
      const [first] = singleLine(shape(args, 0), 'ST_StartPoint');
      return first ? formatWkt(pointShape(first)) : null;
    }),
  ]),
  scalar('ST_ENDPOINT', page('st_endpoint'), [
    signature([GEOGRAPHY], GEOGRAPHY, (args) => {
      const last = singleLine(shape(args, 0), 'ST_EndPoint').at(-1);
      return last ? formatWkt(pointShape(last)) : null;
    }),
  ]),
  scalar('ST_POINTN', page('st_pointn'), [
    signature([GEOGRAPHY, INT64], GEOGRAPHY, (args) => {
      const index = Number(int(args, 1));
      const vertex =
        index === 0 ? undefined : singleLine(shape(args, 0), 'ST_PointN').at(index > 0 ? index - 1 : index);
      return vertex ? formatWkt(pointShape(vertex)) : null;
    }),
  ]),
  scalar('ST_DUMP', page('st_dump'), [
    signature([GEOGRAPHY, optional(INT64)], arrayOf(GEOGRAPHY), (args) => {
      const wanted = args.length > 1 ? int(args, 1) : -1n;
      return simpleParts(shape(args, 0))
        .filter((part) => wanted < 0n || dimension(part) === wanted)
        .map(formatWkt);
    }),
  ]),
  scalar('ST_DUMPPOINTS', page('st_dumppoints'), [
    signature([GEOGRAPHY], arrayOf(GEOGRAPHY), (args) =>
      verticesOf(shape(args, 0)).map((vertex) => formatWkt(pointShape(vertex))),
    ),
  ]),
  scalar('ST_MAKELINE', page('st_makeline'), [
    signature([GEOGRAPHY, GEOGRAPHY], GEOGRAPHY, (args) => makeLine([shape(args, 0), shape(args, 1)])),
    signature([arrayOf(GEOGRAPHY)], GEOGRAPHY, (args) => makeLine(shapesOf(args, 0))),
  ]),
  scalar('ST_MAKEPOLYGON', page('st_makepolygon'), [
    signature([GEOGRAPHY, optional(arrayOf(GEOGRAPHY))], GEOGRAPHY, (args) =>
      makePolygon([shape(args, 0), ...(args.length > 1 ? shapesOf(args, 1) : [])], 'ST_MakePolygon'),
    ),
  ]),
  scalar('ST_MAKEPOLYGONORIENTED', page('st_makepolygonoriented'), [polygonOriented]),
  scalar('ST_UNION', page('st_union'), [
    signature([GEOGRAPHY, GEOGRAPHY], GEOGRAPHY, (args) => uniteDisjoint([shape(args, 0), shape(args, 1)])),
    signature([arrayOf(GEOGRAPHY)], GEOGRAPHY, (args) => uniteDisjoint(shapesOf(args, 0))),
  ]),
  scalar('ST_SNAPTOGRID', page('st_snaptogrid'), [
    signature([GEOGRAPHY, FLOAT64], GEOGRAPHY, (args) => {
      const size = float(args, 1);
      return formatWkt(
        mapVertices(shape(args, 0), (v) => makeVertex(onGrid(v.longitude, size), onGrid(v.latitude, size))),
      );
    }),
  ]),
  scalar('ST_BOUNDINGBOX', page('st_boundingbox'), [
    signature(
      [GEOGRAPHY],
      {
        kind: 'STRUCT',
        fields: ['xmin', 'ymin', 'xmax', 'ymax'].map((name) => ({ name, type: FLOAT64 })),
      },
      (args) => {
        const box = boundingBox(shape(args, 0));
        return box ? [...box] : null;
      },
    ),
  ]),
  scalar('ST_INTERSECTSBOX', page('st_intersectsbox'), [
    signature([GEOGRAPHY, FLOAT64, FLOAT64, FLOAT64, FLOAT64], BOOL, (args) =>
      intersectsBox(shape(args, 0), float(args, 1), float(args, 2), float(args, 3), float(args, 4)),
    ),
  ]),
  scalar('ST_DISTANCE', page('st_distance'), [
    signature([GEOGRAPHY, GEOGRAPHY], FLOAT64, (args) => metres(shapeDistance(shape(args, 0), shape(args, 1)))),
  ]),
  scalar('ST_MAXDISTANCE', page('st_maxdistance'), [
    signature([GEOGRAPHY, GEOGRAPHY], FLOAT64, (args) =>
      metres(largestDistance(verticesOf(shape(args, 0)), verticesOf(shape(args, 1)))),
    ),
  ]),
  scalar('ST_DWITHIN', page('st_dwithin'), [
    signature([GEOGRAPHY, GEOGRAPHY, FLOAT64], BOOL, (args) => {
      const distance = metres(shapeDistance(shape(args, 0), shape(args, 1)));
      return distance !== null && distance <= float(args, 2);
    }),
  ]),
  predicate('ST_INTERSECTS', shapesIntersect),
  predicate('ST_DISJOINT', (a, b) => !shapesIntersect(a, b)),
  predicate('ST_COVERS', shapeCovers),
  predicate('ST_COVEREDBY', (a, b) => shapeCovers(b, a)),
  predicate('ST_CONTAINS', shapeContains),
  predicate('ST_WITHIN', (a, b) => shapeContains(b, a)),
  predicate('ST_EQUALS', shapeEquals),
  predicate('ST_TOUCHES', shapesTouch),
];

/** Parts that overlap would have to be merged, which needs polygon clipping. */
function uniteDisjoint(shapes: readonly Shape[]): string {
  for (const [i, a] of shapes.entries()) {
    for (const b of shapes.slice(i + 1)) {
      const pointsOnly = (value: Shape) => value.lines.length + value.polygons.length === 0;
      if (!pointsOnly(a) && !pointsOnly(b) && shapesIntersect(a, b))
        throw notImplemented('ST_UNION of geographies that overlap');
    }
  }
  return unite(shapes);
}
