import { ServiceError } from '@bqml-emulator/common';
import { parseStatement } from '@bqml-emulator/sql';
import { DATE, INT64, STRING, arrayOf } from '@bqml-emulator/types';
import { analyzeStatement } from '../../src/analyzer/index.ts';
import type { AnalyzerContext } from '../../src/analyzer/index.ts';
import { printStatement } from '../../src/logical/index.ts';
import { fixedCatalog } from './fixed-catalog.ts';
import { testFunctions } from './test-functions.ts';

const EVALUATION: AnalyzerContext['evaluationContext'] = {
  queryMicros: 0n,
  random: () => 0.5,
  timeZone: 'UTC',
  projectId: 'p',
  userEmail: 'user@example.com',
};

export function contextFor(sql: string, overrides: Partial<AnalyzerContext> = {}): AnalyzerContext {
  return {
    sql,
    catalog: fixedCatalog,
    functions: (name) => testFunctions.find(name),
    functionNames: () => testFunctions.all().map((f) => f.name),
    projectId: 'p',
    defaultDataset: { projectId: 'p', datasetId: 'd' },
    location: 'US',
    parameters: [
      { name: 'limit', type: INT64, value: 10n },
      { name: 'day', type: STRING, value: '2024-01-01' },
      { name: 'words', type: arrayOf(STRING), value: ['a'] },
      { name: undefined, type: DATE, value: 0 },
    ],
    evaluationContext: EVALUATION,
    ...overrides,
  };
}

/** The printed plan, or `ERROR reason: message`. */
export function analyzeToText(sql: string, overrides: Partial<AnalyzerContext> = {}): string {
  try {
    return printStatement(analyzeStatement(parseStatement(sql), contextFor(sql, overrides)));
  } catch (error) {
    if (error instanceof ServiceError) return `ERROR ${error.reason}: ${error.message}`;
    throw error;
  }
}
