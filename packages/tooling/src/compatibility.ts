/**
 * Writes docs/compatibility.md from the function registry and the route table; with --check it only says whether the
 * file is what would be written, and fails if it is not.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Emulator, ephemeralOptions } from 'bqml-emulator';
import { format } from 'prettier';

const FILE = path.resolve(import.meta.dirname, '../../../docs/compatibility.md');

type Functions = Emulator['functions'];
type Routes = Emulator['routes'];

const APIS: readonly { readonly prefix: string; readonly title: string }[] = [
  { prefix: 'bigquery', title: 'BigQuery API v2' },
  { prefix: 'bigqueryconnection', title: 'BigQuery Connection API v1' },
  { prefix: 'bigqueryreservation', title: 'BigQuery Reservation API v1' },
  { prefix: 'storage', title: 'Cloud Storage JSON and XML API' },
  { prefix: 'discovery', title: 'Discovery' },
  { prefix: 'metadata', title: 'Compute Engine metadata server' },
  { prefix: 'emulator', title: 'The emulator’s own' },
];

const KINDS = { scalar: 'Scalar', aggregate: 'Aggregate and analytic', table: 'Table-valued' } as const;

function apiSection({ prefix, title }: (typeof APIS)[number], routes: Routes): string {
  const served = routes.filter(({ id }) => id.split('.')[0] === prefix);
  const rows = served.map(({ id, method, path: route, verb, refused }) => {
    const address = `${route}${verb === undefined ? '' : `:${verb}`}`.replaceAll(
      /:(\w+)(?=\/|$|:)/g,
      (text, name: string) => (name === verb ? text : `{${name}}`),
    );
    return `| \`${id}\` | \`${method} ${address}\` | ${refused ? 'answers 501' : 'yes'} |`;
  });
  return [`### ${title}`, '', '| method | address | served |', '| --- | --- | --- |', ...rows, ''].join('\n');
}

/** The page of the documentation that a function is on, and its name there. */
const pageOf = (docUrl: string) => (docUrl.split('/').at(-1) ?? '').split('#')[0] ?? '';

function functionSection(kind: keyof typeof KINDS, functions: Functions): string {
  const pages = Map.groupBy(
    functions.filter((f) => f.kind === kind && !f.name.startsWith('$')),
    (f) => pageOf(f.docUrl),
  );
  const rows = [...pages]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([page, members]) => {
      const names = members
        .toSorted((a, b) => (a.name < b.name ? -1 : 1))
        .map(({ name, docUrl }) => `[${name}](${docUrl})`);
      return `- **${page}**: ${names.join(', ')}`;
    });
  return [`### ${KINDS[kind]} functions`, '', ...rows, ''].join('\n');
}

function compatibility(functions: Functions, routes: Routes): string {
  const operators = functions.filter((f) => f.name.startsWith('$'));
  const named = functions.length - operators.length;
  const refused = routes.filter((route) => route.refused).length;
  return [
    '# Compatibility',
    '',
    'This file is made from the code by `node packages/tooling/src/compatibility.ts`.',
    '',
    `${named} functions and ${operators.length} operators; ${routes.length} HTTP methods, of which ${refused} are known and answer 501.`,
    '',
    '## HTTP',
    '',
    'Addresses of the BigQuery API are served with and without `/bigquery/v2` before them.',
    '',
    ...APIS.map((api) => apiSection(api, routes)),
    '## Functions',
    '',
    'What is not listed is refused by name. Signatures are those of the documentation.',
    '',
    functionSection('scalar', functions),
    functionSection('aggregate', functions),
    functionSection('table', functions),
  ].join('\n');
}

const emulator = await Emulator.open(ephemeralOptions());
const text = await format(compatibility(emulator.functions, emulator.routes), {
  parser: 'markdown',
  printWidth: 120,
  proseWrap: 'preserve',
});
await emulator.dispose();

if (!process.argv.includes('--check')) {
  writeFileSync(FILE, text);
} else if (readFileSync(FILE, 'utf8') !== text) {
  console.error('docs/compatibility.md is not what the code has; run node packages/tooling/src/compatibility.ts');
  process.exitCode = 1;
}
