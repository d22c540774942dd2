import {
  createReservation as create,
  deleteReservation,
  locatedReservation,
  reservationAlreadyExists,
  reservationNotFound,
} from '@bqml-emulator/catalog';
import type { Edition, Reservation } from '@bqml-emulator/catalog';
import { invalidQuery } from '@bqml-emulator/common';
import type {
  AlterReservationStatement,
  CreateReservationStatement,
  DropReservationStatement,
} from '../logical/index.ts';
import { StatementOptions } from './options.ts';
import type { StatementContext, StatementOutcome } from './statement-context.ts';

const EDITIONS: readonly Edition[] = ['STANDARD', 'ENTERPRISE', 'ENTERPRISE_PLUS'];

/** https://cloud.google.com/bigquery/docs/reference/standard-sql/data-definition-language#create_reservation_statement */
export function createReservation(statement: CreateReservationStatement, context: StatementContext): StatementOutcome {
  const { reference } = statement;
  const statementType = 'CREATE_RESERVATION';
  if (context.reservations.get(locatedReservation(reference))) {
    if (statement.ifExists === 'error') throw reservationAlreadyExists(reference);
    return { statistics: { statementType, ddlOperationPerformed: 'SKIP' } };
  }
  const options = new StatementOptions(statement.options);
  const now = context.clock.nowMillis();
  const empty: Reservation = {
    reference,
    edition: undefined,
    slotCapacity: 0,
    autoscaleMaxSlots: undefined,
    ignoreIdleSlots: false,
    concurrency: undefined,
    labels: {},
    creationMillis: now,
    lastModifiedMillis: now,
  };
  create(context.reservations, withOptions(empty, options));
  return { statistics: { statementType, ddlOperationPerformed: 'CREATE' } };
}

export function alterReservation(statement: AlterReservationStatement, context: StatementContext): StatementOutcome {
  const { reference } = statement;
  const statementType = 'ALTER_RESERVATION';
  const before = context.reservations.get(locatedReservation(reference));
  if (!before) {
    if (!statement.ifExists) throw reservationNotFound(reference);
    return { statistics: { statementType, ddlOperationPerformed: 'SKIP' } };
  }
  const options = new StatementOptions(statement.options);
  if (options.has('edition')) throw invalidQuery('Option edition cannot be changed');
  const changed = { ...withOptions(before, options), lastModifiedMillis: context.clock.nowMillis() };
  context.reservations.update(locatedReservation(reference), changed);
  return { statistics: { statementType, ddlOperationPerformed: 'ALTER' } };
}

export function dropReservation(statement: DropReservationStatement, context: StatementContext): StatementOutcome {
  const { reference } = statement;
  const statementType = 'DROP_RESERVATION';
  if (!context.reservations.get(locatedReservation(reference)) && statement.ifExists) {
    return { statistics: { statementType, ddlOperationPerformed: 'SKIP' } };
  }
  deleteReservation(context.reservations, context.assignments, reference);
  return { statistics: { statementType, ddlOperationPerformed: 'DROP' } };
}

function withOptions(before: Reservation, options: StatementOptions): Reservation {
  const slots = (name: string) => {
    const value = options.integer(name);
    return value === undefined ? undefined : Number(value);
  };
  return {
    ...before,
    edition: readEdition(options.text('edition')) ?? before.edition,
    slotCapacity: slots('slot_capacity') ?? before.slotCapacity,
    autoscaleMaxSlots: slots('autoscale_max_slots') ?? before.autoscaleMaxSlots,
    ignoreIdleSlots: options.flag('ignore_idle_slots') ?? before.ignoreIdleSlots,
    concurrency: slots('target_job_concurrency') ?? before.concurrency,
    labels: options.has('labels') ? options.labels() : before.labels,
  };
}

function readEdition(text: string | undefined): Edition | undefined {
  const edition = EDITIONS.find((e) => e === text?.toUpperCase());
  if (text !== undefined && !edition) {
    throw invalidQuery(`Invalid value for option edition; supported values are ${EDITIONS.join(', ')}`);
  }
  return edition;
}
