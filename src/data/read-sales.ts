/** Checked rows of a file: sales, market prices or costs, with every refusal named by line, column and code. */

import type { SaleTicket } from '../contract/import-rows.ts';
import type { CostRow, MarketPriceRow } from '../contract/store.ts';
import { DemandaError, type ErrorCode, errors, fillTemplate } from '../errors.ts';
import { columnIndex, dateParts, type Field, matchColumns, nearestHeader } from './columns.ts';
import { type FileRecord, openRecords } from './read-records.ts';
import { type Cell, type DateOrder, type DecimalMark, dateOrderNamed, dateOrderOf, decimalMarkOf, parseDay, parseNumber, parseShare } from './values.ts';

export type ImportKind = 'sales' | 'market' | 'costs';

export interface ReadOptions {
  readonly kind?: ImportKind;
  /** Field → the file's column. */
  readonly map?: Readonly<Record<string, string>>;
  readonly merchant?: string;
  readonly product?: string;
  readonly productType?: string;
  readonly covariates?: readonly string[];
  readonly decimal?: DecimalMark;
  readonly encoding?: string;
  /** Sheet of a workbook; its first one unless told. */
  readonly sheet?: string;
  /** Column → the one value of it whose rows are read. */
  readonly only?: Readonly<Record<string, string>>;
  readonly dateFormat?: string;
  /** Today's day number: rows more than a year ahead of it are refused. */
  readonly today: number;
  readonly lang: 'es' | 'en';
  /** The name of the file in what is said of its rows; the path unless told. */
  readonly fileName?: string;
  /** Rows of any other merchant are refused. */
  readonly onlyMerchant?: string;
}

export interface RowIssue {
  readonly line: number;
  readonly column: string | null;
  readonly code: string;
  readonly message: string;
}

export type RowBatch =
  | { readonly kind: 'sales'; readonly rows: SaleTicket[]; readonly issues: RowIssue[]; readonly rejects: FileRecord[] }
  | { readonly kind: 'market'; readonly rows: MarketPriceRow[]; readonly issues: RowIssue[]; readonly rejects: FileRecord[] }
  | { readonly kind: 'costs'; readonly rows: CostRow[]; readonly issues: RowIssue[]; readonly rejects: FileRecord[] };

export interface CheckedFile {
  readonly kind: ImportKind;
  readonly headers: readonly string[];
  readonly batches: AsyncIterable<RowBatch>;
}

const BATCH_ROWS = 5_000;
/** Rows that settle a file's decimal mark and date order. */
const SAMPLE_ROWS = 1_000;

class RowRefusal {
  readonly field: Field;
  readonly code: ErrorCode;
  readonly value: string;
  constructor(field: Field, code: ErrorCode, value: Cell) {
    this.field = field;
    this.code = code;
    this.value = shortened(value);
  }
}

