/** Files of a dataset as one table: each has the columns of the first, or its folders say them. */

import { DemandaError } from '../../errors/demanda-error.ts';
import type { DatasetPart } from '../dataset.ts';
import { readFailure } from '../read-failure.ts';
import type { ReadLimits } from '../read-limits.ts';
import type { ParquetDecoder } from '../read-parquet.ts';
import type { FileRecord, RecordSource } from '../records.ts';
import { normalizedHeader } from './fields.ts';
import type { FileForm, TableForm, TablePart, WantedRows } from './table-form.ts';

/** A process that decodes the Parquet files of a dataset: to start one for each takes longer than to read it. */
export class SharedDecoder {
  private readonly limits: ReadLimits;
  private decoder: ParquetDecoder | null = null;

  constructor(limits: ReadLimits) {
    this.limits = limits;
  }

  async get(): Promise<ParquetDecoder> {
    const { ParquetDecoder } = await import('../read-parquet.ts');
    this.decoder ??= new ParquetDecoder(this.limits);
    return this.decoder;
  }

  close(): void {
    this.decoder?.close();
  }
}

/** Files that are one table: each has the columns of the first. @throws DemandaError DATASET_MIXED */
export function joinedForm(parts: readonly (DatasetPart & { readonly table: TableForm })[]): TableForm {
  const columnsOf = ({ table, partition }: (typeof parts)[number]): string[] => {
    const own = new Set(table.headers.map(normalizedHeader));
    return [...table.headers, ...Object.keys(partition).filter((column) => !own.has(normalizedHeader(column)))];
  };
  const [first] = parts as [(typeof parts)[number]];
  const headers = columnsOf(first);
  const joined = parts.map((part): TablePart => {
    const named = new Map(columnsOf(part).map((header, i) => [normalizedHeader(header), i]));
    const columns = headers.map((header) => {
      const at = named.get(normalizedHeader(header));
      if (at === undefined)
        throw new DemandaError('DATASET_MIXED', { file: part.file, column: header, other: first.file });
      return at < part.table.headers.length
        ? at
        : { value: Object.entries(part.partition).find(([column]) => sameHeaders([column], [header]))?.[1] ?? null };
    });
    const known = new Set(headers.map(normalizedHeader));
    for (const column of columnsOf(part))
      if (!known.has(normalizedHeader(column)))
        throw new DemandaError('DATASET_MIXED', { file: first.file, column, other: part.file });
    return { file: part.file, table: part.table, columns };
  });
  const zones = first.table.file.form === 'parquet' ? first.table.file.zones : {};
  return { file: { form: 'dataset', parts: joined, zones }, headers, headerLine: null, titles: [] };
}

interface DatasetRead {
  readonly limits: ReadLimits;
  readonly wanted: WantedRows;
  readonly rowsOf: (
    file: string,
    table: TableForm,
    limits: ReadLimits,
    wanted: WantedRows,
    decoder: SharedDecoder,
  ) => RecordSource;
}

/** Rows of the wanted files. @param rowsOf reads one file */
export function datasetRows(
  { parts }: Extract<FileForm, { form: 'dataset' }>,
  headers: readonly string[],
  { limits, wanted, rowsOf }: DatasetRead,
): RecordSource {
  const decoder = new SharedDecoder(limits);
  async function* batches(): AsyncGenerator<readonly FileRecord[]> {
    try {
      for (const part of parts)
        if (wanted.parts?.(part) ?? true) yield* partRows(part, headers, { limits, wanted, rowsOf }, decoder);
    } finally {
      decoder.close();
    }
  }
  return { headers, batches: batches(), close: () => decoder.close() };
}

/** Rows of a file of a dataset, in the dataset's columns. */
async function* partRows(
  { file, table, columns }: TablePart,
  headers: readonly string[],
  { limits, wanted, rowsOf }: DatasetRead,
  decoder: SharedDecoder,
): AsyncGenerator<readonly FileRecord[]> {
  const own = wanted.columns?.flatMap((header) => {
    const at = columns[headers.indexOf(header)];
    return typeof at === 'number' ? [table.headers[at] as string] : [];
  });
  const counted = table.file.form === 'csv';
  const missing = columns.flatMap((at) => (typeof at === 'number' ? [] : [at.value]));
  const source = rowsOf(file, table, limits, { ...(own && { columns: own }) }, decoder);
  try {
    for await (const records of source.batches)
      yield records.map(({ line, cells }) => ({
        line,
        file,
        // A line of too few or too many fields stays one.
        cells:
          counted && cells.length !== table.headers.length
            ? [...cells, ...missing]
            : columns.map((at) => (typeof at === 'number' ? cells[at] : at.value)),
      }));
  } catch (error) {
    throw readFailure(error, file);
  } finally {
    source.close();
  }
}

export function sameHeaders(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((header, i) => normalizedHeader(header) === normalizedHeader(b[i]));
}
