/** Pages of rows that a database gave. */

import type { Cursor, Page } from '../contract/store/page.ts';

/** A page from one row more than was asked for. */
export function pageOf<T>(rows: readonly T[], limit: number, cursorOf: (last: T) => Cursor): Page<T> {
  const items = rows.slice(0, limit);
  return { items, next: rows.length > limit ? cursorOf(items.at(-1) as T) : null };
}
