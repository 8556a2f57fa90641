/** The cells of a dataset, counted before any row of it is taken: names alone are read, and are all that is held. */

import { type ReadingPlan, type ReadOptions, rowReader } from '../data/read-sales.ts';
import type { TableForm } from '../data/reading/table.ts';
import { tableRows } from '../data/reading/table.ts';
import { byCell, type CellRows } from '../rules/shards.ts';

export interface DatasetCells {
  /** In order of name. */
  readonly cells: readonly CellRows[];
  /** Of each file of a dataset, the first and the last merchant in order of name. */
  readonly merchants: ReadonlyMap<string, readonly [first: string, last: string]>;
}

/** Reads the columns of names, of Parquet no others. */
export async function datasetCells(
  input: string,
  form: TableForm,
  plan: ReadingPlan,
  options: Omit<ReadOptions, 'lang'>,
): Promise<DatasetCells> {
  const reader = rowReader(plan, options);
  const columns = (['merchant', 'product', 'productType'] as const).flatMap((field) =>
    (plan.matched.columns.get(field) ?? []).map((index) => form.headers[index] as string),
  );
  const counts = new Map<string, Map<string, number>>();
  const merchants = new Map<string, [string, string]>();
  for await (const records of tableRows(input, form, options.limits, { columns }).batches) {
    for (const record of records) {
      const { merchant, product } = reader.cellOf(record);
      if (merchant === '' || product === '') continue;
      let products = counts.get(merchant);
      if (!products) counts.set(merchant, (products = new Map()));
      products.set(product, (products.get(product) ?? 0) + 1);
      if (record.file === undefined) continue;
      const span = merchants.get(record.file);
      if (!span) merchants.set(record.file, [merchant, merchant]);
      else if (merchant < span[0]) span[0] = merchant;
      else if (merchant > span[1]) span[1] = merchant;
    }
  }
  const cells: CellRows[] = [];
  for (const [merchant, products] of counts)
    for (const [product, rows] of products) cells.push({ merchant, product, rows });
  return { cells: cells.sort(byCell), merchants };
}

/** Whether a file may have rows of some merchants. @param wanted in order of name */
export function mayHold(
  { merchants }: Pick<DatasetCells, 'merchants'>,
  wanted: readonly string[],
): (part: { readonly file: string }) => boolean {
  return ({ file }) => {
    const [first, last] = merchants.get(file) ?? [];
    // A file without a name in it has rows that are refused: whoever reads it tells.
    if (first === undefined || last === undefined) return true;
    return wanted.some((merchant) => merchant >= first && merchant <= last);
  };
}
