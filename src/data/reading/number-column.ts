/**
 * How a column writes its numbers, settled by all of its values: the decimal mark, the currency, the unit, whether they
 * are percentages. "1.234" alone can be a kilo and a bit or a thousand: what else stands in the column tells.
 */

import { type NumberText, numberTextOf } from './number-text.ts';

export type DecimalMark = ',' | '.';

/** A value and the line where it stands first. */
export interface Seen {
  readonly value: string;
  readonly line: number;
}

/** Why a mark was taken. */
export type MarkGround =
  /** No value has a mark whose meaning matters. */
  | { readonly by: 'none' }
  /** The user said so. */
  | { readonly by: 'told' }
  /** A value that can be read in one way only. */
  | { readonly by: 'value'; readonly seen: Seen }
  /** Every mark stands before exactly three digits, in nearly every value: a scale writes so. */
  | { readonly by: 'three decimals'; readonly seen: Seen }
  /** Prices in the column's currency have no decimals. */
  | { readonly by: 'currency'; readonly seen: Seen }
  /** Numbers below a thousand have no mark, the others continue them: it parts thousands. */
  | { readonly by: 'thousands'; readonly seen: Seen };

export type NumberUnderstanding =
  | { readonly mark: DecimalMark; readonly ground: MarkGround }
  /** Both readings stand; `seen` is a value that they read differently. */
  | { readonly mark: null; readonly seen: Seen };

/** What a column is for decides what ambiguous marks may be: a scale's decimals are quantities. */
export type NumberRole = 'quantity' | 'money' | 'other';

/** Distinct texts that are remembered as looked at; beyond them every value is looked at. */
const MOST_REMEMBERED = 20_000;
/** Share of values with three digits behind the mark from which they are a scale's. */
const SCALE_SHARE = 0.9;
/** Ratio of the two readings' distances from the column's other numbers from which the nearer one is taken. */
const CLEARLY_NEARER = Math.log(10);

/** Numbers without a mark from which they tell what those with one are. */
const FEW = 3;

/** Currencies whose prices are written in whole units. */
const WHOLE: ReadonlySet<string> = new Set([
  'CLP',
  'COP',
  'CRC',
  'HUF',
  'IDR',
  'ISK',
  'JPY',
  'KRW',
  'PYG',
  'UGX',
  'VND',
]);

/** What one mark of a number means, as far as the number itself tells. */
type MarkMeaning = 'no mark' | 'comma decimal' | 'point decimal' | 'comma unclear' | 'point unclear' | 'no number';

function markMeaning({ digits, grouped }: Pick<NumberText, 'digits' | 'grouped'>): MarkMeaning {
  if (/e/i.test(digits)) return 'point decimal';
  const comma = digits.lastIndexOf(',');
  const point = digits.lastIndexOf('.');
  if (comma < 0 && point < 0) return 'no mark';
  if (comma >= 0 && point >= 0) {
    const decimal = comma > point ? ',' : '.';
    const [whole, fraction] = digits.split(decimal);
    if (digits.indexOf(decimal) !== digits.lastIndexOf(decimal) || !isGrouped(whole) || !/^\d*$/.test(fraction))
      return 'no number';
    return decimal === ',' ? 'comma decimal' : 'point decimal';
  }
  const mark = comma >= 0 ? ',' : '.';
  const parts = digits.split(mark);
  if (parts.length > 2) {
    if (!isGrouped(digits)) return 'no number';
    return mark === ',' ? 'point decimal' : 'comma decimal';
  }
  const [whole, fraction] = parts;
  const unclear = !grouped && fraction.length === 3 && /^[1-9]\d{0,2}$/.test(whole);
  return mark === ',' ? (unclear ? 'comma unclear' : 'comma decimal') : unclear ? 'point unclear' : 'point decimal';
}

/** Groups of three behind the first: 1.234.567; India's groups of two before the last three too. */
function isGrouped(whole: string): boolean {
  return /^\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*$/.test(whole) || /^\d{1,2}(?:,\d{2})+,\d{3}$/.test(whole);
}

/** A value as it was looked at. */
interface Looked {
  readonly text: NumberText | null;
  readonly meaning: MarkMeaning;
}

/** Gathers what a column's values tell. */
export class NumberColumn {
  /** Values that are no number, and how often. */
  readonly odd = new Map<string, { readonly line: number; count: number }>();
  /** Currency or its sign → first value. */
  readonly currencies = new Map<string, Seen>();
  readonly units = new Map<string, Seen & { count: number }>();
  percent: Seen | null = null;
  /** Numbers, whatever their marks mean. */
  count = 0;
  negatives = 0;
  private readonly sure: Partial<Record<DecimalMark, Seen>> = {};
  private readonly unclear: Partial<Record<DecimalMark, Seen & { count: number; logSum: number }>> = {};
  /** Of unmarked positive numbers: sum of logarithms, for their geometric mean. */
  private unmarkedLog = 0;
  private unmarkedPositive = 0;
  private largestUnmarked = 0;
  private readonly seen = new Map<string, Looked>();

  /** A value of the column that is not empty. @param line counted from 1 */
  add(value: string | number | bigint, line: number): void {
    if (typeof value !== 'string') {
      // Stored as a number: nothing to settle.
      this.count++;
      if (value < 0) this.negatives++;
      return;
    }
    const { text, meaning } = this.lookAt(value);
    if (text === null || meaning === 'no number') {
      this.addOdd(value, line);
      return;
    }
    this.count++;
    if (text.negative) this.negatives++;
    if (text.currency !== null && !this.currencies.has(text.currency))
      this.currencies.set(text.currency, { value, line });
    if (text.unit !== null) this.addUnit(text.unit, value, line);
    if (text.percent) this.percent ??= { value, line };
    this.addMark(meaning, text.digits, value, line);
  }

