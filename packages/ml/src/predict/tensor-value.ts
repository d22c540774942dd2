import type { LazyValue, SqlType, Value } from '@bqml-emulator/types';
import type { TensorDtype } from '../onnx/element-type.ts';
import { sqlElement } from './sql-element.ts';
import type { SpooledTensor } from './tensor-spool.ts';

/** A large output of a model for one row, kept in the runtime's compact form until SQL reads it. */
export class TensorValue implements LazyValue {
  readonly lazy = true;
  readonly type: SqlType;
  readonly byteSize: number;
  readonly #dtype: TensorDtype;
  readonly #tensor: SpooledTensor;

  constructor(type: SqlType, dtype: TensorDtype, tensor: SpooledTensor) {
    this.type = type;
    this.byteSize = tensor.length * 8;
    this.#dtype = dtype;
    this.#tensor = tensor;
  }

  async read(): Promise<Value> {
    const data = await this.#tensor.read();
    return Array.from({ length: data.length }, (_, index) => sqlElement(data, index, this.#dtype));
  }
}
