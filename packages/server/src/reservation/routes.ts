import {
  assignmentNotFound,
  assignmentsOf,
  createAssignment,
  createReservation,
  deleteReservation,
  locatedAssignment,
  locatedReservation,
  reservationNotFound,
} from '@bqml-emulator/catalog';
import type { Reservation, ReservationReference } from '@bqml-emulator/catalog';
import { required } from '@bqml-emulator/common';
import { pageOf } from '../bigquery/wire/page-token.ts';
import type { ServerContext } from '../context.ts';
import { resourceProject } from '../http/resource-project.ts';
import { withCamelCaseFields } from '../http/proto-json.ts';
import { refusedRoute } from '../http/route.ts';
import type { Route, RouteRequest } from '../http/route.ts';
import {
  changedReservation,
  matchesQuery,
  toAssignment,
  toAssignmentResource,
  toReservation,
  toReservationResource,
} from './reservation-resource.ts';

const LOCATION = '/v1/projects/:projectId/locations/:locationId';
const RESERVATIONS = `${LOCATION}/reservations`;
const RESERVATION = `${RESERVATIONS}/:reservationId`;
const ASSIGNMENTS = `${RESERVATION}/assignments`;
const ID_BYTES = 8;
const API = 'bigqueryreservation.projects.locations';

function referenceOf({ params }: RouteRequest, context: ServerContext): ReservationReference {
  return {
    projectId: resourceProject(context.catalog, params.projectId ?? ''),
    location: params.locationId ?? '',
    reservationId: params.reservationId ?? '',
  };
}

function existing(request: RouteRequest, context: ServerContext): Reservation {
  const reference = referenceOf(request, context);
  const reservation = context.reservations.get(locatedReservation(reference));
  if (!reservation) throw reservationNotFound(reference);
  return reservation;
}

const page = <T>(request: RouteRequest, items: readonly T[], key: (item: T) => string) =>
  pageOf(items, key, request.query.count('pageSize'), request.query.text('pageToken'));

function searchAssignments(request: RouteRequest, context: ServerContext): unknown {
  const { projectId, location } = referenceOf(request, context);
  const found = context.assignments
    .list(projectId, location)
    .filter((assignment) => matchesQuery(assignment, request.query.text('query')));
  return found.length > 0 ? { assignments: found.map(toAssignmentResource) } : {};
}

const PAGES = { pageSize: 'integer', pageToken: 'string' } as const;

