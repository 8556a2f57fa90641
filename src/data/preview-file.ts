/** What a file looks like before anything of it is kept: its columns, which fields they are taken for, and its first rows. */

import { FIELDS, matchColumns } from './columns.ts';
import { openRecords } from './read-records.ts';
import type { Cell } from './values.ts';

export interface FilePreview {
  readonly headers: string[];
  /** Field → the file's column. */
  readonly mapping: Record<string, string>;
  /** Fields that a column can be. */
  readonly fields: string[];
  /** First rows, as they stand in the file. */
  readonly sample: string[][];
}

const SAMPLE_ROWS = 20;
const LONGEST_CELL = 200;

/** @throws DemandaError as reading does, for a file that is none */
export async function previewFile(
  file: string,
  { encoding, map = {} }: { readonly encoding?: string; readonly map?: Readonly<Record<string, string>> },
): Promise<FilePreview> {
  const { headers, records } = await openRecords(file, encoding ?? null);
  const columns = matchColumns(headers, map, file);
  const sample: string[][] = [];
  for await (const { cells } of records) {
    sample.push(headers.map((_, i) => shown(cells[i])));
    if (sample.length === SAMPLE_ROWS) break;
  }
  return {
    headers: [...headers],
    mapping: Object.fromEntries(Array.from(columns, ([field, i]) => [field, headers[i] as string])),
    fields: [...FIELDS],
    sample,
  };
}

function shown(value: Cell): string {
  if (value === null || value === undefined) return '';
  const text = value instanceof Date ? value.toISOString().slice(0, 10) : String(value);
  return text.length > LONGEST_CELL ? `${text.slice(0, LONGEST_CELL)}…` : text;
}
