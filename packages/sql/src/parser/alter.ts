import type { AlterAction, AlterActionList, PathExpression, Statement, TableConstraint } from '../ast/index.ts';
import { parseFilterUsing, parseGrantTo, parseRevokeFrom } from './access.ts';
import {
  parseAlterGenerated,
  parseColumnDefinition,
  parseConstraint,
  parseEnforcement,
  parseFieldSchema,
} from './column-schema.ts';
import { atEntityType, parseEntityBody, parseEntityType } from './create-index.ts';
import { parseIfNotExists } from './create-table.ts';
import type { TokenCursor } from './cursor.ts';
import { parseIfExists } from './drop.ts';
import { parseExpression } from './expression.ts';
import { identifierOf, parseDashedPath, parseIdentifier, parsePath, pathOf } from './identifier.ts';
import { parseOptionalOptions, parseOptions } from './option.ts';
import { parseOptionalCollate } from './type.ts';

/** alter_statement */
export function parseAlter(c: TokenCursor): Statement {
  const { start } = c.expect('ALTER');
  const kindStart = c.token.start;
  switch (c.token.symbol) {
    case 'TABLE': {
      c.advance();
      if (c.at('FUNCTION') && (c.atIdentifier(1) || c.peek(1).symbol === 'IF')) {
        c.fail('ALTER TABLE FUNCTION is not supported', kindStart);
      }
      const ifExists = parseIfExists(c);
      const path = parseDashedPath(c);
      const actions = parseActions(c);
      return { kind: 'AlterTableStatement', start, end: c.previousEnd, ifExists, path, actions };
    }
    case 'ROW':
      return parseAlterRowAccessPolicy(c, start);
    case 'ALL': {
      c.advance();
      c.expectSequence('ROW', 'ACCESS', 'POLICIES', 'ON');
      const table = parsePath(c);
      if (!c.at('REVOKE')) c.unexpected();
      const action = parseRevokeFrom(c);
      return { kind: 'AlterAllRowAccessPoliciesStatement', start, end: c.previousEnd, table, action };
    }
    case 'SEARCH':
    case 'VECTOR': {
      const indexType = c.advance().symbol === 'SEARCH' ? 'SEARCH' : 'VECTOR';
      c.expect('INDEX');
      const ifExists = parseIfExists(c);
      const path = parsePath(c);
      const table = c.take('ON') ? parsePath(c) : undefined;
      const actions = parseActions(c);
      return { kind: 'AlterIndexStatement', start, end: c.previousEnd, indexType, ifExists, path, table, actions };
    }
  }
  const kind = parseAlteredKind(c);
  if (kind) {
    const ifExists = parseIfExists(c);
    const path = parsePath(c);
    const onStart = c.token.start;
    if (c.take('ON')) {
      parsePath(c);
      c.fail(`ALTER ${kind.name} does not support the ON clause`, onStart);
    }
    const actions = parseActions(c);
    if (!kind.statement) c.fail(`ALTER ${kind.name} is not supported`, kindStart);
    return { kind: kind.statement, start, end: c.previousEnd, ifExists, path, actions };
  }
  if (!atEntityType(c)) c.unexpected();
  const type = parseEntityType(c);
  const ifExists = parseIfExists(c);
  const hasPath = c.atIdentifier() && !(startsAction(c) && c.peek(1).symbol !== '.' && !startsActionAt(c, 1));
  const path: PathExpression | undefined = hasPath ? parsePath(c) : undefined;
  const actions = parseActions(c);
  return { kind: 'AlterEntityStatement', start, end: c.previousEnd, ifExists, type, path, actions };
}

const ACTION_WORDS: ReadonlySet<string> = new Set(['SET', 'ADD', 'DROP', 'RENAME', 'ALTER', 'REBUILD', 'REPLACE']);

const startsAction = (c: TokenCursor) => c.atOneOf(ACTION_WORDS);
const startsActionAt = (c: TokenCursor, distance: number) => ACTION_WORDS.has(c.peek(distance).symbol);

