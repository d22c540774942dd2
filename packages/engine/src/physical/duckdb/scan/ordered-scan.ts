import type { Scan } from '../../../logical/index.ts';
import type { EmissionContext } from '../emission-context.ts';
import { emitCondition } from '../expression/conditional.ts';
import { columnNames, selectList } from './columns.ts';
import { emitFrom, emitScan } from './emit-scan.ts';
import { emitLimit, emitOrderBy, projectItems } from './row-wise.ts';
import { emitUnnest } from './array.ts';

interface OrderedText {
  readonly text: string;
  /** The name of a column that numbers the rows in their order; undefined when they have none. */
  readonly ordinal: string | undefined;
}

/**
 * As `emitScan`, with the order of the rows as a column: what aggregates a derived table does not see its ORDER BY.
 */
export function emitOrderedScan(scan: Scan, context: EmissionContext): OrderedText {
  if (context.storedScans.has(scan)) return { text: emitScan(scan, context), ordinal: undefined };
  switch (scan.kind) {
    case 'OrderByScan': {
      const ordinal = context.stage.alias('o');
      const columns = [
        ...columnNames(scan.columns),
        `row_number() OVER (ORDER BY ${emitOrderBy(scan.items, context)}) AS ${ordinal}`,
      ];
      return { text: `SELECT ${columns.join(', ')} FROM ${emitFrom(scan.input, context)}`, ordinal };
    }
    case 'ArrayScan': {
      if (scan.input && scan.input.kind !== 'SingleRowScan') break;
      const ordinal = context.stage.alias('o');
      const text = emitUnnest(scan, context, ordinal);
      return text === undefined ? unordered(scan, context) : { text, ordinal };
    }
    case 'ProjectScan': {
      const input = emitOrderedScan(scan.input, context);
      if (input.ordinal === undefined) break;
      const items = [...projectItems(scan, context).map(([, text]) => text), input.ordinal];
      return {
        text: `SELECT ${items.join(', ')} FROM (${input.text}) AS ${context.stage.alias('t')}`,
        ordinal: input.ordinal,
      };
    }
    case 'FilterScan': {
      const input = emitOrderedScan(scan.input, context);
      if (input.ordinal === undefined) break;
      const items = [...columnNames(scan.columns), input.ordinal];
      return {
        text: `SELECT ${items.join(', ')} FROM (${input.text}) AS ${context.stage.alias('t')} WHERE ${emitCondition(scan.condition, context)}`,
        ordinal: input.ordinal,
      };
    }
    case 'LimitOffsetScan': {
      const input = emitOrderedScan(scan.input, context);
      if (input.ordinal === undefined) break;
      const items = [...columnNames(scan.columns), input.ordinal];
      return {
        text: `SELECT ${selectList(items)} FROM (${input.text}) AS ${context.stage.alias('t')} ORDER BY ${input.ordinal}${emitLimit(scan, context)}`,
        ordinal: input.ordinal,
      };
    }
    default:
      break;
  }
  return unordered(scan, context);
}

function unordered(scan: Scan, context: EmissionContext): OrderedText {
  return { text: emitScan(scan, context), ordinal: undefined };
}
