import { describe, expect, test } from 'vitest';
import { builtinFunctions, FunctionRegistry } from '../../src/functions/index.ts';
import { registry } from './call.ts';

describe('FunctionRegistry', () => {
  test('finds names in any case and refuses duplicates', () => {
    expect(registry.find('concat')?.name).toBe('CONCAT');
    expect(registry.find('net.Host')?.name).toBe('NET.HOST');
    expect(registry.find('NO_SUCH_FUNCTION')).toBeUndefined();
    expect(registry.all()).toHaveLength(builtinFunctions.length);
    expect(() => new FunctionRegistry([...builtinFunctions, ...builtinFunctions])).toThrow('defined twice');
  });

  test('every row can run and names its page', () => {
    for (const definition of builtinFunctions) {
      expect(definition.docUrl, definition.name).toMatch(/^https:\/\/cloud\.google\.com\/bigquery\/docs\//);
      expect(definition.name).toMatch(/^(?:\$[a-z_]+|[A-Z0-9_.]+)$/);
      if (definition.kind === 'table') continue;
      expect(definition.signatures.length, definition.name).toBeGreaterThan(0);
      for (const signature of definition.signatures) {
        expect(signature.evaluate ?? signature.duckdb, definition.name).toBeDefined();
      }
    }
  });

  test('knows the operators that the analyzer calls', () => {
    const operators =
      '$add $subtract $multiply $divide $unary_minus $concat_op $bitwise_and $bitwise_or $bitwise_xor $bitwise_not ' +
      '$bitwise_left_shift $bitwise_right_shift $equal $not_equal $less $less_or_equal $greater $greater_or_equal ' +
      '$is_distinct_from $is_not_distinct_from $not $is_null $is_not_null $is_true $is_false $between $like $in_array ' +
      '$like_any $like_all $json_field $json_subscript $extract $interval $interval_range $count_star';
    for (const name of operators.split(' ')) expect(registry.find(name), name).toBeDefined();
  });
});
