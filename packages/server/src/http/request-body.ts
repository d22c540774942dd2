import { createGunzip, createInflate } from 'node:zlib';
import { badRequest } from '@bqml-emulator/common';
import type { FastifyInstance } from 'fastify';

/**
 * Bodies as Google's clients send them: gzip (Java), JSON with any or no content type, empty where a method needs
 * none. A body that is no JSON answers 400 in BigQuery's words.
 */
export function acceptRequestBodies(app: FastifyInstance): void {
  app.addHook('preParsing', (request, _reply, payload, done) => {
    const encoding = request.headers['content-encoding'];
    if (encoding !== 'gzip' && encoding !== 'deflate') return done(null, payload);
    const inflated = payload.pipe(encoding === 'gzip' ? createGunzip() : createInflate());
    // Fastify compares the length it read with Content-Length, which counts the compressed bytes.
    delete request.headers['content-encoding'];
    delete request.headers['content-length'];
    done(null, inflated);
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body: Buffer, done) => {
    if (body.length === 0) return done(null, undefined);
    try {
      done(null, JSON.parse(body.toString('utf8')));
    } catch {
      done(badRequest('Invalid JSON payload received.'));
    }
  });
}
