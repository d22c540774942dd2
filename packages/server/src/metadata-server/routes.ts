import type { FastifyReply } from 'fastify';
import type { Route } from '../http/route.ts';

const CLOUD_PLATFORM = 'https://www.googleapis.com/auth/cloud-platform';

/**
 * Enough of the Compute Engine metadata server for application default credentials without credentials:
 * GCE_METADATA_HOST points Google's libraries here. https://cloud.google.com/compute/docs/metadata/overview
 */
function metadata(path: string, answer: (context: { projectId: string; userEmail: string }) => unknown): Route {
  return {
    id: `metadata${path.replaceAll('/', '.')}`,
    method: 'GET',
    path,
    handle(_request, context, reply: FastifyReply) {
      reply.header('metadata-flavor', 'Google');
      return answer(context);
    },
  };
}

const token = () => ({ access_token: 'emulator-token', expires_in: 3600, token_type: 'Bearer' });
const DEFAULT_ACCOUNT = '/computeMetadata/v1/instance/service-accounts/default';

export const metadataRoutes: readonly Route[] = [
  metadata('/', () => 'computeMetadata/'),
  metadata('/computeMetadata/v1/instance', () => ({})),
  metadata('/computeMetadata/v1/project/project-id', (c) => c.projectId),
  metadata('/computeMetadata/v1/universe/universe-domain', () => 'googleapis.com'),
  metadata(`${DEFAULT_ACCOUNT}/`, (c) => ({ aliases: ['default'], email: c.userEmail, scopes: [CLOUD_PLATFORM] })),
  metadata(`${DEFAULT_ACCOUNT}/email`, (c) => c.userEmail),
  metadata(`${DEFAULT_ACCOUNT}/scopes`, () => CLOUD_PLATFORM),
  metadata(`${DEFAULT_ACCOUNT}/token`, token),
  { id: 'emulator.token', method: 'POST', path: '/token', handle: token },
];
