import { expect, it } from 'vitest';
import { runTutorials } from './run-tutorials.ts';
import type { StepResult } from './run-tutorials.ts';

it('runs the tutorials', { timeout: 300_000 }, async () => {
  const results: StepResult[] = [];
  for await (const result of runTutorials()) results.push(result);
  expect(results.filter((r) => r.outcome === 'failed')).toEqual([]);
  expect(new Set(results.map((r) => r.id.slice(0, 3)))).toEqual(new Set(['000', '001', '002', '003', '004']));
  expect(results.filter((r) => r.outcome === 'ran').length).toBeGreaterThanOrEqual(120);
});
