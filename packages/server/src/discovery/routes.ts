import { invalid } from '@bqml-emulator/common';
import { baseUrl } from '../http/base-url.ts';
import type { Route } from '../http/route.ts';
import { discoveryDocument } from './document.ts';
import type { DiscoveryApi } from './document.ts';

const BIGQUERY: DiscoveryApi = {
  name: 'bigquery',
  version: 'v2',
  title: 'BigQuery API',
  servicePath: 'bigquery/v2/',
  ids: ['bigquery'],
  naming: 'parts',
};
const CONNECTION: DiscoveryApi = {
  name: 'bigqueryconnection',
  version: 'v1',
  title: 'BigQuery Connection API',
  servicePath: '',
  ids: ['bigqueryconnection'],
  naming: 'resource',
};
const RESERVATION: DiscoveryApi = {
  ...CONNECTION,
  name: 'bigqueryreservation',
  title: 'BigQuery Reservation API',
  ids: ['bigqueryreservation'],
};
/** `bq` asks one address for version v1 of whatever API it is about to call. */
const BOTH: DiscoveryApi = { ...CONNECTION, ids: [...CONNECTION.ids, ...RESERVATION.ids] };

const BY_VERSION: Readonly<Record<string, DiscoveryApi>> = { v2: BIGQUERY, v1: BOTH };

/** Documents made from the routes themselves. */
export function discoveryRoutes(routes: readonly Route[]): readonly Route[] {
  const documents = [BIGQUERY, CONNECTION, RESERVATION].map((api): Route => ({
    id: `discovery.apis.getRest.${api.name}`,
    method: 'GET',
    path: `/discovery/v1/apis/${api.name}/${api.version}/rest`,
    handle: ({ raw }) => discoveryDocument(api, routes, baseUrl(raw)),
  }));
  return [
    ...documents,
    {
      id: 'discovery.rest',
      method: 'GET',
      path: '/$discovery/rest',
      query: { version: 'string' },
      handle({ query, raw }) {
        const version = query.text('version') ?? 'v2';
        const api = BY_VERSION[version];
        if (!api) throw invalid(`There is no discovery document of version ${version}`, 'version');
        return discoveryDocument(api, routes, baseUrl(raw));
      },
    },
  ];
}
