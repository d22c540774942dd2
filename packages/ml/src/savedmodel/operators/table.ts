import { malformed, unsupported } from '../../convert/conversion-error.ts';
import { cast } from '../../convert/operations/elementwise.ts';
import { isStrings, numbersOf } from '../../convert/tensor-data.ts';
import type { TensorData } from '../../convert/tensor-data.ts';
import type { Attributes, GraphBuilder } from '../../convert/graph-builder.ts';
import type { OnnxAttribute } from '../../onnx/write-model.ts';
import type { TensorDtype } from '../../onnx/element-type.ts';
import type { Tensor } from '../../convert/tensor.ts';
import { results } from '../operator.ts';
import type { Operator, OperatorCall } from '../operator.ts';
import { resourceName } from '../restore.ts';

/** The types that LabelEncoder has. https://onnx.ai/onnx/operators/onnx_aionnxml_LabelEncoder.html */
type EncoderType = 'int64s' | 'floats' | 'strings';

function encoderType(dtype: TensorDtype): EncoderType {
  if (dtype === 'string') return 'strings';
  return dtype === 'float32' || dtype === 'float64' ? 'floats' : 'int64s';
}

const ENCODER_DTYPE = { int64s: 'int64', floats: 'float32', strings: 'string' } as const;

/** More entries than any vocabulary. */
const MAX_ENTRIES = 4_000_000;

function encoderList(type: EncoderType, dtype: TensorDtype, data: TensorData): OnnxAttribute {
  if (isStrings(data)) return { strings: data };
  const numbers = Array.from(numbersOf(dtype, data));
  return type === 'floats' ? { floats: numbers } : numbers;
}

function encoderDefault(type: EncoderType, { data, dtype }: Tensor): OnnxAttribute {
  if (data === undefined) throw unsupported('a default that is not constant');
  if (isStrings(data)) return data[0] ?? '';
  const [number = 0] = Array.from(numbersOf(dtype, data));
  return type === 'floats' ? { float: number } : number;
}

const DEFAULT_NAME = { int64s: 'default_int64', floats: 'default_float', strings: 'default_string' } as const;

/** Looks keys up; what is not there gives the default. */
function find(call: OperatorCall): Tensor {
  const handle = call.value(0);
  if (handle.kind !== 'table') throw malformed('the input is no table');
  const { keys, values } = call.evaluator.tables.read(handle.name);
  const fallback = call.tensor(2);
  if (keys.data.length > MAX_ENTRIES || keys.data.length !== values.data.length) throw malformed('a table is broken');
  const [from, to] = [encoderType(keys.dtype), encoderType(values.dtype)];
  const attributes: Attributes = {
    [`keys_${from}`]: encoderList(from, keys.dtype, keys.data),
    [`values_${to}`]: encoderList(to, values.dtype, values.data),
    [DEFAULT_NAME[to]]: encoderDefault(to, fallback),
  };
  return cast(
    call.builder,
    encode(call.builder, call.tensor(1), ENCODER_DTYPE[from], ENCODER_DTYPE[to], attributes),
    values.dtype,
  );
}

function encode(g: GraphBuilder, x: Tensor, from: TensorDtype, to: TensorDtype, attributes: Attributes): Tensor {
  if ((x.dtype === 'string') !== (from === 'string')) throw malformed('the keys have another type');
  return g.tensor(g.emit('LabelEncoder', [g.name(cast(g, x, from))], attributes, 'ai.onnx.ml'), to, x.shape);
}

const table = (op: string): Operator => ({
  op,
  convert: ({ node }) => results({ kind: 'table', name: resourceName(node) }),
});

export const tableOperators: readonly Operator[] = [
  table('HashTable'),
  table('HashTableV2'),
  table('MutableHashTableV2'),
  { op: 'LookupTableFind', convert: find },
  { op: 'LookupTableFindV2', convert: find },
  {
    op: 'LookupTableSizeV2',
    convert: (call) => {
      const handle = call.value(0);
      if (handle.kind !== 'table') throw malformed('the input is no table');
      return call.builder.constantOf('int64', [], [call.evaluator.tables.read(handle.name).keys.data.length]);
    },
  },
];
