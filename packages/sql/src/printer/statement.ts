import type { CreateModifiers, CreateScope, Node, NodeKind, StatementList } from '../ast/index.ts';
import type { ExpressionKind } from './expression.ts';
import type { QueryKind } from './query.ts';
import { words, type Printers, type Writer } from './writer.ts';

export type StatementKind = Exclude<NodeKind, ExpressionKind | QueryKind>;

interface Create extends CreateModifiers {
  readonly scope: CreateScope | undefined;
}

/** `CREATE OR REPLACE TEMP kind IF NOT EXISTS`. */
const create = (node: Create, kind: string): string =>
  words('CREATE', node.orReplace && 'OR REPLACE', node.scope, kind, node.ifNotExists && 'IF NOT EXISTS');

const dropped = (kind: string, ifExists: boolean): string => words('DROP', kind, ifExists && 'IF EXISTS');
const altered = (node: { ifExists: boolean; path: Node | undefined; actions: Node }, kind: string, w: Writer): string =>
  words('ALTER', kind, node.ifExists && 'IF EXISTS', w.optional(node.path), w.node(node.actions));

const options = (node: Node | undefined, w: Writer): string => w.optional(node, 'OPTIONS');
const enforcement = (enforced: boolean | undefined): string | undefined =>
  enforced === undefined ? undefined : enforced ? 'ENFORCED' : 'NOT ENFORCED';
const exists = (ifExists: boolean): string => (ifExists ? 'IF EXISTS' : '');

const schemaTail = (
  node: {
    typeParameters: Node | undefined;
    collate: Node | undefined;
    generated: Node | undefined;
    default: Node | undefined;
    attributes: Node | undefined;
    options: Node | undefined;
  },
  w: Writer,
): string =>
  words(
    w.optional(node.typeParameters),
    w.optional(node.collate),
    w.optional(node.generated),
    w.optional(node.default, 'DEFAULT'),
    w.optional(node.attributes),
    options(node.options, w),
  );

const labeled = (label: Node | undefined, text: string, w: Writer): string =>
  label ? `${w.node(label)}: ${text}` : text;

const body = (list: StatementList, w: Writer): string =>
  list.statements.map((statement) => `${w.node(statement)};`).join(' ');

const constraint = (name: Node | undefined, text: string, w: Writer): string =>
  name ? `CONSTRAINT ${w.node(name)} ${text}` : text;

