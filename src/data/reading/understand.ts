/**
 * What a table means, from the study of all its rows: how each column is read, on what ground, what is left out and
 * what is assumed. What two readings stand for and changes the numbers is thrown as a question that names its option.
 */

import type { ImportKind } from '../../core/vocabulary.ts';
import { DemandaError, type ErrorCode } from '../../errors/demanda-error.ts';
import { isNearlyEmpty, wordsOf } from './categories.ts';
import type { CopiedLines } from './copied-lines.ts';
import { checkMoney } from './currencies.ts';
import { type DateGround, type DateReading, dayOfText } from './date-column.ts';
import type { PeriodCount } from './date-numbers.ts';
import { type DateFormat, type DateOrder, dateTextOf } from './date-text.ts';
import type { Field, Header } from './fields.ts';
import { FIELD_NAMES, GROSS_TOTALS } from './header-words.ts';
import {
  type DecimalMark,
  type MarkGround,
  type NumberRole,
  type NumberUnderstanding,
  numberOf,
  type Seen,
} from './number-column.ts';
import { numberTextOf } from './number-text.ts';
import {
  type CovariateStudy,
  DATES,
  type FieldColumns,
  type NumberField,
  repeats,
  type ShareField,
  type TableStudy,
} from './study.ts';
import { type Unit, unitNamed } from './units.ts';

export interface Told {
  readonly decimal: DecimalMark | null;
  readonly format: DateFormat | null;
  /** IANA zone of the shop. */
  readonly zone: string | null;
  readonly count: PeriodCount | null;
  /** Day number of today. */
  readonly today: number;
  readonly from1904: boolean;
  /** Of every amount; null: any. */
  readonly currency: string | null;
  /** Options that were said of an earlier file. */
  readonly remembered: ReadonlySet<string>;
}

/** Something said of a file as a whole, or of one of its lines. */
export interface Note {
  readonly code: ErrorCode;
  readonly params: Readonly<Record<string, string | number>>;
  readonly line: number;
  readonly column: string | null;
}

export interface NumberReading {
  readonly mark: DecimalMark;
  readonly ground: MarkGround;
}

/** All that a row is read by. */
export interface TableReading {
  readonly kind: ImportKind;
  readonly columns: FieldColumns;
  readonly date: DateReading;
  readonly dateGround: DateGround;
  readonly numbers: Readonly<Partial<Record<NumberField, NumberReading>>>;
  readonly shares: Readonly<Partial<Record<ShareField, 'share' | 'percent'>>>;
  /** Unit of quantities that name none of their own; null where none is known. */
  readonly unit: Unit | null;
  /** Of pack sizes that name none: the one of their header. */
  readonly packUnit: string | null;
  /** Whether a discount is a percentage, or an amount of the line. */
  readonly discount: 'percent' | 'amount' | null;
  /** Whether discounts are still within the totals. */
  readonly grossTotal: boolean;
  readonly notes: readonly Note[];
}

const ROLES = {
  quantity: 'quantity',
  price: 'money',
  total: 'money',
  discount: 'money',
  cost: 'money',
  marketPrice: 'money',
  packSize: 'quantity',
} as const satisfies Record<NumberField, NumberRole>;

/** Of a file that has no dates. */
const UNDATED: { readonly reading: DateReading; readonly ground: DateGround } = {
  reading: { order: null, numbers: null, pair: null, tenths: false, zone: null, count: null },
  ground: { by: 'form' },
};

/** @throws DemandaError IMPORT_DATE_UNCLEAR, IMPORT_DECIMAL_UNCLEAR, IMPORT_CURRENCIES … */
export function understand(
  study: TableStudy,
  {
    file,
    kind,
    headers,
    columns,
  }: { file: string; kind: ImportKind; headers: readonly Header[]; columns: FieldColumns },
  told: Told,
): TableReading {
  const notes: Note[] = [];
  const headerOf = (field: string): string => headerText(headers, columns.get(field as never) ?? []);
  const [dated] = DATES.filter((field) => columns.has(field)).map(headerOf);
  const date = dated === undefined ? UNDATED : understandDates(study, { file, header: dated }, told);
  const numbers: Partial<Record<NumberField, NumberReading>> = {};
  for (const field of Object.keys(ROLES) as NumberField[]) {
    if (!columns.has(field)) continue;
    const understood = study.numbers[field].understand(told.decimal, ROLES[field]);
    if (told.remembered.has('decimal')) checkDecimal(study, field, told.decimal, { file, column: headerOf(field) });
    numbers[field] = settled(understood, { file, column: headerOf(field) });
    if (understood.mark !== null && understood.ground.by === 'three decimals')
      notes.push(
        noteOf('IMPORT_NOTE_THREE_DECIMALS', understood.ground.seen, headerOf(field), { mark: understood.mark }),
      );
  }
  checkMoney(study, columns, { file, headerOf }, told.currency);
  const { negatives, count } = study.numbers.quantity;
  // More comes back than is sold: a list of the stock's movements, whose sales are negative.
  if (negatives * 2 > count) throw new DemandaError('IMPORT_MOSTLY_NEGATIVE', { file, column: headerOf('quantity') });

  const shares: Partial<Record<ShareField, 'share' | 'percent'>> = {};
  for (const field of ['promo', 'soldOut', 'waste'] as const) {
    const [index] = columns.get(field) ?? [];
    if (index === undefined) continue;
    const money = study.shares[field].notShare(headers[index].percent);
    if (money !== null)
      throw new DemandaError('IMPORT_SHARE_MONEY', {
        file,
        column: headerOf(field),
        value: money.value,
        line: money.line,
      });
    shares[field] = study.shares[field].scale(headers[index].percent);
  }
  const utc = study.dates.utc(date.reading);
  if (date.reading.zone === null && utc !== null) notes.push(noteOf('IMPORT_NOTE_UTC', utc, headerOf('date'), {}));
  notes.push(...tableNotes(study, headers), ...nameNotes(headers, columns));
  return {
    kind,
    columns,
    date: date.reading,
    dateGround: date.ground,
    numbers,
    shares,
    ...{ unit: columnUnit(study, headers, columns, file), packUnit: packUnit(headers, columns) },
    discount: discountOf(study, headers, columns),
    grossTotal: GROSS_TOTALS.has(headers[columns.get('total')?.[0] ?? -1]?.name ?? ''),
    notes,
  };
}

