import { STATUS_CODES } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { readBytes, inflatedRequestBody } from '../../http/request-body.ts';
import type { RouteRequest } from '../../http/route.ts';
import type { StorageContext } from '../../context.ts';
import { invalidRequest } from '../storage-error.ts';
import { storageRoute } from '../storage-route.ts';
import type { StorageRoute } from '../storage-route.ts';

/** https://cloud.google.com/storage/docs/batch#overview */
const MAX_BYTES = 10 << 20;
const MAX_CALLS = 100;

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

interface Call {
  readonly contentId: string;
  readonly method: (typeof METHODS)[number];
  /** Path and query below `/storage/v1/`. */
  readonly url: string;
  readonly contentType: string | undefined;
  readonly body: string;
}

/** Calls of the JSON API in one request, answered in their order; uploads and downloads are not among them. */
async function runBatch(request: RouteRequest, _context: StorageContext, reply: FastifyReply): Promise<FastifyReply> {
  const boundary = /boundary=(?:"([^"]+)"|([^;\s]+))/.exec(request.raw.headers['content-type'] ?? '');
  const delimiter = boundary?.[1] ?? boundary?.[2];
  if (delimiter === undefined) throw invalidRequest('Missing multipart boundary');
  const body = Buffer.from(await readBytes(inflatedRequestBody(request.raw), MAX_BYTES)).toString('utf8');
  const calls = `\n${body}`
    .split(`\n--${delimiter}`)
    .slice(1)
    .filter((part) => !part.startsWith('--'))
    .map(readCall);
  if (calls.length > MAX_CALLS) throw invalidRequest(`A batch has at most ${MAX_CALLS} calls, not ${calls.length}.`);
  const answers: string[] = [];
  for (const call of calls) answers.push(await runCall(call, request.raw));
  const between = `batch_${delimiter.replaceAll(/[^0-9A-Za-z]/g, '')}`;
  return reply
    .code(200)
    .type(`multipart/mixed; boundary=${between}`)
    .send(`${answers.map((answer) => `--${between}\r\n${answer}\r\n`).join('')}--${between}--\r\n`);
}

function readCall(part: string): Call {
  const [outer = '', inner = '', ...rest] = part.replaceAll('\r\n', '\n').split('\n\n');
  const [requestLine = '', ...headers] = inner.replace(/^\n+/, '').split('\n');
  const match = /^([A-Z]+) (?:https?:\/\/[^/\s]+)?(\/storage\/v1\/\S*)(?: HTTP\/1\.[01])?$/.exec(requestLine);
  const method = METHODS.find((known) => known === match?.[1]);
  const url = match?.[2];
  if (method === undefined || url === undefined) throw invalidRequest(`Invalid call in a batch: ${requestLine}`);
  return {
    method,
    url,
    contentId: headerOf(outer.split('\n'), 'content-id') ?? '',
    contentType: headerOf(headers, 'content-type'),
    body: rest.join('\n\n').trim(),
  };
}

const headerOf = (lines: readonly string[], name: string): string | undefined =>
  lines
    .find((line) => line.toLowerCase().startsWith(`${name}:`))
    ?.slice(name.length + 1)
    .trim();

async function runCall({ method, url, contentId, contentType, body }: Call, request: FastifyRequest): Promise<string> {
  const { host } = request.headers;
  const answer = await request.server.inject({
    method,
    url,
    headers: { ...(host ? { host } : {}), ...(contentType ? { 'content-type': contentType } : {}) },
    ...(body === '' ? {} : { payload: body }),
  });
  return [
    'Content-Type: application/http',
    ...(contentId === '' ? [] : [`Content-ID: <response-${contentId.replace(/^<|>$/g, '')}>`]),
    '',
    `HTTP/1.1 ${answer.statusCode} ${STATUS_CODES[answer.statusCode] ?? ''}`,
    'Content-Type: application/json; charset=UTF-8',
    `Content-Length: ${Buffer.byteLength(answer.body)}`,
    '',
    answer.body,
  ].join('\r\n');
}

export const batchRoutes: readonly StorageRoute[] = [
  storageRoute({ id: 'storage.batch', method: 'POST', path: '/batch/storage/v1', streams: true, handle: runBatch }),
];
