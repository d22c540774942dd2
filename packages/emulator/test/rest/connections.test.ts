/** The Connection API as `bq` and Terraform call it, and the same connections by SQL. */
import type { RunningEmulator } from 'bqml-emulator';
import { startEmulator } from 'bqml-emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, WorkDirectory } from '../support/running-emulator.ts';

const work = new WorkDirectory();
let emulator: RunningEmulator;
const dataDirectory = `${work.path}/data`;
const CONNECTIONS = '/v1/projects/conn/locations/us/connections';

const api = (method: string, requestPath: string, body?: unknown) => call(emulator.url, method, requestPath, body);
const query = (sql: string) => api('POST', '/bigquery/v2/projects/conn/queries', { query: sql, useLegacySql: false });
const start = async () => {
  emulator = await startEmulator({ projectId: 'conn', dataDirectory });
};

beforeAll(start);

afterAll(async () => {
  await emulator?.dispose();
  work.remove();
});

describe('connections', () => {
  const account = /^bqcx-\d{12}-[0-9a-z]{4}@gcp-sa-bigquery-condel\.iam\.gserviceaccount\.com$/;
  const NAME = /^projects\/\d{12}\/locations\/us\/connections\/c$/;

  it('are made with a service account', async () => {
    const { status, body } = await api('POST', `${CONNECTIONS}?connectionId=c&alt=json`, { cloudResource: {} });
    expect(status).toBe(200);
    expect(body).toEqual({
      name: expect.stringMatching(NAME),
      cloudResource: { serviceAccountId: expect.stringMatching(account) },
      creationTime: expect.stringMatching(/^\d+$/),
      lastModifiedTime: expect.stringMatching(/^\d+$/),
      hasCredential: false,
    });
  });

  it('are there once', async () => {
    expect(await api('POST', `${CONNECTIONS}?connectionId=c`, { cloudResource: {} })).toMatchObject({
      status: 409,
      body: { error: { message: 'Already Exists: Connection projects/conn/locations/us/connections/c' } },
    });
  });

  it('are found by the name of the answer, in any case of the location', async () => {
    const { body } = await api('GET', `${CONNECTIONS}/c`);
    expect(await api('GET', `/v1/${String(body['name'])}`)).toEqual({ status: 200, body });
    expect(await api('GET', `${CONNECTIONS.replace('/us/', '/US/')}/c`)).toEqual({ status: 200, body });
    expect(await api('GET', `${CONNECTIONS}/none`)).toMatchObject({ status: 404 });
  });

  it('are changed field by field', async () => {
    await api('PATCH', `${CONNECTIONS}/c?updateMask=friendlyName`, { friendlyName: 'f', description: 'not this' });
    const { body } = await api('PATCH', `${CONNECTIONS}/c?updateMask=description`, { description: 'd' });
    expect(body).toMatchObject({ friendlyName: 'f', description: 'd' });
    expect(await api('PATCH', `${CONNECTIONS}/c?updateMask=name`, { name: 'x' })).toMatchObject({ status: 400 });
  });

  it('are listed by pages', async () => {
    await api('POST', `${CONNECTIONS}?connectionId=b`, { cloudResource: {} });
    const names = (body: Record<string, unknown>) =>
      (body['connections'] as { name: string }[]).map(({ name }) => name.split('/').at(-1));
    const first = await api('GET', `${CONNECTIONS}?pageSize=1`);
    expect(names(first.body)).toEqual(['b']);
    const second = await api('GET', `${CONNECTIONS}?pageSize=1&pageToken=${String(first.body['nextPageToken'])}`);
    expect(names(second.body)).toEqual(['c']);
    expect(second.body).not.toHaveProperty('nextPageToken');
    expect((await api('GET', CONNECTIONS.replace('/us/', '/eu/'))).body).toEqual({});
  });

  it('have a policy', async () => {
    const before = await api('POST', `${CONNECTIONS}/c:getIamPolicy?alt=json`);
    expect(before).toMatchObject({ status: 200, body: { etag: expect.any(String) } });
    const bindings = [{ role: 'roles/bigquery.connectionUser', members: ['user:a@example.com'] }];
    const { etag } = before.body;
    const set = await api('POST', `${CONNECTIONS}/c:setIamPolicy`, { policy: { etag, bindings } });
    expect(set.body).toMatchObject({ bindings });
    expect((await api('POST', `${CONNECTIONS}/c:getIamPolicy`)).body).toEqual(set.body);
    expect(await api('POST', `${CONNECTIONS}/c:setIamPolicy`, { policy: { etag, bindings } })).toMatchObject({
      status: 412,
    });
    const permissions = ['bigquery.connections.use'];
    expect((await api('POST', `${CONNECTIONS}/c:testIamPermissions`, { permissions })).body).toEqual({ permissions });
  });

  it('of other types are not here', async () => {
    expect(await api('POST', `${CONNECTIONS}?connectionId=s`, { cloudSql: {} })).toMatchObject({ status: 501 });
    expect(await api('POST', `${CONNECTIONS}?connectionId=s`, {})).toMatchObject({ status: 400 });
    expect(await api('POST', `${CONNECTIONS}?connectionId=a.b`, { cloudResource: {} })).toMatchObject({ status: 400 });
  });

  it('are made, changed and dropped by SQL', async () => {
    const create = "CREATE CONNECTION `us.q` OPTIONS (connection_type = 'CLOUD_RESOURCE', friendly_name = 'f')";
    expect(await query(create)).toMatchObject({ status: 200 });
    expect(await query(create)).toMatchObject({ status: 409 });
    await query(create.replace('CREATE CONNECTION', 'CREATE CONNECTION IF NOT EXISTS'));
    await query("ALTER CONNECTION `conn.us.q` SET OPTIONS (description = 'd')");
    expect((await api('GET', `${CONNECTIONS}/q`)).body).toMatchObject({ friendlyName: 'f', description: 'd' });
    expect(await query('DROP CONNECTION `us.q`')).toMatchObject({ status: 200 });
    expect(await query('DROP CONNECTION `us.q`')).toMatchObject({ status: 404 });
    expect(await query('DROP CONNECTION IF EXISTS `us.q`')).toMatchObject({ status: 200 });
  });

  it('outlive the server and are deleted', async () => {
    const { body } = await api('GET', `${CONNECTIONS}/c`);
    await emulator.dispose();
    await start();
    expect((await api('GET', `${CONNECTIONS}/c`)).body).toEqual(body);
    expect(await api('DELETE', `${CONNECTIONS}/c?alt=json`)).toEqual({ status: 200, body: {} });
    expect(await api('DELETE', `${CONNECTIONS}/c`)).toMatchObject({ status: 404 });
  });
});