type SimpleAlter = Extract<
  Statement,
  { readonly ifExists: boolean; readonly path: PathExpression; readonly actions: AlterActionList }
>['kind'];

/** schema_object_kind; `statement` is undefined for those that ALTER does not take. */
function parseAlteredKind(c: TokenCursor):
  | {
      name: string;
      statement: Exclude<SimpleAlter, 'AlterIndexStatement' | 'AlterRowAccessPolicyStatement'> | undefined;
    }
  | undefined {
  const { symbol } = c.token;
  switch (symbol) {
    case 'VIEW':
      c.advance();
      return { name: 'VIEW', statement: 'AlterViewStatement' };
    case 'MATERIALIZED':
      c.advance();
      c.expect('VIEW');
      return { name: 'MATERIALIZED VIEW', statement: 'AlterMaterializedViewStatement' };
    case 'MODEL':
      c.advance();
      return { name: 'MODEL', statement: 'AlterModelStatement' };
    case 'SCHEMA':
      c.advance();
      return { name: 'SCHEMA', statement: 'AlterSchemaStatement' };
    case 'CONNECTION':
      c.advance();
      return { name: 'CONNECTION', statement: 'AlterConnectionStatement' };
    case 'EXTERNAL':
      c.advance();
      if (c.take('SCHEMA')) return { name: 'EXTERNAL SCHEMA', statement: 'AlterExternalSchemaStatement' };
      c.expect('TABLE', 'SCHEMA');
      return { name: 'EXTERNAL TABLE', statement: undefined };
    case 'FUNCTION':
    case 'PROCEDURE':
    case 'CONSTANT':
    case 'INDEX':
      c.advance();
      return { name: symbol, statement: undefined };
    case 'AGGREGATE':
      c.advance();
      c.expect('FUNCTION');
      return { name: 'AGGREGATE FUNCTION', statement: undefined };
    default:
      return undefined;
  }
}

/** alter_action ("," alter_action)* */
function parseActions(c: TokenCursor): AlterActionList {
  const { start } = c.token;
  const actions = [parseAction(c)];
  while (c.take(',')) actions.push(parseAction(c));
  return { kind: 'AlterActionList', start, end: c.previousEnd, actions };
}

function parseAction(c: TokenCursor): AlterAction {
  const { start, symbol } = c.token;
  switch (symbol) {
    case 'SET':
      c.advance();
      return parseSet(c, start);
    case 'ADD':
      c.advance();
      return parseAdd(c, start);
    case 'DROP':
      c.advance();
      return parseDropAction(c, start);
    case 'RENAME':
      c.advance();
      return parseRename(c, start);
    case 'ALTER':
      c.advance();
      return parseAlterAction(c, start);
    case 'REBUILD':
      c.advance();
      return { kind: 'RebuildAction', start, end: c.previousEnd };
    default:
      return c.unexpected();
  }
}

/** "SET" ("OPTIONS" options | "AS" body | "DEFAULT" collate) */
function parseSet(c: TokenCursor, start: number): AlterAction {
  if (c.at('OPTIONS')) {
    const options = parseOptions(c);
    return { kind: 'SetOptionsAction', start, end: c.previousEnd, options };
  }
  if (c.take('AS')) {
    const body = parseEntityBody(c);
    return { kind: 'SetAsAction', start, end: c.previousEnd, body };
  }
  c.expect('DEFAULT', 'AS', 'ON', 'OPTIONS');
  if (!c.at('COLLATE')) c.expected('COLLATE');
  const collate = parseOptionalCollate(c);
  if (!collate) return c.unexpected();
  return { kind: 'SetCollateClause', start, end: c.previousEnd, collate };
}

