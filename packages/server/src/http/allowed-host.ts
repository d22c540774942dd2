import { isIP } from 'node:net';

const LOOPBACK_NAMES = new Set(['localhost', '127.0.0.1', '::1']);

/** The host of a `Host` header without its port, in lower case; `undefined` when there is none. */
export function hostName(header: string | undefined): string | undefined {
  if (!header) return undefined;
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(header);
  return (bracketed?.[1] ?? header.replace(/:\d+$/, '')).toLowerCase();
}

/**
 * A page of another site can point its own name at 127.0.0.1, so that only the `Host` header tells it from a local
 * client. Loopback names and `allowed` pass. Where the server listens on every address, so does any IP address.
 */
export function isAllowedHost(header: string | undefined, allowed: ReadonlySet<string>): boolean {
  const name = hostName(header);
  if (name === undefined) return true;
  if (LOOPBACK_NAMES.has(name) || name.endsWith('.localhost') || allowed.has(name)) return true;
  return isIP(name) !== 0 && (allowed.has('0.0.0.0') || allowed.has('::'));
}

/** A browser names the page's origin; only pages that this server itself may have served pass. */
export function isAllowedOrigin(origin: string | undefined, allowed: ReadonlySet<string>): boolean {
  if (origin === undefined) return true;
  const url = URL.parse(origin);
  return url !== null && isAllowedHost(url.host, allowed);
}