  private lookAt(value: string): Looked {
    const known = this.seen.get(value);
    if (known !== undefined) return known;
    const text = numberTextOf(value);
    const looked: Looked = { text, meaning: text === null ? 'no number' : markMeaning(text) };
    if (this.seen.size < MOST_REMEMBERED) this.seen.set(value, looked);
    return looked;
  }

  /** A value that is no number, whatever it looks like. */
  addOdd(value: string, line: number): void {
    const known = this.odd.get(value);
    if (known) known.count++;
    else if (this.odd.size < MOST_REMEMBERED) this.odd.set(value, { line, count: 1 });
  }

  private addUnit(unit: string, value: string, line: number): void {
    const known = this.units.get(unit);
    if (known) known.count++;
    else this.units.set(unit, { value, line, count: 1 });
  }

  private addMark(meaning: Exclude<MarkMeaning, 'no number'>, digits: string, value: string, line: number): void {
    switch (meaning) {
      case 'no mark': {
        const number = Number(digits);
        if (number > 0) {
          this.unmarkedPositive++;
          this.unmarkedLog += Math.log(number);
          this.largestUnmarked = Math.max(this.largestUnmarked, number);
        }
        return;
      }
      case 'comma decimal':
      case 'point decimal': {
        this.sure[meaning === 'comma decimal' ? ',' : '.'] ??= { value, line };
        return;
      }
      case 'comma unclear':
      case 'point unclear': {
        const mark = meaning === 'comma unclear' ? ',' : '.';
        const known = (this.unclear[mark] ??= { value, line, count: 0, logSum: 0 });
        known.count++;
        known.logSum += Math.log(Number(digits.replace(mark, '')));
      }
    }
  }

  /** Values that stand in the way of one reading of the column: both marks are surely decimal somewhere. */
  get mixed(): readonly [comma: Seen, point: Seen] | null {
    const { ',': comma, '.': point } = this.sure;
    return comma && point ? [comma, point] : null;
  }

  /** @param told the user's `--decimal`; @param role what the column is for */
  understand(told: DecimalMark | null, role: NumberRole): NumberUnderstanding {
    const { ',': comma, '.': point } = this.sure;
    const unclear = [this.unclear[','], this.unclear['.']].filter((seen) => seen !== undefined);
    if (told !== null) return { mark: told, ground: { by: 'told' } };
    if (comma && point) {
      // Each such value reads itself; one that could be either has nothing to go by.
      return unclear.length > 0
        ? { mark: null, seen: firstOf(unclear) }
        : { mark: ',', ground: { by: 'value', seen: comma } };
    }
    if (comma) return { mark: ',', ground: { by: 'value', seen: comma } };
    if (point) return { mark: '.', ground: { by: 'value', seen: point } };
    if (unclear.length === 0) return { mark: '.', ground: { by: 'none' } };
    // Both in one column, each before three digits: one of them parts thousands, and nothing says which.
    if (unclear.length > 1) return { mark: null, seen: firstOf(unclear) };
    return this.unclearAlone(this.unclear[','] ? ',' : '.', role);
  }

  /** All marks stand before three digits. */
  private unclearAlone(mark: DecimalMark, role: NumberRole): NumberUnderstanding {
    const unclear = this.unclear[mark] as Seen & { count: number; logSum: number };
    const seen = firstOf([unclear]);
    const other: DecimalMark = mark === ',' ? '.' : ',';
    if (role === 'quantity' && unclear.count >= SCALE_SHARE * this.count)
      return { mark, ground: { by: 'three decimals', seen } };
    if (role === 'money' && [...this.currencies.keys()].some((currency) => WHOLE.has(currency)))
      return { mark: other, ground: { by: 'currency', seen } };
    if (this.unmarkedPositive === 0) return { mark: null, seen };
    const usual = this.unmarkedLog / this.unmarkedPositive;
    const asThousands = unclear.logSum / unclear.count;
    const asDecimals = asThousands - Math.log(1_000);
    const gain = Math.abs(asDecimals - usual) - Math.abs(asThousands - usual);
    // A number of four digits without a mark: thousands are not parted here.
    if (this.largestUnmarked < 1_000 && gain > CLEARLY_NEARER)
      return { mark: other, ground: { by: 'thousands', seen } };
    // Few things of many are weighed: their decimals stand among counts that are near. Amounts of money spread too far.
    if (role === 'quantity' && this.unmarkedPositive >= FEW && gain < -CLEARLY_NEARER)
      return { mark, ground: { by: 'three decimals', seen } };
    return { mark: null, seen };
  }
}

/** The one that stands first in the file. */
function firstOf(seen: readonly Seen[]): Seen {
  const { value, line } = seen.reduce((first, next) => (next.line < first.line ? next : first));
  return { value, line };
}

/** A number of a column whose mark is settled; null for a text that is none. */
export function numberOf(text: NumberText | null, mark: DecimalMark): number | null {
  if (text === null) return null;
  const meaning = markMeaning(text);
  if (meaning === 'no number') return null;
  const decimal: DecimalMark = meaning === 'comma decimal' ? ',' : meaning === 'point decimal' ? '.' : mark;
  const thousands = decimal === ',' ? '.' : ',';
  const value = Number(text.digits.replaceAll(thousands, '').replace(decimal, '.'));
  return text.negative ? -value : value;
}
