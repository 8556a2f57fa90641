/**
 * Streams items through a bounded number of concurrent tasks, so that memory does not grow with the number of items.
 */

/**
 * Runs `task` over a stream with at most `limit` under way; `done` is called in the order of completion. Stops reading
 * when `signal` aborts. However it ends, every task that began has ended before.
 *
 * @throws the first that a task, `done` or the stream threw: no further item is read then
 */
export async function inParallel<Item, Result>(
  items: AsyncIterable<Item> | Iterable<Item>,
  limit: number,
  task: (item: Item) => Promise<Result>,
  done: (item: Item, result: Result) => void | Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  const underWay = new Set<Promise<void>>();
  let failure: { readonly error: unknown } | null = null;
  const fail = (error: unknown): void => {
    failure ??= { error };
  };
  try {
    for await (const item of items) {
      if (signal?.aborted || failure) break;
      const running: Promise<void> = task(item)
        .then((result) => done(item, result))
        .catch(fail)
        .finally(() => {
          underWay.delete(running);
        });
      underWay.add(running);
      if (underWay.size >= limit) await Promise.race(underWay);
    }
  } catch (error) {
    fail(error);
  }
  await Promise.all(underWay);
  if (failure) throw (failure as { error: unknown }).error;
}
