import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ServiceError } from '@bqml-emulator/common';
import { expect, test } from 'vitest';
import { convertSavedModel, convertTfLite } from '../../src/convert/index.ts';
import { WireWriter } from '../../src/protobuf/wire-writer.ts';
import { recordedPath } from '../recorded-models.ts';

/** Pseudo-random integers below `limit`, the same each time. */
function generator(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

function mutate(bytes: Uint8Array, random: (limit: number) => number): Uint8Array {
  const changed = new Uint8Array(bytes);
  for (let i = 0; i <= random(4); i++) {
    const at = random(changed.length);
    const kind = random(3);
    if (kind === 0) changed[at] = random(256);
    else if (kind === 1) changed[at] = 255;
    else changed.copyWithin(at, random(changed.length), random(changed.length));
  }
  return random(10) === 0 ? changed.subarray(0, random(changed.length)) : changed;
}

/** Converted, or refused for a reason; nothing else. */
function attempt(convert: () => unknown): void {
  try {
    convert();
  } catch (error) {
    expect(error).toBeInstanceOf(ServiceError);
  }
}

test('changed SavedModels are converted or refused', () => {
  const folder = fileURLToPath(recordedPath('savedmodel_tf1/tf1_partitions'));
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('.'));
  const original = new Map(names.map((name) => [name.replaceAll('\\', '/'), readFileSync(join(folder, name))]));
  const random = generator(7);
  for (let i = 0; i < 200; i++) {
    const files = new Map<string, Uint8Array>(original);
    const target = random(3) === 0 ? 'variables/variables.index' : 'saved_model.pb';
    files.set(target, mutate(files.get(target) ?? new Uint8Array(), random));
    const read = (path: string) => files.get(path) ?? new Uint8Array();
    attempt(() =>
      convertSavedModel({
        size: (path) => files.get(path)?.length,
        read,
        readRange: (path, offset, length) => read(path).subarray(offset, offset + length),
      }),
    );
  }
});

test('changed TensorFlow Lite files are converted or refused', () => {
  const original = readFileSync(recordedPath('tflite/network_int8.tflite'));
  const random = generator(3);
  for (let i = 0; i < 300; i++) attempt(() => convertTfLite(mutate(original, random)));
});

test.each([
  ['nothing', new Uint8Array()],
  ['text', Buffer.from('this is not a model at all')],
  ['a header alone', Buffer.from('\u001c\0\0\0TFL3', 'latin1')],
])('a TensorFlow Lite file of %s is refused', (_, bytes) => {
  expect(() => convertTfLite(bytes)).toThrow(/^Invalid TensorFlow Lite model: /);
});

interface NodeDefinition {
  readonly name: string;
  readonly op: string;
  readonly inputs?: readonly string[];
  readonly attributes?: Readonly<Record<string, WireWriter>>;
}

function nodeDefinition({ name, op, inputs = [], attributes = {} }: NodeDefinition): WireWriter {
  const writer = new WireWriter().string(1, name).string(2, op);
  for (const input of inputs) writer.string(3, input);
  for (const [key, value] of Object.entries(attributes)) {
    writer.message(5, new WireWriter().string(1, key).message(2, value));
  }
  return writer;
}

/** A SavedModel with the input `x`, a float vector, and the output `y`. */
function savedModel(nodes: readonly NodeDefinition[], functions: readonly WireWriter[] = []): Uint8Array {
  const graph = new WireWriter();
  for (const node of nodes) graph.message(1, nodeDefinition(node));
  const library = new WireWriter();
  for (const definition of functions) library.message(1, definition);
  const shape = new WireWriter().message(2, new WireWriter().integer(1, -1));
  const tensor = (name: string) => new WireWriter().string(1, name).integer(2, 1).message(3, shape);
  const signature = new WireWriter()
    .message(1, new WireWriter().string(1, 'x').message(2, tensor('x:0')))
    .message(2, new WireWriter().string(1, 'y').message(2, tensor('y:0')));
  const meta = new WireWriter()
    .message(1, new WireWriter().string(4, 'serve'))
    .message(2, graph.message(2, library))
    .message(5, new WireWriter().string(1, 'serving_default').message(2, signature));
  return new WireWriter().integer(1, 1).message(2, meta).finish();
}

