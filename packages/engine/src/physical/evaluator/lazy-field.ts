import { invariant } from '@bqml-emulator/common';
import { isLazyValue } from '@bqml-emulator/types';
import type { LazyValue, Value } from '@bqml-emulator/types';

/** A field of a lazy STRUCT, itself not read. */
export function lazyField(struct: Value, index: number): LazyValue {
  invariant(isLazyValue(struct), 'the STRUCT is lazy');
  const field = struct.field?.(index);
  invariant(field, 'a lazy STRUCT gives its fields');
  return field;
}
