/**
 * Converts the models of a folder and compares their outputs with TensorFlow's. Prints one line a signature and ends
 * with 1 when a model that has recorded outputs is refused or differs.
 *
 *   node packages/tooling/src/models-verify.ts DIRECTORY [NAME...]
 *
 * `golden/<model>.json` holds, by signature, inputs and outputs as base64 of little-endian values; `savedmodel_*` and
 * `tflite` hold the models. `onnx` holds models that are imported as they are, `golden/images_top5.json` the best five
 * classes of pictures. With names, only converted models whose name contains one of them are run.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ServiceError } from '@bqml-emulator/common';
import { modelConversion } from '@bqml-emulator/ml';
import type { ConvertedModel } from '@bqml-emulator/ml';
import { env } from 'onnxruntime-node';
import { verifyOnnxFiles } from './models/onnx-files.ts';
import { runRecorded } from './models/recorded-run.ts';
import type { RecordedRun } from './models/recorded-run.ts';
import { verifyTopFive } from './models/top-five.ts';

const { DirectoryFiles, convertSavedModel, convertTfLite } = await modelConversion();

interface ModelFile {
  readonly name: string;
  /** `signature` undefined: the default one. */
  readonly convert: (signature: string | undefined) => ConvertedModel;
}

function findModels(directory: string): ModelFile[] {
  const models: ModelFile[] = [];
  for (const folder of readdirSync(directory).toSorted()) {
    const path = join(directory, folder);
    if (folder.startsWith('savedmodel')) {
      for (const name of readdirSync(path).toSorted()) {
        const files = new DirectoryFiles(join(path, name));
        models.push({ name, convert: (signature) => convertSavedModel(files, { signature }) });
      }
    } else if (folder === 'tflite') {
      for (const name of readdirSync(path).toSorted()) {
        models.push({ name, convert: () => convertTfLite(readFileSync(join(path, name))) });
      }
    }
  }
  return models;
}

async function verify(model: ModelFile, signature: string, recorded: RecordedRun): Promise<boolean> {
  const label = `${model.name} ${signature}`.padEnd(66);
  try {
    const converted = model.convert(signature === 'interpreter' ? undefined : signature);
    if (recorded.skip !== undefined) {
      console.log(`${label} imported, no recorded outputs (${recorded.skip})`);
      return true;
    }
    const { difference, outputs } = await runRecorded(converted, recorded);
    const verdict = difference.within ? 'imported' : 'DIFFERS';
    console.log(`${label} ${verdict}, ${outputs} outputs, max |a - b| ${difference.largest.toExponential(1)}`);
    return difference.within;
  } catch (error) {
    if (!(error instanceof ServiceError)) {
      console.log(`${label} FAILED: ${error instanceof Error ? error.message : String(error)}`);
      return false;
    }
    console.log(`${label} ${recorded.skip === undefined ? 'REFUSED' : 'refused'}: ${error.message}`);
    return recorded.skip !== undefined;
  }
}

async function main(directory: string, wanted: readonly string[]): Promise<void> {
  env.logLevel = 'error';
  let right = 0;
  let total = 0;
  for (const model of findModels(directory)) {
    if (wanted.length > 0 && !wanted.some((name) => model.name.includes(name))) continue;
    const path = join(directory, 'golden', `${model.name}.json`);
    if (!existsSync(path)) continue;
    const golden = JSON.parse(readFileSync(path, 'utf8')) as Record<string, RecordedRun>;
    for (const [signature, recorded] of Object.entries(golden)) {
      total += 1;
      if (await verify(model, signature, recorded)) right += 1;
    }
  }
  console.log(`${right} of ${total} signatures`);
  const others = wanted.length > 0 ? [] : [...(await verifyOnnxFiles(directory)), ...(await verifyTopFive(directory))];
  for (const { label, within, detail } of others)
    console.log(`${label.padEnd(66)} ${within ? detail : `DIFFERS: ${detail}`}`);
  right += others.filter(({ within }) => within).length;
  total += others.length;
  process.exitCode = right === total && total > 0 ? 0 : 1;
}

const [directory, ...wanted] = process.argv.slice(2);
if (directory === undefined) {
  console.error('usage: models-verify DIRECTORY [NAME...]');
  process.exitCode = 2;
} else {
  await main(directory, wanted);
}
