import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const SPECIFIER = /(\bfrom\s*|\bimport\()'([^']+)'/g;

/** `Symbol.asyncDispose`, whatever libraries the reader's configuration names. */
const LIBRARY = '/// <reference lib="esnext.disposable" />\n';

/**
 * Writes the declarations of a module, and of those that it names, into a folder, flat. They may name no package: what
 * is exported must be understood without the types of the dependencies.
 */
export function writeDeclarations(root: string, module: string, folder: string): void {
  const emitted = mkdtempSync(path.join(os.tmpdir(), 'bqml-declarations-'));
  try {
    const options = [
      '--ignoreConfig --noCheck --declaration --emitDeclarationOnly --stripInternal --skipLibCheck',
      '--target es2023 --module nodenext --allowImportingTsExtensions --resolveJsonModule --types node',
    ];
    execFileSync(
      process.execPath,
      [
        path.join(root, 'node_modules/typescript/bin/tsc'),
        ...options.flatMap((line) => line.split(' ')),
        '--rootDir',
        path.join(root, 'packages'),
        '--outDir',
        emitted,
        module,
      ],
      { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] },
    );
    mkdirSync(folder, { recursive: true });
    const start = path.join(emitted, path.relative(path.join(root, 'packages'), module));
    copyDeclaration(start.replace(/\.ts$/, '.d.ts'), folder, new Set());
  } finally {
    rmSync(emitted, { recursive: true, force: true });
  }
}

function copyDeclaration(file: string, folder: string, written: Set<string>): void {
  const name = path.basename(file);
  if (written.has(name)) return;
  written.add(name);
  const text = readFileSync(file, 'utf8').replaceAll(SPECIFIER, (_match, before: string, specifier: string) => {
    if (!specifier.startsWith('.')) throw new Error(`${name} needs the types of ${specifier}`);
    const target = path.resolve(path.dirname(file), specifier.replace(/\.ts$/, '.d.ts'));
    copyDeclaration(target, folder, written);
    return `${before}'./${path.basename(target).replace(/\.d\.ts$/, '.js')}'`;
  });
  writeFileSync(path.join(folder, name), `${LIBRARY}${text}`);
}
