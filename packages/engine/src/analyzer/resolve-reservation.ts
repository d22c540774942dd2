import type { ReservationReference } from '@bqml-emulator/catalog';
import type * as sql from '@bqml-emulator/sql';
import type { ResolvedStatement } from '../logical/index.ts';
import type { Analysis } from './analysis.ts';
import { resolveOptions } from './resolve-options.ts';
import { ASSIGNMENT_OPTIONS, RESERVATION_OPTIONS } from './statement-options.ts';

/** `[project.]region-us.reservation[.assignment]`, `count` names after the location. */
function located(analysis: Analysis, path: sql.PathExpression, count: 1 | 2) {
  const parts = path.names.flatMap((n) => n.name.split('.'));
  const names = parts.slice(-count);
  const region = /^region-(.+)$/i.exec(parts.at(-count - 1) ?? '')?.[1];
  if (region === undefined || names.length < count) {
    throw analysis.error(path, `Invalid name: ${parts.join('.')}; project.region-LOCATION.name is expected`);
  }
  const project = parts.slice(0, -count - 1).join('.');
  const reference: ReservationReference = {
    projectId: project === '' ? analysis.context.projectId : project,
    location: region,
    reservationId: names[0] ?? '',
  };
  return { reference, assignmentId: names[1] ?? '' };
}

/**
 * RESERVATION and ASSIGNMENT.
 * https://cloud.google.com/bigquery/docs/reference/standard-sql/data-definition-language#create_reservation_statement
 */
export function resolveCreateEntity(analysis: Analysis, node: sql.CreateEntityStatement): ResolvedStatement {
  const type = node.type.name.toUpperCase();
  if (node.orReplace) throw analysis.notImplemented(node, `CREATE OR REPLACE ${type}`);
  const ifExists = node.ifNotExists ? 'ignore' : 'error';
  if (type === 'RESERVATION') {
    const options = resolveOptions(analysis, node.options, RESERVATION_OPTIONS);
    const { reference } = located(analysis, node.name, 1);
    return { kind: 'CreateReservationStatement', reference, ifExists, options };
  }
  if (type === 'ASSIGNMENT') {
    const options = resolveOptions(analysis, node.options, ASSIGNMENT_OPTIONS);
    return { kind: 'CreateAssignmentStatement', ...located(analysis, node.name, 2), ifExists, options };
  }
  throw analysis.notImplemented(node, `CREATE ${type}`);
}

export function resolveAlterEntity(analysis: Analysis, node: sql.AlterEntityStatement): ResolvedStatement {
  const type = node.type.name.toUpperCase();
  if (type !== 'RESERVATION' || !node.path) throw analysis.notImplemented(node, `ALTER ${type}`);
  return {
    kind: 'AlterReservationStatement',
    reference: located(analysis, node.path, 1).reference,
    ifExists: node.ifExists,
    options: resolveOptions(analysis, setOptions(analysis, node.actions), RESERVATION_OPTIONS),
  };
}

export function resolveDropEntity(analysis: Analysis, node: sql.DropEntityStatement): ResolvedStatement {
  const type = node.type.name.toUpperCase();
  const { ifExists } = node;
  if (type === 'RESERVATION') {
    return { kind: 'DropReservationStatement', reference: located(analysis, node.name, 1).reference, ifExists };
  }
  if (type === 'ASSIGNMENT') {
    return { kind: 'DropAssignmentStatement', ...located(analysis, node.name, 2), ifExists };
  }
  throw analysis.notImplemented(node, `DROP ${type}`);
}

/** The options of an ALTER whose one action is SET OPTIONS. */
export function setOptions(analysis: Analysis, node: sql.AlterActionList): sql.OptionsList {
  const [action, second] = node.actions;
  if (action?.kind !== 'SetOptionsAction' || second)
    throw analysis.notImplemented(node, 'ALTER other than SET OPTIONS');
  return action.options;
}
