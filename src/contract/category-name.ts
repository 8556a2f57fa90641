/** Names of the indicators that a covariate of words is kept as: `weather=rain`. */

import { nameOf } from './name-form.ts';

/** Longest word of a category that is told from others. */
const LONGEST = 60;

/** The indicator of a column's category, as {@link categoryOf} writes it. */
export function indicatorName(column: string, category: string): string {
  return `${column}=${category}`;
}

/** A word as a category: in one spelling, whatever its case. */
export function categoryOf(word: unknown): string {
  return nameOf(word).toLowerCase().replaceAll('=', ' ').slice(0, LONGEST);
}

/** The column that an indicator is of; null of any other covariate. */
export function indicatedColumn(name: string): string | null {
  const at = name.lastIndexOf('=');
  return at < 1 ? null : name.slice(0, at);
}

/** What words beyond the most frequent ones are kept as. */
export const OTHER_CATEGORY = 'other';
