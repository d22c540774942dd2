import { BYTES, INT64, STRING, type Value } from '@bqml-emulator/types';
import { describe, expect, test } from 'vitest';
import { call, registry } from './call.ts';

const column = (values: readonly Value[]) => values.map((value) => [value]);

function fold(name: string, type: typeof INT64, values: readonly Value[]): Value {
  const definition = registry.find(name);
  const signature =
    definition?.kind === 'aggregate'
      ? definition.signatures.find(
          (s) => s.parameters[0]?.type.pattern === 'EXACT' && s.parameters[0].type.type.kind === type.kind,
        )
      : undefined;
  if (!signature?.evaluate) throw new Error(`no ${name}`);
  return signature.evaluate(column(values), [type, BYTES], {
    queryMicros: 0n,
    random: () => 0,
    timeZone: 'UTC',
    projectId: '',
    userEmail: '',
  });
}

const hex = (value: Value) => Buffer.from(value as Uint8Array).toString('hex');
const integers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => BigInt(from + i));

describe('HLL_COUNT', () => {
  // Sketches recorded from BigQuery.
  test('gives the bytes of BigQuery', () => {
    const low = fold('HLL_COUNT.INIT', INT64, [1n, 2n, 3n]);
    const high = fold('HLL_COUNT.INIT', INT64, [4n, 5n, 6n]);
    expect(hex(low)).toBe('08701003180220088207121003180f2014320aacfc20eaa60debfea101');
    expect(hex(fold('HLL_COUNT.MERGE_PARTIAL', BYTES, [low, high]))).toBe(
      '087010061802200882071a1006180f20143212a3a605c1d102c88419e2af0c8877ebfea101',
    );
    expect(fold('HLL_COUNT.MERGE', BYTES, [low, high])).toBe(6n);
  });

  test('counts many values, through registers too', () => {
    for (const count of [1000, 40_000]) {
      const sketch = fold('HLL_COUNT.INIT', INT64, integers(1, count)) as Uint8Array;
      const estimate = Number(call('HLL_COUNT.EXTRACT', sketch).value);
      expect(Math.abs(estimate / count - 1)).toBeLessThan(0.02);
    }
    const texts = fold('HLL_COUNT.INIT', STRING, ['a', 'b', 'a', 'x'.repeat(40), 'x'.repeat(200)]);
    expect(fold('HLL_COUNT.MERGE', BYTES, [texts])).toBe(4n);
  });

  test('refuses other bytes', () => {
    expect(() => call('HLL_COUNT.EXTRACT', new Uint8Array([1, 2, 3]))).toThrow(
      'Invalid or incompatible sketch in HLL_COUNT.EXTRACT',
    );
  });
});
