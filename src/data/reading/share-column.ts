/** How a column writes shares and flags: yes and no, 0 to 1, or percentages; settled by all of its values. */

import type { Cell } from '../values.ts';
import { type DecimalMark, NumberColumn, numberOf, type Seen } from './number-column.ts';
import { numberTextOf } from './number-text.ts';

const YES: ReadonlySet<string> = new Set(['si', 'sí', 's', 'yes', 'y', 'true', 'verdadero', 'x', 'sim', 'oui', 'vrai']);
const NO: ReadonlySet<string> = new Set(['no', 'n', 'false', 'falso', 'não', 'nao', 'non', 'faux']);

/** Whether a text is a yes or a no. */
export function isFlag(text: string): boolean {
  const word = text.trim().toLowerCase();
  return YES.has(word) || NO.has(word);
}

export type ShareScale =
  /** Words, or numbers up to 1. */
  | 'share'
  /** Numbers up to 100. */
  | 'percent'
  /** Numbers that are neither. */
  | 'money';

export class ShareColumn {
  readonly numbers = new NumberColumn();
  /** First text that is neither yes, no nor a number ("2x1"), and how many of them there are. */
  text: Seen | null = null;
  texts = 0;
  private largest = 0;
  /** First number above 1 with decimals, or above 100. */
  private money: Seen | null = null;

  add(value: string | number | bigint | boolean, line: number): void {
    if (typeof value === 'boolean') return;
    if (typeof value === 'string') {
      const word = value.toLowerCase();
      if (YES.has(word) || NO.has(word)) return;
      const text = numberTextOf(value);
      if (text === null) {
        this.text ??= { value, line };
        this.texts++;
        return;
      }
      this.numbers.add(value, line);
      // With either mark: 1,50 and 1.50 are no whole numbers.
      this.size(Math.abs(numberOf(text, '.') ?? 0), /[.,]/.test(text.digits), { value, line });
      return;
    }
    this.size(Math.abs(Number(value)), !Number.isInteger(Number(value)), { value: String(value), line });
  }

  private size(number: number, decimals: boolean, seen: Seen): void {
    this.largest = Math.max(this.largest, number);
    if (number > 100 || (number > 1 && decimals)) this.money ??= seen;
  }

  /** First value that is no share, where nothing says that the column holds percentages. */
  notShare(headerPercent: boolean): Seen | null {
    return headerPercent || this.numbers.percent !== null ? null : this.money;
  }

  scale(headerPercent: boolean): Exclude<ShareScale, 'money'> {
    return headerPercent || this.numbers.percent !== null || this.largest > 1 ? 'percent' : 'share';
  }
}

/**
 * Share of a cell, 0-1; NaN for what is none. @param worded share of a text that is no number: 1, or NaN to refuse it
 */
export function shareOf(value: Cell, scale: Exclude<ShareScale, 'money'>, mark: DecimalMark, worded: number): number {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'string') {
    const word = value.toLowerCase();
    if (YES.has(word)) return 1;
    if (NO.has(word)) return 0;
    const text = numberTextOf(value);
    const number = numberOf(text, mark);
    if (number === null) return text === null ? worded : Number.NaN;
    return within(number, scale);
  }
  return value === null || value === undefined || value instanceof Date ? Number.NaN : within(Number(value), scale);
}

function within(number: number, scale: 'share' | 'percent'): number {
  const share = scale === 'percent' ? number / 100 : number;
  return share >= 0 && share <= 1 ? share : Number.NaN;
}
