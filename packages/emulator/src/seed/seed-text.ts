import { isScalar, parseDocument, stringify } from 'yaml';
import type { CollectionTag, ScalarTag } from 'yaml';
import { StartError } from '../options.ts';
import type { Seed } from './seed.ts';

/** A number with a point or an exponent as it is written, because a double does not hold every NUMERIC. */
export class NumberText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A value of a seed file. Whole numbers are bigint. */
export type RawValue =
  null | boolean | bigint | string | NumberText | readonly RawValue[] | { readonly [name: string]: RawValue };

const FLOAT = 'tag:yaml.org,2002:float';

const exactNumber = (tag: ScalarTag): ScalarTag => ({ ...tag, resolve: (text) => new NumberText(text) });

const withExactNumbers = (tags: readonly (ScalarTag | CollectionTag | string)[]) =>
  (tags as (ScalarTag | CollectionTag)[]).map((tag) => (tag.tag === FLOAT ? exactNumber(tag as ScalarTag) : tag));

/** Reads YAML, and so JSON; `source` names it in errors. */
export function parseSeedText(text: string, source: string): RawValue {
  const document = parseDocument(text, {
    schema: 'core',
    intAsBigInt: true,
    customTags: withExactNumbers as never,
    prettyErrors: true,
  });
  const [problem] = [...document.errors, ...document.warnings];
  if (problem) throw new StartError(`${source}: ${problem.message.trimEnd()}`);
  if (document.contents === null || (isScalar(document.contents) && document.contents.value === null)) return {};
  try {
    return document.toJS() as RawValue;
  } catch (error) {
    // Aliases that multiply beyond reason.
    if (error instanceof ReferenceError) throw new StartError(`${source}: ${error.message}`);
    throw error;
  }
}

/** Text that `parseSeedText` reads as the same seed; bytes become base64. */
export const printSeedText = (seed: Seed): string =>
  stringify(
    seed,
    (_key, value: unknown) => (value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value),
    { aliasDuplicateObjects: false },
  );
