/** A covariate's value as a number. */

import type { Cell } from '../values.ts';
import { isWord } from './categories.ts';
import { type DecimalMark, numberOf } from './number-column.ts';
import { numberTextOf } from './number-text.ts';
import { shareOf } from './share-column.ts';

/** No shop sells or charges more; sums and squares of what is smaller stay finite. */
export const LARGEST_NUMBER = 1e12;

/** A covariate's number; yes and no count as 1 and 0, anything else as not given. */
export function covariateOf(value: Exclude<Cell, null | undefined> | null, mark: DecimalMark): number | null {
  if (value === null || value instanceof Date) return null;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (isWord(value)) return null;
  const number = typeof value === 'string' ? numberOf(numberTextOf(value), mark) : Number(value);
  if (number !== null) return Math.abs(number) <= LARGEST_NUMBER ? number : null;
  const share = shareOf(value, 'share', mark, Number.NaN);
  return Number.isNaN(share) ? null : share;
}
