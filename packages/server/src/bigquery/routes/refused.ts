import { refusedRoute } from '../../http/route.ts';
import type { Route } from '../../http/route.ts';

const DATASET = '/projects/:projectId/datasets/:datasetId';
const TABLE = `${DATASET}/tables/:tableId`;
const ROUTINE = `${DATASET}/routines/:routineId`;
const POLICY = `${TABLE}/rowAccessPolicies/:policyId`;
const UPLOAD = '/upload/bigquery/v2/projects/:projectId/jobs';

const LOAD = 'load jobs with an upload';

const iam = (noun: string, path: string, verbs: readonly string[]): readonly Route[] =>
  verbs.map((verb) =>
    refusedRoute({
      id: `bigquery.${noun}.${verb}`,
      method: 'POST',
      path,
      verb,
      request: `${verb.charAt(0).toUpperCase()}${verb.slice(1)}Request`,
      response: verb === 'testIamPermissions' ? 'TestIamPermissionsResponse' : 'Policy',
    }),
  );

const IAM_VERBS = ['getIamPolicy', 'setIamPolicy', 'testIamPermissions'];

/** Methods of BigQuery's that no statement of the emulator has either. */
export const refusedRoutes: readonly Route[] = [
  refusedRoute({
    id: 'bigquery.tabledata.insertAll',
    method: 'POST',
    path: `${TABLE}/insertAll`,
    request: 'TableDataInsertAllRequest',
    response: 'TableDataInsertAllResponse',
  }),
  ...iam('tables', TABLE, IAM_VERBS),
  refusedRoute({
    id: 'bigquery.routines.list',
    method: 'GET',
    path: `${DATASET}/routines`,
    query: { filter: 'string', maxResults: 'integer', pageToken: 'string', readMask: 'string' },
    response: 'ListRoutinesResponse',
  }),
  refusedRoute({
    id: 'bigquery.routines.insert',
    method: 'POST',
    path: `${DATASET}/routines`,
    request: 'Routine',
    response: 'Routine',
  }),
  refusedRoute({
    id: 'bigquery.routines.get',
    method: 'GET',
    path: ROUTINE,
    query: { readMask: 'string' },
    response: 'Routine',
  }),
  refusedRoute({
    id: 'bigquery.routines.update',
    method: 'PUT',
    path: ROUTINE,
    request: 'Routine',
    response: 'Routine',
  }),
  refusedRoute({ id: 'bigquery.routines.delete', method: 'DELETE', path: ROUTINE }),
  ...iam('routines', ROUTINE, IAM_VERBS),
  refusedRoute({
    id: 'bigquery.rowAccessPolicies.list',
    method: 'GET',
    path: `${TABLE}/rowAccessPolicies`,
    query: { pageSize: 'integer', pageToken: 'string' },
    response: 'ListRowAccessPoliciesResponse',
  }),
  refusedRoute({
    id: 'bigquery.rowAccessPolicies.insert',
    method: 'POST',
    path: `${TABLE}/rowAccessPolicies`,
    request: 'RowAccessPolicy',
    response: 'RowAccessPolicy',
  }),
  refusedRoute({
    id: 'bigquery.rowAccessPolicies.batchDelete',
    method: 'POST',
    path: `${TABLE}/rowAccessPolicies`,
    verb: 'batchDelete',
    request: 'BatchDeleteRowAccessPoliciesRequest',
  }),
  refusedRoute({ id: 'bigquery.rowAccessPolicies.get', method: 'GET', path: POLICY, response: 'RowAccessPolicy' }),
  refusedRoute({
    id: 'bigquery.rowAccessPolicies.update',
    method: 'PUT',
    path: POLICY,
    request: 'RowAccessPolicy',
    response: 'RowAccessPolicy',
  }),
  refusedRoute({
    id: 'bigquery.rowAccessPolicies.delete',
    method: 'DELETE',
    path: POLICY,
    query: { force: 'boolean' },
  }),
  ...iam('rowAccessPolicies', POLICY, ['getIamPolicy', 'testIamPermissions']),
  ...[UPLOAD, `/resumable${UPLOAD}`].flatMap((path) => [
    refusedRoute({ id: `emulator${path.replaceAll(/\/:?/g, '.')}.start`, method: 'POST', path, streams: true }, LOAD),
    refusedRoute({ id: `emulator${path.replaceAll(/\/:?/g, '.')}.continue`, method: 'PUT', path, streams: true }, LOAD),
  ]),
  refusedRoute({ id: 'emulator.batch', method: 'POST', path: '/batch/bigquery/v2', streams: true }, 'batch requests'),
];