/** What is said of columns that are read as told and are called otherwise. */
function nameNotes(headers: readonly Header[], columns: FieldColumns): Note[] {
  const notes: Note[] = [];
  const say = (field: Field, called: Field, code: ErrorCode): void => {
    const [index] = columns.get(field) ?? [];
    if (index === undefined || !FIELD_NAMES[called].includes(headers[index].name)) return;
    const column = headers[index].text;
    notes.push({ code, params: { column }, line: 0, column });
  };
  say('price', 'total', 'IMPORT_NOTE_PRICE_TOTAL');
  say('promo', 'discount', 'IMPORT_NOTE_PROMO_DISCOUNT');
  return notes;
}

/** What is said of rows that look like others, and of covariates without numbers. */
function tableNotes(study: TableStudy, headers: readonly Header[]): Note[] {
  const notes: Note[] = [];
  notes.push(...copyNotes(study.copies));
  for (const [name, covariate] of study.covariates)
    notes.push(...covariateNotes(name, covariate, study.filling[covariate.index].filled, study.rows, headers));
  return notes;
}

function copyNotes(copies: CopiedLines): Note[] {
  copies.end();
  const { single, firstSingle: line, blocks, blockRows, longest } = copies;
  const notes: Note[] = [];
  if (longest !== null) {
    const params = { ...longest, blocks, all: blockRows, line: longest.from };
    notes.push({ code: 'IMPORT_NOTE_BLOCKS', params, line: longest.from, column: null });
  }
  if (single > 0) notes.push({ code: 'IMPORT_NOTE_COPIES', params: { count: single, line }, line, column: null });
  return notes;
}

/** What is said of a covariate: its categories, words among its numbers, a value that never changes, too few values. */
function covariateNotes(
  column: string,
  covariate: CovariateStudy,
  filled: number,
  rows: number,
  headers: readonly Header[],
): Note[] {
  const { numbers, copies } = covariate;
  const { texts } = covariate.texts;
  const { categories, strays } = wordsOf(numbers);
  const [first] = texts;
  const note = (code: ErrorCode, params: Note['params'] = {}, line = 0): Note => ({
    code,
    params: { column, line, ...params },
    line,
    column,
  });
  if (repeats(covariate))
    return [note('IMPORT_NOTE_COVARIATE_COPY', { other: headerText(headers, copies.slice(0, 1)) })];
  if (categories !== null && categories.all > categories.kept.length)
    return [note('IMPORT_NOTE_CATEGORIES', { kept: categories.kept.length, all: categories.all })];
  if (categories === null && isNearlyEmpty(filled, rows))
    return [note('IMPORT_NOTE_COVARIATE_EMPTY', { filled, rows })];
  if (texts.size === 1 && first !== undefined)
    return [note('IMPORT_NOTE_COVARIATE_CONSTANT', { value: first[0].slice(0, 40) })];
  return strays === null
    ? []
    : [note('IMPORT_NOTE_COVARIATE_TEXT', { value: strays.value.slice(0, 40), count: strays.count }, strays.line)];
}

/** Headers of a field's columns, joined as `--map` writes them. */
export function headerText(headers: readonly Header[], columns: readonly number[]): string {
  return columns.map((i) => headers[i]?.text || `#${i + 1}`).join('+');
}

function noteOf(
  code: ErrorCode,
  { value, line }: Seen,
  column: string,
  params: Readonly<Record<string, string | number>>,
): Note {
  return { code, params: { ...params, column, value: value.slice(0, 40), line }, line, column };
}

/** How a date order is written as an option. */
const FORMATS = { dmy: 'dd/mm/yyyy', mdy: 'mm/dd/yyyy', ymd: 'yyyy/mm/dd' } as const satisfies Record<
  DateOrder,
  string
