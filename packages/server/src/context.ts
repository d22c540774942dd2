import type {
  AssignmentStore,
  Catalog,
  ConnectionStore,
  ReservationStore,
  TableStore,
  UrlSigner,
} from '@bqml-emulator/catalog';
import type { Clock, IdSource } from '@bqml-emulator/common';
import type { QueryEngine } from '@bqml-emulator/engine';
import type { ObjectStore } from '@bqml-emulator/object-store';
import type { RequestIds } from './bigquery/request-ids.ts';
import type { ResumableSessions } from './http/resumable-sessions.ts';

/** What the routes know of the emulator. */
export interface ServerContext {
  readonly catalog: Catalog;
  readonly tables: TableStore;
  readonly engine: QueryEngine;
  readonly connections: ConnectionStore;
  readonly reservations: ReservationStore;
  readonly assignments: AssignmentStore;
  readonly urlSigner: UrlSigner;
  readonly requestIds: RequestIds;
  readonly objects: ObjectStore;
  readonly uploads: ResumableSessions;
  readonly clock: Clock;
  readonly ids: IdSource;
  /** The project of clients that name none, and of the fake credentials. */
  readonly projectId: string;
  readonly userEmail: string;
  /** Where datasets are made that name no location. */
  readonly location: string;
  /** Answered by `/healthz` beside the status. */
  readonly health: () => Readonly<Record<string, unknown>>;
}

/** What Cloud Storage's routes know of it. */
export type StorageContext = Pick<ServerContext, 'objects' | 'uploads' | 'projectId' | 'location'>;
