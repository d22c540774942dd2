export interface Reply {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

export type CallBody =
  { readonly json: unknown } | { readonly bytes: Uint8Array<ArrayBuffer>; readonly contentType: string };

/** One HTTP exchange, whatever its status; an empty answer is `{}`. Gives up after a minute. */
export async function call(method: string, url: string, body?: CallBody): Promise<Reply> {
  const response = await fetch(url, { method, ...wireBody(body), signal: AbortSignal.timeout(60_000) });
  const text = await response.text();
  return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
}

function wireBody(body: CallBody | undefined): RequestInit {
  if (body === undefined) return {};
  return 'json' in body
    ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body.json) }
    : { headers: { 'content-type': body.contentType }, body: body.bytes };
}