function shortened(value: Cell): string {
  const text = value === null || value === undefined ? '' : value instanceof Date ? value.toISOString().slice(0, 10) : String(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

/** Opens and checks a file. Whole-file problems throw; problems of rows come with the batches. */
export async function readSales(file: string, options: ReadOptions): Promise<CheckedFile> {
  const source = await openRecords(file, options.encoding ?? null, options.sheet ?? null);
  const { headers } = source;
  const columns = matchColumns(headers, options.map ?? {}, file);
  const kind = options.kind ?? kindOf(columns);
  // A market's prices are everybody's.
  if (kind === 'market' && options.onlyMerchant !== undefined) throw new DemandaError('NOT_ALLOWED_MERCHANT', {});
  for (const field of requiredFields(kind, columns, options)) {
    if (!columns.has(field)) {
      throw new DemandaError('IMPORT_MISSING_COLUMN', { file, field, nearest: nearestHeader(field, headers), columns: headers.slice(0, 12).join(', ') });
    }
  }
  const covariates = (options.covariates ?? []).map((name) => {
    const index = headers.indexOf(name);
    if (index < 0) throw new DemandaError('IMPORT_MAP_COLUMN', { file, column: name, nearest: headers[0] ?? '' });
    return { name, index };
  });
  let order: DateOrder | null = null;
  if (options.dateFormat !== undefined) {
    order = dateOrderNamed(options.dateFormat);
    if (order === null) throw new DemandaError('IMPORT_DATE_FORMAT', { format: options.dateFormat });
  }

  const only = Object.entries(options.only ?? {}).map(([header, value]) => ({ index: columnIndex(headers, header, file), value }));
  const parts = dateParts(headers, options.map?.date, file);
  const iterator = toAsync(chosen(source.records, only, parts));
  const sample: FileRecord[] = [];
  for (let r = await iterator.next(); !r.done; r = await iterator.next()) {
    sample.push(r.value);
    if (sample.length >= SAMPLE_ROWS) break;
  }
  if (sample.length === 0 && only.length > 0) {
    const wanted = Object.entries(options.only ?? {}).map((pair) => pair.join('='));
    throw new DemandaError('IMPORT_ONLY_NONE', { file, wanted: wanted.join(',') });
  }
  if (sample.length === 0) throw new DemandaError('IMPORT_NO_ROWS', { file });
  const column = (field: Field): Iterable<Cell> => sample.map((r) => r.cells[columns.get(field) ?? -1]);
  const numeric: Cell[] = (['quantity', 'price', 'cost', 'marketPrice'] as const).flatMap((f) => [...column(f)]);
  const mark: DecimalMark = options.decimal ?? decimalMarkOf(numeric) ?? (source.delimiter === ';' ? ',' : '.');
  const reader = rowReader(columns, options, mark, order ?? dateOrderOf(column('date')), covariates, kind);

  async function* batches(): AsyncIterable<RowBatch> {
    let batch = { kind, rows: [] as unknown[], issues: [] as RowIssue[], rejects: [] as FileRecord[] };
    const take = (record: FileRecord): void => {
      if (record.cells.every((c) => c === null || c === undefined || c === '')) return;
      const row = reader(record);
      if (row instanceof RowRefusal) {
        const header = columns.has(row.field) ? (headers[columns.get(row.field) as number] as string) : row.field;
        const message = fillTemplate(errors[row.code][options.lang], { value: row.value, file: options.fileName ?? file, line: record.line, column: header });
        batch.issues.push({ line: record.line, column: header, code: row.code, message });
        batch.rejects.push(record);
      } else batch.rows.push(row);
    };
    for (const record of sample.splice(0)) take(record);
    for (let r = await iterator.next(); !r.done; r = await iterator.next()) {
      if (batch.rows.length + batch.issues.length >= BATCH_ROWS) {
        yield batch as RowBatch;
        batch = { kind, rows: [], issues: [], rejects: [] };
      }
      take(r.value);
    }
    yield batch as RowBatch;
  }
  return { kind, headers, batches: batches() };
}

/** Records of the wanted rows, a date that is spread over columns joined in the first of them. */
async function* chosen(
  records: AsyncIterable<FileRecord> | Iterable<FileRecord>,
  only: readonly { readonly index: number; readonly value: string }[],
  dateColumns: readonly number[] | null,
): AsyncGenerator<FileRecord> {
  for await (const record of records) {
    if (!only.every(({ index, value }) => String(record.cells[index] ?? '').trim() === value)) continue;
    if (dateColumns === null) yield record;
    else {
      const cells = [...record.cells];
      cells[dateColumns[0] as number] = dateColumns.map((c) => record.cells[c] ?? '').join(' ');
      yield { line: record.line, cells };
    }
  }
}

async function* toAsync(records: AsyncIterable<FileRecord> | Iterable<FileRecord>): AsyncGenerator<FileRecord> {
  yield* records;
}

function kindOf(columns: ReadonlyMap<Field, number>): ImportKind {
  if (columns.has('quantity')) return 'sales';
  if (columns.has('marketPrice')) return 'market';
  return columns.has('cost') ? 'costs' : 'sales';
}

function requiredFields(kind: ImportKind, columns: ReadonlyMap<Field, number>, options: ReadOptions): Field[] {
  const required: Field[] = ['date'];
  if (kind === 'sales') {
    required.push('quantity', 'price');
    if (options.merchant === undefined) required.push('merchant');
    if (options.product === undefined && !columns.has('productType') && options.productType === undefined) required.push('product');
  } else if (kind === 'market') {
    if (!columns.has('price')) required.push('marketPrice');
    if (options.product === undefined && options.productType === undefined && !columns.has('productType')) required.push('product');
  } else {
    required.push('cost');
    if (options.product === undefined) required.push('product');
  }
  return required;
}

const NUMBER_FIELDS = ['quantity', 'price', 'cost', 'marketPrice'] as const;
const NAME_FIELDS = ['merchant', 'product', 'productType'] as const;
/** No shop sells or charges more; sums and squares of what is smaller stay finite. */
const LARGEST_NUMBER = 1e12;
const LONGEST_NAME = 500;

function rowReader(
  columns: ReadonlyMap<Field, number>,
  options: ReadOptions,
  mark: DecimalMark,
  order: DateOrder,
  covariates: readonly { readonly name: string; readonly index: number }[],
  kind: ImportKind,
): (record: FileRecord) => SaleTicket | MarketPriceRow | CostRow | RowRefusal {
  const cell = (record: FileRecord, field: Field): Cell => record.cells[columns.get(field) ?? -1];
  const text = (record: FileRecord, field: Field): string => {
    const value = cell(record, field);
    return value === null || value === undefined ? '' : String(value).trim();
  };
  // Files are mostly sorted by date: the last one parsed is often the next one too.
  let lastDate: Cell;
  let lastDay: number | null = null;
  return (record) => {
    const date = cell(record, 'date');
    if (date !== lastDate || lastDate === undefined) {
      lastDate = date;
      lastDay = parseDay(date, order);
    }
    const day = lastDay;
    if (day === null) return new RowRefusal('date', 'IMPORT_DATE_MISSING', date);
    if (Number.isNaN(day)) return new RowRefusal('date', 'IMPORT_DATE_INVALID', date);
    if (day < 0 || day > options.today + 366) return new RowRefusal('date', 'IMPORT_DATE_RANGE', date);
    const number = (field: Field): number | null => (columns.has(field) ? parseNumber(cell(record, field), mark) : null);
    for (const field of NUMBER_FIELDS) {
      const value = number(field);
      if (value !== null && Math.abs(value) > LARGEST_NUMBER) return new RowRefusal(field, 'IMPORT_NUMBER_TOO_LARGE', cell(record, field));
    }
    for (const field of NAME_FIELDS) if (text(record, field).length > LONGEST_NAME) return new RowRefusal(field, 'IMPORT_NAME_TOO_LONG', cell(record, field));
    const productType = options.productType ?? (text(record, 'productType') || null);
    const product = options.product ?? (text(record, 'product') || productType);
    if (!product) return new RowRefusal('product', 'IMPORT_PRODUCT_MISSING', '');
    if (kind === 'market') {
      const price = number('marketPrice') ?? number('price');
      if (price === null || !(price > 0))
        return new RowRefusal('marketPrice', 'IMPORT_PRICE_INVALID', cell(record, columns.has('marketPrice') ? 'marketPrice' : 'price'));
      return { name: product, day, price };
    }
    const cost = number('cost');
    if (Number.isNaN(cost) || (cost !== null && cost < 0)) return new RowRefusal('cost', 'IMPORT_COST_INVALID', cell(record, 'cost'));
    const merchant = options.merchant ?? (text(record, 'merchant') || (kind === 'costs' ? (options.onlyMerchant ?? '') : ''));
    if (options.onlyMerchant !== undefined && merchant !== '' && merchant !== options.onlyMerchant) {
      return new RowRefusal('merchant', 'IMPORT_MERCHANT_OTHER', merchant);
    }
    if (kind === 'costs') {
      if (cost === null) return new RowRefusal('cost', 'IMPORT_COST_INVALID', cell(record, 'cost'));
      return { merchant: merchant || null, product, day, cost };
    }
    if (!merchant) return new RowRefusal('merchant', 'IMPORT_MERCHANT_MISSING', '');
    const quantity = number('quantity');
    if (quantity === null) return new RowRefusal('quantity', 'IMPORT_QUANTITY_MISSING', '');
    if (Number.isNaN(quantity)) return new RowRefusal('quantity', 'IMPORT_NUMBER_INVALID', cell(record, 'quantity'));
    if (quantity < 0) return new RowRefusal('quantity', 'IMPORT_QUANTITY_NEGATIVE', cell(record, 'quantity'));
    let price = number('price');
    if (Number.isNaN(price)) return new RowRefusal('price', 'IMPORT_NUMBER_INVALID', cell(record, 'price'));
    if (quantity > 0 && !(price !== null && price > 0)) return new RowRefusal('price', 'IMPORT_PRICE_INVALID', cell(record, 'price'));
    if (price !== null && price <= 0) price = null;
    const share = (field: Field): number | null => (columns.has(field) ? parseShare(cell(record, field), mark) : null);
    const promo = share('promo');
    if (Number.isNaN(promo)) return new RowRefusal('promo', 'IMPORT_SHARE_INVALID', cell(record, 'promo'));
    const soldOut = share('soldOut');
    if (Number.isNaN(soldOut)) return new RowRefusal('soldOut', 'IMPORT_SHARE_INVALID', cell(record, 'soldOut'));
    const waste = share('waste');
    if (Number.isNaN(waste)) return new RowRefusal('waste', 'IMPORT_SHARE_INVALID', cell(record, 'waste'));
    const marketPrice = number('marketPrice');
    if (marketPrice !== null && !(marketPrice > 0)) return new RowRefusal('marketPrice', 'IMPORT_PRICE_INVALID', cell(record, 'marketPrice'));
    let extra: Record<string, number> | null = null;
    for (const { name, index } of covariates) {
      const value = covariateValue(record.cells[index], mark);
      if (value !== null) {
        extra ??= {};
        extra[name] = value;
      }
    }
    return { merchant, product, productType, day, quantity, price, cost, promo, soldOut: (soldOut ?? 0) > 0, waste, marketPrice, covariates: extra };
  };
}

/** A covariate's number; yes and no count as 1 and 0, anything else as not given. */
function covariateValue(value: Cell, mark: DecimalMark): number | null {
  const number = parseNumber(value, mark);
  if (number !== null && Math.abs(number) <= LARGEST_NUMBER) return number;
  const share = parseShare(value, mark);
  return share !== null && !Number.isNaN(share) ? share : null;
}
