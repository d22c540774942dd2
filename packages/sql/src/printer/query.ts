import type {
  FromClause,
  Join,
  NodeKind,
  PipeOperator,
  PostfixTableOperator,
  QueryExpression,
  RowPatternExpression,
  Select,
  TableExpression,
} from '../ast/index.ts';
import { words, type Printers, type Writer } from './writer.ts';

export type QueryKind = Extract<
  NodeKind,
  | QueryExpression['kind']
  | TableExpression['kind']
  | PostfixTableOperator['kind']
  | PipeOperator['kind']
  | RowPatternExpression['kind']
  | FromClause['kind']
  | 'WithModifier'
  | 'SelectAs'
  | 'SelectList'
  | 'SelectColumn'
  | 'StarModifiers'
  | 'StarExceptList'
  | 'StarReplaceItem'
  | 'WhereClause'
  | 'Having'
  | 'Qualify'
  | 'GroupBy'
  | 'GroupByAll'
  | 'GroupingItem'
  | 'GroupingItemOrder'
  | 'Rollup'
  | 'Cube'
  | 'GroupingSetList'
  | 'GroupingSet'
  | 'OrderBy'
  | 'OrderingExpression'
  | 'NullOrder'
  | 'LimitOffset'
  | 'Limit'
  | 'LimitAll'
  | 'WithClause'
  | 'WithClauseEntry'
  | 'AliasedQuery'
  | 'AliasedQueryModifiers'
  | 'RecursionDepthModifier'
  | 'IntOrUnbounded'
  | 'SetOperationMetadataList'
  | 'SetOperationMetadata'
  | 'SetOperationType'
  | 'SetOperationAllOrDistinct'
  | 'SetOperationColumnMatchMode'
  | 'SetOperationColumnPropagationMode'
  | 'WindowClause'
  | 'WindowDefinition'
  | 'WithOffset'
  | 'ForSystemTime'
  | 'OnClause'
  | 'UsingClause'
  | 'PivotExpressionList'
  | 'PivotExpression'
  | 'PivotValueList'
  | 'PivotValue'
  | 'UnpivotInItemList'
  | 'UnpivotInItem'
  | 'UnpivotInItemLabel'
  | 'SampleSize'
  | 'SampleSuffix'
  | 'WithWeight'
  | 'RepeatableClause'
  | 'TVFArgument'
  | 'ModelClause'
  | 'ConnectionClause'
  | 'WithConnectionClause'
  | 'Descriptor'
  | 'DescriptorColumnList'
  | 'DescriptorColumn'
  | 'AfterMatchSkipClause'
  | 'SymbolQuantifier'
  | 'FixedQuantifier'
  | 'BoundedQuantifier'
  | 'QuantifierBound'
  | 'PipeSetItem'
  | 'PipeRenameItem'
  | 'PipeIfCase'
  | 'Subpipeline'
>;

const clausesAfterList = (node: Select, w: Writer): string =>
  words(
    w.optional(node.from),
    w.optional(node.where),
    w.optional(node.groupBy),
    w.optional(node.having),
    w.optional(node.qualify),
    w.optional(node.window),
  );

function joinWords(node: Join, w: Writer): string {
  const type = node.joinType === 'INNER' ? node.isExplicitInner && 'INNER' : node.joinType;
  return words(node.natural && 'NATURAL', type, node.joinHint, 'JOIN', w.optional(node.hint));
}

const joinRight = (node: Join, w: Writer): string =>
  words(w.node(node.right), w.optional(node.on), w.optional(node.using));

/** Measures and definitions: every column has an alias, which stands after the expression or before it. */
const definitions = (list: Select['selectList'], w: Writer): string =>
  list.columns
    .map((column) => `${column.alias ? w.node(column.alias.identifier) : ''} AS ${w.node(column.expression)}`)
    .join(', ');

const patternOperand = (node: RowPatternExpression, w: Writer): string =>
  node.kind === 'RowPatternOperation' ? `(${w.node(node)})` : w.node(node);

