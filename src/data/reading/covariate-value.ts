/** A covariate's value as a number. */

import type { FileRecord } from '../records.ts';
import type { Cell } from '../values.ts';
import { indicated, isWord } from './categories.ts';
import { type DecimalMark, numberOf } from './number-column.ts';
import { numberTextOf } from './number-text.ts';
import type { RowOptions } from './row-shapes.ts';
import { shareOf } from './share-column.ts';
import { givenOf } from './study.ts';

/** No shop sells or charges more; sums and squares of what is smaller stay finite. */
export const LARGEST_NUMBER = 1e12;

/** A covariate's number; yes and no count as 1 and 0, anything else as not given. */
function covariateOf(value: Exclude<Cell, null | undefined> | null, mark: DecimalMark): number | null {
  if (value === null || value instanceof Date) return null;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (isWord(value)) return null;
  const number = typeof value === 'string' ? numberOf(numberTextOf(value), mark) : Number(value);
  if (number !== null) return Math.abs(number) <= LARGEST_NUMBER ? number : null;
  const share = shareOf(value, 'share', mark, Number.NaN);
  return Number.isNaN(share) ? null : share;
}

/** Values of a row's covariates by name; null of none. */
export function covariatesIn(
  { cells }: FileRecord,
  covariates: RowOptions['covariates'],
): Record<string, number> | null {
  let all: Record<string, number> | null = null;
  for (const { name, index, mark, categories } of covariates) {
    if (categories !== null) {
      all ??= Object.create(null) as Record<string, number>;
      for (const [indicator, is] of indicated(name, categories, givenOf(cells[index]))) all[indicator] = is;
      continue;
    }
    const value = covariateOf(givenOf(cells[index]), mark);
    if (value === null) continue;
    // A column may be called __proto__.
    all ??= Object.create(null) as Record<string, number>;
    all[name] = value;
  }
  return all;
}
