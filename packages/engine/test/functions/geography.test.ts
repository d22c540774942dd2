import { GEOGRAPHY } from '@bqml-emulator/types';
import { describe, expect, test } from 'vitest';
import { call, type Input, show, type Typed } from './call.ts';

const geo = (wkt: string): Typed => call('ST_GEOGFROMTEXT', wkt);
const point = (longitude: number, latitude: number): Typed => call('ST_GEOGPOINT', longitude, latitude);
const square = 'POLYGON((0 0, 4 0, 4 4, 0 4, 0 0))';

// Results: recorded from BigQuery.
describe('geography functions', () => {
  test.each<[string, Input[], string]>([
    ['ST_ASTEXT', [point(-122.4, 37.8)], '"POINT(-122.4 37.8)"'],
    ['ST_ASTEXT', [geo(square)], `"${square}"`],
    [
      'ST_ASTEXT',
      [call('ST_GEOGFROMWKB', new Uint8Array(Buffer.from('0101000000000000000000F03F0000000000000040', 'hex')))],
      '"POINT(1 2)"',
    ],
    ['ST_ASTEXT', [call('ST_GEOGFROMGEOJSON', '{"type":"Point","coordinates":[3,4]}')], '"POINT(3 4)"'],
    ['ST_ASGEOJSON', [geo('POINT EMPTY')], `'{ "type": "GeometryCollection", "geometries": [ ] } '`],
    ['ST_ASGEOJSON', [geo('POINT(3 4)')], `'{ "type": "Point", "coordinates": [3, 4] } '`],
    [
      'ST_ASGEOJSON',
      [geo('LINESTRING(0 0, 1 1, 2 2)')],
      `'{ "type": "LineString", "coordinates": [ [0, 0], [1, 1], [1.49988573656168, 1.5000570914792], [2, 2] ] } '`,
    ],
    [
      'ST_ASGEOJSON',
      [geo('MULTIPOLYGON(((0 0, 1 0, 1 1, 0 1, 0 0)), ((2 2, 3 2, 3 3, 2 3, 2 2)))')],
      `'{ "type": "MultiPolygon", "coordinates": [ [ [ [0, 0], [1, 0], [1, 1], [0, 1], [0, 0] ] ], [ [ [2, 2], [3, 2], [3, 3], [2.5, 3.00011402647166], [2, 3], [2, 2] ] ] ] } '`,
    ],
    ['ST_GEOMETRYTYPE', [geo('MULTIPOINT(0 0, 1 1)')], '"ST_MultiPoint"'],
    ['ST_DIMENSION', [geo(square)], '2'],
    ['ST_NPOINTS', [geo('LINESTRING(0 0, 1 1, 0 1, 0 0)')], '4'],
    ['ST_ISEMPTY', [geo('POINT EMPTY')], 'true'],
    ['ST_ISRING', [geo('LINESTRING(0 0, 1 0, 1 1, 0 1, 0 0)')], 'true'],
    ['ST_ISCOLLECTION', [geo('GEOMETRYCOLLECTION(POINT(0 0), LINESTRING(1 1,2 2))')], 'true'],
    ['ST_Y', [point(1.25, 2.5)], '2.5'],
    ['ST_CONTAINS', [geo(square), point(2, 2)], 'true'],
    ['ST_CONTAINS', [geo(square), point(10, 10)], 'false'],
    ['ST_CONTAINS', [geo(square), point(0, 0)], 'false'],
    ['ST_COVERS', [geo(square), point(0, 0)], 'true'],
    ['ST_WITHIN', [point(2, 2), geo(square)], 'true'],
    ['ST_DISJOINT', [geo('POLYGON((0 0, 2 0, 2 2, 0 2, 0 0))'), geo('POLYGON((1 1, 3 1, 3 3, 1 3, 1 1))')], 'false'],
    ['ST_INTERSECTS', [geo('LINESTRING(0 0, 2 2)'), geo('LINESTRING(0 2, 2 0)')], 'true'],
    ['ST_INTERSECTS', [point(0, 0), point(10, 10)], 'false'],
    ['ST_INTERSECTSBOX', [point(5, 5), 0, 0, 2, 2], 'false'],
    ['ST_TOUCHES', [geo('POLYGON((0 0, 1 0, 1 1, 0 1, 0 0))'), geo('POLYGON((1 0, 2 0, 2 1, 1 1, 1 0))')], 'true'],
    ['ST_TOUCHES', [geo('POLYGON((0 0, 2 0, 2 2, 0 2, 0 0))'), geo('POLYGON((1 1, 3 1, 3 3, 1 3, 1 1))')], 'false'],
    ['ST_EQUALS', [geo('POINT(1 2)'), geo('POINT(1 2)')], 'true'],
    ['ST_DWITHIN', [point(0, 0), point(0, 0.0001), 100], 'true'],
    ['ST_GEOMETRYTYPE', [call('ST_UNION', point(0, 0), point(1, 1))], '"ST_MultiPoint"'],
    ['ST_NPOINTS', [call('ST_MAKELINE', point(0, 0), point(1, 1))], '2'],
    ['ST_ASTEXT', [call('ST_POINTN', geo('LINESTRING(1 2, 3 4, 5 6)'), 1n)], '"POINT(1 2)"'],
    ['ST_ASTEXT', [call('ST_SNAPTOGRID', point(1.234, 5.678), 0.1)], '"POINT(1.2 5.7)"'],
    ['ST_GEOMETRYTYPE', [call('ST_MAKEPOLYGON', geo('LINESTRING(0 0, 1 0, 1 1, 0 1, 0 0)'))], '"ST_Polygon"'],
    ['TO_BASE64', [call('ST_ASBINARY', point(1, 1))], '"AQEAAAD+///////vPwAAAAAAAPA/"'],
  ])('%s(%o) is %s', (name, args, expected) => {
    expect(show(name, ...args)).toBe(expected);
  });

  const wide = 'POLYGON((-125 25, -65 25, -65 50, -125 50, -125 25))';
  test.each<[string, Input[], number]>([
    ['ST_DISTANCE', [point(-74.006, 40.7128), point(-118.2437, 34.0522)], 3935752.432205476],
    ['ST_DISTANCE', [point(-73.9857, 40.758), point(-73.9857, 40.767)], 1000.7559105974154],
    ['ST_LENGTH', [geo('LINESTRING(-122.4194 37.7749, -118.2437 34.0522)')], 559121.4546640908],
    ['ST_MAXDISTANCE', [point(0, 0), point(1, 1)], 157249.6280925079],
    ['ST_PERIMETER', [geo(wide)], 15721531.209685314],
    ['ST_AREA', [geo(wide)], 14376048775182.924],
    ['ST_AREA', [geo('POLYGON((-111 41, -104 41, -104 45, -111 45, -111 41))')], 253019996794.88388],
  ])('%s(%o) is %d', (name, args, expected) => {
    const { value } = call(name, ...args);
    expect(Math.abs(Number(value) / expected - 1)).toBeLessThan(1e-12);
  });

  test('errors', () => {
    expect(() => geo('POINT(1 91)')).toThrow('Latitude must be between -90 and 90 degrees. Got 91');
    expect(() => geo('POINTY(1 2)')).toThrow('Invalid WKT');
    expect(() => call('ST_X', { type: GEOGRAPHY, value: square })).toThrow('not a point');
  });
});
