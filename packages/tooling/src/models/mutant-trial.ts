import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ModelFormat, ModelMutant } from './model-mutants.ts';

/**
 * What became of a statement. `childDied`: the process that worked for it ended, which fails the statement. `stopped`:
 * its time was over, as of a model that loops for ever.
 */
export type Outcome = 'done' | 'refused' | 'childDied' | 'stopped';

export interface TrialResult {
  readonly outcome: Outcome;
  /** ML.PREDICT of a model that was imported. */
  readonly predicted: Outcome | undefined;
  /** Of the slower of the two statements. */
  readonly millis: number;
  /** What a server must not do. */
  readonly faults: readonly string[];
}

/** A statement that takes longer hangs. */
const HANG_MILLIS = 10_000;
/** After which the server is to stop ML.PREDICT: a model may loop for ever, and is sound nevertheless. */
const PREDICT_MILLIS = 6000;
/** A server that does not answer at all. */
const SILENCE_MILLIS = 60_000;
/** Elements of one input; a mutant may ask for more, and gets one. */
const MAX_ELEMENTS = 1_000_000;

const MODEL_PATHS: Readonly<Record<ModelFormat, string>> = {
  ONNX: '*.onnx',
  TENSORFLOW: '*',
  TENSORFLOW_LITE: '*.tflite',
};

interface Answer {
  /** Of HTTP; 0 where there was no answer in time. */
  readonly status: number;
  readonly message: string;
  readonly millis: number;
}

interface Feature {
  readonly name: string;
  readonly type: { readonly typeKind: string; readonly arrayElementType?: { readonly typeKind: string } };
}

/** One of several that go on at the same time: it has a folder of the bucket and a model of its own. */
export class MutantTrial {
  readonly #url: string;
  readonly #folder: string;
  readonly #name: string;

  /** `url`: of the server's project; the dataset `mutants` is there, and the bucket `mutants` is the folder `bucket`. */
  constructor(url: string, bucket: string, name: string) {
    this.#url = url;
    this.#folder = path.join(bucket, name);
    this.#name = name;
  }

  async run(format: ModelFormat, { files }: ModelMutant): Promise<TrialResult> {
    rmSync(this.#folder, { recursive: true, force: true });
    for (const [name, content] of files) {
      mkdirSync(path.dirname(path.join(this.#folder, name)), { recursive: true });
      writeFileSync(path.join(this.#folder, name), content);
    }
    const created = await this.#query(
      `CREATE OR REPLACE MODEL mutants.${this.#name} OPTIONS (MODEL_TYPE = '${format}', ` +
        `MODEL_PATH = 'gs://mutants/${this.#name}/${MODEL_PATHS[format]}')`,
    );
    const outcome = outcomeOf(created);
    const predictions = outcome === 'done' ? await this.#predict() : [];
    const answers = [created, ...predictions];
    const last = predictions.at(-1);
    return {
      outcome,
      predicted: last === undefined ? undefined : outcomeOf(last),
      millis: Math.max(...answers.map(({ millis }) => millis)),
      faults: answers.flatMap(faultsOf),
    };
  }

  /** One row. What an input's array must hold is told by the refusal of another length. */
  async #predict(): Promise<readonly Answer[]> {
    const response = await fetch(`${this.#url}/datasets/mutants/models/${this.#name}`);
    const { featureColumns = [] } = (await response.json()) as { readonly featureColumns?: readonly Feature[] };
    const lengths = new Map<string, number>();
    const answers: Answer[] = [];
    for (let attempt = 0; attempt <= featureColumns.length; attempt++) {
      const columns = featureColumns.map((feature) => column(feature, lengths.get(feature.name) ?? 1));
      const row = `SELECT ${columns.join(', ')}`;
      const answer = await this.#query(
        `SELECT * FROM ML.PREDICT(MODEL mutants.${this.#name}, (${row}))`,
        PREDICT_MILLIS,
      );
      answers.push(answer);
      const wanted = wantedLength(answer.message);
      if (answer.status === 200 || wanted === undefined || lengths.has(wanted.name)) break;
      lengths.set(wanted.name, wanted.length);
    }
    return answers;
  }

  async #query(query: string, jobTimeoutMs?: number): Promise<Answer> {
    const start = performance.now();
    try {
      return { ...(await this.#ask(query, jobTimeoutMs)), millis: performance.now() - start };
    } catch (error) {
      // Not a server that is gone, which ends the whole run.
      if (!(error instanceof DOMException && error.name === 'TimeoutError')) throw error;
      return { status: 0, message: 'no answer', millis: performance.now() - start };
    }
  }

  async #ask(query: string, jobTimeoutMs: number | undefined): Promise<Omit<Answer, 'millis'>> {
    const response = await fetch(`${this.#url}/queries`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        query,
        useLegacySql: false,
        useQueryCache: false,
        timeoutMs: SILENCE_MILLIS,
        jobTimeoutMs,
      }),
      signal: AbortSignal.timeout(2 * SILENCE_MILLIS),
    });
    const body = (await response.json()) as { readonly jobComplete?: boolean; readonly error?: { message: string } };
    if (response.ok && body.jobComplete !== true) return { status: 0, message: 'the job goes on' };
    return { status: response.status, message: body.error?.message ?? '' };
  }
}

function outcomeOf({ status, message }: Answer): Outcome {
  if (status === 200) return 'done';
  if (message.includes('exceeded its time limit')) return 'stopped';
  return message.includes('the process that') ? 'childDied' : 'refused';
}

function faultsOf({ status, message, millis }: Answer): string[] {
  const faults: string[] = [];
  if (status < 200 || (status >= 500 && status !== 501)) faults.push(`status ${status}: ${message}`);
  if (status !== 200 && message === '') faults.push(`status ${status} without a message`);
  if (millis > HANG_MILLIS) faults.push(`took ${(millis / 1000).toFixed(1)} s: ${message}`);
  return faults;
}

const ELEMENTS: Readonly<Record<string, string>> = {
  FLOAT64: 'MOD(i * 7919, 1009) / 500 - 1',
  INT64: 'MOD(i * 7919, 10)',
  BOOL: 'MOD(i, 3) = 0',
  STRING: "CONCAT('word', CAST(MOD(i, 5) AS STRING))",
};

function column({ name, type }: Feature, length: number): string {
  const element = ELEMENTS[type.arrayElementType?.typeKind ?? type.typeKind] ?? 'NULL';
  const alias = `\`${name.replaceAll(/[\\`]/g, String.raw`\$&`).replaceAll('\n', String.raw`\n`)}\``;
  const array = `ARRAY(SELECT ${element} FROM UNNEST(GENERATE_ARRAY(1, ${length})) AS i ORDER BY i)`;
  return type.typeKind === 'ARRAY' ? `${array} AS ${alias}` : `${array}[OFFSET(0)] AS ${alias}`;
}

/** Of the column that a refusal names; open dimensions count as one. */
function wantedLength(message: string): { readonly name: string; readonly length: number } | undefined {
  const match = /Column (.*) has an array of .* input of shape \[\?((?:, [?\d]+)*)\]/s.exec(message);
  if (match === null) return undefined;
  const sizes = (match[2] ?? '').split(', ').filter((size) => size !== '' && size !== '?');
  const length = sizes.reduce((product, size) => product * Number(size), 1);
  return { name: match[1] ?? '', length: length > 0 && length <= MAX_ELEMENTS ? length : 1 };
}