/** "ADD" ("COLUMN" ... | constraint | type name options?) */
function parseAdd(c: TokenCursor, start: number): AlterAction {
  if (c.take('COLUMN')) {
    const ifNotExists = parseIfNotExists(c);
    const column = parseColumnDefinition(c);
    const positionStart = c.token.start;
    const { symbol } = c.token;
    let position: Extract<AlterAction, { kind: 'AddColumnAction' }>['position'];
    if (symbol === 'PRECEDING' || symbol === 'FOLLOWING') {
      c.advance();
      const neighbour = parseIdentifier(c);
      position = {
        kind: 'ColumnPosition',
        start: positionStart,
        end: c.previousEnd,
        relation: symbol,
        column: neighbour,
      };
    }
    let fill: Extract<AlterAction, { kind: 'AddColumnAction' }>['fill'];
    if (c.take('FILL')) {
      c.expect('USING');
      fill = parseExpression(c);
    }
    return { kind: 'AddColumnAction', start, end: c.previousEnd, ifNotExists, column, position, fill };
  }
  if (c.take('CONSTRAINT')) {
    const ifNotExists = parseIfNotExists(c);
    const constraintStart = c.token.start;
    const name = parseIdentifier(c);
    if (!c.at('CHECK') && !c.at('FOREIGN') && !c.at('PRIMARY')) c.expected('CHECK', 'FOREIGN', 'PRIMARY');
    const constraint: TableConstraint = parseConstraint(c, constraintStart, name);
    return { kind: 'AddConstraintAction', start, end: c.previousEnd, ifNotExists, constraint };
  }
  if (c.at('CHECK') || c.at('FOREIGN') || c.at('PRIMARY')) {
    const constraint = parseConstraint(c, c.token.start, undefined);
    return { kind: 'AddConstraintAction', start, end: c.previousEnd, ifNotExists: false, constraint };
  }
  const type = parseSubEntityType(c);
  const ifNotExists = parseIfNotExists(c);
  const name = parseIdentifier(c);
  const options = parseOptionalOptions(c);
  return { kind: 'AddSubEntityAction', start, end: c.previousEnd, type, ifNotExists, name, options };
}

/** generic_sub_entity_type: a word that is no keyword, or REPLICA. */
function parseSubEntityType(c: TokenCursor): ReturnType<typeof parseIdentifier> {
  const isWord = (c.token.type === 'word' && c.token.symbol === '') || c.token.type === 'quoted';
  if (!isWord && !c.at('REPLICA')) c.unexpected();
  const type = identifierOf(c, c.advance());
  if (type.name.toUpperCase() !== 'REPLICA') {
    c.fail(`${type.name} is not a supported nested object type`, type.start);
  }
  return type;
}

/** "DROP" ("COLUMN" | "CONSTRAINT" | "PRIMARY" "KEY" | type) ... */
function parseDropAction(c: TokenCursor, start: number): AlterAction {
  if (c.take('COLUMN')) {
    const ifExists = parseIfExists(c);
    const column = parseIdentifier(c);
    return { kind: 'DropColumnAction', start, end: c.previousEnd, ifExists, column };
  }
  if (c.take('CONSTRAINT')) {
    const ifExists = parseIfExists(c);
    const name = parseIdentifier(c);
    return { kind: 'DropConstraintAction', start, end: c.previousEnd, ifExists, name };
  }
  if (c.take('PRIMARY')) {
    c.expect('KEY');
    const ifExists = parseIfExists(c);
    return { kind: 'DropPrimaryKeyAction', start, end: c.previousEnd, ifExists };
  }
  const type = parseSubEntityType(c);
  const ifExists = parseIfExists(c);
  const name = parseIdentifier(c);
  return { kind: 'DropSubEntityAction', start, end: c.previousEnd, type, ifExists, name };
}

/** "RENAME" ("TO" path | "COLUMN" identifier "TO" identifier) */
function parseRename(c: TokenCursor, start: number): AlterAction {
  if (c.take('TO')) {
    const newName = parsePath(c);
    return { kind: 'RenameToClause', start, end: c.previousEnd, newName };
  }
  c.expect('COLUMN', 'TO');
  const ifExists = parseIfExists(c);
  const column = parseIdentifier(c);
  c.expect('TO');
  const newName = parseIdentifier(c);
  return { kind: 'RenameColumnAction', start, end: c.previousEnd, ifExists, column, newName };
}

