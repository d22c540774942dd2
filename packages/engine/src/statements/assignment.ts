import {
  assignmentAlreadyExists,
  assignmentNotFound,
  createAssignment as create,
  locatedAssignment,
} from '@bqml-emulator/catalog';
import { invalidQuery } from '@bqml-emulator/common';
import type { CreateAssignmentStatement, DropAssignmentStatement } from '../logical/index.ts';
import { StatementOptions } from './options.ts';
import type { StatementContext, StatementOutcome } from './statement-context.ts';

/** https://cloud.google.com/bigquery/docs/reference/standard-sql/data-definition-language#create_assignment_statement */
export function createAssignment(statement: CreateAssignmentStatement, context: StatementContext): StatementOutcome {
  const { reference, assignmentId, ifExists } = statement;
  const statementType = 'CREATE_ASSIGNMENT';
  if (context.assignments.get(locatedAssignment(reference, assignmentId))) {
    if (ifExists === 'error') throw assignmentAlreadyExists(reference, assignmentId);
    return { statistics: { statementType, ddlOperationPerformed: 'SKIP' } };
  }
  const options = new StatementOptions(statement.options);
  const assignee = options.text('assignee');
  const jobType = options.text('job_type');
  if (assignee === undefined) throw invalidQuery('Option assignee must be set in CREATE ASSIGNMENT');
  if (jobType === undefined) throw invalidQuery('Option job_type must be set in CREATE ASSIGNMENT');
  create(context.reservations, context.assignments, {
    reservation: reference,
    assignmentId,
    assignee,
    jobType: jobType.toUpperCase(),
  });
  return { statistics: { statementType, ddlOperationPerformed: 'CREATE' } };
}

export function dropAssignment(statement: DropAssignmentStatement, context: StatementContext): StatementOutcome {
  const { reference, assignmentId, ifExists } = statement;
  const dropped = context.assignments.delete(locatedAssignment(reference, assignmentId));
  if (!dropped && !ifExists) throw assignmentNotFound(reference, assignmentId);
  return { statistics: { statementType: 'DROP_ASSIGNMENT', ddlOperationPerformed: dropped ? 'DROP' : 'SKIP' } };
}
