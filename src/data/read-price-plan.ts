/** Reads a plan of prices: a product and its price a row, from any file that sales may come in. */

import { foldedText } from '../contract/folded-text.ts';
import { nameOf } from '../contract/name-form.ts';
import { LARGEST_AMOUNT } from '../contract/options/option.ts';
import { typedNumber } from '../contract/typed-number.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { FILE_LIMITS } from './read-limits.ts';
import { givenOf } from './reading/study.ts';
import { tableForm, tableRows } from './reading/table.ts';

export interface ProductPrice {
  readonly product: string;
  /** Currency per unit, > 0. */
  readonly price: number;
}

const PRODUCT: readonly string[] = ['product', 'item', 'sku', 'producto', 'articulo'];
const PRICE: readonly string[] = ['price', 'precio'];
const MOST_ROWS = 100_000;

/** @throws DemandaError PRICES_COLUMNS, PRICES_VALUE and PRICES_TWICE of the first row that is wrong, PLAN_TOO_LONG */
export async function readPricePlan(file: string): Promise<ProductPrice[]> {
  const form = await tableForm(file);
  const names = form.headers.map((header) => foldedText(header).trim());
  const columnOf = (known: readonly string[]): number => names.findIndex((name) => known.includes(name));
  const [product, price] = [columnOf(PRODUCT), columnOf(PRICE)];
  if (product < 0 || price < 0) throw new DemandaError('PRICES_COLUMNS', { file, columns: form.headers.join(', ') });
  const found = new Map<string, ProductPrice>();
  for await (const batch of tableRows(file, form, FILE_LIMITS).batches)
    for (const { line, cells } of batch) {
      if (cells.every((cell) => givenOf(cell) === null)) continue;
      if (found.size === MOST_ROWS) throw new DemandaError('PLAN_TOO_LONG', { file, limit: MOST_ROWS });
      const row = { product: nameOf(textOf(cells[product])), price: typedNumber(textOf(cells[price])) };
      if (row.product === '' || !(row.price > 0 && row.price < LARGEST_AMOUNT)) {
        const [column, value] = row.product === '' ? [product, cells[product]] : [price, cells[price]];
        const named = { column: form.headers[column] as string, value: textOf(value).slice(0, 40) };
        throw new DemandaError('PRICES_VALUE', { file, line, ...named });
      }
      const key = foldedText(row.product);
      if (found.has(key)) throw new DemandaError('PRICES_TWICE', { file, line, product: row.product });
      found.set(key, row);
    }
  return [...found.values()];
}

function textOf(cell: Parameters<typeof givenOf>[0]): string {
  const value = givenOf(cell);
  return value === null ? '' : String(value).trim();
}
