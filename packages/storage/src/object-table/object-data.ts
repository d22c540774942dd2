import type { ObjectBytesValue } from '@bqml-emulator/catalog';
import type { ObjectContent } from '@bqml-emulator/object-store';
import { BYTES } from '@bqml-emulator/types';
import type { Value } from '@bqml-emulator/types';

/** Largest object that SQL may read as a whole: what BigQuery gives of an object table's `data`. */
const MAX_OBJECT_BYTES = 2 ** 31 - 1;

/** One object as a value of the column `data`: its size is known, its bytes are read when somebody asks. */
export class ObjectData implements ObjectBytesValue {
  readonly lazy = true;
  readonly type = BYTES;
  readonly object: ObjectContent;

  constructor(object: ObjectContent) {
    this.object = object;
  }

  get byteSize(): number {
    return this.object.size;
  }

  async read(signal?: AbortSignal): Promise<Value> {
    return this.object.read(MAX_OBJECT_BYTES, signal);
  }
}
