/** `--reservation required` and `--iam strict`: what BigQuery refuses for want of either. */
import type { RunningEmulator } from 'bqml-emulator';
import { startEmulator } from 'bqml-emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, WorkDirectory } from '../support/running-emulator.ts';

const work = new WorkDirectory();
let emulator: RunningEmulator;
const LOCATION = '/v1/projects/strict/locations/us';

const api = (method: string, requestPath: string, body?: unknown) => call(emulator.url, method, requestPath, body);
const query = async (sql: string) => {
  const { status, body } = await api('POST', '/bigquery/v2/projects/strict/queries', {
    query: sql,
    useLegacySql: false,
    location: 'US',
  });
  const error = body['error'] as { message: string } | undefined;
  return { status, message: error?.message };
};
/** Sets the bucket's policy: this role to these service accounts, and no other. */
async function grant(role: string, serviceAccounts: readonly string[]): Promise<void> {
  const members = serviceAccounts.map((account) => `serviceAccount:${account}`);
  const { status } = await api('PUT', '/storage/v1/b/images/iam', { bindings: [{ role, members }] });
  expect(status).toBe(200);
}
async function serviceAccountOf(connection: string): Promise<string> {
  const { body } = await api('GET', `${LOCATION}/connections/${connection}`);
  return (body['cloudResource'] as { serviceAccountId: string }).serviceAccountId;
}
const OK = { status: 200, message: undefined };

beforeAll(async () => {
  const directory = work.copyFixtures('images', ['images', 'odd', 'models/shapes_batch1.onnx']);
  emulator = await startEmulator({
    projectId: 'strict',
    buckets: { images: directory },
    flags: ['--reservation', 'required', '--iam', 'strict'],
  });
  for (const sql of [
    'CREATE SCHEMA d',
    "CREATE MODEL d.m OPTIONS (model_type = 'ONNX', model_path = 'gs://images/models/shapes_batch1.onnx')",
  ]) {
    expect(await query(sql)).toEqual(OK);
  }
});

afterAll(async () => {
  await emulator?.dispose();
  work.remove();
});

describe('--iam strict', () => {
  const create = (connection: string) =>
    query(
      `CREATE OR REPLACE EXTERNAL TABLE d.o WITH CONNECTION ${connection} OPTIONS (object_metadata = 'SIMPLE', uris = ['gs://images/images/*'])`,
    );
  const cannotBeUsed = (name: string) => ({
    status: 400,
    message: `Connection credential for ${name} cannot be used. Either the connection does not exist, or the user does not have sufficient permissions to use it.`,
  });

  it('a connection that is not there', async () => {
    expect(await create('`us.c`')).toEqual(cannotBeUsed('projects/strict/locations/us/connections/c'));
    const { body } = await api('POST', '/bigquery/v2/projects/strict/datasets/d/tables', {
      tableReference: { projectId: 'strict', datasetId: 'd', tableId: 'o' },
      externalDataConfiguration: { objectMetadata: 'SIMPLE', sourceUris: ['gs://images/*'], connectionId: 'us.c' },
    });
    const { message } = cannotBeUsed('projects/strict/locations/us/connections/c');
    expect(body).toMatchObject({ error: { message } });
  });

  it('a connection elsewhere', async () => {
    await query("CREATE CONNECTION `eu.c` OPTIONS (connection_type = 'CLOUD_RESOURCE')");
    expect(await create('`eu.c`')).toEqual(cannotBeUsed('projects/strict/locations/eu/connections/c'));
  });

  it('a connection that is there, until it is dropped', async () => {
    await query("CREATE CONNECTION `us.c` OPTIONS (connection_type = 'CLOUD_RESOURCE')");
    await grant('roles/storage.objectViewer', [await serviceAccountOf('c')]);
    expect(await create('`strict.us.c`')).toEqual(OK);
    expect(await query('SELECT COUNT(*) FROM d.o')).toEqual(OK);
    await query('DROP CONNECTION `us.c`');
    expect(await query('SELECT COUNT(*) FROM d.o')).toEqual(cannotBeUsed('projects/strict/locations/us/connections/c'));
    expect(await create('DEFAULT')).toEqual(OK);
  });
});

