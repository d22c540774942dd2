import type { Expression, FunctionCall, NodeKind } from '../ast/index.ts';
import { PRIMARY, precedenceOf, quoteIdentifier, words, type Printers, type Writer } from './writer.ts';

export type ExpressionKind = Extract<
  NodeKind,
  | Expression['kind']
  | 'Identifier'
  | 'Alias'
  | 'Location'
  | 'StringLiteralComponent'
  | 'BytesLiteralComponent'
  | 'MaxLiteral'
  | 'DefaultLiteral'
  | 'InList'
  | 'AnySomeAllOp'
  | 'FormatClause'
  | 'HavingModifier'
  | 'ClampedBetweenModifier'
  | 'WithReportModifier'
  | 'StructConstructorArg'
  | 'NamedArgument'
  | 'Lambda'
  | 'ModelArg'
  | 'SequenceArg'
  | 'InputTableArgument'
  | 'ExpressionWithAlias'
  | 'ExpressionWithOptAlias'
  | 'UnnestExpression'
  | 'ExpressionList'
  | 'Star'
  | 'StarWithModifiers'
  | 'DotStar'
  | 'DotStarWithModifiers'
  | 'SimpleType'
  | 'ArrayType'
  | 'StructType'
  | 'StructField'
  | 'RangeType'
  | 'MapType'
  | 'FunctionType'
  | 'FunctionTypeArgList'
  | 'TypeParameterList'
  | 'Collate'
  | 'WindowSpecification'
  | 'PartitionBy'
  | 'WindowFrame'
  | 'WindowFrameExpr'
  | 'Hint'
  | 'HintEntry'
  | 'OptionsList'
  | 'OptionsEntry'
>;

const COMPARISON_OPERAND = 5;

const ENDS_LIKE_A_PATH: ReadonlySet<NodeKind> = new Set<NodeKind>([
  'FunctionCall',
  'ArrayElement',
  'ArrayConstructor',
  'DotIdentifier',
  'DotGeneralizedField',
  'ExpressionSubquery',
  'StructConstructorWithParens',
  'StructConstructorWithKeyword',
]);

/** The left operand of a dot, in parentheses wherever the dot could be read as something else. */
function dotBase(node: Expression, w: Writer): string {
  const isPlain = ENDS_LIKE_A_PATH.has(node.kind) && !(node.kind === 'FunctionCall' && node.isWithoutParentheses);
  return isPlain ? w.node(node) : `(${w.node(node)})`;
}

/** A path may be followed by a bracket, but not by a dot: that would lengthen it. */
const arrayBase = (node: Expression, w: Writer): string =>
  node.kind === 'PathExpression' ? w.node(node) : w.operand(node, PRIMARY);

function printCall(node: FunctionCall, w: Writer): string {
  if (node.isWithoutParentheses) return w.node(node.function);
  let callee: string;
  let args = node.arguments;
  const [first] = args;
  if (node.isChained && first) {
    args = args.slice(1);
    const receiver = `(${w.node(first)})`;
    const name = w.node(node.function);
    callee = node.function.names.length === 1 ? `${receiver}.${name}` : `${receiver}.(${name})`;
  } else {
    callee = w.node(node.function);
  }
  const inside = words(
    node.distinct && 'DISTINCT',
    w.list(args),
    node.nullHandling,
    w.optional(node.where),
    w.optional(node.havingModifier),
    w.optional(node.groupBy),
    w.optional(node.having),
    w.optional(node.clampedBetween),
    w.optional(node.withReport),
    w.optional(node.orderBy),
    w.optional(node.limit),
  );
  return words(`${callee}(${inside})`, w.optional(node.hint));
}

const typeTail = (
  node: {
    readonly typeParameters: Parameters<Writer['optional']>[0];
    readonly collate: Parameters<Writer['optional']>[0];
  },
  w: Writer,
): string => words(w.optional(node.typeParameters), w.optional(node.collate));

