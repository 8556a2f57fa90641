/** The cells of a dataset, counted before any row of it is taken: names alone are read, and are all that is held. */

import { type ReadingPlan, type ReadOptions, rowReader } from '../data/read-sales.ts';
import type { TableForm } from '../data/reading/table.ts';
import { tableRows } from '../data/reading/table.ts';
import {
  byCell,
  type CellRows,
  cellsOfShard,
  type MerchantRows,
  merchantsOfShard,
  type Shard,
} from '../rules/shards.ts';

export interface DatasetCells {
  /** In order of name. */
  readonly cells: readonly CellRows[];
  /** Of each file of a dataset, the first and the last merchant in order of name. */
  readonly merchants: ReadonlyMap<string, readonly [first: string, last: string]>;
}

/** A dataset as it is looked at for names. */
interface Looked {
  readonly input: string;
  readonly form: TableForm;
  readonly plan: ReadingPlan;
  readonly options: Omit<ReadOptions, 'lang'>;
}

/**
 * The cells of a shard. Where folders say the merchant of every file and files how many rows they have, as Parquet does,
 * names are read of the shard's own merchants alone.
 */
export async function shardCells(looked: Looked, shard: Shard): Promise<DatasetCells> {
  const files = merchantsOfFiles(looked);
  if (files === null) {
    const { cells, merchants } = await datasetCells(looked);
    return { cells: cellsOfShard(cells, shard), merchants };
  }
  const rows = new Map<string, number>();
  for (const { merchant, rows: of } of files.values()) rows.set(merchant, (rows.get(merchant) ?? 0) + of);
  const merchants = [...rows].map(([merchant, of]) => ({ merchant, rows: of })).sort(byMerchant);
  const { own, ...among } = merchantsOfShard(merchants, shard);
  const named = new Set(own.map(({ merchant }) => merchant));
  const spans = new Map([...files].map(([file, { merchant }]) => [file, [merchant, merchant] as const]));
  if (named.size === 0) return { cells: [], merchants: spans };
  const wanted = ({ file }: { readonly file: string }): boolean => named.has(files.get(file)?.merchant ?? '');
  const { cells } = await datasetCells(looked, wanted);
  return { cells: cellsOfShard(cells, shard, among), merchants: spans };
}

function byMerchant(a: { readonly merchant: string }, b: { readonly merchant: string }): number {
  return a.merchant < b.merchant ? -1 : 1;
}

/** Of each file its merchant and how many rows it has; null where not every file tells both without being read. */
function merchantsOfFiles({ form, plan, options }: Looked): ReadonlyMap<string, MerchantRows> | null {
  const columns = plan.matched.columns.get('merchant') ?? [];
  if (form.file.form !== 'dataset' || columns.length === 0) return null;
  const reader = rowReader(plan, options);
  const files = new Map<string, MerchantRows>();
  for (const { file, table, columns: at } of form.file.parts) {
    if (table.file.form !== 'parquet' || columns.some((column) => typeof at[column] === 'number')) return null;
    const told = at.map((column) => (typeof column === 'number' ? null : (column?.value ?? null)));
    const { merchant } = reader.cellOf({ cells: told });
    // A folder that says none: whoever reads its rows tells.
    if (merchant === '') return null;
    files.set(file, { merchant, rows: table.file.rows });
  }
  return files;
}

/** Reads the columns of names, of Parquet no others. @param parts files that are wanted; all unless told */
export async function datasetCells(
  { input, form, plan, options }: Looked,
  parts?: (part: { readonly file: string }) => boolean,
): Promise<DatasetCells> {
  const reader = rowReader(plan, options);
  const columns = (['merchant', 'product', 'productType'] as const).flatMap((field) =>
    (plan.matched.columns.get(field) ?? []).map((index) => form.headers[index] as string),
  );
  const counts = new Map<string, Map<string, number>>();
  const merchants = new Map<string, [string, string]>();
  for await (const records of tableRows(input, form, options.limits, { columns, parts }).batches) {
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
