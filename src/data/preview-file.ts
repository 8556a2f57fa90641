/**
 * What a file looks like before anything of it is kept: its sheets, its first rows, its columns and which fields they
 * are taken for.
 */

import { COUNTED_ROWS } from '../contract/limits.ts';
import { matchColumns } from './columns.ts';
import { firstBytes } from './file-bytes.ts';
import { readFailure } from './read-failure.ts';
import { FILE_LIMITS, type ReadLimits } from './read-limits.ts';
import { FIELDS, headerOf } from './reading/fields.ts';
import { firstLines, type TableOptions, tableForm, tableRows } from './reading/table.ts';
import { headerText } from './reading/understand.ts';
import type { Cell } from './values.ts';

export interface FilePreview {
  readonly headers: string[];
  /** Sheets of a workbook that are read. */
  readonly read: readonly string[];
  /** Line of the headers; null where the file has none, or its form none. */
  readonly headerLine: number | null;
  /** Field → the file's column, or several with + between. */
  readonly mapping: Record<string, string>;
  /** Fields that a column can be. */
  readonly fields: string[];
  /** First rows below the headers, as they stand in the file. */
  readonly sample: string[][];
  /** First lines of a text or a sheet, with those above the headers; none of a form that has no lines. */
  readonly start: { readonly line: number; readonly cells: string[] }[];
}

/** A sheet of a workbook, and what it holds. */
export interface SheetSize {
  readonly name: string;
  /** Rows that hold something; at most {@link COUNTED_ROWS}, beyond which they are not counted. */
  readonly rows: number;
  readonly columns: number;
}

const SAMPLE_ROWS = 20;
/** Lines that are shown below the headers. */
const LINES_BELOW = 6;
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
  const lines = await firstLines(file, form, (form.headerLine ?? 0) + LINES_BELOW, options.limits);
  return {
    headers: [...form.headers],
    read: form.file.form === 'workbook' ? form.file.sheets : [],
    headerLine: form.headerLine,
    mapping: Object.fromEntries(Array.from(columns, ([field, indexes]) => [field, headerText(headers, indexes)])),
    fields: [...FIELDS],
    sample,
    start: lines.map(({ line, cells }) => ({ line, cells: Array.from(cells, shown) })),
  };
}

/** The sheets of a workbook; none of any other file. @throws DemandaError of a workbook that cannot be read */
export async function sheetSizes(file: string, limits: ReadLimits = FILE_LIMITS): Promise<SheetSize[]> {
  try {
    if ((await firstBytes(file)).subarray(0, 2).toString('latin1') !== 'PK') return [];
    const { workbookSheets, openSheet } = await import('./read-workbook.ts');
    const sizes: SheetSize[] = [];
    for (const name of (await workbookSheets(file, limits)).sheets) {
      let [rows, columns] = [0, 0];
      const source = openSheet(file, name, limits);
      for await (const batch of source.batches) {
        rows += batch.length;
        for (const { cells } of batch) columns = Math.max(columns, cells.length);
        if (rows >= COUNTED_ROWS) break;
      }
      source.close();
      sizes.push({ name, rows: Math.min(rows, COUNTED_ROWS), columns });
    }
    return sizes;
  } catch (error) {
    throw readFailure(error, file);
  }
}

function shown(value: Cell): string {
  if (value === null || value === undefined) return '';
  const text = value instanceof Date ? value.toISOString().slice(0, 10) : String(value);
  return text.length > LONGEST_CELL ? `${text.slice(0, LONGEST_CELL)}…` : text;
}