>;

function formatOf({ order, numbers, tenths }: DateReading): string {
  if (order !== null) return FORMATS[order];
  return numbers ?? (tenths ? 'yyyy.mm' : 'yyyy.m');
}

function understandDates(
  study: TableStudy,
  { file, header }: { readonly file: string; readonly header: string },
  told: Told,
): { readonly reading: DateReading; readonly ground: DateGround } {
  const understood = study.dates.understand({ ...told, header });
  if (told.remembered.has('dateFormat')) checkDates(study, { file, header }, told);
  if (understood.reading !== null) return understood;
  const { value, line } = understood.seen;
  const at = { file, column: header, value: value.slice(0, 40), line };
  switch (understood.why) {
    case 'unclear': {
      const [first, second] = understood.readings;
      const text = dateTextOf(value);
      const day = (reading: DateReading): string => {
        const number = text && dayOfText(text, reading);
        return number === null ? '?' : new Date(number * 86_400_000).toISOString().slice(0, 10);
      };
      throw new DemandaError('IMPORT_DATE_UNCLEAR', {
        ...at,
        first: formatOf(first),
        second: formatOf(second),
        firstDay: day(first),
        secondDay: day(second),
      });
    }
    case 'mixed':
      throw new DemandaError('IMPORT_DATE_MIXED', at);
    case 'swapped':
      throw new DemandaError('IMPORT_DATE_SWAPPED', at);
    case 'not counted':
      throw new DemandaError('IMPORT_NOT_COUNTED', at);
    case 'index':
      throw new DemandaError('IMPORT_DATE_INDEX', at);
    case 'no dates':
      throw new DemandaError('IMPORT_NO_DATES', at);
  }
}

/**
 * What was said of an earlier file does not stand against this one. @throws DemandaError IMPORT_OTHERWISE where its own
 * dates tell another order
 */
function checkDates(
  study: TableStudy,
  { file, header }: { readonly file: string; readonly header: string },
  told: Told,
): void {
  const own = study.dates.understand({ ...told, format: null, header });
  if (own.reading === null || told.format === null || own.ground.by === 'form') return;
  const { order, tenths } = told.format;
  const { reading, ground } = own;
  const same = order === null ? reading.pair !== 'month' || reading.tenths === tenths : reading.order === order;
  if (same || (order !== null && reading.order === null)) return;
  const { value, line } = 'seen' in ground ? ground.seen : study.dates.first;
  throw new DemandaError('IMPORT_OTHERWISE', {
    file,
    column: header,
    value: value.slice(0, 40),
    line,
    found: formatOf(reading),
    remembered: order === null ? (tenths === true ? 'yyyy.mm' : 'yyyy.m') : FORMATS[order],
  });
}

/** Likewise of its decimal marks. */
function checkDecimal(
  study: TableStudy,
  field: NumberField,
  remembered: DecimalMark | null,
  at: { readonly file: string; readonly column: string },
): void {
  const own = study.numbers[field].understand(null, ROLES[field]);
  if (own.mark === null || own.mark === remembered || !('seen' in own.ground)) return;
  const { value, line } = own.ground.seen;
  throw new DemandaError('IMPORT_OTHERWISE', {
    ...at,
    value: value.slice(0, 40),
    line,
    found: own.mark,
    remembered: String(remembered),
  });
}

function settled(
  understood: NumberUnderstanding,
  { file, column }: { readonly file: string; readonly column: string },
): NumberReading {
  if (understood.mark !== null) return understood;
  const { value, line } = understood.seen;
  const digits = value.replace(/[^\d.,]/g, '');
  throw new DemandaError('IMPORT_DECIMAL_UNCLEAR', {
    file,
    column,
    value: value.slice(0, 40),
    line,
    byComma: String(numberOf(numberTextOf(value), ',') ?? digits),
    byPoint: String(numberOf(numberTextOf(value), '.') ?? digits),
  });
}

/** Unit of the quantities that name none: the one of the header. */
function columnUnit(study: TableStudy, headers: readonly Header[], columns: FieldColumns, file: string): Unit | null {
  const [index] = columns.get('quantity') ?? [];
  if (index === undefined) return null;
  const header = headers[index];
  for (const [unit, { value, line }] of study.numbers.quantity.units)
    if (unitNamed(unit) === null)
      throw new DemandaError('IMPORT_UNIT_UNKNOWN', { file, column: header.text, value, line });
  return header.unit === null ? unitNamed(header.name) : unitNamed(header.unit);
}

function packUnit(headers: readonly Header[], columns: FieldColumns): string | null {
  return headers[columns.get('packSize')?.[0] ?? -1]?.unit ?? null;
}

function discountOf(study: TableStudy, headers: readonly Header[], columns: FieldColumns): 'percent' | 'amount' | null {
  const [index] = columns.get('discount') ?? [];
  if (index === undefined) return null;
  return headers[index].percent || study.numbers.discount.percent !== null ? 'percent' : 'amount';
}
