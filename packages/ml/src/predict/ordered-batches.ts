/**
 * Maps batches to results in order while several are at work. A batch is pulled only when `wantsMore` says so, and
 * no more than `window` results wait for the consumer.
 *
 * `start` begins a batch and resolves with its result; `changed` resolves when `wantsMore` may have changed.
 */
export async function* orderedBatches<In, Out>(
  batches: AsyncIterable<In>,
  start: (batch: In) => Promise<Out>,
  wantsMore: () => boolean,
  changed: () => Promise<unknown>,
  window: number,
): AsyncGenerator<Out> {
  const source = batches[Symbol.asyncIterator]();
  const results: { readonly promise: Promise<Out>; done: boolean }[] = [];
  let pull: Promise<void> | undefined;
  let exhausted = false;
  const pullNext = async () => {
    const next = await source.next();
    pull = undefined;
    if (next.done === true) {
      exhausted = true;
      return;
    }
    const result = { promise: start(next.value), done: false };
    const settled = () => {
      result.done = true;
    };
    result.promise.then(settled, settled);
    results.push(result);
  };
  try {
    for (;;) {
      if (pull === undefined && !exhausted && results.length < window && wantsMore()) {
        pull = pullNext();
        // A consumer that stops early waits for it no more.
        pull.catch(() => undefined);
      }
      const [head] = results;
      if (head === undefined) {
        if (pull === undefined && exhausted) return;
        await (pull ?? changed());
      } else if (head.done || (pull === undefined && (exhausted || results.length >= window))) {
        const value = await head.promise;
        results.shift();
        yield value;
      } else {
        await Promise.race([head.promise, pull ?? changed()]);
      }
    }
  } finally {
    // A pull under way ends before the source is closed.
    await source.return?.();
  }
}
