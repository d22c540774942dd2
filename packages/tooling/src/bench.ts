/** `npm run bench -- NAME...`: each file of bench/ measures one thing against a named alternative in the same run. */
import { globSync } from 'node:fs';
import path from 'node:path';

const folder = path.join(import.meta.dirname, 'bench');
const known = globSync('*.ts', { cwd: folder })
  .map((file) => path.basename(file, '.ts'))
  .toSorted();
const wanted = process.argv.slice(2);

if (wanted.length === 0 || wanted.some((name) => !known.includes(name))) {
  console.error(`Name benchmarks to run: ${known.join(', ')}`);
  process.exitCode = 2;
} else {
  for (const name of wanted) {
    const benchmark = (await import(path.join(folder, `${name}.ts`))) as { run(): Promise<void> };
    await benchmark.run();
  }
}
