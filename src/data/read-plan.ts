/**
 * Reads a plan: dated prices, promotions and known covariates to forecast with, from any file that sales may come in,
 * and read as they are.
 */

import { categoryOf } from '../contract/category-name.ts';
import { nameOf } from '../contract/name-form.ts';
import { DemandaError, type ErrorCode } from '../errors/demanda-error.ts';
import { matchColumns } from './columns.ts';
import { FILE_LIMITS } from './read-limits.ts';
import { dayOfText } from './reading/date-column.ts';
import { dateTextOf } from './reading/date-text.ts';
import { type Field, headerOf } from './reading/fields.ts';
import { numberOf } from './reading/number-column.ts';
import { numberTextOf } from './reading/number-text.ts';
import { shareOf } from './reading/share-column.ts';
import { givenOf, joined, TableStudy } from './reading/study.ts';
import { type TableForm, tableForm, tableRows } from './reading/table.ts';
import { understand } from './reading/understand.ts';
import type { FileRecord } from './records.ts';

export interface PlanRow {
  /** Null: every merchant; likewise the product. */
  readonly merchant: string | null;
  readonly product: string | null;
  /** Days since 1970-01-01. */
  readonly day: number;
  /** Currency per unit; null: today's price. */
  readonly price: number | null;
  /** Share, 0-1. */
  readonly promo: number;
  /** Columns that are no field of their own, by header. */
  readonly covariates: Readonly<Record<string, number>>;
  /** The same columns as categories; one that is empty in a row is null there. */
  readonly categories: Readonly<Record<string, string | null>>;
}

/** A plan is a few rows a cell; it is held in memory. */
const MAX_PLAN_ROWS = 1_000_000;
const LARGEST_NUMBER = 1e12;

/**
 * @throws DemandaError of the first row that is not valid, with its line and column; nothing is forecast from half a
 * plan
 */
export async function readPlan(file: string): Promise<PlanRow[]> {
  const form = await tableForm(file);
  const headers = form.headers.map(headerOf);
  const { columns } = matchColumns(headers, {}, file);
  if (!columns.has('date')) throw dateMissing(file, form.headers);
  const used = new Set([...columns.values()].flat());
  const extra = headers.flatMap(({ text }, index) => (used.has(index) ? [] : [{ name: text, index }]));
  const study = new TableStudy(headers, columns, extra);
  const records = await allRows(file, form);
  for (const record of records) study.take(record);
  if (records.length === 0) throw new DemandaError('IMPORT_NO_ROWS', { file });
  const told = {
    decimal: null,
    format: null,
    zone: null,
    count: null,
    today: Number.POSITIVE_INFINITY,
    from1904: from1904(form),
    currency: null,
    remembered: new Set<string>(),
  };
  const reading = understand(study, { file, kind: 'sales', headers, columns }, told);
  const marks = extra.map(({ name }) => study.covariates.get(name)?.numbers.understand(null, 'other').mark ?? '.');
  return records.map(({ line, cells }) => {
    const cell = (field: Field): ReturnType<typeof givenOf> => joined(cells, columns.get(field) ?? []);
    const refuse = (field: Field, code: PlanRefusal): never => {
      const column =
        columns
          .get(field)
          ?.map((i) => form.headers[i])
          .join('+') ?? field;
      throw new DemandaError(code, { file, line, column, value: String(cell(field) ?? '').slice(0, 40) });
    };
    const name = (field: Field): string | null => {
      const value = cell(field);
      return value === null ? null : nameOf(value) || null;
    };
    const date = cell('date');
    if (date === null) return refuse('date', 'IMPORT_DATE_MISSING');
    const text = date instanceof Date ? null : dateTextOf(String(date));
    const day = date instanceof Date ? Math.floor(date.getTime() / 86_400_000) : text && dayOfText(text, reading.date);
    if (day === null) return refuse('date', 'IMPORT_DATE_INVALID');
    const given = cell('price');
    const price = given === null ? null : numberIn(given, reading.numbers.price?.mark ?? '.');
    if (price !== null && !(price > 0 && price < LARGEST_NUMBER)) return refuse('price', 'IMPORT_PRICE_INVALID');
    const share = cell('promo');
    const promo = share === null ? 0 : shareOf(share, reading.shares.promo ?? 'share', '.', 1);
    if (Number.isNaN(promo)) return refuse('promo', 'IMPORT_SHARE_INVALID');
    const covariates: Record<string, number> = Object.create(null) as Record<string, number>;
    const categories: Record<string, string | null> = Object.create(null) as Record<string, string | null>;
    extra.forEach(({ name: header, index }, i) => {
      const value = givenOf(cells[index]);
      categories[header] = value === null ? null : categoryOf(value instanceof Date ? value.toISOString() : value);
      const number = value === null ? Number.NaN : numberIn(value, marks[i]);
      if (Math.abs(number) < LARGEST_NUMBER) covariates[header] = number;
    });
    return { merchant: name('merchant'), product: name('product'), day, price, promo, covariates, categories };
  });
}

function dateMissing(file: string, headers: readonly string[]): DemandaError {
  return new DemandaError('IMPORT_MISSING_COLUMN', {
    file,
    field: 'date',
    example: 'date=…',
    columns: headers.join(', '),
  });
}

type PlanRefusal = Extract<
  ErrorCode,
  'IMPORT_DATE_MISSING' | 'IMPORT_DATE_INVALID' | 'IMPORT_PRICE_INVALID' | 'IMPORT_SHARE_INVALID'
>;

/** NaN for what is no number. */
function numberIn(value: NonNullable<ReturnType<typeof givenOf>>, mark: ',' | '.'): number {
  if (typeof value === 'string') return numberOf(numberTextOf(value), mark) ?? Number.NaN;
  return value instanceof Date || typeof value === 'boolean' ? Number(value === true) : Number(value);
}

function from1904({ file }: TableForm): boolean {
  return file.form === 'workbook' && file.from1904;
}

async function allRows(file: string, form: TableForm): Promise<FileRecord[]> {
  const records: FileRecord[] = [];
  for await (const batch of tableRows(file, form, FILE_LIMITS).batches) {
    if (records.length + batch.length > MAX_PLAN_ROWS)
      throw new DemandaError('PLAN_TOO_LONG', { file, limit: MAX_PLAN_ROWS });
    records.push(...batch.filter(({ cells }) => cells.some((cell) => givenOf(cell) !== null)));
  }
  return records;
}
