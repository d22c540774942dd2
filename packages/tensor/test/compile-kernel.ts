/**
 * Compiles assembly/resize.ts. As a program it writes the result to src/kernels/resize-wasm-bytes.ts:
 *
 *   node packages/tensor/test/compile-kernel.ts
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const SOURCE = fileURLToPath(new URL('../assembly/resize.ts', import.meta.url));
const CONSTANT = fileURLToPath(new URL('../src/kernels/resize-wasm-bytes.ts', import.meta.url));
const FLAGS = [
  '-O3',
  '--noAssert',
  '--runtime',
  'stub',
  '--enable',
  'simd',
  '--enable',
  'relaxed-simd',
  '--importMemory',
];

/** The kernel's bytes in base64. */
export async function compileKernel(): Promise<string> {
  let compiled: Uint8Array | undefined;
  const { error } = await asc.main(['resize.ts', '--outFile', 'resize.wasm', ...FLAGS], {
    readFile: (name: string) => (name === 'resize.ts' ? readFileSync(SOURCE, 'utf8') : null),
    writeFile: (_name: string, contents: Uint8Array | string) => {
      if (typeof contents !== 'string') compiled = contents;
    },
    listFiles: () => [],
  });
  if (error) throw error;
  if (!compiled) throw new Error('the compiler wrote no module');
  return Buffer.from(compiled).toString('base64');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const base64 = await compileKernel();
  const lines = base64.match(/.{1,100}/g) ?? [];
  writeFileSync(
    CONSTANT,
    `/** assembly/resize.ts, compiled by test/compile-kernel.ts. */\nexport const RESIZE_WASM =\n${lines.map((line) => `  '${line}'`).join(' +\n')};\n`,
  );
}
