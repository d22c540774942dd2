import type { ScalarFunction } from '@bqml-emulator/catalog';
import { invalidQuery } from '@bqml-emulator/common';
import { BYTES, INT64 } from '@bqml-emulator/types';
import { bytes, int } from '../arguments.ts';
import { doc, scalar, signature } from '../definition.ts';

const OPERATORS = doc('operators', 'bitwise_operators');

const binary = (name: string, symbol: string | undefined, ofInt: (a: bigint, b: bigint) => bigint): ScalarFunction =>
  scalar(name, OPERATORS, [
    signature([INT64, INT64], INT64, (args) => ofInt(int(args, 0), int(args, 1)), {
      duckdb: ([a, b]) => (symbol === undefined ? `xor(${a}, ${b})` : `(${a} ${symbol} ${b})`),
    }),
    signature([BYTES, BYTES], BYTES, (args) => {
      const a = bytes(args, 0);
      const b = bytes(args, 1);
      if (a.length !== b.length) {
        throw invalidQuery(
          `Bitwise binary operator for BYTES requires equal length of the inputs. Got ${a.length} bytes on the left hand side and ${b.length} bytes on the right hand side.`,
        );
      }
      return a.map((byte, i) => Number(ofInt(BigInt(byte), BigInt(b[i] ?? 0))));
    }),
  ]);

/** A shift by the width or more gives zero; the right shift fills with zeros. */
function shift(value: bigint, by: bigint, width: number, left: boolean): bigint {
  if (by < 0n) throw invalidQuery('Bitwise shift by negative offset.');
  if (by >= BigInt(width)) return 0n;
  const bits = BigInt.asUintN(width, value);
  return left ? BigInt.asUintN(width, bits << by) : bits >> by;
}

function shiftBytes(value: Uint8Array, by: bigint, left: boolean): Uint8Array {
  if (value.length === 0) return value;
  const number = BigInt(`0x${Buffer.from(value).toString('hex')}`);
  const shifted = shift(number, by, value.length * 8, left);
  return new Uint8Array(Buffer.from(shifted.toString(16).padStart(value.length * 2, '0'), 'hex'));
}

const shiftOperator = (name: string, left: boolean): ScalarFunction =>
  scalar(name, OPERATORS, [
    signature([INT64, INT64], INT64, (args) => BigInt.asIntN(64, shift(int(args, 0), int(args, 1), 64, left))),
    signature([BYTES, INT64], BYTES, (args) => shiftBytes(bytes(args, 0), int(args, 1), left)),
  ]);

const countBits = (value: bigint): bigint => BigInt(value.toString(2).replaceAll('0', '').length);

export const bitFunctions: readonly ScalarFunction[] = [
  binary('$bitwise_and', '&', (a, b) => a & b),
  binary('$bitwise_or', '|', (a, b) => a | b),
  binary('$bitwise_xor', undefined, (a, b) => a ^ b),
  scalar('$bitwise_not', OPERATORS, [
    signature([INT64], INT64, (args) => ~int(args, 0), { duckdb: ([a]) => `(~${a})` }),
    signature([BYTES], BYTES, (args) => bytes(args, 0).map((byte) => ~byte & 0xff)),
  ]),
  shiftOperator('$bitwise_left_shift', true),
  shiftOperator('$bitwise_right_shift', false),
  scalar('BIT_COUNT', doc('bit_functions', 'bit_count'), [
    signature([INT64], INT64, (args) => countBits(BigInt.asUintN(64, int(args, 0)))),
    signature([BYTES], INT64, (args) => bytes(args, 0).reduce((sum, byte) => sum + countBits(BigInt(byte)), 0n)),
  ]),
];
