import { cpSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The committed images and models. */
export const FIXTURES = path.join(import.meta.dirname, '../../fixtures');

type Text = string | readonly string[];

/** What the clients need of a file of `conformance/tutorials`; conformance/README.md describes it. */
export interface TutorialFile {
  readonly placeholders: Readonly<Record<string, string>>;
  readonly buckets: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly paths: readonly string[];
  readonly steps: readonly TutorialFileStep[];
}

interface TutorialFileStep {
  readonly section: string;
  readonly tab?: Text;
  readonly waits?: string;
  readonly sql?: Text;
  readonly request?: TutorialFileRequest;
  readonly expected?: TutorialExpectation;
}

interface TutorialFileRequest {
  readonly method: string;
  readonly path: string;
  readonly body?: {
    readonly datasetReference?: { readonly datasetId: string };
    readonly name?: string;
    readonly location?: string;
  };
  /** A fixture. */
  readonly file?: string;
  readonly contentType?: string;
}

export interface TutorialExpectation {
  readonly error?: { readonly status: number; readonly message: string };
  readonly schema?: readonly { readonly name: string }[];
  readonly rows?: readonly (readonly unknown[])[];
  readonly rowCount?: number;
}

export const readTutorialFile = (file: string): TutorialFile => JSON.parse(readFileSync(file, 'utf8')) as TutorialFile;

/** Lays the fixtures out as the buckets of the tutorials, one folder each. */
export function fillBuckets(tutorials: readonly TutorialFile[], root: string): void {
  for (const { buckets } of tutorials) {
    for (const [bucket, objects] of Object.entries(buckets)) {
      for (const [object, fixture] of Object.entries(objects)) {
        cpSync(path.join(FIXTURES, fixture), path.join(root, bucket, object), { recursive: true });
      }
    }
  }
}

export type ClientAction =
  | { readonly title: string; readonly dataset: string }
  | { readonly title: string; readonly storage: StorageAction }
  | { readonly title: string; readonly sql: string; readonly expected: TutorialExpectation };

/** What a request of Cloud Storage's JSON API does. */
export type StorageAction =
  | { readonly kind: 'create bucket'; readonly bucket: string; readonly location: string | undefined }
  | {
      readonly kind: 'upload';
      readonly bucket: string;
      readonly name: string;
      readonly file: string;
      readonly contentType: string | undefined;
    }
  | { readonly kind: 'delete object'; readonly bucket: string; readonly name: string }
  | { readonly kind: 'delete bucket'; readonly bucket: string };

/** The datasets, buckets, uploads and statements of a tutorial's first path, placeholders filled. */
export function* clientActions(file: string, projectId: string): Generator<ClientAction> {
  const { placeholders, paths, steps } = readTutorialFile(file);
  const fill = (text: string) =>
    text.replaceAll(/\$\{(\w+)\}/g, (all, name: string) =>
      name === 'PROJECT_ID' ? projectId : (placeholders[name] ?? all),
    );
  for (const [number, { section, tab, waits, sql, request, expected = {} }] of steps.entries()) {
    if (waits !== undefined || (tab !== undefined && ![tab].flat().includes(paths[0] ?? ''))) continue;
    const title = `tutorial ${path.basename(file).slice(0, 3)}, step ${number}: ${section}`;
    const dataset = request?.body?.datasetReference?.datasetId;
    if (sql !== undefined) yield { title, sql: fill([sql].flat().join('\n')), expected };
    else if (dataset !== undefined) yield { title, dataset };
    else if (request && /^(\/upload)?\/storage\//.test(request.path)) {
      yield { title, storage: storageAction(request, fill) };
    }
  }
}

function storageAction(
  { method, path: template, body, file, contentType }: TutorialFileRequest,
  fill: (text: string) => string,
): StorageAction {
  const url = new URL(fill(template), 'http://localhost');
  const [bucket, name] = url.pathname.split(/\/b\/|\/o\/?/).slice(1).map(decodeURIComponent); // prettier-ignore
  const created = fill(body?.name ?? '');
  const uploaded = url.searchParams.get('name');
  if (method === 'POST' && bucket === undefined)
    return { kind: 'create bucket', bucket: created, location: body?.location };
  if (method === 'POST' && bucket !== undefined && file !== undefined && uploaded !== null) {
    return { kind: 'upload', bucket, name: uploaded, file: path.join(FIXTURES, file), contentType };
  }
  if (method === 'DELETE' && bucket !== undefined) {
    return name === undefined ? { kind: 'delete bucket', bucket } : { kind: 'delete object', bucket, name };
  }
  throw new Error(`No client has a step for ${method} ${template}`);
}
