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

/** What the user says of all rows. */
interface Given {
  readonly merchant?: string;
  readonly product?: string;
  readonly productType?: string;
}

/** By what the file has: sales have quantities, costs and market prices none and nothing that could be one. */
export function kindOf(columns: MatchedColumns['columns']): ImportKind {
  if (columns.has('quantity') || columns.has('price') || columns.has('total')) return 'sales';
  if (columns.has('marketPrice')) return 'market';
  return columns.has('cost') ? 'costs' : 'sales';
}

export function missingFields(kind: ImportKind, { columns }: MatchedColumns, options: Given): Field[] {
  const required: Field[] = ['date'];
  const named = options.product !== undefined;
  if (kind === 'sales') {
    required.push('quantity');
    if (!columns.has('total')) required.push('price');
    if (options.merchant === undefined) required.push('merchant');
    if (!named && !columns.has('productType') && options.productType === undefined) required.push('product');
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