function convert(bytes: Uint8Array) {
  const only = (path: string) => (path === 'saved_model.pb' ? bytes : undefined);
  return convertSavedModel({
    size: (path) => only(path)?.length,
    read: (path) => only(path) ?? new Uint8Array(),
    readRange: () => new Uint8Array(),
  });
}

const X: NodeDefinition = { name: 'x', op: 'Placeholder' };

test('an unknown operator is refused by name, node and signature', () => {
  expect(() => convert(savedModel([X, { name: 'y', op: 'DecodeJpeg', inputs: ['x'] }]))).toThrow(
    "Not implemented: TensorFlow operator DecodeJpeg (node 'y', signature 'serving_default')",
  );
});

test('a loop between nodes is refused', () => {
  const nodes = [X, { name: 'y', op: 'Merge', inputs: ['x', 'z'] }, { name: 'z', op: 'NextIteration', inputs: ['y'] }];
  expect(() => convert(savedModel(nodes))).toThrow(/operator Merge with a loop between nodes/);
});

test('a missing node is refused', () => {
  expect(() => convert(savedModel([X, { name: 'y', op: 'Relu', inputs: ['nowhere'] }]))).toThrow(
    "Invalid TensorFlow model: there is no node 'nowhere'",
  );
});

test('a chain of twenty thousand nodes is converted', () => {
  const chain = Array.from({ length: 20_000 }, (_, i) => ({
    name: `n${i}`,
    op: 'Identity',
    inputs: [i === 0 ? 'x' : `n${i - 1}`],
  }));
  const model = convert(savedModel([X, ...chain, { name: 'y', op: 'Relu', inputs: ['n19999'] }]));
  expect(model.onnx.length).toBeLessThan(1000);
});

test('functions that call themselves are refused', () => {
  const call = {
    name: 'again',
    op: 'PartitionedCall',
    inputs: ['a'],
    attributes: { f: new WireWriter().message(10, new WireWriter().string(1, 'f')) },
  };
  const definition = new WireWriter()
    .message(
      1,
      new WireWriter()
        .string(1, 'f')
        .message(2, new WireWriter().string(1, 'a'))
        .message(3, new WireWriter().string(1, 'r')),
    )
    .message(3, nodeDefinition(call))
    .message(4, new WireWriter().string(1, 'r').string(2, 'again:output:0'));
  const outer = { ...call, name: 'y', inputs: ['x'] };
  expect(() => convert(savedModel([X, outer], [definition]))).toThrow(/functions nested deeper than/);
});

test('functions that double what they call end', { timeout: 20_000 }, () => {
  const body = (i: number) => {
    const f = { f: new WireWriter().message(10, new WireWriter().string(1, `f${i + 1}`)) };
    const inner =
      i === 40
        ? [{ name: 'sum', op: 'Relu', inputs: ['a'] }]
        : [
            { name: 'one', op: 'PartitionedCall', inputs: ['a'], attributes: f },
            { name: 'two', op: 'PartitionedCall', inputs: ['one:output:0'], attributes: f },
            { name: 'sum', op: 'Identity', inputs: ['two:output:0'] },
          ];
    const writer = new WireWriter().message(
      1,
      new WireWriter()
        .string(1, `f${i}`)
        .message(2, new WireWriter().string(1, 'a'))
        .message(3, new WireWriter().string(1, 'r')),
    );
    for (const node of inner) writer.message(3, nodeDefinition(node));
    return writer.message(4, new WireWriter().string(1, 'r').string(2, 'sum:output:0'));
  };
  const functions = Array.from({ length: 41 }, (_, i) => body(i));
  const outer = {
    name: 'y',
    op: 'PartitionedCall',
    inputs: ['x'],
    attributes: { f: new WireWriter().message(10, new WireWriter().string(1, 'f0')) },
  };
  expect(() => convert(savedModel([X, outer], functions))).toThrow(ServiceError);
});
