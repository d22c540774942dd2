import { randomUUID } from 'node:crypto';
import type { ScalarFunction } from '@bqml-emulator/catalog';
import { invalidQuery } from '@bqml-emulator/common';
import { BYTES, INT64, STRING } from '@bqml-emulator/types';
import { argument, bytes, text } from '../arguments.ts';
import { HllSketch } from '../aggregate/hll-sketch.ts';
import { doc, scalar, signature } from '../definition.ts';

export const utilityFunctions: readonly ScalarFunction[] = [
  scalar('GENERATE_UUID', doc('utility-functions', 'generate_uuid'), [
    signature([], STRING, () => randomUUID(), { volatile: true }),
  ]),
  scalar('SESSION_USER', doc('security_functions', 'session_user'), [
    signature([], STRING, (_args, _types, context) => context.userEmail),
  ]),
  scalar('ERROR', doc('debugging_functions', 'error'), [
    signature(
      [STRING],
      INT64,
      (args) => {
        throw invalidQuery(argument(args, 0) === null ? 'ERROR(NULL)' : text(args, 0));
      },
      { receiveNulls: true, volatile: true },
    ),
  ]),
  scalar('HLL_COUNT.EXTRACT', doc('hll_functions', 'hll_countextract'), [
    signature(
      [BYTES],
      INT64,
      (args) => (argument(args, 0) === null ? 0n : HllSketch.parse(bytes(args, 0), 'HLL_COUNT.EXTRACT').estimate()),
      { receiveNulls: true },
    ),
  ]),
];
