/** Golden files: a query, `--`, its operators and the texts of its stages, `==`. `vitest -u` writes them anew. */
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { FunctionDefinition } from '@bqml-emulator/catalog';
import { ServiceError, invariant } from '@bqml-emulator/common';
import { parseStatement } from '@bqml-emulator/sql';
import { expect, test } from 'vitest';
import { analyzeStatement } from '../../src/analyzer/index.ts';
import { optimize } from '../../src/optimizer/optimize.ts';
import { planOperators } from '../../src/physical/plan-operators.ts';
import { contextFor } from '../analyzer/analyze-for-test.ts';
import { testFunctions } from '../analyzer/test-functions.ts';
import { describePlan } from './describe-plan.ts';
import { EVALUATION } from './plan-builder.ts';

const directory = path.join(import.meta.dirname, 'golden');

/** The analyzer's test functions have signatures only; here they also have a meaning that nobody calls. */
function runnable(name: string): FunctionDefinition | undefined {
  const found = testFunctions.find(name);
  if (found?.kind !== 'scalar') return found;
  return { ...found, signatures: found.signatures.map((s) => ({ evaluate: () => null, ...s })) };
}

function explain(sql: string): string {
  try {
    const statement = analyzeStatement(parseStatement(sql), contextFor(sql, { functions: runnable }));
    invariant(statement.kind === 'QueryStatement', 'a golden case is a query');
    return describePlan(planOperators(optimize(statement.query.scan, EVALUATION)), EVALUATION);
  } catch (error) {
    if (error instanceof ServiceError) return `ERROR ${error.reason}: ${error.message}`;
    throw error;
  }
}

test.for(readdirSync(directory).filter((name) => name.endsWith('.test')))('%s', async (name) => {
  const file = path.join(directory, name);
  const printed = readFileSync(file, 'utf8')
    .split(/^==\n/m)
    .map((item) => item.split(/^--\n/m)[0] ?? '')
    .filter((query) => query.trim() !== '')
    .map((query) => `${query}--\n${explain(query)}\n`);
  await expect(printed.join('==\n')).toMatchFileSnapshot(file);
});
