import { assignmentName, projectNumber, reservationName } from '@bqml-emulator/catalog';
import type { Reservation, ReservationAssignment, ReservationReference } from '@bqml-emulator/catalog';
import { required } from '@bqml-emulator/common';
import { z } from 'zod';
import { definedLabels } from '../bigquery/converters/description.ts';
import { readBody, wireBoolean, wireInteger, wireLabels, wireText } from '../bigquery/wire/json.ts';
import { maskedFields } from '../http/field-mask.ts';

/** https://cloud.google.com/bigquery/docs/reference/reservations/rest/v1/projects.locations.reservations */
const reservationRequest = z.object({
  slotCapacity: wireInteger,
  ignoreIdleSlots: wireBoolean,
  concurrency: wireInteger,
  edition: z.enum(['EDITION_UNSPECIFIED', 'STANDARD', 'ENTERPRISE', 'ENTERPRISE_PLUS']).nullish(),
  autoscale: z.object({ maxSlots: wireInteger }).nullish(),
  labels: wireLabels,
});

/** The body of reservations.create. */
export function toReservation(body: unknown, reference: ReservationReference, nowMillis: number): Reservation {
  const r = readBody(reservationRequest, body);
  return {
    reference,
    edition: r.edition === 'EDITION_UNSPECIFIED' ? undefined : (r.edition ?? undefined),
    slotCapacity: r.slotCapacity ?? 0,
    autoscaleMaxSlots: r.autoscale?.maxSlots,
    ignoreIdleSlots: r.ignoreIdleSlots ?? false,
    concurrency: r.concurrency,
    labels: definedLabels(r.labels ?? {}),
    creationMillis: nowMillis,
    lastModifiedMillis: nowMillis,
  };
}

const MUTABLE = ['slotCapacity', 'ignoreIdleSlots', 'concurrency', 'autoscale', 'autoscale.maxSlots', 'labels'];

/** The body of reservations.patch. */
export function changedReservation(
  before: Reservation,
  body: unknown,
  updateMask: string | undefined,
  nowMillis: number,
): Reservation {
  const given = toReservation(body, before.reference, nowMillis);
  const fields = maskedFields(updateMask, body, MUTABLE);
  const scales = fields.has('autoscale') || fields.has('autoscale.maxSlots');
  return {
    ...before,
    slotCapacity: fields.has('slotCapacity') ? given.slotCapacity : before.slotCapacity,
    ignoreIdleSlots: fields.has('ignoreIdleSlots') ? given.ignoreIdleSlots : before.ignoreIdleSlots,
    concurrency: fields.has('concurrency') ? given.concurrency : before.concurrency,
    autoscaleMaxSlots: scales ? given.autoscaleMaxSlots : before.autoscaleMaxSlots,
    labels: fields.has('labels') ? given.labels : before.labels,
    lastModifiedMillis: nowMillis,
  };
}

export function toReservationResource(r: Reservation): Record<string, unknown> {
  return {
    name: reservationName(r.reference),
    slotCapacity: String(r.slotCapacity),
    ...(r.ignoreIdleSlots ? { ignoreIdleSlots: true } : {}),
    ...(r.concurrency === undefined ? {} : { concurrency: String(r.concurrency) }),
    ...(r.autoscaleMaxSlots === undefined
      ? {}
      : { autoscale: { currentSlots: '0', maxSlots: String(r.autoscaleMaxSlots) } }),
    ...(r.edition === undefined ? {} : { edition: r.edition }),
    ...(Object.keys(r.labels).length > 0 ? { labels: r.labels } : {}),
    creationTime: new Date(r.creationMillis).toISOString(),
    updateTime: new Date(r.lastModifiedMillis).toISOString(),
  };
}

const assignmentRequest = z.object({ assignee: wireText, jobType: wireText });

/** The body of assignments.create. */
export function toAssignment(
  body: unknown,
  reservation: ReservationReference,
  assignmentId: string,
): ReservationAssignment {
  const { assignee, jobType } = readBody(assignmentRequest, body);
  if (assignee === undefined) throw required('assignee');
  if (jobType === undefined) throw required('jobType');
  return { reservation, assignmentId, assignee, jobType };
}

export const toAssignmentResource = (a: ReservationAssignment): Record<string, unknown> => ({
  name: assignmentName(a.reservation, a.assignmentId),
  assignee: a.assignee,
  jobType: a.jobType,
  state: 'ACTIVE',
});

/** `assignee:projects/p`, by id or number. */
export function matchesQuery(assignment: ReservationAssignment, query: string | undefined): boolean {
  const wanted = /^assignee[:=](.+)$/.exec(query ?? '')?.[1];
  const project = /^projects\/(.+)$/.exec(assignment.assignee)?.[1];
  return (
    wanted === undefined ||
    wanted === assignment.assignee ||
    (project !== undefined && wanted === `projects/${projectNumber(project)}`)
  );
}
