import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export const FIXTURES = path.join(import.meta.dirname, '../../fixtures');

/** Copies the 100 labelled pictures to `images/` below `bucket`, each `copies` times; gives the names of the objects. */
export function copyPictures(bucket: string, copies: number): readonly string[] {
  const { images } = JSON.parse(readFileSync(path.join(FIXTURES, 'labels.json'), 'utf8')) as {
    images: readonly { readonly file: string }[];
  };
  mkdirSync(path.join(bucket, 'images'), { recursive: true });
  return Array.from({ length: copies }, (_, copy) =>
    images.map(({ file }) => {
      const name = `images/${copy}-${file.replaceAll('/', '-')}`;
      cpSync(path.join(FIXTURES, file), path.join(bucket, name));
      return name;
    }),
  ).flat();
}