export const statementPrinters: Printers<StatementKind> = {
  QueryStatement: (node, w) => w.node(node.query),
  HintedStatement: (node, w) => `${w.node(node.hint)} ${w.node(node.statement)}`,
  Script: (node, w) => w.node(node.statements),
  StatementList: (node, w) => body(node, w),

  CreateSchemaStatement: (node, w) =>
    words(create(node, 'SCHEMA'), w.node(node.name), w.optional(node.collate, 'DEFAULT'), options(node.options, w)),
  CreateExternalSchemaStatement: (node, w) =>
    words(create(node, 'EXTERNAL SCHEMA'), w.node(node.name), w.optional(node.connection), options(node.options, w)),
  CreateTableStatement: (node, w) =>
    words(
      create(node, 'TABLE'),
      w.node(node.name),
      w.optional(node.elements),
      w.optional(node.like, 'LIKE'),
      w.optional(node.clone),
      w.optional(node.copy),
      w.optional(node.collate, 'DEFAULT'),
      w.optional(node.partitionBy),
      w.optional(node.clusterBy),
      w.optional(node.connection),
      options(node.options, w),
      w.optional(node.query, 'AS'),
    ),
  ClusterBy: (node, w) => `CLUSTER BY ${w.list(node.expressions)}`,
  CloneDataSource: (node, w) =>
    words('CLONE', w.node(node.path), w.optional(node.forSystemTime), w.optional(node.where)),
  CopyDataSource: (node, w) => words('COPY', w.node(node.path), w.optional(node.forSystemTime), w.optional(node.where)),
  CreateExternalTableStatement: (node, w) =>
    words(
      create(node, 'EXTERNAL TABLE'),
      w.node(node.name),
      w.optional(node.elements),
      w.optional(node.like, 'LIKE'),
      w.optional(node.collate, 'DEFAULT'),
      w.optional(node.partitionColumns),
      w.optional(node.connection),
      options(node.options, w),
    ),
  WithPartitionColumnsClause: (node, w) => words('WITH PARTITION COLUMNS', w.optional(node.elements)),
  CreateSnapshotTableStatement: (node, w) =>
    words(create(node, 'SNAPSHOT TABLE'), w.node(node.name), w.node(node.clone), options(node.options, w)),
  CreateViewStatement: (node, w) =>
    words(
      create(node, node.recursive ? 'RECURSIVE VIEW' : 'VIEW'),
      w.node(node.name),
      w.optional(node.columns),
      node.sqlSecurity && `SQL SECURITY ${node.sqlSecurity}`,
      options(node.options, w),
      'AS',
      w.node(node.query),
    ),
  CreateMaterializedViewStatement: (node, w) =>
    words(
      create(node, node.recursive ? 'MATERIALIZED RECURSIVE VIEW' : 'MATERIALIZED VIEW'),
      w.node(node.name),
      w.optional(node.columns),
      node.sqlSecurity && `SQL SECURITY ${node.sqlSecurity}`,
      w.optional(node.partitionBy),
      w.optional(node.clusterBy),
      options(node.options, w),
      'AS',
      w.optional(node.query),
      w.optional(node.replicaOf, 'REPLICA OF'),
    ),
  ColumnWithOptionsList: (node, w) => `(${w.list(node.columns)})`,
  ColumnWithOptions: (node, w) => words(w.node(node.name), options(node.options, w)),

  CreateModelStatement: (node, w) =>
    words(
      create(node, 'MODEL'),
      w.node(node.name),
      w.optional(node.inputOutput),
      w.optional(node.transform),
      node.isRemote && 'REMOTE',
      w.optional(node.connection),
      options(node.options, w),
      w.optional(node.query, 'AS'),
      node.queries && `AS (${w.node(node.queries)})`,
    ),
  InputOutputClause: (node, w) => `INPUT ${w.node(node.input)} OUTPUT ${w.node(node.output)}`,
  TransformClause: (node, w) => `TRANSFORM (${w.node(node.selectList)})`,
  AliasedQueryList: (node, w) => w.list(node.queries),

  CreateFunctionStatement: (node, w) =>
    words(
      create(node, node.isAggregate ? 'AGGREGATE FUNCTION' : 'FUNCTION'),
      w.node(node.declaration),
      w.optional(node.returnType, 'RETURNS'),
      node.sqlSecurity && `SQL SECURITY ${node.sqlSecurity}`,
      node.determinism,
      w.optional(node.language, 'LANGUAGE'),
      node.isRemote && 'REMOTE',
      w.optional(node.connection),
      options(node.options, w),
      w.optional(node.body, 'AS'),
      w.optional(node.code, 'AS'),
    ),
  FunctionDeclaration: (node, w) => `${w.node(node.name)}${w.node(node.parameters)}`,
  FunctionParameters: (node, w) => `(${w.list(node.parameters)})`,
  FunctionParameter: (node, w) =>
    words(
      node.mode,
      w.optional(node.name),
      w.optional(node.type),
      w.optional(node.templatedType),
      w.optional(node.tableSchema),
      w.optional(node.alias),
      w.optional(node.default, 'DEFAULT'),
      node.isNotAggregate && 'NOT AGGREGATE',
    ),
  TemplatedParameterType: (node) => node.typeKind,
  SqlFunctionBody: (node, w) => `(${w.node(node.expression)})`,
  CreateTableFunctionStatement: (node, w) =>
    words(
      create(node, 'TABLE FUNCTION'),
      w.node(node.declaration),
      w.optional(node.returnSchema, 'RETURNS'),
      node.sqlSecurity && `SQL SECURITY ${node.sqlSecurity}`,
      options(node.options, w),
      w.optional(node.language, 'LANGUAGE'),
      w.optional(node.code, 'AS'),
      w.optional(node.query, 'AS'),
    ),
  TVFSchema: (node, w) => `TABLE<${w.list(node.columns)}>`,
  TVFSchemaColumn: (node, w) => words(w.optional(node.name), w.node(node.type)),
  CreateProcedureStatement: (node, w) =>
    words(
      create(node, 'PROCEDURE'),
      `${w.node(node.name)}${w.node(node.parameters)}`,
      node.externalSecurity && `EXTERNAL SECURITY ${node.externalSecurity}`,
      w.optional(node.connection),
      options(node.options, w),
      node.body && w.list(node.body.statements.statements),
      w.optional(node.language, 'LANGUAGE'),
      w.optional(node.code, 'AS'),
    ),

  CreateIndexStatement: (node, w) =>
    words(
      create(node, words(node.isUnique && 'UNIQUE', node.indexType, 'INDEX')),
      w.node(node.name),
      'ON',
      w.node(node.table),
      w.optional(node.tableAlias),
      w.optional(node.unnests),
      w.node(node.items),
      w.optional(node.storing),
      w.optional(node.partitionBy),
      options(node.options, w),
    ),
  IndexItemList: (node, w) => `(${w.list(node.items)})`,
  IndexAllColumns: (node, w) => `(${words('ALL COLUMNS', w.optional(node.columnOptions, 'WITH COLUMN OPTIONS'))})`,
  IndexUnnestExpressionList: (node, w) => w.list(node.unnests, ' '),
  UnnestExpressionWithOptAliasAndOffset: (node, w) =>
    words(w.node(node.unnest), w.optional(node.alias), w.optional(node.withOffset)),
  IndexStoringExpressionList: (node, w) => `STORING (${w.list(node.expressions)})`,
  CreateConnectionStatement: (node, w) =>
    words(create(node, 'CONNECTION'), w.node(node.name), options(node.options, w)),
  CreateEntityStatement: (node, w) =>
    words(create(node, w.node(node.type)), w.node(node.name), options(node.options, w), w.optional(node.body, 'AS')),
  CreateRowAccessPolicyStatement: (node, w) =>
    words(
      create(node, node.hasAccessKeyword ? 'ROW ACCESS POLICY' : 'ROW POLICY'),
      w.optional(node.name),
      'ON',
      w.node(node.target),
      w.optional(node.grantTo),
      w.node(node.filterUsing),
    ),

  TableElementList: (node, w) => `(${w.list(node.elements)})`,
  ColumnDefinition: (node, w) => words(w.node(node.name), w.node(node.schema)),
  SimpleColumnSchema: (node, w) => words(w.node(node.typeName), schemaTail(node, w)),
  ArrayColumnSchema: (node, w) => words(`ARRAY<${w.node(node.element)}>`, schemaTail(node, w)),
  RangeColumnSchema: (node, w) => words(`RANGE<${w.node(node.element)}>`, schemaTail(node, w)),
  StructColumnSchema: (node, w) => words(`STRUCT<${w.list(node.fields)}>`, schemaTail(node, w)),
  InferredTypeColumnSchema: (node, w) => schemaTail(node, w),
  StructColumnField: (node, w) => words(w.optional(node.name), w.node(node.schema)),
  GeneratedColumnInfo: (node, w) =>
    words(
      'GENERATED',
      node.isModeExplicit && node.mode,
      'AS',
      node.expression && `(${w.node(node.expression)})`,
      w.optional(node.identity),
      node.storedMode !== 'NON_STORED' && node.storedMode,
    ),
  IdentityColumnInfo: (node, w) => {
    const inside = words(
      w.optional(node.startWith),
      w.optional(node.incrementBy),
      w.optional(node.maxValue),
      w.optional(node.minValue),
      node.cycle === undefined ? undefined : node.cycle ? 'CYCLE' : 'NO CYCLE',
    );
    return `IDENTITY(${inside})`;
  },
  IdentityColumnStartWith: (node, w) => `START WITH ${w.node(node.value)}`,
  IdentityColumnIncrementBy: (node, w) => `INCREMENT BY ${w.node(node.value)}`,
  IdentityColumnMaxValue: (node, w) => `MAXVALUE ${w.node(node.value)}`,
  IdentityColumnMinValue: (node, w) => `MINVALUE ${w.node(node.value)}`,
  ColumnAttributeList: (node, w) => w.list(node.attributes, ' '),
  NotNullColumnAttribute: () => 'NOT NULL',
  HiddenColumnAttribute: () => 'HIDDEN',
  PrimaryKeyColumnAttribute: (node) => words('PRIMARY KEY', enforcement(node.enforced)),
  ForeignKeyColumnAttribute: (node, w) => constraint(node.constraintName, w.node(node.reference), w),
  PrimaryKey: (node, w) =>
    constraint(
      node.constraintName,
      words(
        'PRIMARY KEY',
        node.elements ? w.node(node.elements) : '()',
        enforcement(node.enforced),
        options(node.options, w),
      ),
      w,
    ),
  PrimaryKeyElementList: (node, w) => `(${w.list(node.elements)})`,
  PrimaryKeyElement: (node, w) => words(w.node(node.column), node.direction, w.optional(node.nullOrder)),
  ForeignKey: (node, w) =>
    constraint(
      node.constraintName,
      words('FOREIGN KEY', w.node(node.columns), w.node(node.reference), options(node.options, w)),
      w,
    ),
  ForeignKeyReference: (node, w) =>
    words(
      'REFERENCES',
      w.node(node.table),
      w.node(node.columns),
      node.match && `MATCH ${node.match}`,
      w.node(node.actions),
      enforcement(node.enforced),
    ),
  ForeignKeyActions: (node) =>
    words(node.onUpdate && `ON UPDATE ${node.onUpdate}`, node.onDelete && `ON DELETE ${node.onDelete}`),
  CheckConstraint: (node, w) =>
    constraint(
      node.constraintName,
      words(`CHECK (${w.node(node.expression)})`, enforcement(node.enforced), options(node.options, w)),
      w,
    ),
  ColumnList: (node, w) => `(${w.list(node.identifiers)})`,
  IdentifierList: (node, w) => w.list(node.identifiers),
  PathExpressionList: (node, w) => `(${w.list(node.paths)})`,

  DropStatement: (node, w) => words(dropped(node.objectKind, node.ifExists), w.node(node.name), node.mode),
  DropFunctionStatement: (node, w) =>
    words(dropped('FUNCTION', node.ifExists), w.node(node.name), w.optional(node.parameters)),
  DropTableFunctionStatement: (node, w) => words(dropped('TABLE FUNCTION', node.ifExists), w.node(node.name)),
  DropMaterializedViewStatement: (node, w) => words(dropped('MATERIALIZED VIEW', node.ifExists), w.node(node.name)),
  DropSnapshotTableStatement: (node, w) => words(dropped('SNAPSHOT TABLE', node.ifExists), w.node(node.name)),
  DropSearchIndexStatement: (node, w) =>
    words(dropped('SEARCH INDEX', node.ifExists), w.node(node.name), w.optional(node.table, 'ON')),
  DropVectorIndexStatement: (node, w) =>
    words(dropped('VECTOR INDEX', node.ifExists), w.node(node.name), w.optional(node.table, 'ON')),
  DropEntityStatement: (node, w) => words(dropped(w.node(node.type), node.ifExists), w.node(node.name)),
  DropRowAccessPolicyStatement: (node, w) =>
    words(dropped('ROW ACCESS POLICY', node.ifExists), w.node(node.name), 'ON', w.node(node.table)),
  DropAllRowAccessPoliciesStatement: (node, w) =>
    words('DROP ALL ROW', node.hasAccessKeyword && 'ACCESS', 'POLICIES ON', w.node(node.table)),
  UndropStatement: (node, w) =>
    words('UNDROP', node.objectKind, node.ifNotExists && 'IF NOT EXISTS', w.node(node.name)),

  AlterTableStatement: (node, w) => altered(node, 'TABLE', w),
  AlterViewStatement: (node, w) => altered(node, 'VIEW', w),
  AlterMaterializedViewStatement: (node, w) => altered(node, 'MATERIALIZED VIEW', w),
  AlterModelStatement: (node, w) => altered(node, 'MODEL', w),
  AlterSchemaStatement: (node, w) => altered(node, 'SCHEMA', w),
  AlterExternalSchemaStatement: (node, w) => altered(node, 'EXTERNAL SCHEMA', w),
  AlterConnectionStatement: (node, w) => altered(node, 'CONNECTION', w),
  AlterEntityStatement: (node, w) => altered(node, w.node(node.type), w),
  AlterIndexStatement: (node, w) =>
    words(
      `ALTER ${node.indexType} INDEX`,
      exists(node.ifExists),
      w.node(node.path),
      w.optional(node.table, 'ON'),
      w.node(node.actions),
    ),
  AlterRowAccessPolicyStatement: (node, w) =>
    words(
      'ALTER ROW ACCESS POLICY',
      exists(node.ifExists),
      w.node(node.name),
      'ON',
      w.node(node.path),
      w.node(node.actions),
    ),
  AlterAllRowAccessPoliciesStatement: (node, w) =>
    `ALTER ALL ROW ACCESS POLICIES ON ${w.node(node.table)} ${w.node(node.action)}`,
  AlterActionList: (node, w) => w.list(node.actions),
  SetOptionsAction: (node, w) => `SET ${options(node.options, w)}`,
  SetAsAction: (node, w) => `SET AS ${w.node(node.body)}`,
  SetCollateClause: (node, w) => `SET DEFAULT ${w.node(node.collate)}`,
  AddConstraintAction: (node, w) => {
    if (!node.ifNotExists) return `ADD ${w.node(node.constraint)}`;
    return `ADD CONSTRAINT IF NOT EXISTS ${w.node(node.constraint).replace(/^CONSTRAINT /, '')}`;
  },
  DropPrimaryKeyAction: (node) => words('DROP PRIMARY KEY', exists(node.ifExists)),
  DropConstraintAction: (node, w) => words('DROP CONSTRAINT', exists(node.ifExists), w.node(node.name)),
  AlterConstraintEnforcementAction: (node, w) =>
    words('ALTER CONSTRAINT', exists(node.ifExists), w.node(node.name), enforcement(node.enforced)),
  AlterConstraintSetOptionsAction: (node, w) =>
    words('ALTER CONSTRAINT', exists(node.ifExists), w.node(node.name), 'SET', options(node.options, w)),
  AddColumnAction: (node, w) =>
    words(
      'ADD COLUMN',
      node.ifNotExists && 'IF NOT EXISTS',
      w.node(node.column),
      w.optional(node.position),
      w.optional(node.fill, 'FILL USING'),
    ),
  ColumnPosition: (node, w) => `${node.relation} ${w.node(node.column)}`,
  DropColumnAction: (node, w) => words('DROP COLUMN', exists(node.ifExists), w.node(node.column)),
  RenameColumnAction: (node, w) =>
    words('RENAME COLUMN', exists(node.ifExists), w.node(node.column), 'TO', w.node(node.newName)),
  AlterColumnTypeAction: (node, w) =>
    words(
      'ALTER COLUMN',
      exists(node.ifExists),
      w.node(node.column),
      'SET DATA TYPE',
      w.node(node.schema),
      w.optional(node.collate),
    ),
  AlterColumnOptionsAction: (node, w) =>
    words('ALTER COLUMN', exists(node.ifExists), w.node(node.column), 'SET', options(node.options, w)),
  AlterColumnSetDefaultAction: (node, w) =>
    words('ALTER COLUMN', exists(node.ifExists), w.node(node.column), 'SET DEFAULT', w.node(node.default)),
  AlterColumnDropDefaultAction: (node, w) =>
    words('ALTER COLUMN', exists(node.ifExists), w.node(node.column), 'DROP DEFAULT'),
  AlterColumnDropNotNullAction: (node, w) =>
    words('ALTER COLUMN', exists(node.ifExists), w.node(node.column), 'DROP NOT NULL'),
  AlterColumnSetGeneratedAction: (node, w) =>
    words('ALTER COLUMN', exists(node.ifExists), w.node(node.column), 'SET', w.node(node.generated)),
  AlterColumnDropGeneratedAction: (node, w) =>
    words('ALTER COLUMN', exists(node.ifExists), w.node(node.column), 'DROP GENERATED'),
  RebuildAction: () => 'REBUILD',
  AddSubEntityAction: (node, w) =>
    words('ADD', w.node(node.type), node.ifNotExists && 'IF NOT EXISTS', w.node(node.name), options(node.options, w)),
  AlterSubEntityAction: (node, w) =>
    words('ALTER', w.node(node.type), exists(node.ifExists), w.node(node.name), w.node(node.action)),
  DropSubEntityAction: (node, w) => words('DROP', w.node(node.type), exists(node.ifExists), w.node(node.name)),
  RenameToClause: (node, w) => `RENAME TO ${w.node(node.newName)}`,
  GrantToClause: (node, w) =>
    node.hasGrantKeyword ? `GRANT TO (${w.node(node.grantees)})` : `TO ${w.node(node.grantees)}`,
  FilterUsingClause: (node, w) => words(node.hasFilterKeyword && 'FILTER', `USING (${w.node(node.predicate)})`),
  RevokeFromClause: (node, w) => `REVOKE FROM ${node.grantees ? `(${w.node(node.grantees)})` : 'ALL'}`,
  GrantStatement: (node, w) =>
    words(
      'GRANT',
      w.node(node.privileges),
      'ON',
      w.list(node.objectType, ' '),
      w.node(node.path),
      'TO',
      w.node(node.grantees),
    ),
  RevokeStatement: (node, w) =>
    words(
      'REVOKE',
      w.node(node.privileges),
      'ON',
      w.list(node.objectType, ' '),
      w.node(node.path),
      'FROM',
      w.node(node.grantees),
    ),
  Privileges: (node, w) => (node.privileges.length > 0 ? w.list(node.privileges) : 'ALL PRIVILEGES'),
  Privilege: (node, w) => words(w.node(node.action), w.optional(node.paths)),
  GranteeList: (node, w) => w.list(node.grantees),

  InsertStatement: (node, w) =>
    words(
      'INSERT',
      node.mode && `OR ${node.mode}`,
      'INTO',
      w.node(node.target),
      w.optional(node.hint),
      w.optional(node.columns),
      w.optional(node.rows),
      w.optional(node.query),
      w.optional(node.assertRowsModified),
      w.optional(node.returning),
    ),
  InsertValuesRowList: (node, w) => `VALUES ${w.list(node.rows)}`,
  InsertValuesRow: (node, w) => (node.values.length > 0 ? `(${w.list(node.values)})` : 'ROW'),
  AssertRowsModified: (node, w) => `ASSERT_ROWS_MODIFIED ${w.node(node.count)}`,
  ReturningClause: (node, w) => {
    const { actionAlias } = node;
    const isNamed = actionAlias && actionAlias.start === node.start;
    const action = actionAlias && words('WITH ACTION', isNamed && `AS ${w.node(actionAlias.identifier)}`);
    return words('THEN RETURN', action, w.node(node.selectList));
  },
  DeleteStatement: (node, w) =>
    words(
      'DELETE FROM',
      w.node(node.target),
      w.optional(node.hint),
      w.optional(node.alias),
      w.optional(node.withOffset),
      w.optional(node.where, 'WHERE'),
      w.optional(node.assertRowsModified),
      w.optional(node.returning),
    ),
  UpdateStatement: (node, w) =>
    words(
      'UPDATE',
      w.node(node.target),
      w.optional(node.hint),
      w.optional(node.alias),
      w.optional(node.withOffset),
      'SET',
      w.node(node.items),
      w.optional(node.from),
      w.optional(node.where, 'WHERE'),
      w.optional(node.assertRowsModified),
      w.optional(node.returning),
    ),
  UpdateItemList: (node, w) => w.list(node.items),
  UpdateItem: (node, w) => (node.item.kind === 'UpdateSetValue' ? w.node(node.item) : `(${w.node(node.item)})`),
  UpdateSetValue: (node, w) => `${w.node(node.path)} = ${w.node(node.value)}`,
  TruncateStatement: (node, w) => words('TRUNCATE TABLE', w.node(node.target), w.optional(node.where, 'WHERE')),
  MergeStatement: (node, w) =>
    words(
      'MERGE INTO',
      w.node(node.target),
      w.optional(node.alias),
      'USING',
      w.node(node.source),
      'ON',
      w.node(node.condition),
      w.node(node.whenClauses),
    ),
  MergeWhenClauseList: (node, w) => w.list(node.clauses, ' '),
  MergeWhenClause: (node, w) => {
    const match = {
      MATCHED: 'MATCHED',
      NOT_MATCHED_BY_TARGET: 'NOT MATCHED BY TARGET',
      NOT_MATCHED_BY_SOURCE: 'NOT MATCHED BY SOURCE',
    }[node.matchType];
    return words('WHEN', match, w.optional(node.condition, 'AND'), 'THEN', w.node(node.action));
  },
  MergeAction: (node, w) => {
    if (node.action === 'DELETE') return 'DELETE';
    if (node.action === 'UPDATE') return `UPDATE SET ${w.optional(node.items)}`;
    const values = node.row && node.row.values.length > 0 ? 'VALUES' : '';
    return words('INSERT', w.optional(node.columns), values, w.optional(node.row));
  },

  ExportDataStatement: (node, w) =>
    words('EXPORT DATA', w.optional(node.connection), options(node.options, w), w.optional(node.query, 'AS')),
  ExportModelStatement: (node, w) =>
    words('EXPORT MODEL', w.node(node.name), w.optional(node.connection), options(node.options, w)),
  ExportMetadataStatement: (node, w) =>
    words(
      `EXPORT ${node.objectKind} METADATA FROM`,
      w.node(node.name),
      w.optional(node.connection),
      options(node.options, w),
    ),
  AuxLoadDataStatement: (node, w) =>
    words(
      'LOAD DATA',
      node.mode,
      node.isTemp && 'TEMP TABLE',
      w.node(node.name),
      w.optional(node.elements),
      w.optional(node.partitions),
      w.optional(node.collate),
      w.optional(node.partitionBy),
      w.optional(node.clusterBy),
      options(node.options, w),
      w.node(node.fromFiles),
      w.optional(node.partitionColumns),
      w.optional(node.connection),
    ),
  AuxLoadDataPartitionsClause: (node, w) =>
    words(node.isOverwrite && 'OVERWRITE', `PARTITIONS (${w.node(node.filter)})`),
  AuxLoadDataFromFilesOptionsList: (node, w) => `FROM FILES ${w.node(node.options)}`,

  VariableDeclaration: (node, w) =>
    words('DECLARE', w.node(node.variables), w.optional(node.type), w.optional(node.default, 'DEFAULT')),
  SingleAssignment: (node, w) => `SET ${w.node(node.variable)} = ${w.node(node.expression)}`,
  ParameterAssignment: (node, w) => `SET ${w.node(node.parameter)} = ${w.node(node.expression)}`,
  SystemVariableAssignment: (node, w) => `SET ${w.node(node.variable)} = ${w.node(node.expression)}`,
  AssignmentFromStruct: (node, w) => `SET (${w.node(node.variables)}) = ${w.node(node.expression)}`,
  Label: (node, w) => w.node(node.name),
  BeginEndBlock: (node, w) =>
    labeled(node.label, words('BEGIN', body(node.statements, w), w.optional(node.exceptionHandlers), 'END'), w),
  ExceptionHandlerList: (node, w) => `EXCEPTION ${w.list(node.handlers, ' ')}`,
  ExceptionHandler: (node, w) => words('WHEN ERROR THEN', body(node.statements, w)),
  IfStatement: (node, w) =>
    words(
      'IF',
      w.node(node.condition),
      'THEN',
      body(node.body, w),
      w.optional(node.elseIfs),
      node.else && words('ELSE', body(node.else, w)),
      'END IF',
    ),
  ElseifClauseList: (node, w) => w.list(node.clauses, ' '),
  ElseifClause: (node, w) => words('ELSEIF', w.node(node.condition), 'THEN', body(node.body, w)),
  CaseStatement: (node, w) =>
    words(
      'CASE',
      w.optional(node.value),
      w.node(node.whens),
      node.else && words('ELSE', body(node.else, w)),
      'END CASE',
    ),
  WhenThenClauseList: (node, w) => w.list(node.clauses, ' '),
  WhenThenClause: (node, w) => words('WHEN', w.node(node.condition), 'THEN', body(node.body, w)),
  WhileStatement: (node, w) =>
    node.condition
      ? labeled(node.label, words('WHILE', w.node(node.condition), 'DO', body(node.body, w), 'END WHILE'), w)
      : labeled(node.label, words('LOOP', body(node.body, w), 'END LOOP'), w),
  RepeatStatement: (node, w) =>
    labeled(node.label, words('REPEAT', body(node.body, w), w.node(node.until), 'END REPEAT'), w),
  UntilClause: (node, w) => `UNTIL ${w.node(node.condition)}`,
  ForInStatement: (node, w) =>
    labeled(
      node.label,
      words('FOR', w.node(node.variable), 'IN', w.parenthesized(node.query), 'DO', body(node.body, w), 'END FOR'),
      w,
    ),
  BreakStatement: (node, w) => words(node.keyword, w.optional(node.label)),
  ContinueStatement: (node, w) => words(node.keyword, w.optional(node.label)),
  ReturnStatement: () => 'RETURN',
  RaiseStatement: (node, w) => words('RAISE', w.optional(node.message, 'USING MESSAGE =')),
  CallStatement: (node, w) => `CALL ${w.node(node.procedure)}(${w.list(node.arguments)})`,
  ExecuteImmediateStatement: (node, w) =>
    words('EXECUTE IMMEDIATE', w.node(node.sql), w.optional(node.into), w.optional(node.using)),
  ExecuteIntoClause: (node, w) => `INTO ${w.node(node.variables)}`,
  ExecuteUsingClause: (node, w) => `USING ${w.list(node.arguments)}`,
  ExecuteUsingArgument: (node, w) => words(w.node(node.expression), w.optional(node.alias)),
  AssertStatement: (node, w) => words('ASSERT', w.node(node.expression), w.optional(node.description, 'AS')),
  BeginStatement: (node, w) => words('BEGIN TRANSACTION', w.optional(node.modes)),
  SetTransactionStatement: (node, w) => `SET TRANSACTION ${w.node(node.modes)}`,
  CommitStatement: () => 'COMMIT',
  RollbackStatement: () => 'ROLLBACK',
  TransactionModeList: (node, w) => w.list(node.modes),
  TransactionReadWriteMode: (node) => node.mode,
  TransactionIsolationLevel: (node, w) => `ISOLATION LEVEL ${w.list(node.names, ' ')}`,
};
