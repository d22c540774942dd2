import type { Route } from '../http/route.ts';

export const healthRoutes: readonly Route[] = [
  {
    id: 'emulator.healthz',
    method: 'GET',
    path: '/healthz',
    handle: (_request, context) => ({ status: 'ok', ...context.health() }),
  },
];
