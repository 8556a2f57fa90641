/** Which cells each of several shards has. */

import type { CellName } from '../contract/cell-name.ts';

/** A cell, and how many rows there are of it. */
export interface CellRows extends CellName {
  readonly rows: number;
}

/** One of `count` shards, from 0. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** Order of cells: by merchant, then by product, each by its UTF-16 code units. */
export function byCell(a: CellName, b: CellName): number {
  if (a.merchant !== b.merchant) return a.merchant < b.merchant ? -1 : 1;
  return a.product === b.product ? 0 : a.product < b.product ? -1 : 1;
}

/**
 * A shard's cells: neighbours in order of name, so that it reads few merchants, and about as many rows as any other
 * shard's. A cell belongs to the shard in whose part of all rows its middle row lies.
 *
 * @param cells in order of name
 */
export function cellsOfShard<T extends CellRows>(cells: readonly T[], { index, count }: Shard): T[] {
  let all = 0;
  for (const { rows } of cells) all += rows;
  let before = 0;
  return cells.filter(({ rows }) => {
    const middle = before + rows / 2;
    before += rows;
    return Math.min(count - 1, Math.floor((middle / all) * count)) === index;
  });
}
