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

/** In whose part of all rows one lies. @param row from 0 to all of them */
function shardAt(row: number, all: number, count: number): number {
  return Math.min(count - 1, Math.floor((row / all) * count));
}

/**
 * A shard's cells: neighbours in order of name, so that it reads few merchants, and about as many rows as any other
 * shard's. A cell belongs to the shard in whose part of all rows its middle row lies.
 *
 * @param cells in order of name; @param among how many rows there are, and how many before the first cell, where these are
 * not all cells
 */
export function cellsOfShard<T extends CellRows>(
  cells: readonly T[],
  { index, count }: Shard,
  among: { readonly before: number; readonly all: number } | null = null,
): T[] {
  const all = among?.all ?? rowsOf(cells);
  let before = among?.before ?? 0;
  return cells.filter(({ rows }) => {
    const middle = before + rows / 2;
    before += rows;
    return shardAt(middle, all, count) === index;
  });
}

/** A merchant, and how many rows there are of all of its cells. */
export interface MerchantRows {
  readonly merchant: string;
  readonly rows: number;
}

/**
 * Merchants that may have cells of a shard. @param merchants in order of name; @returns those, how many rows there are
 * before the first of them, and in all
 */
export function merchantsOfShard(
  merchants: readonly MerchantRows[],
  { index, count }: Shard,
): { readonly own: readonly MerchantRows[]; readonly before: number; readonly all: number } {
  const all = rowsOf(merchants);
  let position = 0;
  const own = merchants.filter(({ rows }) => {
    const first = shardAt(position, all, count);
    position += rows;
    return first <= index && shardAt(position, all, count) >= index;
  });
  const [head] = own;
  return { own, before: head ? rowsOf(merchants.slice(0, merchants.indexOf(head))) : 0, all };
}

function rowsOf(of: readonly { readonly rows: number }[]): number {
  return of.reduce((sum, { rows }) => sum + rows, 0);
}
