/** Discovery documents, as `bq` and googleapiclient read them: methods by name, paths that the server answers. */
import type { RunningEmulator } from 'bqml-emulator';
import { startEmulator } from 'bqml-emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call } from '../support/running-emulator.ts';

interface Method {
  readonly id: string;
  readonly path: string;
  readonly httpMethod: string;
  readonly parameters: Readonly<Record<string, { readonly location: string; readonly pattern?: string }>>;
  readonly parameterOrder: readonly string[];
  readonly request?: { readonly $ref: string };
  readonly response?: { readonly $ref: string };
}
interface Resource {
  readonly methods?: Readonly<Record<string, Method>>;
  readonly resources?: Readonly<Record<string, Resource>>;
}
interface Document extends Resource {
  readonly name: string;
  readonly baseUrl: string;
  readonly schemas: Readonly<Record<string, unknown>>;
}

let emulator: RunningEmulator;

beforeAll(async () => {
  emulator = await startEmulator({ projectId: 'p' });
});
afterAll(() => emulator?.dispose());

const document = async (path: string): Promise<Document> => {
  const { status, body } = await call(emulator.url, 'GET', path);
  expect(status).toBe(200);
  return body as unknown as Document;
};
const methodsOf = (resource: Resource): readonly Method[] => [
  ...Object.values(resource.methods ?? {}),
  ...Object.values(resource.resources ?? {}).flatMap(methodsOf),
];

it.each(['/bigquery/v2/nothing', '/v1/nothing/here', '/projects/p/nothing', '/no/such/path'])(
  '%s is no object of a bucket',
  async (path) => {
    expect(await call(emulator.url, 'GET', path)).toMatchObject({
      status: 404,
      body: { error: { message: `Not found: GET ${path.replace(/^\/bigquery\/v2(?=\/projects)/, '')}` } },
    });
  },
);

describe('discovery', () => {
  it.each([
    ['/$discovery/rest?version=v2', 'bigquery'],
    ['/$discovery/rest?version=v1', 'bigqueryconnection'],
    ['/discovery/v1/apis/bigquery/v2/rest', 'bigquery'],
    ['/discovery/v1/apis/bigqueryconnection/v1/rest', 'bigqueryconnection'],
    ['/discovery/v1/apis/bigqueryreservation/v1/rest', 'bigqueryreservation'],
  ])('%s leads to this server', async (path, name) => {
    const { name: found, baseUrl, schemas, ...rest } = await document(path);
    expect(found).toBe(name);
    expect(baseUrl.startsWith(`${emulator.url}/`)).toBe(true);
    const names = methodsOf(rest).flatMap(({ request, response }) => [request?.$ref, response?.$ref]);
    for (const schema of names) if (schema !== undefined) expect(schemas).toHaveProperty(schema);
  });

  it('another version is not here', async () => {
    expect(await call(emulator.url, 'GET', '/$discovery/rest?version=v3')).toMatchObject({ status: 400 });
  });

  it.each([
    ['bigquery', 'v2', 'bigquery.tables.get', 'projects/{+projectId}/datasets/{+datasetId}/tables/{+tableId}'],
    ['bigquery', 'v2', 'bigquery.jobs.getQueryResults', 'projects/{+projectId}/queries/{+jobId}'],
    ['bigquery', 'v2', 'bigquery.tables.getIamPolicy', '{+resource}:getIamPolicy'],
    ['bigqueryconnection', 'v1', 'bigqueryconnection.projects.locations.connections.get', 'v1/{+name}'],
    ['bigqueryconnection', 'v1', 'bigqueryconnection.projects.locations.connections.list', 'v1/{+parent}/connections'],
    [
      'bigqueryconnection',
      'v1',
      'bigqueryconnection.projects.locations.connections.setIamPolicy',
      'v1/{+resource}:setIamPolicy',
    ],
    [
      'bigqueryreservation',
      'v1',
      'bigqueryreservation.projects.locations.searchAllAssignments',
      'v1/{+parent}:searchAllAssignments',
    ],
    ['bigqueryreservation', 'v1', 'bigqueryreservation.projects.locations.getBiReservation', 'v1/{+name}'],
  ])('%s %s: %s has the path of Google’s', async (name, version, id, path) => {
    const method = methodsOf(await document(`/discovery/v1/apis/${name}/${version}/rest`)).find((m) => m.id === id);
    expect(method?.path).toBe(path);
  });

  it.each([
    ['bigquery', 'v2'],
    ['bigqueryconnection', 'v1'],
    ['bigqueryreservation', 'v1'],
  ])('every method of %s %s is answered by itself', async (name, version) => {
    const { baseUrl, ...rest } = await document(`/discovery/v1/apis/${name}/${version}/rest`);
    for (const { id, path, httpMethod, parameters } of methodsOf(rest)) {
      const filled = path.replaceAll(/\{\+(\w+)\}/g, (_, parameter: string) =>
        (parameters[parameter]?.pattern ?? '').slice(1, -1).replaceAll('[^/]+', 'x'),
      );
      const response = await fetch(baseUrl + filled, { method: httpMethod });
      const text = await response.text();
      expect(text, `${id} at ${filled}`).not.toContain(`Not found: ${httpMethod} `);
      expect(text, `${id} at ${filled}`).not.toContain('NoSuchBucket');
    }
  });
});
