import { notImplemented } from '@bqml-emulator/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ServerContext } from '../context.ts';

export interface RouteRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: QueryString;
  /** Parsed JSON; undefined for an empty body. */
  readonly body: unknown;
  readonly raw: FastifyRequest;
  /** Ends when the client goes away. */
  readonly signal: AbortSignal;
}

/** A repeated parameter may be given several times. */
export type ParameterType = 'string' | 'integer' | 'boolean' | 'repeated';

/**
 * One method of the HTTP surface. The table of routes is also what the discovery documents and
 * docs/compatibility.md are made from.
 */
export interface Route<Context = ServerContext> {
  /** Google's name of the method: `bigquery.datasets.get`. */
  readonly id: string;
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Without `/bigquery/v2`. */
  readonly path: string;
  /** The custom method after the path: `getIamPolicy` of `tables/t:getIamPolicy`. */
  readonly verb?: string;
  /** Query parameters that it reads, for discovery documents. */
  readonly query?: Readonly<Record<string, ParameterType>>;
  /** Schema names of the bodies in Google's discovery documents. */
  readonly request?: string;
  readonly response?: string;
  /** Where the same method takes a media upload. */
  readonly upload?: string;
  /** Known and refused: it answers 501 and names itself. */
  readonly refused?: true;
  /** The body may be of any length and is not read: see `requestBody`. */
  readonly streams?: true;
  /** What is returned is sent as JSON with status 200; undefined is 204; `reply` is what answers by itself. */
  handle(request: RouteRequest, context: Context, reply: FastifyReply): unknown;
}

/** Query parameters: repeatable, booleans as `true`, `True` or `1`. Unknown parameters are ignored. */
export class QueryString {
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(values: unknown) {
    this.#values = typeof values === 'object' && values !== null ? { ...values } : {};
  }

  text(name: string): string | undefined {
    return this.list(name)[0];
  }

  list(name: string): readonly string[] {
    const value = this.#values[name];
    if (Array.isArray(value)) return value.filter((v): v is string => typeof v === 'string' && v !== '');
    return typeof value === 'string' && value !== '' ? [value] : [];
  }

  flag(name: string): boolean {
    const value = this.text(name)?.toLowerCase();
    return value === 'true' || value === '1';
  }

  /** A count; undefined when absent or not a non-negative whole number. */
  count(name: string): number | undefined {
    const value = this.text(name);
    return value !== undefined && /^\d{1,15}$/.test(value) ? Number(value) : undefined;
  }
}

/** A method of Google's that the emulator has not; the error names `feature`. */
export function refusedRoute(route: Omit<Route, 'handle' | 'refused'>, feature: string = route.id): Route {
  return {
    ...route,
    refused: true,
    handle() {
      throw notImplemented(feature);
    },
  };
}
