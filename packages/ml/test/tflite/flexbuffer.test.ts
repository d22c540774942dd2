import { expect, test } from 'vitest';
import { readFlexMap } from '../../src/tflite/flexbuffer.ts';

/** {"a": 7, "b": 0.5, "c": true, "d": -300}, as FlexBuffers' own builder writes it. */
const MAP = Buffer.from(
  '61006200630064000409080706000000070000000100000004000000070000000000003f01000000d4feffff060e6a06142601',
  'hex',
);

test('numbers and booleans by name', () => {
  expect([...readFlexMap(MAP)]).toEqual([
    ['a', 7],
    ['b', 0.5],
    ['c', 1],
    ['d', -300],
  ]);
});

test('broken options are refused', () => {
  for (let length = 0; length < MAP.length; length++) {
    const bytes = MAP.subarray(0, length);
    try {
      readFlexMap(bytes);
    } catch (error) {
      expect((error as Error).name).toBe('MalformedModelError');
    }
  }
});
