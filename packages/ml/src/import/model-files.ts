import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { MAX_MODEL_BYTES, invalidQuery, uriNotFound } from '@bqml-emulator/common';
import type { ModelType } from '@bqml-emulator/catalog';
import { gsUri, listPrefix, matchesUri, parseGsUri } from '@bqml-emulator/object-store';
import type { ObjectMetadata, ObjectStore } from '@bqml-emulator/object-store';

/** A file of a model: an object, and its path below the model's folder. */
export interface ModelFile {
  readonly object: ObjectMetadata;
  readonly path: string;
}

/**
 * The objects that MODEL_PATH names: one file, or everything below a folder written `dir/*` or `dir/`.
 * https://cloud.google.com/bigquery/docs/reference/standard-sql/bigqueryml-syntax-create-onnx#model_path
 */
export async function findModelFiles(
  store: ObjectStore,
  modelType: ModelType,
  uri: string,
  signal?: AbortSignal,
): Promise<readonly ModelFile[]> {
  const pattern = parseGsUri(uri.endsWith('/') ? `${uri}*` : uri);
  const prefix = listPrefix(pattern);
  const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
  const files: ModelFile[] = [];
  for await (const objects of store.list(pattern.bucket, { prefix, signal })) {
    for (const object of objects) {
      if (matchesUri(pattern, object.name) && !object.name.endsWith('/')) {
        files.push({ object, path: object.name.slice(folder.length) });
      }
    }
  }
  if (files.length === 0) throw uriNotFound(uri);
  const chosen = CHOICES[modelType](files, uri);
  checkSize(chosen, uri);
  return chosen;
}

const CHOICES: Readonly<Record<ModelType, (files: readonly ModelFile[], uri: string) => readonly ModelFile[]>> = {
  ONNX: (files, uri) => [oneFile(files, uri, '.onnx')],
  TENSORFLOW_LITE: (files, uri) => [oneFile(files, uri, '.tflite')],
  TENSORFLOW: (files, uri) => {
    if (!files.some(({ path }) => path === 'saved_model.pb')) {
      throw invalidQuery(`MODEL_PATH ${uri} holds no file saved_model.pb`);
    }
    return files;
  },
};

/** The only file, whatever its name, or the only one with the extension; called `model` with the extension. */
function oneFile(files: readonly ModelFile[], uri: string, extension: string): ModelFile {
  const models = files.length === 1 ? files : files.filter(({ path }) => path.toLowerCase().endsWith(extension));
  const [model, ...others] = models;
  if (model === undefined) throw invalidQuery(`MODEL_PATH ${uri} holds no file that ends with ${extension}`);
  if (others.length > 0) {
    throw invalidQuery(`MODEL_PATH ${uri} holds ${models.length} files that end with ${extension}; name one of them`);
  }
  return { object: model.object, path: `model${extension}` };
}

function checkSize(files: readonly ModelFile[], uri: string): void {
  const size = files.reduce((sum, { object }) => sum + object.size, 0);
  if (size > MAX_MODEL_BYTES) throw modelTooLarge(uri, size);
}

const modelTooLarge = (uri: string, size: number) =>
  invalidQuery(`The model at ${uri} has ${size} bytes; the limit is ${MAX_MODEL_BYTES} bytes`);

export interface CopiedFiles {
  /** Hash over names and contents, hexadecimal. */
  readonly sha256: string;
  readonly byteCount: number;
}

/** Copies the files below `directory`, which must not exist. */
export async function copyModelFiles(
  store: ObjectStore,
  files: readonly ModelFile[],
  directory: string,
  signal?: AbortSignal,
): Promise<CopiedFiles> {
  const hash = createHash('sha256');
  let byteCount = 0;
  for (const { object, path } of files) {
    const target = join(directory, path);
    await mkdir(dirname(target), { recursive: true });
    hash.update(`${path}\0${object.size}\0`);
    const content = store.open(object.bucket, object.name, { generation: object.generation, signal });
    const measured = async function* (): AsyncGenerator<Uint8Array> {
      for await (const part of content) {
        byteCount += part.length;
        if (byteCount > MAX_MODEL_BYTES) throw modelTooLarge(gsUri(object.bucket, object.name), byteCount);
        hash.update(part);
        yield part;
      }
    };
    await pipeline(measured, createWriteStream(target, { flush: true }), signal ? { signal } : {});
  }
  return { sha256: hash.digest('hex'), byteCount };
}
