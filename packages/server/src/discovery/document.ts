import type { ParameterType, Route } from '../http/route.ts';

/** https://developers.google.com/discovery/v1/reference/apis#resource */
export interface DiscoveryDocument {
  readonly kind: 'discovery#restDescription';
  readonly name: string;
  readonly version: string;
  readonly rootUrl: string;
  readonly servicePath: string;
  readonly schemas: Readonly<Record<string, unknown>>;
  readonly resources: Readonly<Record<string, DiscoveryResource>>;
  readonly [field: string]: unknown;
}

interface DiscoveryResource {
  methods?: Record<string, unknown>;
  resources?: Record<string, DiscoveryResource>;
}

interface DiscoveryParameter {
  readonly type: string;
  readonly location: 'path' | 'query';
  readonly required?: true;
  readonly repeated?: true;
  readonly pattern?: string;
}

/** The APIs that documents are made for. `ids` are the beginnings of their routes' ids. */
export interface DiscoveryApi {
  readonly name: string;
  readonly version: string;
  readonly title: string;
  readonly servicePath: string;
  readonly ids: readonly string[];
  /** Path parameters one by one (`projectId`), or as one name of a resource (`parent`, `name`). */
  readonly naming: 'parts' | 'resource';
}

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';

const COMMON_PARAMETERS = Object.fromEntries(
  ['access_token', 'alt', 'callback', 'fields', 'key', 'oauth_token', 'quotaUser', 'userIp', 'uploadType']
    .map((name): [string, DiscoveryParameter] => [name, { type: 'string', location: 'query' }])
    .concat([['prettyPrint', { type: 'boolean', location: 'query' }]]),
);

/** The document of an API as the routes serve it, refused methods included: they answer and say what they are. */
export function discoveryDocument(api: DiscoveryApi, routes: readonly Route[], origin: string): DiscoveryDocument {
  const served = routes.filter(({ id }) => api.ids.some((prefix) => id.startsWith(`${prefix}.`)));
  return {
    kind: 'discovery#restDescription',
    discoveryVersion: 'v1',
    id: `${api.name}:${api.version}`,
    name: api.name,
    version: api.version,
    title: api.title,
    protocol: 'rest',
    rootUrl: `${origin}/`,
    servicePath: api.servicePath,
    basePath: `/${api.servicePath}`,
    baseUrl: `${origin}/${api.servicePath}`,
    batchPath: `batch/${api.servicePath.replace(/\/$/, '')}`,
    parameters: COMMON_PARAMETERS,
    auth: { oauth2: { scopes: { [SCOPE]: { description: 'Any token is accepted.' } } } },
    schemas: schemasOf(served),
    resources: resourcesOf(served, api),
  };
}

/** Bodies are described by name only: what clients check is that the name is there. */
function schemasOf(routes: readonly Route[]): Record<string, unknown> {
  const names = new Set(routes.flatMap(({ request, response }) => [request, response]).filter((n) => n !== undefined));
  return Object.fromEntries(
    [...names].sort().map((id) => [id, { id, type: 'object', additionalProperties: { type: 'any' } }]),
  );
}

function resourcesOf(routes: readonly Route[], api: DiscoveryApi): Record<string, DiscoveryResource> {
  const root: DiscoveryResource = {};
  for (const route of routes) {
    const [, ...names] = route.id.split('.');
    const method = names.pop() ?? '';
    let resource = root;
    for (const name of names) {
      resource.resources ??= {};
      resource = resource.resources[name] ??= {};
    }
    resource.methods ??= {};
    resource.methods[method] = methodOf(route, api);
  }
  return root.resources ?? {};
}

function methodOf(route: Route, api: DiscoveryApi): Record<string, unknown> {
  const { path, parameters } = pathOf(route, api);
  const query = Object.entries(route.query ?? {}).map(([name, type]) => [name, queryParameter(type)]);
  return {
    id: route.id,
    path,
    flatPath: path.replaceAll('{+', '{'),
    httpMethod: route.method,
    parameters: { ...Object.fromEntries(query), ...parameters },
    parameterOrder: Object.keys(parameters),
    ...(route.request === undefined ? {} : { request: { $ref: route.request } }),
    ...(route.response === undefined ? {} : { response: { $ref: route.response } }),
    ...(route.upload === undefined ? {} : { supportsMediaUpload: true, mediaUpload: mediaUpload(route.upload) }),
    scopes: [SCOPE],
  };
}

const RESOURCE_VERBS = new Set(['getIamPolicy', 'setIamPolicy', 'testIamPermissions']);

function pathOf(
  { path, verb }: Route,
  { naming, servicePath }: DiscoveryApi,
): { readonly path: string; readonly parameters: Readonly<Record<string, DiscoveryParameter>> } {
  const custom = verb === undefined ? '' : `:${verb}`;
  const relative = path.slice(1);
  const onResource = verb !== undefined && RESOURCE_VERBS.has(verb);
  if (naming === 'parts' && !onResource) {
    const names = [...relative.matchAll(/:(\w+)/g)].map(([, name]) => name ?? '');
    return {
      path: relative.replaceAll(/:(\w+)/g, '{+$1}') + custom,
      parameters: Object.fromEntries(names.map((name) => [name, pathParameter('^[^/]+$')])),
    };
  }
  // `v1/projects/:p/locations/:l/connections` is `v1/{+parent}/connections`.
  const [version, rest] =
    naming === 'parts' ? ['', relative] : [/^\w+\//.exec(relative)?.[0] ?? '', relative.replace(/^\w+\//, '')];
  // A singleton (`biReservation`) belongs to the name.
  const collection = /\/(\w+s)$/.exec(rest)?.[1];
  const inside = collection === undefined ? rest : rest.slice(0, -collection.length - 1);
  const name = onResource
    ? 'resource'
    : collection === undefined && !inside.endsWith(':locationId')
      ? 'name'
      : 'parent';
  const pattern = `^${inside.replaceAll(/:\w+/g, '[^/]+')}$`;
  return {
    path: `${version.replace(servicePath, '')}{+${name}}${collection === undefined ? '' : `/${collection}`}${custom}`,
    parameters: { [name]: pathParameter(pattern) },
  };
}

const pathParameter = (pattern: string): DiscoveryParameter => ({
  type: 'string',
  location: 'path',
  required: true,
  pattern,
});

const queryParameter = (type: ParameterType): DiscoveryParameter =>
  type === 'repeated' ? { type: 'string', location: 'query', repeated: true } : { type, location: 'query' };

const mediaUpload = (path: string) => ({
  accept: ['*/*'],
  protocols: {
    simple: { multipart: true, path: path.replaceAll(/:(\w+)/g, '{+$1}') },
    resumable: { multipart: true, path: `/resumable${path.replaceAll(/:(\w+)/g, '{+$1}')}` },
  },
});