describe("--iam strict: the bucket's IAM policy", () => {
  const create = (table: string) =>
    query(
      `CREATE EXTERNAL TABLE d.${table} WITH CONNECTION \`us.reader\` OPTIONS (object_metadata = 'SIMPLE', uris = ['gs://images/odd/*', 'gs://images/images/*'], max_staleness = INTERVAL 1 DAY, metadata_cache_mode = 'MANUAL')`,
    );
  const denied = (account: string, permission: string, resource: string, uri = 'gs://images/odd/*') => ({
    status: 403,
    message:
      `Access Denied: BigQuery BigQuery: Permission denied while globbing file pattern. ${account} does not have ` +
      `storage.objects.${permission} access to the Google Cloud Storage ${resource}. Permission ` +
      `'storage.objects.${permission}' denied on resource (or it may not exist). Please make sure ${uri} ` +
      'is accessible via appropriate IAM roles, e.g. Storage Object Viewer or Storage Object Creator.',
  });
  let account: string;

  beforeAll(async () => {
    await grant('roles/storage.objectViewer', []);
    await query("CREATE CONNECTION `us.reader` OPTIONS (connection_type = 'CLOUD_RESOURCE')");
    account = await serviceAccountOf('reader');
  });

  it('no table is made without the role', async () => {
    expect(await create('refused')).toEqual(denied(account, 'list', 'bucket'));
    expect((await api('GET', '/bigquery/v2/projects/strict/datasets/d/tables/refused')).status).toBe(404);
    await grant('roles/storage.objectViewer', ['someone-else@example.iam.gserviceaccount.com']);
    expect(await create('refused')).toEqual(denied(account, 'list', 'bucket'));
    await grant('roles/storage.objectCreator', [account]);
    expect(await create('refused')).toEqual(denied(account, 'list', 'bucket'));
    const { body } = await api('POST', '/bigquery/v2/projects/strict/datasets/d/tables', {
      tableReference: { projectId: 'strict', datasetId: 'd', tableId: 'refused' },
      externalDataConfiguration: {
        objectMetadata: 'SIMPLE',
        sourceUris: ['gs://images/odd/*'],
        connectionId: 'us.reader',
      },
    });
    expect(body).toMatchObject({
      error: { code: 403, message: denied(account, 'list', 'bucket').message, errors: [{ reason: 'accessDenied' }] },
    });
  });

  it.each([
    'roles/storage.objectViewer',
    'roles/storage.objectUser',
    'roles/storage.objectAdmin',
    'roles/storage.admin',
  ])('%s reads', async (role) => {
    await grant(role, [account]);
    expect(await create(role.split('.')[1] ?? '')).toEqual(OK);
    expect(await query(`SELECT LENGTH(data) FROM d.${role.split('.')[1]}`)).toEqual(OK);
  });

  it('everyone is a member', async () => {
    await call(emulator.url, 'PUT', '/storage/v1/b/images/iam', {
      bindings: [{ role: 'roles/storage.objectViewer', members: ['allUsers'] }],
    });
    expect(await query('SELECT LENGTH(data) FROM d.objectViewer')).toEqual(OK);
  });

  it('a list is not the bytes', async () => {
    await grant('roles/storage.legacyBucketReader', [account]);
    expect(await query('SELECT uri, size FROM d.objectViewer')).toEqual(OK);
    expect(await query('SELECT LENGTH(data) FROM d.objectViewer')).toEqual(denied(account, 'get', 'object'));
  });

  it('a role that is taken away ends queries and refreshes', async () => {
    await grant('roles/storage.objectViewer', []);
    expect(await query('SELECT COUNT(*) FROM d.objectViewer')).toEqual(denied(account, 'list', 'bucket'));
    const refresh = "CALL BQ.REFRESH_EXTERNAL_METADATA_CACHE('d.objectViewer', ['gs://images/images/*'])";
    expect(await query(refresh)).toEqual(denied(account, 'list', 'bucket', 'gs://images/images/*'));
  });

  it('conditions are not evaluated', async () => {
    await call(emulator.url, 'PUT', '/storage/v1/b/images/iam', {
      version: 3,
      bindings: [
        {
          role: 'roles/storage.objectViewer',
          members: [`serviceAccount:${account}`],
          condition: { title: 'until', expression: "request.time < timestamp('2020-01-01T00:00:00Z')" },
        },
      ],
    });
    expect(await query('SELECT COUNT(*) FROM d.objectViewer')).toMatchObject({ status: 501 });
  });
});

