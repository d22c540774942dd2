import { malformed, unsupported } from '../convert/conversion-error.ts';
import type { Dimension } from '../convert/shape.ts';
import type { TensorDtype } from '../onnx/element-type.ts';
import { FlatTable } from './flatbuffer.ts';
import { OPERATOR_NAMES } from './operator-names.ts';

/** Linear quantization: value = scale * (stored - zeroPoint), for the whole tensor or for each slice of an axis. */
export interface Quantization {
  readonly scales: readonly number[];
  readonly zeroPoints: readonly number[];
  readonly axis: number;
}

/** https://github.com/tensorflow/tensorflow/blob/master/tensorflow/compiler/mlir/lite/schema/schema.fbs */
export interface LiteTensor {
  readonly name: string;
  readonly dtype: TensorDtype;
  /** As stored, where unknown sizes are one. */
  readonly shape: readonly number[];
  /** With unknown sizes as null. */
  readonly signatureShape: readonly Dimension[];
  readonly quantization: Quantization | undefined;
  /** Contents of a constant. */
  readonly bytes: Uint8Array | undefined;
}

export interface LiteOperator {
  /** Name in the schema; of a custom operator its own. */
  readonly name: string;
  readonly custom: boolean;
  /** -1 for an input that is left out. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly options: FlatTable | undefined;
  readonly customOptions: Uint8Array;
}

export interface LiteSignature {
  readonly key: string;
  /** Tensors by name. */
  readonly inputs: ReadonlyMap<string, number>;
  readonly outputs: ReadonlyMap<string, number>;
}

export interface LiteModel {
  readonly tensors: readonly LiteTensor[];
  readonly operators: readonly LiteOperator[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** Of the main subgraph. */
  readonly signatures: readonly LiteSignature[];
}

const DTYPES: readonly (TensorDtype | undefined)[] = [
  'float32',
  'float16',
  'int32',
  'uint8',
  'int64',
  'string',
  'bool',
  'int16',
  undefined,
  'int8',
  'float64',
  undefined,
  'uint64',
  undefined,
  undefined,
  'uint32',
  'uint16',
];

export function liteDtype(type: number): TensorDtype {
  const dtype = DTYPES[type];
  if (dtype === undefined) throw unsupported(`tensors of type ${type}`);
  return dtype;
}

/** Operators that a hostile file may name without end. */
const MAX_OPERATORS = 100_000;

export function readLiteModel(bytes: Uint8Array): LiteModel {
  if (Buffer.from(bytes.subarray(4, 8)).toString('latin1') !== 'TFL3') throw malformed('the file is no TFLite model');
  const model = FlatTable.root(bytes);
  const codes = model.tables(1);
  const buffers = model.tables(4);
  const [main] = model.tables(2);
  if (main === undefined) throw malformed('the file has no graph');
  const content = (index: number): Uint8Array | undefined => {
    const buffer = buffers[index];
    const inside = buffer?.bytes(0);
    if (inside !== undefined && inside.length > 0) return inside;
    // Files beyond 2 GB keep contents behind the tables.
    const [offset, size] = [buffer?.uint64(1) ?? 0, buffer?.uint64(2) ?? 0];
    if (offset <= 1 || size === 0) return undefined;
    if (offset + size > bytes.length) throw malformed('a buffer lies outside the file');
    return bytes.subarray(offset, offset + size);
  };
  const operators = main.tables(3);
  if (operators.length > MAX_OPERATORS) throw unsupported(`more than ${MAX_OPERATORS} operators`);
  return {
    tensors: main.tables(0).map((table) => readTensor(table, content)),
    operators: operators.map((table) => readOperator(table, codes)),
    inputs: main.int32s(1),
    outputs: main.int32s(2),
    signatures: model
      .tables(7)
      .filter((table) => table.uint32(4) === 0)
      .map(readSignature),
  };
}

function readTensor(table: FlatTable, content: (index: number) => Uint8Array | undefined): LiteTensor {
  const shape = table.int32s(0);
  const signature = table.int32s(7);
  if (shape.some((size) => size < 0)) throw malformed(`tensor '${table.text(3)}' has the shape ${shape.join()}`);
  return {
    name: table.text(3),
    dtype: liteDtype(table.int8(1)),
    shape,
    signatureShape: signature.length === shape.length ? signature.map((size) => (size < 0 ? null : size)) : shape,
    quantization: readQuantization(table.table(4)),
    bytes: content(table.uint32(2)),
  };
}

function readQuantization(table: FlatTable | undefined): Quantization | undefined {
  const scales = table?.float32s(2) ?? [];
  if (table === undefined || scales.length === 0) return undefined;
  const zeroPoints = table.int64s(3);
  return { scales, zeroPoints: scales.map((_, i) => zeroPoints[i] ?? 0), axis: table.int32(6) };
}

function readOperator(table: FlatTable, codes: readonly FlatTable[]): LiteOperator {
  const code = codes[table.uint32(0)];
  if (code === undefined) throw malformed('an operator has no code');
  // Codes beyond 127 do not fit the old field.
  const number = Math.max(code.int32(3), code.int8(0));
  const name = OPERATOR_NAMES[number] ?? `number ${number}`;
  const custom = name === 'CUSTOM';
  return {
    name: custom ? code.text(1) : name,
    custom,
    inputs: table.int32s(1),
    outputs: table.int32s(2),
    options: table.table(4),
    customOptions: table.bytes(5),
  };
}

function readSignature(table: FlatTable): LiteSignature {
  const tensors = (slot: number) => new Map(table.tables(slot).map((entry) => [entry.text(0), entry.uint32(1)]));
  return { key: table.text(2), inputs: tensors(0), outputs: tensors(1) };
}
