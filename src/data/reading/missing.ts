/** What kind of file a table is, and which of the columns that it needs are not there. */

import type { ImportKind } from '../../core/vocabulary.ts';
import { DemandaError } from '../../errors/demanda-error.ts';
import type { MatchedColumns } from '../columns.ts';
import { FILE_LIMITS, type ReadLimits } from '../read-limits.ts';
import type { FileRecord } from '../records.ts';
import type { Field, Header } from './fields.ts';
import { numberTextOf } from './number-text.ts';
import { givenOf } from './study.ts';
import { suggestColumns } from './suggest.ts';
import { type TableForm, tableRows } from './table.ts';
import type { Note } from './understand.ts';

/** What the user says of all rows. */
interface Given {
  readonly merchant?: string;
  readonly product?: string;
  readonly productType?: string;
}

/** By what the file has: sales have quantities, costs and market prices none and nothing that could be one. */
export function kindOf(columns: MatchedColumns['columns']): ImportKind {
  const priced = columns.has('price') || columns.has('total');
  // What is on hand, or has a last day and no price, was not sold.
  if (!priced && columns.has(columns.has('quantity') ? 'expiry' : 'stock')) return 'stock';
  // What others ask is no sale of the own.
  if (columns.has('competitor') && columns.has('price') && !columns.has('quantity')) return 'competitors';
  if (columns.has('quantity') || columns.has('price') || columns.has('total')) return 'sales';
  if (columns.has('marketPrice')) return 'market';
  return columns.has('cost') ? 'costs' : 'sales';
}

/** Fields that a count of stock has. */
const OF_STOCK: ReadonlySet<Field> = new Set([
  ...(['date', 'merchant', 'product', 'productType', 'quantity', 'unit', 'expiry', 'delivery'] as const),
]);

/** Fields that a list of competitors' prices has. */
const OF_COMPETITORS: ReadonlySet<Field> = new Set([
  ...(['date', 'merchant', 'product', 'price', 'promo', 'unit', 'currency'] as const),
  ...(['competitor', 'ownProduct', 'packSize'] as const),
]);

/** Fields of one kind of file alone: of another they are columns like any. */
const OF_ONE_KIND: ReadonlySet<Field> = new Set([
  ...(['stock', 'expiry', 'delivery', 'competitor', 'ownProduct', 'packSize'] as const),
]);

/** The columns that a kind of file is read by; what is on hand is the quantity of a count. */
export function columnsOfKind(kind: ImportKind, matched: MatchedColumns): MatchedColumns {
  const columns = new Map(matched.columns);
  const stock = columns.get('stock');
  if (kind === 'stock' && stock !== undefined) columns.set('quantity', stock);
  for (const field of [...columns.keys()]) {
    const isKept =
      kind === 'stock'
        ? OF_STOCK.has(field)
        : kind === 'competitors'
          ? OF_COMPETITORS.has(field)
          : !OF_ONE_KIND.has(field);
    if (!isKept) columns.delete(field);
  }
  // What is only called by the own name is called so by both.
  const own = columns.get('ownProduct');
  if (own !== undefined && !columns.has('product')) {
    columns.set('product', own);
    columns.delete('ownProduct');
  }
  return { ...matched, columns };
}

/** A count that says nowhere when it was made is of today. @param today its day number */
export function undatedNotes(kind: ImportKind, { columns }: MatchedColumns, today: number): Note[] {
  if (kind !== 'stock' || columns.has('date')) return [];
  const date = new Date(today * 86_400_000).toISOString().slice(0, 10);
  return [{ code: 'IMPORT_NOTE_STOCK_TODAY', params: { date }, line: 0, column: null }];
}

export function missingFields(kind: ImportKind, { columns }: MatchedColumns, options: Given): Field[] {
  // A list of stock may say nowhere when it was counted: today then.
  const required: Field[] = kind === 'stock' ? [] : ['date'];
  const named = options.product !== undefined;
  if (kind === 'sales') {
    required.push('quantity');
    if (!columns.has('total')) required.push('price');
    if (options.merchant === undefined) required.push('merchant');
    if (!named && !columns.has('productType') && options.productType === undefined) required.push('product');
  } else if (kind === 'stock') {
    required.push('quantity');
    if (options.merchant === undefined) required.push('merchant');
    if (!named) required.push('product');
  } else if (kind === 'competitors') {
    required.push('competitor', 'price');
    if (!named) required.push('product');
  } else if (kind === 'market') {
    if (!columns.has('price')) required.push('marketPrice');
    if (!named && options.productType === undefined && !columns.has('productType')) required.push('product');
  } else {
    required.push('cost');
    if (!named) required.push('product');
  }
  return required.filter((field) => !columns.has(field));
}

function isNumeric(rows: readonly FileRecord[], column: number): boolean {
  const values = rows.map(({ cells }) => givenOf(cells[column])).filter((value) => value !== null);
  return (
    values.length > 0 &&
    values.every((value) => typeof value === 'number' || (typeof value === 'string' && numberTextOf(value) !== null))
  );
}

/** All that is missing at once, with a line of `--map` that can be copied. */
export async function missingColumns(
  file: string,
  form: TableForm,
  headers: readonly Header[],
  { columns }: MatchedColumns,
  missing: readonly Field[],
  limits: ReadLimits = FILE_LIMITS,
): Promise<DemandaError> {
  const source = tableRows(file, form, limits);
  const rows: FileRecord[] = [];
  for await (const batch of source.batches) {
    rows.push(...batch.slice(0, 200));
    if (rows.length >= 200) break;
  }
  source.close();
  const taken = new Set([...columns.values()].flat());
  const wide = headers.flatMap(({ text }, i) =>
    text !== '' && !/^#\d+$/.test(text) && !taken.has(i) && isNumeric(rows, i) ? [text] : [],
  );
  // Several columns of numbers of no known name, and none of quantities or products: they are the products, or the days.
  // Beside names of no known column, as many as are missing are what they seem: a quantity, and a price.
  const free = headers.some(({ text }, i) => text !== '' && !taken.has(i) && !wide.includes(text));
  const enough = free ? missing.filter((field) => field === 'quantity' || field === 'price').length : 1;
  if (missing.includes('quantity') && missing.includes('product') && wide.length > enough)
    return new DemandaError('IMPORT_WIDE', {
      file,
      columns: `${wide.slice(0, 5).join(', ')}${wide.length > 5 ? ' …' : ''}`,
    });
  const found = suggestColumns(missing, headers, rows, taken);
  const pairs = missing.map((field) => `${field}=${headers[found.get(field) ?? -1]?.text ?? '…'}`);
  return new DemandaError('IMPORT_MISSING_COLUMN', {
    file,
    field: missing.join(', '),
    example: pairs.join(','),
    columns: headers.map(({ text }, i) => text || `#${i + 1}`).join(', '),
  });
}