export const queryPrinters: Printers<QueryKind> = {
  Query: (node, w) =>
    words(
      w.optional(node.with),
      w.queryOperand(node.body),
      w.optional(node.orderBy),
      w.optional(node.limit),
      w.list(node.pipeOperators, ' '),
    ),
  Select: (node, w) =>
    words(
      'SELECT',
      w.optional(node.hint),
      w.optional(node.withModifier),
      node.distinct && 'DISTINCT',
      w.optional(node.selectAs),
      w.node(node.selectList),
      clausesAfterList(node, w),
    ),
  WithModifier: (node, w) => words('WITH', w.node(node.name), w.optional(node.options, 'OPTIONS')),
  SelectAs: (node, w) => `AS ${node.typeName ? w.node(node.typeName) : node.mode}`,
  SelectList: (node, w) => w.list(node.columns),
  SelectColumn: (node, w) => words(w.node(node.expression), w.optional(node.alias), w.optional(node.order)),
  StarModifiers: (node, w) =>
    words(w.optional(node.except), node.replace.length > 0 && `REPLACE (${w.list(node.replace)})`),
  StarExceptList: (node, w) => `EXCEPT (${w.node(node.columns)})`,
  StarReplaceItem: (node, w) => `${w.node(node.expression)} AS ${w.node(node.name)}`,
  FromQuery: (node, w) => w.node(node.from),
  FromClause: (node, w) => `FROM ${w.node(node.table)}`,
  WhereClause: (node, w) => `WHERE ${w.node(node.expression)}`,
  Having: (node, w) => `HAVING ${w.node(node.expression)}`,
  Qualify: (node, w) => `QUALIFY ${w.node(node.expression)}`,
  GroupBy: (node, w) =>
    words(
      'GROUP',
      w.optional(node.hint),
      node.andOrderBy && 'AND ORDER',
      'BY',
      w.optional(node.all),
      w.list(node.items),
    ),
  GroupByAll: () => 'ALL',
  GroupingItem: (node, w) =>
    words(
      w.optional(node.expression),
      w.optional(node.rollup),
      w.optional(node.cube),
      w.optional(node.groupingSets),
      !node.expression && !node.rollup && !node.cube && !node.groupingSets && '()',
      w.optional(node.alias),
      w.optional(node.order),
    ),
  GroupingItemOrder: (node, w) =>
    words(node.direction === 'UNSPECIFIED' ? '' : node.direction, w.optional(node.nullOrder)),
  Rollup: (node, w) => `ROLLUP(${w.list(node.expressions)})`,
  Cube: (node, w) => `CUBE(${w.list(node.expressions)})`,
  GroupingSetList: (node, w) => `GROUPING SETS (${w.list(node.sets)})`,
  GroupingSet: (node, w) => words(w.optional(node.expression), w.optional(node.rollup), w.optional(node.cube)) || '()',
  OrderBy: (node, w) => words('ORDER', w.optional(node.hint), 'BY', w.list(node.items)),
  OrderingExpression: (node, w) =>
    words(
      w.node(node.expression),
      w.optional(node.collate),
      node.direction,
      w.optional(node.nullOrder),
      w.optional(node.options, 'OPTIONS'),
    ),
  NullOrder: (node) => (node.nullsFirst ? 'NULLS FIRST' : 'NULLS LAST'),
  LimitOffset: (node, w) => words(w.node(node.limit), w.optional(node.offset, 'OFFSET')),
  Limit: (node, w) => words('LIMIT', w.optional(node.all), w.optional(node.expression)),
  LimitAll: () => 'ALL',
  WithClause: (node, w) => words('WITH', node.recursive && 'RECURSIVE', w.list(node.entries)),
  WithClauseEntry: (node, w) => w.node(node.aliasedQuery),
  AliasedQuery: (node, w) => words(w.node(node.name), 'AS', w.parenthesized(node.query), w.optional(node.modifiers)),
  AliasedQueryModifiers: (node, w) => w.optional(node.recursionDepth),
  RecursionDepthModifier: (node, w) =>
    words('WITH DEPTH', w.optional(node.alias), 'BETWEEN', w.node(node.lower), 'AND', w.node(node.upper)),
  IntOrUnbounded: (node, w) => (node.bound ? w.node(node.bound) : 'UNBOUNDED'),
  SetOperation: (node, w) => {
    let text = '';
    node.inputs.forEach((input, index) => {
      const metadata = index > 0 ? node.metadata.entries[index - 1] : undefined;
      text = words(text, w.optional(metadata), w.queryOperand(input));
    });
    return text;
  },
  SetOperationMetadataList: (node, w) => w.list(node.entries, ' '),
  SetOperationMetadata: (node, w) => {
    const propagation = node.columnPropagationMode?.mode;
    const isStrict = propagation === 'STRICT';
    return words(
      !isStrict && propagation,
      w.node(node.operation),
      w.optional(node.hint),
      w.node(node.allOrDistinct),
      isStrict && 'STRICT',
      w.optional(node.columnMatchMode),
      node.correspondingBy && `(${w.node(node.correspondingBy)})`,
    );
  },
  SetOperationType: (node) => node.operator,
  SetOperationAllOrDistinct: (node) => node.value,
  SetOperationColumnMatchMode: (node) => node.mode,
  SetOperationColumnPropagationMode: (node) => node.mode,
  WindowClause: (node, w) => `WINDOW ${w.list(node.windows)}`,
  WindowDefinition: (node, w) => `${w.node(node.name)} AS ${w.node(node.window)}`,

  TablePathExpression: (node, w) =>
    words(
      w.optional(node.path),
      w.optional(node.unnest),
      w.optional(node.hint),
      w.optional(node.alias),
      w.optional(node.withOffset),
      w.optional(node.forSystemTime),
      w.list(node.postfixOperators, ' '),
    ),
  WithOffset: (node, w) => words('WITH OFFSET', w.optional(node.alias)),
  ForSystemTime: (node, w) => `FOR SYSTEM_TIME AS OF ${w.node(node.expression)}`,
  TableSubquery: (node, w) =>
    words(
      node.isLateral && 'LATERAL',
      w.parenthesized(node.query),
      w.optional(node.alias),
      w.list(node.postfixOperators, ' '),
    ),
  ParenthesizedJoin: (node, w) => words(`(${w.node(node.join)})`, w.list(node.postfixOperators, ' ')),
  Join: (node, w) => {
    const left = w.node(node.left);
    if (node.joinType === 'COMMA') return `${left}, ${w.node(node.right)}`;
    return words(left, joinWords(node, w), joinRight(node, w));
  },
  OnClause: (node, w) => `ON ${w.node(node.expression)}`,
  UsingClause: (node, w) => `USING (${w.list(node.keys)})`,
  PipeJoinLhsPlaceholder: () => '',
  PivotClause: (node, w) =>
    words(
      `PIVOT(${w.node(node.expressions)} FOR ${w.operand(node.forExpression, 5)} IN (${w.node(node.values)}))`,
      w.optional(node.alias),
    ),
  PivotExpressionList: (node, w) => w.list(node.expressions),
  PivotExpression: (node, w) => words(w.node(node.expression), w.optional(node.alias)),
  PivotValueList: (node, w) => w.list(node.values),
  PivotValue: (node, w) => words(w.node(node.value), w.optional(node.alias)),
  UnpivotClause: (node, w) => {
    const inside = `((${w.node(node.valueColumns)}) FOR ${w.node(node.nameColumn)} IN (${w.node(node.items)}))`;
    return words('UNPIVOT', node.nullFilter, inside, w.optional(node.alias));
  },
  UnpivotInItemList: (node, w) => w.list(node.items),
  UnpivotInItem: (node, w) => words(`(${w.node(node.columns)})`, w.optional(node.label)),
  UnpivotInItemLabel: (node, w) => `AS ${w.node(node.value)}`,
  SampleClause: (node, w) =>
    words('TABLESAMPLE', w.node(node.method), `(${w.node(node.size)})`, w.optional(node.suffix)),
  SampleSize: (node, w) => words(w.node(node.size), node.unit, w.optional(node.partitionBy)),
  SampleSuffix: (node, w) => words(w.optional(node.weight), w.optional(node.repeatable)),
  WithWeight: (node, w) => words('WITH WEIGHT', w.optional(node.alias)),
  RepeatableClause: (node, w) => `REPEATABLE (${w.node(node.argument)})`,

  TVF: (node, w) =>
    words(
      node.isLateral && 'LATERAL',
      `${w.node(node.name)}(${w.list(node.arguments)})`,
      w.optional(node.hint),
      w.optional(node.alias),
      w.list(node.postfixOperators, ' '),
    ),
  TVFArgument: (node, w) => w.node(node.value),
  TableClause: (node, w) => words('TABLE', w.optional(node.path), w.optional(node.tvf), w.optional(node.where)),
  ModelClause: (node, w) => `MODEL ${w.node(node.path)}`,
  ConnectionClause: (node, w) => `CONNECTION ${w.node(node.path)}`,
  WithConnectionClause: (node, w) => `WITH ${w.node(node.connection)}`,
  Descriptor: (node, w) => `DESCRIPTOR(${w.node(node.columns)})`,
  DescriptorColumnList: (node, w) => w.list(node.columns),
  DescriptorColumn: (node, w) => w.node(node.name),

  MatchRecognizeClause: (node, w) => {
    const inside = words(
      w.optional(node.partitionBy),
      w.node(node.orderBy),
      w.optional(node.measures, 'MEASURES'),
      w.optional(node.afterMatchSkip),
      `PATTERN (${w.node(node.pattern)})`,
      `DEFINE ${definitions(node.definitions, w)}`,
      w.optional(node.options, 'OPTIONS'),
    );
    return words(`MATCH_RECOGNIZE(${inside})`, w.optional(node.alias));
  },
  AfterMatchSkipClause: (node) => `AFTER MATCH SKIP ${node.target}`,
  RowPatternVariable: (node, w) => w.node(node.name),
  RowPatternOperation: (node, w) => {
    if (node.operator === 'CONCAT') return node.operands.map((operand) => patternOperand(operand, w)).join(' ');
    return node.operands
      .map((operand) => {
        if (operand.kind === 'RowPatternOperation' && operand.operator === 'CONCAT') return w.node(operand);
        return patternOperand(operand, w);
      })
      .join(' | ');
  },
  EmptyRowPattern: (node) => (node.parenthesized ? '()' : ''),
  RowPatternAnchor: (node) => node.anchor,
  RowPatternQuantification: (node, w) => {
    const { operand } = node;
    const isSimple = operand.kind === 'RowPatternVariable' || operand.kind === 'EmptyRowPattern';
    const text = isSimple ? w.node(operand) : `(${w.node(operand)})`;
    return `${text}${w.node(node.quantifier)}`;
  },
  SymbolQuantifier: (node) => `${node.symbol}${node.isReluctant ? '?' : ''}`,
  FixedQuantifier: (node, w) => `{${w.node(node.bound)}}`,
  BoundedQuantifier: (node, w) => `{${w.node(node.lower)},${w.node(node.upper)}}${node.isReluctant ? '?' : ''}`,
  QuantifierBound: (node, w) => w.optional(node.bound),

  PipeSelect: (node, w) => `|> ${w.node(node.select)}`,
  PipeExtend: (node, w) => words('|> EXTEND', w.node(node.select.selectList), w.optional(node.select.window)),
  PipeAggregate: (node, w) =>
    words(
      '|> AGGREGATE',
      w.optional(node.withModifier),
      w.node(node.select.selectList),
      w.optional(node.select.groupBy),
    ),
  PipeWindow: (node, w) => `|> WINDOW ${w.node(node.select.selectList)}`,
  PipeSet: (node, w) => `|> SET ${w.list(node.items)}`,
  PipeSetItem: (node, w) => `${w.node(node.column)} = ${w.node(node.expression)}`,
  PipeDrop: (node, w) => `|> DROP ${w.node(node.columns)}`,
  PipeRename: (node, w) => `|> RENAME ${w.list(node.items)}`,
  PipeRenameItem: (node, w) => `${w.node(node.oldName)} AS ${w.node(node.newName)}`,
  PipeAs: (node, w) => `|> ${w.node(node.alias)}`,
  PipeWhere: (node, w) => `|> ${w.node(node.where)}`,
  PipeLimitOffset: (node, w) => `|> ${w.node(node.limit)}`,
  PipeOrderBy: (node, w) => `|> ${w.node(node.orderBy)}`,
  PipeDistinct: () => '|> DISTINCT',
  PipeTablesample: (node, w) => `|> ${w.node(node.sample)}`,
  PipeJoin: (node, w) => words('|>', joinWords(node.join, w), joinRight(node.join, w)),
  PipeCall: (node, w) => `|> CALL ${w.node(node.tvf)}`,
  PipePivot: (node, w) => `|> ${w.node(node.pivot)}`,
  PipeUnpivot: (node, w) => `|> ${w.node(node.unpivot)}`,
  PipeMatchRecognize: (node, w) => `|> ${w.node(node.matchRecognize)}`,
  PipeSetOperation: (node, w) =>
    `|> ${w.node(node.metadata)} ${node.inputs.map((input) => w.queryOperand(input)).join(', ')}`,
  PipeRecursiveUnion: (node, w) =>
    words(
      '|> RECURSIVE',
      w.node(node.metadata),
      w.optional(node.recursionDepth),
      w.optional(node.subpipeline),
      node.query && w.parenthesized(node.query),
      w.optional(node.alias),
    ),
  PipeAssert: (node, w) => `|> ASSERT ${w.list([node.condition, ...node.messages])}`,
  PipeWith: (node, w) => `|> ${w.node(node.with)}`,
  PipeDescribe: () => '|> DESCRIBE',
  PipeStaticDescribe: () => '|> STATIC_DESCRIBE',
  PipeLog: (node, w) => words('|> LOG', w.optional(node.hint), w.optional(node.subpipeline)),
  PipeIf: (node, w) =>
    words('|> IF', w.optional(node.hint), w.list(node.cases, ' ELSEIF '), w.optional(node.else, 'ELSE')),
  PipeIfCase: (node, w) => `${w.node(node.condition)} THEN ${w.node(node.subpipeline)}`,
  PipeFork: (node, w) => words('|> FORK', w.optional(node.hint), w.list(node.subpipelines)),
  PipeTee: (node, w) => words('|> TEE', w.optional(node.hint), w.list(node.subpipelines)),
  Subpipeline: (node, w) => `(${w.list(node.operators, ' ')})`,
  PipeExportData: (node, w) => `|> ${w.node(node.statement)}`,
  PipeCreateTable: (node, w) => `|> ${w.node(node.statement)}`,
  PipeInsert: (node, w) => `|> ${w.node(node.statement)}`,
};
