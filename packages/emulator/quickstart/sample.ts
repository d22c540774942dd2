/** `count` of the items, chosen by the seed alone, in their own order. */
export function sample<T>(items: readonly T[], count: number, seed: number): readonly T[] {
  const order = items.map((_item, index) => index);
  let state = seed >>> 0;
  for (let i = order.length - 1; i > 0; i--) {
    // Numerical Recipes' linear congruential generator: the sample must be the same everywhere, not good.
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const j = Math.floor((state / 2 ** 32) * (i + 1));
    [order[i], order[j]] = [order[j] ?? 0, order[i] ?? 0];
  }
  const chosen = new Set(order.slice(0, count));
  return items.filter((_item, index) => chosen.has(index));
}