/** https://cloud.google.com/bigquery/docs/reference/reservations/rest */
export const reservationRoutes: readonly Route[] = [
  {
    id: `${API}.reservations.create`,
    method: 'POST',
    path: RESERVATIONS,
    query: { reservationId: 'string' },
    request: 'Reservation',
    response: 'Reservation',
    handle(request, context) {
      const reservationId = request.query.text('reservationId');
      if (reservationId === undefined) throw required('reservationId');
      const reference = { ...referenceOf(request, context), reservationId };
      const reservation = toReservation(withCamelCaseFields(request.body), reference, context.clock.nowMillis());
      createReservation(context.reservations, reservation);
      return toReservationResource(reservation);
    },
  },
  {
    id: `${API}.reservations.list`,
    method: 'GET',
    path: RESERVATIONS,
    query: PAGES,
    response: 'ListReservationsResponse',
    handle(request, context) {
      const { projectId, location } = referenceOf(request, context);
      const reservations = context.reservations.list(projectId, location === '-' ? undefined : location);
      const { page: shown, nextPageToken } = page(
        request,
        reservations,
        ({ reference }) => `${reference.reservationId}/${reference.location}`,
      );
      return {
        ...(shown.length > 0 ? { reservations: shown.map(toReservationResource) } : {}),
        ...(nextPageToken === undefined ? {} : { nextPageToken }),
      };
    },
  },
  {
    id: `${API}.reservations.get`,
    method: 'GET',
    path: RESERVATION,
    response: 'Reservation',
    handle: (request, context) => toReservationResource(existing(request, context)),
  },
  {
    id: `${API}.reservations.patch`,
    method: 'PATCH',
    path: RESERVATION,
    query: { updateMask: 'string' },
    request: 'Reservation',
    response: 'Reservation',
    handle(request, context) {
      const before = existing(request, context);
      const mask = request.query.text('updateMask');
      const changed = changedReservation(before, withCamelCaseFields(request.body), mask, context.clock.nowMillis());
      context.reservations.update(locatedReservation(before.reference), changed);
      return toReservationResource(changed);
    },
  },
  {
    id: `${API}.reservations.delete`,
    method: 'DELETE',
    path: RESERVATION,
    response: 'Empty',
    handle(request, context) {
      deleteReservation(context.reservations, context.assignments, referenceOf(request, context));
      return {};
    },
  },
  {
    id: `${API}.reservations.assignments.create`,
    method: 'POST',
    path: ASSIGNMENTS,
    query: { assignmentId: 'string' },
    request: 'Assignment',
    response: 'Assignment',
    handle(request, context) {
      const assignmentId = request.query.text('assignmentId') ?? context.ids.hex(ID_BYTES);
      const assignment = toAssignment(withCamelCaseFields(request.body), referenceOf(request, context), assignmentId);
      createAssignment(context.reservations, context.assignments, assignment);
      return toAssignmentResource(assignment);
    },
  },
  {
    id: `${API}.reservations.assignments.list`,
    method: 'GET',
    path: ASSIGNMENTS,
    query: PAGES,
    response: 'ListAssignmentsResponse',
    handle(request, context) {
      const reference = referenceOf(request, context);
      const assignments =
        reference.reservationId === '-'
          ? context.assignments.list(reference.projectId, reference.location)
          : assignmentsOf(context.assignments, reference);
      const { page: shown, nextPageToken } = page(request, assignments, (a) => a.assignmentId);
      return {
        ...(shown.length > 0 ? { assignments: shown.map(toAssignmentResource) } : {}),
        ...(nextPageToken === undefined ? {} : { nextPageToken }),
      };
    },
  },
  {
    id: `${API}.reservations.assignments.delete`,
    method: 'DELETE',
    path: `${ASSIGNMENTS}/:assignmentId`,
    response: 'Empty',
    handle(request, context) {
      const reference = referenceOf(request, context);
      const { assignmentId = '' } = request.params;
      if (!context.assignments.delete(locatedAssignment(reference, assignmentId))) {
        throw assignmentNotFound(reference, assignmentId);
      }
      return {};
    },
  },
  ...['searchAssignments', 'searchAllAssignments'].map((verb): Route => ({
    id: `${API}.${verb}`,
    method: 'GET',
    path: LOCATION,
    verb,
    query: { ...PAGES, query: 'string' },
    response: `${verb.charAt(0).toUpperCase()}${verb.slice(1)}Response`,
    handle: searchAssignments,
  })),
  {
    id: `${API}.getBiReservation`,
    method: 'GET',
    path: `${LOCATION}/biReservation`,
    response: 'BiReservation',
    handle(request, context) {
      const { projectId, location } = referenceOf(request, context);
      return { name: `projects/${projectId}/locations/${location}/biReservation`, size: '0' };
    },
  },
  refusedRoute({
    id: `${API}.capacityCommitments.create`,
    method: 'POST',
    path: `${LOCATION}/capacityCommitments`,
    query: { capacityCommitmentId: 'string' },
    request: 'CapacityCommitment',
    response: 'CapacityCommitment',
  }),
  refusedRoute({
    id: `${API}.capacityCommitments.list`,
    method: 'GET',
    path: `${LOCATION}/capacityCommitments`,
    query: PAGES,
    response: 'ListCapacityCommitmentsResponse',
  }),
];
