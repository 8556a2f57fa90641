/** What every reader of files gives. */

import type { Cell } from './values.ts';

export interface FileRecord {
  /** Line in the file, row in the sheet or place in the list, counted from 1. */
  readonly line: number;
  /** Of a dataset, the file that the line is in. */
  readonly file?: string;
  readonly cells: readonly Cell[];
}

/** Records of a file in pieces, headers and titles among them where the form has no place of its own for them. */
export interface RecordSource {
  /** Where the form names its columns itself (Parquet, JSON). */
  readonly headers: readonly string[] | null;
  readonly batches: AsyncGenerator<readonly FileRecord[]>;
  /** For who does not read to the end; nothing at its end. */
  close(): void;
}

/** Records of a file, or other items that come one by one, gathered into pieces. */
export async function* inBatches<T>(items: AsyncIterable<T>, size = 500): AsyncGenerator<T[]> {
  let batch: T[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** Of all texts of a record. */
export function charactersOf({ cells }: FileRecord): number {
  let characters = 0;
  for (const cell of cells) if (typeof cell === 'string') characters += cell.length;
  return characters;
}
