import type { UrlSigner } from '@bqml-emulator/catalog';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

/** https://cloud.google.com/storage/docs/xml-api/reference-status */
const REFUSALS = {
  expired: {
    status: 400,
    code: 'ExpiredToken',
    message: 'The provided token has expired.',
  },
  mismatch: {
    status: 403,
    code: 'SignatureDoesNotMatch',
    message:
      'Access denied. The request signature we calculated does not match the signature you provided. Check your Google secret key and signing method.',
  },
} as const;

const objectParameters = z.object({ bucket: z.string(), '*': z.string() });
const textParameters = z.record(z.string(), z.string());

/** URLs that the emulator signed are refused when they have expired or were changed. */
export function refuseBadSignatures(app: FastifyInstance, signer: UrlSigner): void {
  app.addHook('onRequest', (request, reply, done) => {
    const object = objectParameters.safeParse(request.params);
    const query = textParameters.safeParse(request.query);
    const refusal =
      object.success && query.success ? signer.refusal(object.data.bucket, object.data['*'], query.data) : undefined;
    if (refusal === undefined) return done();
    const { status, code, message } = REFUSALS[refusal];
    reply
      .code(status)
      .type('application/xml; charset=UTF-8')
      .send(`<?xml version='1.0' encoding='UTF-8'?><Error><Code>${code}</Code><Message>${message}</Message></Error>`);
  });
}
