import { malformed, unsupported } from '../convert/conversion-error.ts';
import { isStrings } from '../convert/tensor-data.ts';
import { Checkpoint } from './checkpoint.ts';
import type { GraphNode } from './graph-def.ts';
import type { TensorContent } from './read-tensor.ts';
import { resourceName, visitExecuted } from './restore.ts';
import type { Source } from './restore.ts';
import type { MetaGraph } from './saved-model.ts';
import type { SavedModelFiles } from './saved-model-files.ts';
import { dataInputs } from './scope.ts';

export interface TableContent {
  readonly keys: TensorContent;
  readonly values: TensorContent;
}

/** Which part of a line of a text file is meant. */
const LINE_NUMBER = -1;
const WHOLE_LINE = -2;

/** Largest text file of a table. */
const MAX_TEXT_BYTES = 100_000_000;

/** The lookup tables of a model, as its initialization fills them. */
export class Tables {
  readonly #meta: MetaGraph;
  readonly #files: SavedModelFiles;
  /** What initialization assigns to variables: paths of assets. */
  readonly #assigned = new Map<string, Source>();
  #contents: ReadonlyMap<string, () => TableContent> | undefined;

  constructor(meta: MetaGraph, files: SavedModelFiles) {
    this.#meta = meta;
    this.#files = files;
  }

  read(name: string): TableContent {
    const content = (this.#contents ??= this.#find()).get(name);
    if (content === undefined) throw unsupported(`the table '${name}', which nothing fills`);
    return content();
  }

  #find(): ReadonlyMap<string, () => TableContent> {
    const contents = new Map<string, () => TableContent>();
    const { initNodes, restoreNode } = this.#meta;
    for (const start of [...initNodes, ...(restoreNode === undefined ? [] : [restoreNode])]) {
      visitExecuted(this.#meta, start, (node, follow) => {
        const [handle, first, second] = dataInputs(node).map(follow);
        if (handle === undefined || first === undefined) return;
        const name = resourceName(handle.node);
        if (node.op === 'AssignVariableOp') this.#assigned.set(name, first);
        if (node.op === 'InitializeTableFromTextFileV2' || node.op === 'InitializeTableFromTextFile') {
          contents.set(name, () => this.#readText(node, first));
        } else if (FILLING.has(node.op) && second !== undefined) {
          contents.set(name, () => ({ keys: this.#content(first), values: this.#content(second) }));
        }
      });
    }
    return contents;
  }

  #content({ node, index, follow }: Source): TensorContent {
    if (node.op === 'Const') return node.attributes.tensor('value');
    if (node.op !== 'RestoreV2') throw unsupported(`a table that ${node.op} fills`);
    const names = follow(dataInputs(node)[1] ?? '');
    const key = names?.node.op === 'Const' ? names.node.attributes.tensor('value').data[index] : undefined;
    const checkpoint = Checkpoint.open(this.#files);
    if (typeof key !== 'string' || checkpoint === undefined) throw malformed(`a table is not in the checkpoint`);
    return checkpoint.read(key);
  }

  /** The node that holds a path, behind a variable. */
  #pathNode({ node, follow }: Source): GraphNode {
    if (node.op !== 'ReadVariableOp') return node;
    const handle = follow(dataInputs(node)[0] ?? '');
    return (handle && this.#assigned.get(resourceName(handle.node))?.node) ?? node;
  }

  #readText(node: GraphNode, source: Source): TableContent {
    const path = this.#pathNode(source);
    const value = path.op === 'Const' ? path.attributes.tensor('value').data : undefined;
    const given = value !== undefined && isStrings(value) ? value[0] : undefined;
    const listed = this.#meta.assets.get(`${path.name}:0`) ?? given?.split('/').at(-1);
    if (listed === undefined || !/^[^/\\]+$/.test(listed) || listed === '..') throw malformed('a table has no file');
    const file = `assets/${listed}`;
    const size = this.#files.size(file);
    if (size === undefined || size > MAX_TEXT_BYTES) throw malformed(`${file} is missing or too large`);
    const lines = Buffer.from(this.#files.read(file)).toString('utf8').split(/\r?\n/);
    if (lines.at(-1) === '') lines.pop();
    const { attributes } = node;
    const limit = attributes.integer('vocab_size', -1);
    const chosen = lines.slice(attributes.integer('offset', 0), limit < 0 ? undefined : limit);
    const delimiter = attributes.text('delimiter', '\t');
    return {
      keys: textColumn(chosen, attributes.integer('key_index'), delimiter),
      values: textColumn(chosen, attributes.integer('value_index'), delimiter),
    };
  }
}

const FILLING = new Set(['InitializeTable', 'InitializeTableV2', 'LookupTableImport', 'LookupTableImportV2']);

function textColumn(lines: readonly string[], index: number, delimiter: string): TensorContent {
  const shape = [lines.length];
  if (index === LINE_NUMBER) return { dtype: 'int64', shape, data: BigInt64Array.from(lines, (_, i) => BigInt(i)) };
  const data = index === WHOLE_LINE ? lines : lines.map((line) => line.split(delimiter)[index] ?? '');
  return { dtype: 'string', shape, data };
}
