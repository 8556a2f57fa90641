/** A covariate's column that holds words: each of its categories becomes an indicator. */

import { categoryOf, indicatorName, OTHER_CATEGORY } from '../../contract/category-name.ts';
import type { NumberColumn, Seen } from './number-column.ts';
import { numberTextOf } from './number-text.ts';
import { isFlag } from './share-column.ts';
import { unitNamed } from './units.ts';

/** Categories of a column that are told apart, the most frequent ones; the others count as one. */
const MOST_CATEGORIES = 12;
/** Share of rows with a value below which a column of numbers is left out. */
const LEAST_FILLED = 0.05;
/** Rows from which that is asked: a day's own file may have nothing to say. */
const LEAST_ROWS = 40;

export interface Categories {
  /** The most frequent first. */
  readonly kept: readonly string[];
  /** How many there are in all. */
  readonly all: number;
}

/** Whether a value has a number, and with it a word that is no unit: "zone 3". */
export function isWord(value: unknown): boolean {
  const unit = typeof value === 'string' ? numberTextOf(value)?.unit : undefined;
  return typeof unit === 'string' && unitNamed(unit) === null;
}

/** What the words of a column tell. */
export interface ColumnWords {
  /** Null where its values are numbers, or yes and no. */
  readonly categories: Categories | null;
  /** Words of a column of numbers, which count as not given; null where there are none. */
  readonly strays: (Seen & { readonly count: number }) | null;
}

/** @param numbers what the column's values are as numbers */
export function wordsOf(numbers: NumberColumn): ColumnWords {
  const counts = new Map<string, number>();
  const words = [...numbers.odd].filter(([value]) => !isFlag(value));
  let rows = 0;
  for (const [value, { count }] of words) {
    const category = categoryOf(value);
    counts.set(category, (counts.get(category) ?? 0) + count);
    rows += count;
  }
  const [first] = words;
  if (first === undefined) return { categories: null, strays: null };
  if (rows <= numbers.count) return { categories: null, strays: { value: first[0], line: first[1].line, count: rows } };
  const ordered = [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).map(([category]) => category);
  return { categories: { kept: ordered.slice(0, MOST_CATEGORIES), all: ordered.length }, strays: null };
}

/** Whether a column of numbers has too few of them to tell anything. */
export function isNearlyEmpty(filled: number, rows: number): boolean {
  return rows >= LEAST_ROWS && filled < LEAST_FILLED * rows;
}

/** Names of a column's indicators. */
export function indicatorsOf(column: string, { kept, all }: Categories): string[] {
  const categories = all > kept.length && !kept.includes(OTHER_CATEGORY) ? [...kept, OTHER_CATEGORY] : kept;
  return categories.map((category) => indicatorName(column, category));
}

/** Indicators of one value: 1 for its category and 0 for all others; an empty cell is of no category. */
export function indicated(
  column: string,
  categories: Categories,
  value: unknown,
): readonly (readonly [string, 0 | 1])[] {
  const category = value === null ? null : categoryOf(value);
  const known = category === null || categories.kept.includes(category) ? category : OTHER_CATEGORY;
  const own = known === null ? null : indicatorName(column, known);
  return indicatorsOf(column, categories).map((name) => [name, name === own ? 1 : 0]);
}
