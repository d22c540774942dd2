import { ServiceError } from '@bqml-emulator/common';
import { arrayOf, BOOL, FLOAT64, INT64, STRING, TIMESTAMP } from '@bqml-emulator/types';
import { describe, expect, it } from 'vitest';
import { toJobsInsert, toJobsQuery } from '../src/bigquery/converters/query-request.ts';

const parametersOf = (queryParameters: unknown, parameterMode?: string) =>
  toJobsQuery({ query: 'SELECT 1', useLegacySql: false, parameterMode, queryParameters }, 'p', 'u').request
    .configuration.parameters;

describe('query parameters', () => {
  it('reads numbers and booleans as JSON values and as text', () => {
    expect(
      parametersOf(
        [
          { name: 'a', parameterType: { type: 'INT64' }, parameterValue: { value: 5 } },
          { name: 'b', parameterType: { type: 'FLOAT64' }, parameterValue: { value: '1.5' } },
          { name: 'c', parameterType: { type: 'BOOL' }, parameterValue: { value: true } },
          { name: 'd', parameterType: { type: 'STRING' }, parameterValue: { value: null } },
          {
            name: 'e',
            parameterType: { type: 'TIMESTAMP' },
            parameterValue: { value: '2020-01-01T01:02:03.000456000Z' },
          },
          {
            name: 'f',
            parameterType: { type: 'ARRAY', arrayType: { type: 'STRING' } },
            parameterValue: { arrayValues: [{ value: 'x' }] },
          },
        ],
        'named',
      ),
    ).toEqual([
      { name: 'a', type: INT64, value: 5n },
      { name: 'b', type: FLOAT64, value: 1.5 },
      { name: 'c', type: BOOL, value: true },
      { name: 'd', type: STRING, value: null },
      { name: 'e', type: TIMESTAMP, value: 1577840523000456n },
      { name: 'f', type: arrayOf(STRING), value: ['x'] },
    ]);
  });

  it('infers positional parameters from missing names', () => {
    expect(
      parametersOf([{ parameterType: { type: 'INT64' }, parameterValue: { value: '1' } }])[0]?.name,
    ).toBeUndefined();
  });

  it('decodes the JSON form of a Node Buffer', () => {
    const [bytes] = parametersOf([
      { name: 'b', parameterType: { type: 'BYTES' }, parameterValue: { value: { type: 'Buffer', data: [97, 98] } } },
    ]);
    expect(bytes?.value).toEqual(Uint8Array.of(97, 98));
  });

  it.each([
    [{ name: 'a', parameterType: { type: 'INT64' }, parameterValue: { value: 'x' } }],
    [{ name: 'a', parameterType: { type: 'NOPE' }, parameterValue: { value: 'x' } }],
    [{ name: 'a', parameterType: { type: 'ARRAY' } }],
    [{ name: 'a' }],
  ])('refuses %o', (parameter) => expect(() => parametersOf([parameter])).toThrow(ServiceError));
});

describe('job requests', () => {
  it.each([
    [{}, 'badRequest'],
    [{ configuration: { load: {} } }, 'notImplemented'],
    [{ configuration: { query: { query: 'SELECT 1', useLegacySql: true } } }, 'notImplemented'],
    [{ configuration: { query: {} } }, 'invalid'],
    [{ configuration: { query: { query: 'SELECT 1', writeDisposition: 'NOPE' } } }, 'invalid'],
    [{ jobReference: { jobId: 'a b' }, configuration: { query: { query: 'SELECT 1' } } }, 'invalid'],
  ])('refuses %o', (body, reason) => {
    const configuration = 'configuration' in body ? body : { configuration: {} };
    expect(() => toJobsInsert(configuration, 'p', 'u')).toThrow(expect.objectContaining({ reason }));
  });

  it('refuses a body without a configuration', () => {
    expect(() => toJobsInsert(undefined, 'p', 'u')).toThrow(ServiceError);
  });

  it('names what an extract job would extract', () => {
    const extract = (source: object) => () => toJobsInsert({ configuration: { extract: source } }, 'p', 'u');
    expect(extract({ sourceModel: { projectId: 'p', datasetId: 'd', modelId: 'm' } })).toThrow(
      'extract jobs of models',
    );
    expect(extract({ sourceTable: {} })).toThrow(/extract jobs$/);
  });
});
