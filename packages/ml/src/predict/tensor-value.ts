import type { LazyValue, SqlType, Value } from '@bqml-emulator/types';
import type { TensorDtype } from '../onnx/element-type.ts';
import type { TensorData } from '../pool/predict-protocol.ts';
import { sqlElement } from './sql-element.ts';

/** A large output of a model for one row, kept in the runtime's compact form until SQL reads it. */
export class TensorValue implements LazyValue {
  readonly lazy = true;
  readonly type: SqlType;
  readonly byteSize: number;
  readonly length: number;
  readonly #dtype: TensorDtype;
  readonly #data: TensorData;

  constructor(type: SqlType, dtype: TensorDtype, data: TensorData) {
    this.type = type;
    this.length = data.length;
    this.byteSize = data.length * 8;
    this.#dtype = dtype;
    this.#data = data;
  }

  at(index: number): Value {
    return sqlElement(this.#data, index, this.#dtype);
  }

  async read(): Promise<Value> {
    return Array.from({ length: this.length }, (_, index) => this.at(index));
  }
}