describe('--reservation required', () => {
  const suffix = ' for job type `QUERY`, to project `strict` or its parent, in location `US`.';
  const functions = {
    status: 400,
    message: `BigQuery's ML image-processing functions requires reservation, but no reservation was assigned${suffix}`,
  };
  const inference = {
    status: 400,
    message: `BigQuery ML inference using imported models and object tables requires a reservation, but no reservations were assigned${suffix}`,
  };
  const decode = "SELECT ML.DECODE_IMAGE(b'') IS NULL AND FALSE";
  const predict =
    'SELECT class_label FROM ML.PREDICT(MODEL d.m, (SELECT ML.RESIZE_IMAGE(ML.DECODE_IMAGE(data), 224, 224, FALSE) AS input FROM d.o LIMIT 1))';

  it('is needed by image functions and by inference on object tables', async () => {
    expect(await query('SELECT ML.DECODE_IMAGE(NULL) IS NULL')).toEqual(functions);
    expect(await query(decode)).toEqual(functions);
    expect(await query('SELECT (SELECT COUNT(ML.DECODE_IMAGE(data)) FROM d.o)')).toEqual(functions);
    expect(await query(`CREATE TABLE d.never AS SELECT ML.DECODE_IMAGE(data) AS image FROM d.o`)).toEqual(functions);
    expect(await query(predict)).toEqual(inference);
  });

  it('is not needed by anything else', async () => {
    expect(await query('SELECT uri, size FROM d.o')).toEqual(OK);
    expect(
      await query(
        'SELECT * FROM ML.PREDICT(MODEL d.m, (SELECT ARRAY<FLOAT64>[] AS input FROM UNNEST([1]) WHERE FALSE))',
      ),
    ).toEqual(OK);
  });

  it('is one of an edition that has inference, assigned to the project for queries', async () => {
    await query("CREATE RESERVATION `strict.region-us.plain` OPTIONS (edition = 'STANDARD', slot_capacity = 0)");
    await query(
      "CREATE ASSIGNMENT `strict.region-us.plain.a` OPTIONS (assignee = 'projects/strict', job_type = 'QUERY')",
    );
    expect(await query(predict)).toEqual(inference);
    await query("CREATE RESERVATION `strict.region-us.r` OPTIONS (edition = 'ENTERPRISE', slot_capacity = 100)");
    await query("CREATE ASSIGNMENT `strict.region-us.r.a` OPTIONS (assignee = 'projects/other', job_type = 'QUERY')");
    await query(
      "CREATE ASSIGNMENT `strict.region-us.r.b` OPTIONS (assignee = 'projects/strict', job_type = 'PIPELINE')",
    );
    expect(await query(predict)).toEqual(inference);
    await query("CREATE ASSIGNMENT `strict.region-us.r.c` OPTIONS (assignee = 'projects/strict', job_type = 'QUERY')");
    expect(await query(predict)).toEqual(OK);
    expect(await query('SELECT ML.DECODE_IMAGE(NULL) IS NULL')).toEqual(OK);
    await query('DROP ASSIGNMENT `strict.region-us.r.c`');
    expect(await query(predict)).toEqual(inference);
  });
});

describe('the Reservation API', () => {
  it('makes, changes and lists reservations', async () => {
    const path = `${LOCATION}/reservations`;
    const created = await api('POST', `${path}?reservationId=api`, {
      slotCapacity: '100',
      edition: 'ENTERPRISE',
      autoscale: { maxSlots: 50 },
    });
    expect(created.body).toMatchObject({
      name: 'projects/strict/locations/us/reservations/api',
      slotCapacity: '100',
      edition: 'ENTERPRISE',
      autoscale: { maxSlots: '50' },
    });
    expect(await api('POST', `${path}?reservationId=api`, {})).toMatchObject({ status: 409 });
    expect(await api('POST', `${path}?reservationId=Not_A_Name`, {})).toMatchObject({ status: 400 });
    const changed = await api('PATCH', `${path}/api?updateMask=slot_capacity`, { slotCapacity: 200 });
    expect(changed.body).toMatchObject({ slotCapacity: '200', autoscale: { maxSlots: '50' } });
    expect((await api('GET', `${path}/api`)).body).toEqual(changed.body);
    const { body } = await api('GET', path);
    expect((body['reservations'] as { name: string }[]).map((r) => r.name.split('/').at(-1))).toContain('api');
  });

  it('assigns them', async () => {
    const path = `${LOCATION}/reservations/api`;
    const { body } = await api('POST', `${path}/assignments`, { assignee: 'projects/strict', jobType: 'QUERY' });
    expect(body).toMatchObject({ assignee: 'projects/strict', jobType: 'QUERY', state: 'ACTIVE' });
    expect(await query('SELECT ML.DECODE_IMAGE(NULL) IS NULL')).toEqual(OK);
    expect(await api('DELETE', path)).toMatchObject({ status: 400 });
    const found = await api('GET', `${LOCATION}:searchAllAssignments?query=assignee:projects/strict`);
    expect(found.body['assignments']).toContainEqual(body);
    expect((await api('GET', `${path}/assignments`)).body).toEqual({ assignments: [body] });
    expect(await api('DELETE', `/v1/${String(body['name'])}`)).toMatchObject({ status: 200 });
    expect(await api('DELETE', path)).toMatchObject({ status: 200 });
    expect(await api('GET', path)).toMatchObject({ status: 404 });
  });

  it('has no commitments', async () => {
    expect(await api('POST', `${LOCATION}/capacityCommitments`, {})).toMatchObject({ status: 501 });
    expect(await query('CREATE CAPACITY `strict.region-us.c` OPTIONS (slot_count = 100)')).toMatchObject({
      status: 501,
    });
  });
});
