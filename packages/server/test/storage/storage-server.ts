import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { randomIds, systemClock } from '@bqml-emulator/common';
import { FilesystemObjectStore } from '@bqml-emulator/object-store';
import type { ObjectStore } from '@bqml-emulator/object-store';
import type { FastifyInstance } from 'fastify';
import { ResumableSessions } from '../../src/http/resumable-sessions.ts';
import { serveRoutes } from '../../src/server.ts';
import { storageRoutes } from '../../src/storage/routes.ts';

/** Cloud Storage's routes on a loopback port, over directories. */
export class StorageServer {
  readonly directory: string;
  readonly store: ObjectStore;
  readonly url: string;
  /** Defects: what a request must never cause. */
  readonly defects: unknown[];
  readonly #app: FastifyInstance;

  private constructor(directory: string, store: ObjectStore, url: string, defects: unknown[], app: FastifyInstance) {
    this.directory = directory;
    this.store = store;
    this.url = url;
    this.defects = defects;
    this.#app = app;
  }

  static async start(directory = mkdtempSync(path.join(tmpdir(), 'storage-server-'))): Promise<StorageServer> {
    const objects = new FilesystemObjectStore({ root: path.join(directory, 'buckets'), ids: randomIds });
    const defects: unknown[] = [];
    const app = serveRoutes(
      storageRoutes,
      {
        objects,
        uploads: await ResumableSessions.open(path.join(directory, 'uploads'), systemClock, randomIds),
        projectId: 'test-project',
        location: 'US',
      },
      { allowedHosts: new Set(), onDefect: (error) => defects.push(error) },
    );
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    return new StorageServer(directory, objects, url, defects, app);
  }

  /** Ends the server and leaves its files. */
  async stop(): Promise<void> {
    await this.#app.close();
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }

  fetch(requestPath: string, init?: RequestInit): Promise<Response> {
    return fetch(requestPath.startsWith('http') ? requestPath : this.url + requestPath, init);
  }

  /** Status and JSON of an answer. */
  async json(
    requestPath: string,
    method = 'GET',
    body?: unknown,
  ): Promise<{ readonly status: number; readonly body: Record<string, unknown> }> {
    const response = await this.fetch(requestPath, {
      method,
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
  }

  /** Uploads by media; the resource. */
  async upload(
    bucket: string,
    name: string,
    content: string | Uint8Array<ArrayBuffer>,
    query = '',
  ): Promise<Record<string, unknown>> {
    const response = await this.fetch(
      `/upload/storage/v1/b/${bucket}/o?uploadType=media&name=${encodeURIComponent(name)}${query}`,
      { method: 'POST', body: content, headers: { 'content-type': 'text/plain' } },
    );
    return (await response.json()) as Record<string, unknown>;
  }
}
