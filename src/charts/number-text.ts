/** Numbers as a language writes them. */

import type { Lang } from '../core/vocabulary.ts';

/** @param digits after the point, always so many */
export function number(lang: Lang, value: number, digits: number): string {
  return new Intl.NumberFormat(lang, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
}

/** An error or another share that is compared with others of its kind: one digit after the point, always. */
export function errorShare(lang: Lang, value: number | null): string {
  if (value === null || !Number.isFinite(value)) return '–';
  return new Intl.NumberFormat(lang, { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(
    value,
  );
}