/** "ALTER" ("COLUMN" | "CONSTRAINT" | type) ... */
function parseAlterAction(c: TokenCursor, start: number): AlterAction {
  if (c.take('CONSTRAINT')) {
    const ifExists = parseIfExists(c);
    const name = parseIdentifier(c);
    if (c.take('SET')) {
      if (!c.at('OPTIONS')) c.expected('OPTIONS');
      const options = parseOptions(c);
      return { kind: 'AlterConstraintSetOptionsAction', start, end: c.previousEnd, ifExists, name, options };
    }
    const enforced = parseEnforcement(c);
    if (enforced === undefined) c.expected('ENFORCED', 'NOT', 'SET');
    return { kind: 'AlterConstraintEnforcementAction', start, end: c.previousEnd, ifExists, name, enforced };
  }
  if (!c.take('COLUMN')) {
    const type = parseSubEntityType(c);
    const ifExists = parseIfExists(c);
    const name = parseIdentifier(c);
    const action = c.nested(() => parseAction(c));
    return { kind: 'AlterSubEntityAction', start, end: c.previousEnd, type, ifExists, name, action };
  }
  const ifExists = parseIfExists(c);
  const column = parseIdentifier(c);
  const common = () => ({ start, end: c.previousEnd, ifExists, column });
  if (c.take('DROP')) {
    if (c.take('DEFAULT')) return { kind: 'AlterColumnDropDefaultAction', ...common() };
    if (c.take('GENERATED')) return { kind: 'AlterColumnDropGeneratedAction', ...common() };
    c.expect('NOT', 'DEFAULT', 'GENERATED');
    c.expect('NULL');
    return { kind: 'AlterColumnDropNotNullAction', ...common() };
  }
  if (!c.take('SET')) c.unexpected();
  if (c.take('DATA')) {
    c.expect('TYPE');
    const schema = parseFieldSchema(c);
    return { kind: 'AlterColumnTypeAction', ...common(), schema, collate: undefined };
  }
  if (c.take('DEFAULT')) {
    const value = parseExpression(c);
    return { kind: 'AlterColumnSetDefaultAction', ...common(), default: value };
  }
  if (c.take('GENERATED')) {
    const generated = parseAlterGenerated(c);
    return { kind: 'AlterColumnSetGeneratedAction', ...common(), generated };
  }
  if (!c.at('OPTIONS')) c.expected('DATA', 'DEFAULT', 'GENERATED', 'OPTIONS');
  const options = parseOptions(c);
  return { kind: 'AlterColumnOptionsAction', ...common(), options };
}

/** "ALTER" "ROW" "ACCESS" "POLICY" name "ON" table actions */
function parseAlterRowAccessPolicy(c: TokenCursor, start: number): Statement {
  c.expectSequence('ROW', 'ACCESS', 'POLICY');
  const ifExists = parseIfExists(c);
  const name = parseIdentifier(c);
  c.expect('ON');
  const path = parsePath(c);
  const listStart = c.token.start;
  const actions: AlterAction[] = [];
  do actions.push(parsePolicyAction(c));
  while (c.take(','));
  const list: AlterActionList = { kind: 'AlterActionList', start: listStart, end: c.previousEnd, actions };
  return { kind: 'AlterRowAccessPolicyStatement', start, end: c.previousEnd, ifExists, name, path, actions: list };
}

function parsePolicyAction(c: TokenCursor): AlterAction {
  const { start, symbol } = c.token;
  switch (symbol) {
    case 'GRANT':
      return parseGrantTo(c);
    case 'FILTER':
      return parseFilterUsing(c);
    case 'REVOKE':
      return parseRevokeFrom(c);
    case 'RENAME': {
      c.advance();
      c.expect('TO');
      const newName = pathOf(parseIdentifier(c));
      return { kind: 'RenameToClause', start, end: c.previousEnd, newName };
    }
    default:
      return c.expected('FILTER', 'GRANT', 'RENAME', 'REVOKE', '.');
  }
}
