import { expect, test } from 'vitest';
import { suggestName } from '../../src/analyzer/suggest-name.ts';

test.each([
  ['nmae', ['id', 'name'], 'name'],
  ['labels', ['label', 'Labels'], 'Labels'],
  ['id', ['ids'], undefined],
  ['score', ['amount'], undefined],
  ['abcd', ['abxd', 'abcx'], 'abcx'],
  ['agg1', ['$agg1'], undefined],
])('%s among %j is %s', (name, candidates, expected) => {
  expect(suggestName(name, candidates)).toBe(expected);
});
