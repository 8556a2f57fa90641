/** Pages of lists in memory. */

import type { Cursor, Page, PageAsked } from '../../contract/store/page.ts';
import type { SortOrder } from '../../core/vocabulary.ts';
import { compareText } from '../../rules/text-order.ts';

type Key = Cursor[number];

function compareKeys(a: Key, b: Key): number {
  return typeof a === 'number' ? a - (b as number) : compareText(a as string, b as string);
}

/**
 * A page of items in order of their keys. Items whose first key is null come after all others, whichever way those are
 * ordered.
 *
 * @param order of every key; @param without of the keys behind a first one that is null
 */
export function pageBy<T>(
  items: readonly T[],
  keysOf: (item: T) => Cursor,
  { order, without = order }: { readonly order: SortOrder; readonly without?: SortOrder },
  { limit, after }: PageAsked,
): Page<T> {
  const compare = (a: Cursor, b: Cursor): number => {
    if ((a[0] === null) !== (b[0] === null)) return a[0] === null ? 1 : -1;
    const [from, sign] = a[0] === null ? [1, without === 'asc' ? 1 : -1] : [0, order === 'asc' ? 1 : -1];
    for (let i = from; i < a.length; i++) {
      const difference = compareKeys(a[i], b[i]);
      if (difference !== 0) return sign * difference;
    }
    return 0;
  };
  const keyed = items.map((item) => ({ item, keys: keysOf(item) })).sort((a, b) => compare(a.keys, b.keys));
  const left = after ? keyed.filter(({ keys }) => compare(keys, after) > 0) : keyed;
  const page = left.slice(0, limit);
  return {
    items: page.map(({ item }) => item),
    next: left.length > limit ? (page.at(-1)?.keys ?? null) : null,
  };
}
