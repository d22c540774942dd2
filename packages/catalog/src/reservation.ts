import { ServiceError, invalid } from '@bqml-emulator/common';
import type { LocatedName, LocatedResources } from './located-resources.ts';
import type { Labels } from './resource.ts';

/** `location` is compared without case. */
export interface ReservationReference {
  readonly projectId: string;
  readonly location: string;
  readonly reservationId: string;
}

export type Edition = 'STANDARD' | 'ENTERPRISE' | 'ENTERPRISE_PLUS';

/** https://cloud.google.com/bigquery/docs/reference/reservations/rest/v1/projects.locations.reservations */
export interface Reservation {
  readonly reference: ReservationReference;
  readonly edition: Edition | undefined;
  readonly slotCapacity: number;
  readonly autoscaleMaxSlots: number | undefined;
  readonly ignoreIdleSlots: boolean;
  /** Queries that run at once; undefined: chosen by BigQuery. */
  readonly concurrency: number | undefined;
  readonly labels: Labels;
  readonly creationMillis: number;
  readonly lastModifiedMillis: number;
}

/** What a reservation is used for. */
export interface ReservationAssignment {
  readonly reservation: ReservationReference;
  readonly assignmentId: string;
  /** `projects/p`, `folders/1` or `organizations/1`; the latter two are parents of every project. */
  readonly assignee: string;
  /** `QUERY`, `PIPELINE`, `ML_EXTERNAL`, ... */
  readonly jobType: string;
}

export type ReservationStore = LocatedResources<Reservation>;
/** Ids are `reservation/assignment`. */
export type AssignmentStore = LocatedResources<ReservationAssignment>;

export const reservationName = (r: ReservationReference) =>
  `projects/${r.projectId}/locations/${r.location}/reservations/${r.reservationId}`;
export const assignmentName = (r: ReservationReference, assignmentId: string) =>
  `${reservationName(r)}/assignments/${assignmentId}`;

export const reservationNotFound = (r: ReservationReference) =>
  new ServiceError('notFound', `Not found: Reservation ${reservationName(r)}`);
export const reservationAlreadyExists = (r: ReservationReference) =>
  new ServiceError('duplicate', `Already Exists: Reservation ${reservationName(r)}`);
export const assignmentNotFound = (r: ReservationReference, assignmentId: string) =>
  new ServiceError('notFound', `Not found: Assignment ${assignmentName(r, assignmentId)}`);
export const assignmentAlreadyExists = (r: ReservationReference, assignmentId: string) =>
  new ServiceError('duplicate', `Already Exists: Assignment ${assignmentName(r, assignmentId)}`);

export const locatedReservation = ({ projectId, location, reservationId }: ReservationReference): LocatedName => ({
  projectId,
  location,
  id: reservationId,
});
export const locatedAssignment = (r: ReservationReference, assignmentId: string): LocatedName => ({
  projectId: r.projectId,
  location: r.location,
  id: `${r.reservationId}/${assignmentId}`,
});

/** https://cloud.google.com/bigquery/docs/reference/standard-sql/data-definition-language#create_reservation_statement */
const RESERVATION_ID = /^[a-z]([a-z0-9-]{0,62}[a-z0-9])?$/;

export function createReservation(store: ReservationStore, reservation: Reservation): void {
  const { reference } = reservation;
  if (!RESERVATION_ID.test(reference.reservationId)) {
    throw invalid(`Invalid reservation ID "${reference.reservationId}"`, 'reservationId');
  }
  if (!store.create(locatedReservation(reference), reservation)) throw reservationAlreadyExists(reference);
}

export function assignmentsOf(store: AssignmentStore, r: ReservationReference): readonly ReservationAssignment[] {
  return store
    .list(r.projectId, r.location)
    .filter((assignment) => assignment.reservation.reservationId === r.reservationId);
}

/** A reservation that is assigned cannot be deleted. */
export function deleteReservation(
  reservations: ReservationStore,
  assignments: AssignmentStore,
  reference: ReservationReference,
): void {
  if (assignmentsOf(assignments, reference).length > 0) {
    throw new ServiceError('resourceInUse', `Reservation ${reservationName(reference)} has assignments`);
  }
  if (!reservations.delete(locatedReservation(reference))) throw reservationNotFound(reference);
}

export function createAssignment(
  reservations: ReservationStore,
  assignments: AssignmentStore,
  assignment: ReservationAssignment,
): void {
  const { reservation, assignmentId, assignee } = assignment;
  if (!reservations.get(locatedReservation(reservation))) throw reservationNotFound(reservation);
  if (!/^(?:projects|folders|organizations)\/[^/]+$/.test(assignee)) {
    throw invalid(`Invalid assignee "${assignee}"`, 'assignee');
  }
  if (!assignments.create(locatedAssignment(reservation, assignmentId), assignment)) {
    throw assignmentAlreadyExists(reservation, assignmentId);
  }
}
