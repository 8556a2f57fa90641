/**
 * What a file looks like before anything of it is kept: its columns, which fields they are taken for, and its first
 * rows.
 */

import { matchColumns } from './columns.ts';
import { FIELDS, headerOf } from './reading/fields.ts';
import { type TableOptions, tableForm, tableRows } from './reading/table.ts';
import { headerText } from './reading/understand.ts';
import type { Cell } from './values.ts';

export interface FilePreview {
  readonly headers: string[];
  /** Field → the file's column, or several with + between. */
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
  { map = {}, ...options }: TableOptions & { readonly map?: Readonly<Record<string, string>> },
): Promise<FilePreview> {
  const form = await tableForm(file, options);
  const headers = form.headers.map(headerOf);
  const { columns } = matchColumns(headers, map, file);
  const sample: string[][] = [];
  const source = tableRows(file, form, options.limits);
  for await (const batch of source.batches) {
    for (const { cells } of batch.slice(0, SAMPLE_ROWS - sample.length))
      sample.push(headers.map((_, i) => shown(cells[i])));
    if (sample.length >= SAMPLE_ROWS) break;
  }
  source.close();
  return {
    headers: [...form.headers],
    mapping: Object.fromEntries(Array.from(columns, ([field, indexes]) => [field, headerText(headers, indexes)])),
    fields: [...FIELDS],
    sample,
  };
}

function shown(value: Cell): string {
  if (value === null || value === undefined) return '';
  const text = value instanceof Date ? value.toISOString().slice(0, 10) : String(value);
  return text.length > LONGEST_CELL ? `${text.slice(0, LONGEST_CELL)}…` : text;
}
