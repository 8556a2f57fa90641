/** Rows of the files that shards wrote, read as files of strangers are. */

import { FILE_LIMITS } from '../data/read-limits.ts';
import { openParquet } from '../data/read-parquet.ts';
import type { FileRecord } from '../data/records.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { type ColumnType, type RowOf, SHARD_TABLES, type ShardTable } from './shard-tables.ts';

/** Rows of a table, in their order. @throws DemandaError SHARD_DAMAGED, and those of Parquet that cannot be read */
export async function* shardRows<T extends ShardTable>(file: string, table: T): AsyncGenerator<RowOf<T>> {
  const source = await openParquet(file, FILE_LIMITS);
  const columns = Object.entries(SHARD_TABLES[table]).map(([name, type]) => ({
    name,
    nullable: type.endsWith('?'),
    type: type.replace('?', '') as ColumnType,
    at: source.headers.indexOf(name),
  }));
  try {
    for await (const records of source.batches)
      for (const record of records)
        yield Object.fromEntries(
          columns.map((column) => [column.name, cellValue(record, column, file)]),
        ) as unknown as RowOf<T>;
  } finally {
    source.close();
  }
}

function cellValue(
  { cells }: FileRecord,
  { type, nullable, at }: { readonly type: ColumnType; readonly nullable: boolean; readonly at: number },
  file: string,
): unknown {
  const value = cells[at] ?? null;
  if (value === null && nullable) return null;
  // Moments cross as texts of their time in UTC.
  const found = type === 'timestamp' && typeof value === 'string' ? new Date(value) : value;
  if (!IS[type](found)) throw new DemandaError('SHARD_DAMAGED', { file });
  return found;
}

const isText = (value: unknown): boolean => typeof value === 'string';
const isDate = (value: unknown): boolean => value instanceof Date && !Number.isNaN(value.getTime());

const IS: Readonly<Record<ColumnType, (value: unknown) => boolean>> = {
  string: isText,
  json: isText,
  double: (value) => typeof value === 'number',
  int: Number.isInteger,
  boolean: (value) => typeof value === 'boolean',
  date: isDate,
  timestamp: isDate,
};
