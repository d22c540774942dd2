/** An ONNX model made here: `input` float [batch, height, width, 3] of any size to `feature` [batch, 3], its mean color. */
export function meanColorModel(): Uint8Array {
  const axes = message([field(1, text('axes')), field(8, varint(1)), field(8, varint(2)), field(20, varint(INTS))]);
  const keepDims = message([field(1, text('keepdims')), field(3, varint(0)), field(20, varint(INT))]);
  const node = message([
    field(1, text('input')),
    field(2, text('feature')),
    field(4, text('ReduceMean')),
    field(5, axes),
    field(5, keepDims),
  ]);
  const graph = message([
    field(1, node),
    field(2, text('mean_color')),
    field(11, tensor('input', ['batch', 'height', 'width', 3])),
    field(12, tensor('feature', ['batch', 3])),
  ]);
  const opset = message([field(1, text('')), field(2, varint(13))]);
  return message([field(1, varint(7)), field(7, graph), field(8, opset)]).bytes;
}

/** https://github.com/onnx/onnx/blob/main/onnx/onnx.proto, AttributeType and DataType */
const INT = 2;
const INTS = 7;
const FLOAT = 1;

/** https://protobuf.dev/programming-guides/encoding/ */
interface Content {
  readonly wire: 0 | 2;
  readonly bytes: Uint8Array;
}

const bytesOf = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...bytesOf(value >>> 7)]);
const varint = (value: number): Content => ({ wire: 0, bytes: Uint8Array.from(bytesOf(value)) });
const text = (value: string): Content => ({ wire: 2, bytes: Buffer.from(value) });
const message = (fields: readonly Uint8Array[]): Content => ({ wire: 2, bytes: Buffer.concat(fields) });

const field = (number: number, { wire, bytes }: Content): Uint8Array =>
  Buffer.concat([
    Uint8Array.from(bytesOf((number << 3) | wire)),
    wire === 2 ? Uint8Array.from(bytesOf(bytes.length)) : Uint8Array.of(),
    bytes,
  ]);

function tensor(name: string, dims: readonly (string | number)[]): Content {
  const shape = message(
    dims.map((dim) => field(1, message([typeof dim === 'number' ? field(1, varint(dim)) : field(2, text(dim))]))),
  );
  const type = message([field(1, message([field(1, varint(FLOAT)), field(2, shape)]))]);
  return message([field(1, text(name)), field(2, type)]);
}