const rightHandSide = (
  node: {
    readonly hint: Parameters<Writer['optional']>[0];
    readonly list: Parameters<Writer['optional']>[0];
    readonly query: Parameters<Writer['optional']>[0];
    readonly unnest: Parameters<Writer['optional']>[0];
  },
  w: Writer,
): string => {
  const { list, query } = node;
  return words(
    w.optional(node.hint),
    list && `(${w.node(list)})`,
    query && `(${w.node(query)})`,
    w.optional(node.unnest),
  );
};

export const expressionPrinters: Printers<ExpressionKind> = {
  Identifier: (node) => quoteIdentifier(node),
  PathExpression: (node, w) => w.list(node.names, '.'),
  Alias: (node, w) => `AS ${w.node(node.identifier)}`,
  Location: () => '',
  IntLiteral: (node) => node.text,
  FloatLiteral: (node) => node.text,
  BooleanLiteral: (node) => node.text,
  NullLiteral: (node) => node.text,
  StringLiteral: (node, w) => w.list(node.components, ' '),
  StringLiteralComponent: (node) => node.text,
  BytesLiteral: (node, w) => w.list(node.components, ' '),
  BytesLiteralComponent: (node) => node.text,
  NumericLiteral: (node, w) => `NUMERIC ${w.node(node.string)}`,
  BigNumericLiteral: (node, w) => `BIGNUMERIC ${w.node(node.string)}`,
  JSONLiteral: (node, w) => `JSON ${w.node(node.string)}`,
  DateOrTimeLiteral: (node, w) => `${node.typeKind} ${w.node(node.string)}`,
  RangeLiteral: (node, w) => `${w.node(node.type)} ${w.node(node.string)}`,
  MaxLiteral: () => 'MAX',
  DefaultLiteral: () => 'DEFAULT',
  DotIdentifier: (node, w) => `${dotBase(node.expression, w)}.${w.node(node.name)}`,
  DotGeneralizedField: (node, w) => `${arrayBase(node.expression, w)}.(${w.node(node.path)})`,
  ArrayElement: (node, w) => `${arrayBase(node.array, w)}[${w.node(node.position)}]`,
  ParameterExpr: (node, w) => (node.name ? `@${w.node(node.name)}` : '?'),
  SystemVariableExpr: (node, w) => `@@${w.node(node.path)}`,
  UnaryExpression: (node, w) => {
    if (node.operator === 'NOT') return `NOT ${w.operand(node.operand, 3)}`;
    const needsParentheses = precedenceOf(node.operand) < 12;
    const operand = w.node(node.operand);
    if (needsParentheses) return `${node.operator}(${operand})`;
    return operand.startsWith('-') ? `${node.operator} ${operand}` : `${node.operator}${operand}`;
  },
  BinaryExpression: (node, w) => {
    const precedence = precedenceOf(node);
    const isComparison = precedence < COMPARISON_OPERAND;
    const left = w.operand(node.left, isComparison ? COMPARISON_OPERAND : precedence);
    const operator =
      node.isNot && node.operator === 'LIKE'
        ? 'NOT LIKE'
        : node.isNot && node.operator === 'IS DISTINCT FROM'
          ? 'IS NOT DISTINCT FROM'
          : node.isNot
            ? `${node.operator} NOT`
            : node.operator;
    return `${left} ${operator} ${w.operand(node.right, precedence + 1)}`;
  },
  BitwiseShiftExpression: (node, w) => `${w.operand(node.left, 8)} ${node.operator} ${w.operand(node.right, 9)}`,
  AndExpr: (node, w) => node.operands.map((operand) => w.operand(operand, 3)).join(' AND '),
  OrExpr: (node, w) => node.operands.map((operand) => w.operand(operand, 2)).join(' OR '),
  ConcatExpr: (node, w) => node.operands.map((operand) => w.operand(operand, 11)).join(' || '),
  BetweenExpression: (node, w) =>
    words(
      w.operand(node.value, COMPARISON_OPERAND),
      node.isNot && 'NOT',
      'BETWEEN',
      w.operand(node.low, COMPARISON_OPERAND),
      'AND',
      w.operand(node.high, COMPARISON_OPERAND),
    ),
  InExpression: (node, w) =>
    words(w.operand(node.value, COMPARISON_OPERAND), node.isNot && 'NOT', 'IN', rightHandSide(node, w)),
  InList: (node, w) => w.list(node.values),
  LikeExpression: (node, w) =>
    words(
      w.operand(node.value, COMPARISON_OPERAND),
      node.isNot && 'NOT',
      'LIKE',
      w.node(node.quantifier),
      rightHandSide(node, w),
    ),
  QuantifiedComparisonExpression: (node, w) =>
    words(w.operand(node.value, COMPARISON_OPERAND), node.operator, w.node(node.quantifier), rightHandSide(node, w)),
  AnySomeAllOp: (node) => node.operator,
  CaseValueExpression: (node, w) => {
    const [value, ...rest] = node.arguments;
    return `CASE ${w.optional(value)} ${printBranches(rest, w)}`;
  },
  CaseNoValueExpression: (node, w) => `CASE ${printBranches(node.arguments, w)}`,
  CastExpression: (node, w) =>
    `${node.isSafe ? 'SAFE_CAST' : 'CAST'}(${words(w.node(node.expression), 'AS', w.node(node.type), w.optional(node.format))})`,
  FormatClause: (node, w) => words('FORMAT', w.node(node.format), w.optional(node.timeZone, 'AT TIME ZONE')),
  ExtractExpression: (node, w) =>
    `EXTRACT(${words(w.node(node.part), 'FROM', w.node(node.from), w.optional(node.timeZone, 'AT TIME ZONE'))})`,
  IntervalExpr: (node, w) =>
    words('INTERVAL', w.node(node.value), w.node(node.datePart), w.optional(node.datePartTo, 'TO')),
  FunctionCall: printCall,
  HavingModifier: (node, w) => `HAVING ${node.modifier} ${w.node(node.expression)}`,
  ClampedBetweenModifier: (node, w) => `CLAMPED BETWEEN ${w.operand(node.low, 3)} AND ${w.node(node.high)}`,
  WithReportModifier: (node, w) => words('WITH REPORT', w.optional(node.options)),
  AnalyticFunctionCall: (node, w) => `${w.node(node.call)} OVER ${w.node(node.window)}`,
  ArrayConstructor: (node, w) => `${w.optional(node.type)}[${w.list(node.elements)}]`,
  StructConstructorWithParens: (node, w) => `(${w.list(node.fields)})`,
  StructConstructorWithKeyword: (node, w) => `${node.type ? w.node(node.type) : 'STRUCT'}(${w.list(node.fields)})`,
  StructConstructorArg: (node, w) => words(w.node(node.expression), w.optional(node.alias)),
  ExpressionSubquery: (node, w) =>
    words(node.modifier === 'NONE' ? '' : node.modifier, w.optional(node.hint), w.parenthesized(node.query)),
  WithExpression: (node, w) => {
    const variables = node.variables.columns.map(
      (column) => `${column.alias ? w.node(column.alias.identifier) : ''} AS ${w.node(column.expression)}`,
    );
    return `WITH(${[...variables, w.node(node.expression)].join(', ')})`;
  },
  NamedArgument: (node, w) => {
    const { value } = node;
    // `name => TABLE t` is a subquery that was written without parentheses.
    const isTable = value.kind === 'ExpressionSubquery' && value.start === value.query.start;
    return `${w.node(node.name)} => ${w.node(isTable ? value.query : value)}`;
  },
  Lambda: (node, w) => `${w.node(node.parameters)} -> ${w.node(node.body)}`,
  ModelArg: (node, w) => `MODEL ${w.node(node.path)}`,
  SequenceArg: (node, w) => `SEQUENCE ${w.node(node.path)}`,
  InputTableArgument: () => 'INPUT TABLE',
  ExpressionWithAlias: (node, w) => `${w.node(node.expression)} ${w.node(node.alias)}`,
  ExpressionWithOptAlias: (node, w) => words(w.node(node.expression), w.optional(node.alias)),
  UnnestExpression: (node, w) =>
    `UNNEST(${w.list(node.expressions)}${node.zipMode ? `, ${w.node(node.zipMode)}` : ''})`,
  ExpressionList: (node, w) => w.list(node.expressions),
  Star: () => '*',
  StarWithModifiers: (node, w) => `* ${w.node(node.modifiers)}`,
  DotStar: (node, w) => `${dotStarBase(node.expression, w)}.*`,
  DotStarWithModifiers: (node, w) => `${dotStarBase(node.expression, w)}.* ${w.node(node.modifiers)}`,
  SimpleType: (node, w) => words(w.node(node.typeName), typeTail(node, w)),
  ArrayType: (node, w) => words(`ARRAY<${w.node(node.elementType)}>`, typeTail(node, w)),
  StructType: (node, w) => words(`STRUCT<${w.list(node.fields)}>`, typeTail(node, w)),
  StructField: (node, w) => words(w.optional(node.name), w.node(node.type)),
  RangeType: (node, w) => words(`RANGE<${w.node(node.elementType)}>`, typeTail(node, w)),
  MapType: (node, w) => words(`MAP<${w.node(node.keyType)}, ${w.node(node.valueType)}>`, typeTail(node, w)),
  FunctionType: (node, w) =>
    words(`FUNCTION<${w.node(node.argumentTypes)} -> ${w.node(node.returnType)}>`, typeTail(node, w)),
  FunctionTypeArgList: (node, w) => `(${w.list(node.types)})`,
  TypeParameterList: (node, w) => `(${w.list(node.parameters)})`,
  Collate: (node, w) => `COLLATE ${w.node(node.name)}`,
  WindowSpecification: (node, w) => {
    const isName = node.baseWindow && !node.partitionBy && !node.orderBy && !node.frame;
    const parts = words(
      w.optional(node.baseWindow),
      w.optional(node.partitionBy),
      w.optional(node.orderBy),
      w.optional(node.frame),
    );
    return isName ? parts : `(${parts})`;
  },
  PartitionBy: (node, w) => words('PARTITION', w.optional(node.hint), 'BY', w.list(node.expressions)),
  WindowFrame: (node, w) =>
    node.upper
      ? `${node.unit} BETWEEN ${w.node(node.lower)} AND ${w.node(node.upper)}`
      : `${node.unit} ${w.node(node.lower)}`,
  WindowFrameExpr: (node, w) =>
    node.expression
      ? `${w.operand(node.expression, 3)} ${node.boundary === 'OFFSET PRECEDING' ? 'PRECEDING' : 'FOLLOWING'}`
      : node.boundary,
  Hint: (node, w) => {
    const shards = node.shards ? `@${w.node(node.shards)}` : '';
    return node.entries.length > 0 ? words(shards, `@{${w.list(node.entries)}}`) : shards;
  },
  HintEntry: (node, w) =>
    `${node.qualifier ? `${w.node(node.qualifier)}.` : ''}${w.node(node.name)} = ${w.node(node.value)}`,
  OptionsList: (node, w) => `(${w.list(node.entries)})`,
  OptionsEntry: (node, w) => `${w.node(node.name)} ${node.operator} ${w.node(node.value)}`,
};

function dotStarBase(node: Expression, w: Writer): string {
  return node.kind === 'PathExpression' ? w.node(node) : w.operand(node, PRIMARY);
}

function printBranches(parts: readonly Expression[], w: Writer): string {
  let text = '';
  for (let index = 0; index + 1 < parts.length; index += 2) {
    text += `WHEN ${w.optional(parts[index])} THEN ${w.optional(parts[index + 1])} `;
  }
  if (parts.length % 2 === 1) text += `ELSE ${w.optional(parts.at(-1))} `;
  return `${text}END`;
}
