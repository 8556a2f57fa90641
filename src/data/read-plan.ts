/** Reads a plan: dated prices, promotions and known covariates to forecast with, from any file that sales may come in. */

import { DemandaError } from '../errors.ts';
import { type Field, matchColumns, nearestHeader } from './columns.ts';
import { openRecords } from './read-records.ts';
import { type Cell, dateOrderOf, decimalMarkOf, parseDay, parseNumber, parseShare } from './values.ts';

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
}

/** A plan is a few rows a cell; it is held in memory. */
const MAX_PLAN_ROWS = 1_000_000;

/** @throws DemandaError of the first row that is not valid, with its line and column; nothing is forecast from half a plan */
export async function readPlan(file: string): Promise<PlanRow[]> {
  const source = await openRecords(file, null);
  const { headers } = source;
  const columns = matchColumns(headers, {}, file);
  if (!columns.has('date')) {
    throw new DemandaError('IMPORT_MISSING_COLUMN', { file, field: 'date', nearest: nearestHeader('date', headers), columns: headers.slice(0, 12).join(', ') });
  }
  const records: { readonly line: number; readonly cells: readonly Cell[] }[] = [];
  for await (const record of source.records) {
    if (records.length >= MAX_PLAN_ROWS) throw new DemandaError('PLAN_TOO_LONG', { file, limit: MAX_PLAN_ROWS });
    records.push(record);
  }
  if (records.length === 0) throw new DemandaError('IMPORT_NO_ROWS', { file });
  const column = (field: Field): Cell[] => records.map((r) => r.cells[columns.get(field) ?? -1]);
  const mark = decimalMarkOf(column('price')) ?? (source.delimiter === ';' ? ',' : '.');
  const order = dateOrderOf(column('date'));
  const fields = new Set(columns.values());
  const extra = headers.flatMap((name, index) => (fields.has(index) ? [] : [{ name, index }]));
  return records.map(({ line, cells }) => {
    const cell = (field: Field): Cell => cells[columns.get(field) ?? -1];
    const refuse = (field: Field, code: 'IMPORT_DATE_MISSING' | 'IMPORT_DATE_INVALID' | 'IMPORT_PRICE_INVALID' | 'IMPORT_SHARE_INVALID'): never => {
      throw new DemandaError(code, { file, line, column: headers[columns.get(field) ?? -1] ?? field, value: String(cell(field) ?? '').slice(0, 40) });
    };
    const name = (field: Field): string | null => String(cell(field) ?? '').trim() || null;
    const day = parseDay(cell('date'), order);
    if (day === null) return refuse('date', 'IMPORT_DATE_MISSING');
    if (Number.isNaN(day)) return refuse('date', 'IMPORT_DATE_INVALID');
    const price = columns.has('price') ? parseNumber(cell('price'), mark) : null;
    if (price !== null && !(price > 0 && price < 1e12)) return refuse('price', 'IMPORT_PRICE_INVALID');
    const promo = columns.has('promo') ? parseShare(cell('promo'), mark) : null;
    if (Number.isNaN(promo)) return refuse('promo', 'IMPORT_SHARE_INVALID');
    const covariates: Record<string, number> = Object.create(null) as Record<string, number>;
    for (const { name: header, index } of extra) {
      const value = parseNumber(cells[index], mark);
      if (value !== null && Math.abs(value) < 1e12) covariates[header] = value;
    }
    return { merchant: name('merchant'), product: name('product'), day, price, promo: promo ?? 0, covariates };
  });
}
