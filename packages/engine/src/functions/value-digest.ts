import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { notImplemented } from '@bqml-emulator/common';
import { STRING, asArray, asNumber, asRange, formatValue, typeName } from '@bqml-emulator/types';
import type { SqlType, Value } from '@bqml-emulator/types';
import { argument } from './arguments.ts';
import { any, scalar, signature, typeAt } from './definition.ts';

/**
 * `$digest(x)`: SHA-256 of a value as base64 text, the same for values that GROUP BY takes for equal, so that large values are grouped
 * without being held. No function of SQL.
 */
export const valueDigest = scalar('$digest', '', [
  signature([any()], STRING, (args, types) => {
    const hash = createHash('sha256');
    feed(hash, argument(args, 0), typeAt(types, 0));
    return hash.digest('base64');
  }),
]);

const NULL = Uint8Array.of(0);
const PRESENT = Uint8Array.of(1);

function feed(hash: Hash, value: Value, type: SqlType): void {
  hash.update(value === null ? NULL : PRESENT);
  if (value === null) return;
  switch (type.kind) {
    case 'FLOAT64':
      hash.update(canonicalFloats([asNumber(value)]));
      return;
    case 'ARRAY': {
      const items = asArray(value);
      feedLength(hash, items.length);
      if (type.element.kind === 'FLOAT64' && !items.includes(null)) {
        hash.update(PRESENT);
        hash.update(canonicalFloats(items as readonly number[]));
        return;
      }
      hash.update(NULL);
      for (const item of items) feed(hash, item, type.element);
      return;
    }
    case 'STRUCT':
      asArray(value).forEach((item, i) =>
        feed(
          hash,
          item,
          typeAt(
            type.fields.map((f) => f.type),
            i,
          ),
        ),
      );
      return;
    case 'RANGE': {
      const { start, end } = asRange(value);
      feed(hash, start, type.element);
      feed(hash, end, type.element);
      return;
    }
    case 'INTERVAL':
      // Equal intervals may have different parts.
      throw notImplemented(`grouping by large values of type ${typeName(type)}`);
    default: {
      const bytes = value instanceof Uint8Array ? value : Buffer.from(formatValue(value, type));
      feedLength(hash, bytes.length);
      hash.update(bytes);
    }
  }
}

const feedLength = (hash: Hash, length: number) => hash.update(Float64Array.of(length));

/** All NaN are equal, and so are both zeros. */
function canonicalFloats(values: readonly number[]): Float64Array {
  const floats = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? NaN;
    floats[i] = Number.isNaN(value) ? NaN : value + 0;
  }
  return floats;
}
