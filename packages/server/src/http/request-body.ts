import { pipeline, Readable } from 'node:stream';
import { createGunzip, createInflate } from 'node:zlib';
import { badRequest } from '@bqml-emulator/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The body stays a stream, as it was sent: see `requestBody`. */
    readonly streams?: boolean;
  }
}

/**
 * Bodies as Google's clients send them: gzip (Java), JSON with any or no content type, empty where a method needs
 * none. A body that is no JSON answers 400 in BigQuery's words.
 */
export function acceptRequestBodies(app: FastifyInstance): void {
  app.addHook('preParsing', (request, _reply, payload, done) => {
    const encoding = request.headers['content-encoding'];
    if (request.routeOptions.config.streams || !isInflatable(encoding)) return done(null, payload);
    // Fastify compares the length it read with Content-Length, which counts the compressed bytes.
    delete request.headers['content-encoding'];
    delete request.headers['content-length'];
    done(null, inflated(payload, encoding));
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body: Buffer, done) => {
    if (body.length === 0) return done(null, undefined);
    try {
      done(null, parseJson(body));
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)));
    }
  });
}

/** Bodies of any length and any type, for the routes of this scope. */
export function acceptStreams(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
}

/**
 * The bytes of a streamed body, once; `badRequest` when the client goes away before its end. The connection stays open
 * for an answer when the reader stops early.
 */
export async function* requestBody(request: FastifyRequest): AsyncGenerator<Uint8Array, void, undefined> {
  const { body } = request;
  if (!(body instanceof Readable)) return;
  yield* chunksOf(body);
}

/** The same, inflated when `Content-Encoding` says that it was compressed for the journey. */
export async function* inflatedRequestBody(request: FastifyRequest): AsyncGenerator<Uint8Array, void, undefined> {
  const { body } = request;
  if (!(body instanceof Readable)) return;
  const encoding = request.headers['content-encoding'];
  yield* chunksOf(isInflatable(encoding) ? inflated(body, encoding) : body);
}

/** A body that is small by its nature; `badRequest` above `maxBytes`. */
export async function readBytes(parts: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const part of parts) {
    size += part.length;
    if (size > maxBytes) throw badRequest(`Request payload size exceeds the limit: ${maxBytes} bytes.`);
    chunks.push(part);
  }
  return Buffer.concat(chunks, size);
}

/** The same as JSON; `badRequest` when it is none, undefined when it is empty. */
export async function readJson(parts: AsyncIterable<Uint8Array>, maxBytes: number): Promise<unknown> {
  const bytes = await readBytes(parts, maxBytes);
  return bytes.length === 0 ? undefined : parseJson(bytes);
}

export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw badRequest('Invalid JSON payload received.');
  }
}

async function* chunksOf(body: Readable): AsyncGenerator<Uint8Array, void, undefined> {
  const chunks: AsyncIterable<Buffer> = body.iterator({ destroyOnReturn: false });
  try {
    for await (const chunk of chunks) yield chunk;
  } catch (error) {
    if (!body.destroyed && !body.errored) throw error;
    throw badRequest('The request ended before its body was complete.');
  }
}

const isInflatable = (encoding: string | undefined): encoding is 'gzip' | 'deflate' =>
  encoding === 'gzip' || encoding === 'deflate';

/** An error of either stream reaches the reader of the second. */
function inflated(body: Readable, encoding: 'gzip' | 'deflate'): Readable {
  return pipeline(body, encoding === 'gzip' ? createGunzip() : createInflate(), () => undefined);
}
