/** First pass over a table: what every column that matters holds, from all of its rows. Nothing of the rows is kept. */

import type { FileRecord } from '../records.ts';
import { type Cell, ownText } from '../values.ts';
import { isWord } from './categories.ts';
import { CopiedLines } from './copied-lines.ts';
import { DateColumn } from './date-column.ts';
import type { Field, Header } from './fields.ts';
import { NumberColumn, type Seen } from './number-column.ts';
import { ShareColumn } from './share-column.ts';

/** Where a field's values stand: in one column, or in several that are joined. */
export type FieldColumns = ReadonlyMap<Field, readonly number[]>;

/** Texts that stand for nothing. */
const NOTHING: ReadonlySet<string> = new Set([
  ...['', 'na', 'n/a', '#n/a', '#na', 'null', 'nan', 'none', 'nil', '-', '--', '–', '—', 's/d', 'n/d', 'nd', '?', '.'],
  ...['#value!', '#ref!', '#div/0!', '#name?', '#num!', '#null!', '#¡valor!', '#¡ref!', '#¡div/0!', '(null)', '<na>'],
]);

/** A cell without blanks around it; null where it stands for nothing. */
export function givenOf(cell: Cell): Exclude<Cell, null | undefined> | null {
  if (cell === null || cell === undefined) return null;
  if (typeof cell === 'number') return Number.isNaN(cell) ? null : cell;
  if (typeof cell !== 'string') return cell;
  // Most values begin with a digit, and end with no blank: nothing is to be taken off, and they stand for something.
  if (isDigit(cell.charCodeAt(0)) && isPlainSign(cell.charCodeAt(cell.length - 1))) return cell;
  const text = cell.trim();
  // Most values are long enough to be something, or begin with a digit.
  if (text.length > 8) return text;
  return NOTHING.has(text.toLowerCase()) ? null : text;
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57;

/** Of ASCII, and no blank. */
const isPlainSign = (code: number): boolean => code > 32 && code < 127;

/** First letters of every word for a total. */
const MAY_TOTAL = /^\s*(?:to|su|gr)/i;

/** Whether a text may be a word for a total: two letters tell it of nearly all. */
function mayTotal(text: string): boolean {
  const first = text.charCodeAt(0);
  if (!isPlainSign(first)) return MAY_TOTAL.test(text);
  const second = text.charCodeAt(1) | 32;
  switch (first | 32) {
    case 116:
      return second === 111;
    case 115:
      return second === 117;
    case 103:
      return second === 114;
    default:
      return false;
  }
}

const TOTAL = /^(?:sub[ -]?|gran |grand )?totale?s?(?: general(?:es)?)?(?:\b|$)|^suma(?: total)?$|^sum$/i;

const NAMES = ['date', 'merchant', 'product', 'productType'] as const;

/** Where names and dates stand. */
export function nameColumns(columns: FieldColumns): readonly number[] {
  return NAMES.flatMap((field) => columns.get(field) ?? []);
}

/**
 * Whether a row is a total of others: its name says so, and its date or another name is missing. @param columns where
 * names and dates stand
 */
export function isTotalRow(cells: readonly Cell[], columns: readonly number[]): boolean {
  let [total, plain] = [false, false];
  for (const column of columns) {
    const cell = cells[column];
    if (typeof cell !== 'string' || !mayTotal(cell)) continue;
    const text = cell.trim();
    if (text.length >= 40 || !TOTAL.test(text)) continue;
    total = true;
    plain ||= /^(?:sub)?total(?:es)?$/i.test(text);
  }
  // A product that is called "Total" and nothing else is a sum, too: no shop sells it.
  return total && (plain || columns.some((column) => givenOf(cells[column]) === null));
}

/** Distinct texts of a column that are remembered. */
const MOST_TEXTS = 100_000;

/** A column of names. */
class TextColumn {
  /** Text → its first line; the first ones of the file. */
  readonly texts = new Map<string, number>();
  /** First value that is no text: an object, a date. */
  odd: Seen | null = null;

  add(value: Exclude<Cell, null | undefined>, line: number): void {
    const text = String(value);
    if (this.texts.has(text)) return;
    if (value instanceof Date || /^\s*[{[]/.test(text)) this.odd ??= { value: text.slice(0, 60), line };
    if (this.texts.size < MOST_TEXTS) this.texts.set(ownText(text), line);
  }
}

/** What a covariate's column holds. */
export interface CovariateStudy {
  readonly index: number;
  readonly numbers: NumberColumn;
  readonly texts: TextColumn;
  /** Columns that say the same in every row so far. */
  copies: readonly number[];
}

/** Whether a covariate says in every row what another column says; one value alone says nothing of that. */
export function repeats({ copies, texts }: CovariateStudy): boolean {
  return copies.length > 0 && texts.texts.size > 1;
}

export interface Filling {
  filled: number;
  empty: number;
  /** First value as it stands. */
  sample: string | null;
}

/** Rows that are no sales, and where. */
export interface LeftOut {
  totals: number[];
  headers: number[];
  /** Rows that `--only` leaves out. */
  others: number;
}

const NUMBERS = [
  'quantity',
  'price',
  'total',
  'discount',
  'cost',
  'marketPrice',
  'packSize',
] as const satisfies readonly Field[];
export const DATES = ['date', 'expiry', 'delivery'] as const satisfies readonly Field[];
const SHARES = ['promo', 'soldOut', 'waste'] as const satisfies readonly Field[];
const TEXTS = [
  'merchant',
  'product',
  'productType',
  'unit',
  'currency',
  'competitor',
  'ownProduct',
] as const satisfies readonly Field[];
export type NumberField = (typeof NUMBERS)[number];
export type ShareField = (typeof SHARES)[number];
export type TextField = (typeof TEXTS)[number];

const MOST_LINES = 1_000;

/** Gathers what a table's rows tell; {@link take} each row once. */
export class TableStudy {
  rows = 0;
  readonly dates = new DateColumn();
  readonly numbers: Readonly<Record<NumberField, NumberColumn>>;
  readonly shares: Readonly<Record<ShareField, ShareColumn>>;
  readonly texts: Readonly<Record<TextField, TextColumn>>;
  readonly covariates: ReadonlyMap<string, CovariateStudy>;
  readonly filling: readonly Filling[];
  readonly leftOut: LeftOut = { totals: [], headers: [], others: 0 };
  /** Lines that say the same as an earlier one; the first many of a file are compared. */
  readonly copies = new CopiedLines();
  /** Rows whose fields are not as many as the headers. */
  readonly misfits: { readonly line: number; readonly found: number }[] = [];
  private readonly headers: readonly Header[];
  /** Fields that the table has, with where they stand. */
  /** Of the row's own date, and of others beside it, which are written alike. */
  private readonly dateColumns: readonly (readonly number[])[];
  private readonly numbersThere: readonly { readonly column: number; readonly study: NumberColumn }[];
  private readonly sharesThere: readonly { readonly column: number; readonly study: ShareColumn }[];
  private readonly textsThere: readonly { readonly columns: readonly number[]; readonly study: TextColumn }[];
  private readonly covariateColumns: readonly { readonly name: string; readonly index: number }[];

  constructor(
    headers: readonly Header[],
    columns: FieldColumns,
    covariates: readonly { name: string; index: number }[],
  ) {
    const each = <F extends string, T>(fields: readonly F[], make: () => T): Record<F, T> =>
      Object.fromEntries(fields.map((field) => [field, make()])) as Record<F, T>;
    this.headers = headers;
    this.covariateColumns = covariates;
    this.numbers = each(NUMBERS, () => new NumberColumn());
    this.shares = each(SHARES, () => new ShareColumn());
    this.texts = each(TEXTS, () => new TextColumn());
    this.dateColumns = DATES.flatMap((field) => (columns.has(field) ? [columns.get(field) ?? []] : []));
    const there = <F extends Field, T>(fields: readonly F[], studies: Readonly<Record<F, T>>) =>
      fields.flatMap((field) => {
        const [column] = columns.get(field) ?? [];
        return column === undefined ? [] : [{ column, study: studies[field] }];
      });
    this.numbersThere = there(NUMBERS, this.numbers);
    this.sharesThere = there(SHARES, this.shares);
    this.textsThere = TEXTS.map((field) => ({ columns: columns.get(field) ?? [], study: this.texts[field] }));
    const prices = (['price', 'cost', 'marketPrice'] as const).flatMap((field) => columns.get(field) ?? []);
    this.covariates = new Map(
      covariates.map(({ name, index }, i) => {
        const copies = [...prices, ...covariates.slice(0, i).map((earlier) => earlier.index)];
        return [name, { index, numbers: new NumberColumn(), texts: new TextColumn(), copies }];
      }),
    );
    this.filling = headers.map(() => ({ filled: 0, empty: 0, sample: null }));
  }

  take({ line, cells }: FileRecord): void {
    this.rows++;
    this.copies.add(line, cells);
    this.fill(cells);
    for (const columns of this.dateColumns) {
      const date = joined(cells, columns);
      if (date !== null && typeof date !== 'boolean') this.dates.add(date, line);
    }
    for (const { column, study } of this.numbersThere) {
      const value = givenOf(cells[column]);
      if (value !== null && typeof value !== 'boolean' && !(value instanceof Date)) study.add(value, line);
    }
    for (const { column, study } of this.sharesThere) {
      const value = givenOf(cells[column]);
      if (value !== null && !(value instanceof Date)) study.add(value, line);
    }
    for (const { columns, study } of this.textsThere) {
      const value = joined(cells, columns);
      if (value !== null) study.add(value, line);
    }
    for (const { name, index } of this.covariateColumns) {
      const value = givenOf(cells[index]);
      const study = this.covariates.get(name);
      if (study && study.copies.length > 0)
        study.copies = study.copies.filter((column) => cells[column] === cells[index]);
      if (value === null || value instanceof Date || typeof value === 'boolean') continue;
      if (isWord(value)) study?.numbers.addOdd(String(value), line);
      else study?.numbers.add(value, line);
      study?.texts.add(value, line);
    }
  }

  private fill(cells: readonly Cell[]): void {
    for (let i = 0; i < this.headers.length; i++) {
      const filling = this.filling[i];
      const cell = cells[i];
      if (cell === null || cell === undefined || cell === '') filling.empty++;
      else {
        filling.filled++;
        filling.sample ??= shown(cell);
      }
    }
  }

  leaveOut(kind: 'totals' | 'headers', line: number): void {
    if (this.leftOut[kind].length < MOST_LINES) this.leftOut[kind].push(line);
  }

  misfit(line: number, found: number): void {
    if (this.misfits.length < MOST_LINES) this.misfits.push({ line, found });
  }
}

function shown(cell: Exclude<Cell, null | undefined>): string {
  const text = cell instanceof Date ? cell.toISOString().slice(0, 10) : String(cell);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

/** Value of a field that stands in several columns, joined by a blank; null where one of them is empty. */
export function joined(cells: readonly Cell[], columns: readonly number[]): Exclude<Cell, null | undefined> | null {
  if (columns.length === 0) return null;
  if (columns.length === 1) return givenOf(cells[columns[0]]);
  const parts = columns.map((column) => givenOf(cells[column]));
  return parts.includes(null) ? null : parts.map(String).join(' ');
}

/** Rows of a product from which its prices tell whether they are line totals. */
const ENOUGH_ROWS = 20;
/** Products that are followed. */
const MOST_PRODUCTS = 2_000;

/**
 * Whether prices are totals of lines: then they grow with the quantity, unit for unit, within each product. Sums of
 * logarithms by product: slope of log price on log quantity, and what it leaves.
 */
export class PriceStudy {
  private readonly sums = new Map<string, Float64Array>();

  add(product: string, quantity: number, price: number): void {
    if (!(quantity > 0 && price > 0)) return;
    let sums = this.sums.get(product);
    if (!sums) {
      if (this.sums.size >= MOST_PRODUCTS) return;
      this.sums.set(product, (sums = new Float64Array(6)));
    }
    const [x, y] = [Math.log(quantity), Math.log(price)];
    sums[0]++;
    sums[1] += x;
    sums[2] += y;
    sums[3] += x * x;
    sums[4] += x * y;
    sums[5] += y * y;
  }

  /** Whether nearly all that prices differ by within products is the quantity, unit for unit. */
  get areTotals(): boolean {
    let [xx, xy, yy, rows] = [0, 0, 0, 0];
    for (const [n, x, y, sxx, sxy, syy] of this.sums.values()) {
      if (n < 2) continue;
      xx += sxx - (x * x) / n;
      xy += sxy - (x * y) / n;
      yy += syy - (y * y) / n;
      rows += n;
    }
    if (rows < ENOUGH_ROWS || !(xx > 1e-9 * rows) || !(yy > 1e-9 * rows)) return false;
    const slope = xy / xx;
    return slope > 0.9 && slope < 1.1 && (xy * xy) / (xx * yy) > 0.9;
  }
}
