/**
 * A file as one table: its headers, wherever they stand, and the rows below them. What settles how it is read
 * (encoding, delimiter, sheets, place of the headers) is found once, and given to whoever reads it again.
 */

import { pipeline, type Readable } from 'node:stream';
import { DemandaError } from '../../errors/demanda-error.ts';
import { type DatasetPart, datasetParts } from '../dataset.ts';
import { firstBytes, isPacked, textStreams } from '../file-bytes.ts';
import { openCsv, textPieces } from '../read-csv.ts';
import { readFailure } from '../read-failure.ts';
import { type JsonForm, jsonKeys, openJson } from '../read-json.ts';
import { checkHeaders, FILE_LIMITS, type ReadLimits } from '../read-limits.ts';
import type { FileRecord, RecordSource } from '../records.ts';
import { datasetRows, joinedForm, SharedDecoder, sameHeaders } from './dataset-table.ts';
import { withLineFeeds } from './delimited.ts';
import { type EncodingUnderstanding, encodingOf } from './encoding.ts';
import { knownNames, normalizedHeader } from './fields.ts';
import { HEADER_ROWS, headerPlace, layoutOf } from './layout.ts';
import type { FileForm, TableForm, WantedRows } from './table-form.ts';

export type { TableForm } from './table-form.ts';

export interface TableOptions {
  readonly encoding?: string | undefined;
  /** Of a workbook; those that hold the table unless told. */
  readonly sheet?: string | undefined;
  /** Line of the headers; 0: there are none; found unless told. */
  readonly headerRow?: number | undefined;
  /** Those of files on the user's own machine unless told. */
  readonly limits?: ReadLimits | undefined;
}

/** Characters of a text's start that settle its delimiter. */
const START_CHARACTERS = 65_536;

/**
 * Looks at the whole file where that is needed, and holds none of it. @throws DemandaError IMPORT_NO_FILE,
 * IMPORT_EMPTY, IMPORT_BINARY, IMPORT_ENCODING …
 */
export async function tableForm(file: string, options: TableOptions = {}): Promise<TableForm> {
  try {
    return await formOf(file, options);
  } catch (error) {
    throw readFailure(error, file);
  }
}

async function formOf(input: string, options: TableOptions): Promise<TableForm> {
  const parts = await datasetParts(input);
  const [first] = parts as [DatasetPart];
  if (parts.length === 1 && first.file === input && Object.keys(first.partition).length === 0)
    return fileForm(input, options);
  const forms: (DatasetPart & { readonly table: TableForm })[] = [];
  const decoder = new SharedDecoder(options.limits ?? FILE_LIMITS);
  try {
    for (const part of parts)
      forms.push({
        ...part,
        table: await fileForm(part.file, options, decoder).catch((error: unknown) => {
          throw readFailure(error, part.file);
        }),
      });
  } finally {
    decoder.close();
  }
  return joinedForm(forms);
}

async function fileForm(
  file: string,
  { encoding, sheet, headerRow, limits = FILE_LIMITS }: TableOptions,
  decoder?: SharedDecoder,
): Promise<TableForm> {
  const start = await firstBytes(file);
  if (start.length === 0) throw new DemandaError('IMPORT_EMPTY', { file });
  if (start.subarray(0, 4).toString('latin1') === 'PAR1') return parquetForm(file, limits, decoder);
  if (start.subarray(0, 2).toString('latin1') === 'PK')
    return workbookForm(file, { told: sheet ?? null, headerRow }, limits);
  refuseOther(start, file);
  const packed = isPacked(start);
  const name = file.toLowerCase().replace(/\.gz$/, '');
  const json = /\.(jsonl|ndjson)$/.test(name) ? 'lines' : name.endsWith('.json') ? 'list' : null;
  const text = await encodingOf(bytesOf(file, packed, json !== 'list', limits), encoding ?? null, file);
  if (json !== null) {
    const form: JsonForm = { form: json, packed, encoding: text.encoding };
    const keys = await jsonKeys(file, form, limits);
    return { file: { form: 'json', json: form, text, keys }, headers: keys, headerLine: null, titles: [] };
  }
  return csvForm(file, { packed, text, headerRow }, limits);
}

/** Formats that people call by the name of another one. @throws DemandaError IMPORT_FORMAT_OTHER */
function refuseOther(start: Buffer, file: string): void {
  const text = start.subarray(0, 512).toString('latin1').trimStart().toLowerCase();
  const format = start.subarray(0, 8).equals(OLD_OFFICE)
    ? '.xls'
    : text.startsWith('%pdf')
      ? 'PDF'
      : /^(?:<!doctype html|<html|<table|<\?xml|<meta|<head|<body)/.test(text)
        ? 'HTML/XML'
        : null;
  if (format !== null) throw new DemandaError('IMPORT_FORMAT_OTHER', { file, format });
}

/** Compound files of old Office programs begin so. */
const OLD_OFFICE = Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]);

/** All bytes of a text, unpacked, and refused as soon as they are no text of sales. */
async function* bytesOf(file: string, packed: boolean, lines: boolean, limits: ReadLimits): AsyncGenerator<Buffer> {
  const streams = textStreams(file, packed, 'utf-8', lines, limits);
  pipeline(streams, () => {});
  try {
    for await (const chunk of streams.at(-1) as Readable) yield chunk as Buffer;
  } finally {
    streams[0].destroy();
  }
}

async function csvForm(
  file: string,
  {
    packed,
    text,
    headerRow,
  }: { readonly packed: boolean; readonly text: EncodingUnderstanding; readonly headerRow: number | undefined },
  limits: ReadLimits,
): Promise<TableForm> {
  const start = await startOf(file, packed, text.encoding, limits);
  if (start.trim() === '') throw new DemandaError('IMPORT_EMPTY', { file });
  const { delimiter, told } = layoutOf(start, knownNames);
  const form: FileForm = { form: 'csv', packed, text, delimiter, skipped: told ? 1 : 0 };
  return withHeaders(form, await firstRows(openFile(file, form, limits), headerRow), { file, headerRow });
}

async function startOf(file: string, packed: boolean, encoding: string, limits: ReadLimits): Promise<string> {
  const { pieces, close } = textPieces(file, packed, encoding, limits);
  let start = '';
  try {
    for await (const piece of withLineFeeds(pieces)) {
      start += piece;
      if (start.length >= START_CHARACTERS) break;
    }
  } finally {
    close();
  }
  return start;
}

async function parquetForm(file: string, limits: ReadLimits, decoder?: SharedDecoder): Promise<TableForm> {
  const { openParquet } = await import('../read-parquet.ts');
  const source = await openParquet(file, limits, decoder && { decoder: await decoder.get() });
  source.close();
  const { headers, zones, total: rows } = source;
  return { file: { form: 'parquet', zones, rows }, headers, headerLine: null, titles: [] };
}

/** The sheet that is told, or those of the table: of several sheets with other tables one must be told. */
async function workbookForm(
  file: string,
  { told, headerRow }: { readonly told: string | null; readonly headerRow: number | undefined },
  limits: ReadLimits,
): Promise<TableForm> {
  const { workbookSheets, openSheet } = await import('../read-workbook.ts');
  const { sheets, from1904 } = await workbookSheets(file, limits);
  const form = (chosen: readonly string[]): FileForm => ({
    form: 'workbook',
    sheets: chosen,
    others: sheets.filter((name) => !chosen.includes(name)),
    from1904,
  });
  const rowsOf = async (sheet: string): Promise<FileRecord[]> => firstRows(openSheet(file, sheet, limits), headerRow);
  if (told !== null) return withHeaders(form([told]), await rowsOf(told), { file, headerRow });
  const tables: { readonly sheet: string; readonly table: TableForm; readonly names: number }[] = [];
  for (const sheet of sheets) {
    const rows = await rowsOf(sheet);
    // A sheet that ends above the line of the headers holds no table of them.
    if (rows.length < 2 || (headerRow && !rows.some(({ line }) => line === headerRow))) continue;
    const table = withHeaders(form([sheet]), rows, { file, headerRow });
    tables.push({ sheet, table, names: knownNames(table.headers) });
  }
  if (tables.length === 0 && headerRow) throw new DemandaError('IMPORT_HEADER_ROW', { file, line: headerRow });
  if (tables.length === 0) throw new DemandaError('IMPORT_EMPTY', { file });
  const most = Math.max(...tables.map(({ names }) => names));
  const best = tables.filter(({ names }) => names === most);
  const alike = best.filter(({ table }) => sameHeaders(table.headers, best[0].table.headers));
  const plain = alike.filter(({ sheet }) => !OTHER_SHEET.test(normalizedHeader(sheet)));
  // What came back, or was added up, looks like sales: of one sheet of each it is asked which is meant.
  const asked = plain.length === 1 && alike.length > 1;
  if ((alike.length < best.length || asked) && most > 0)
    throw new DemandaError('IMPORT_SHEETS_DIFFER', { file, sheets: best.map(({ sheet }) => sheet).join(' / ') });
  const read = plain.length > 0 ? plain : alike;
  return { ...read[0].table, file: form(read.map(({ sheet }) => sheet)) };
}

/** Names of sheets that hold no sales of their own, though they have the headers of such. */
const OTHER_SHEET =
  /devoluc|return|refund|abono|anulad|anulac|cancel|resumen|summary|total|plantilla|template|ejemplo|example/;

/** @param line that must be among them, where there is such */
async function firstRows(source: RecordSource, line = 0): Promise<FileRecord[]> {
  const rows: FileRecord[] = [];
  const most = Math.max(HEADER_ROWS, line);
  try {
    for await (const batch of source.batches) {
      rows.push(...batch.slice(0, most - rows.length));
      if (rows.length >= most) break;
    }
  } finally {
    source.close();
  }
  return rows;
}

/** @throws DemandaError IMPORT_EMPTY; IMPORT_HEADER_ROW where nothing stands in the line that is told */
function withHeaders(
  form: FileForm,
  rows: readonly FileRecord[],
  { file, headerRow }: { readonly file: string; readonly headerRow: number | undefined },
): TableForm {
  if (rows.length === 0) throw new DemandaError('IMPORT_EMPTY', { file });
  const place = placeOf(rows, headerRow);
  if (place === -1) throw new DemandaError('IMPORT_HEADER_ROW', { file, line: headerRow as number });
  // Without headers the columns are those of the widest row: titles above them have fewer.
  const widest = rows.reduce((most, row) => (row.cells.length > most.cells.length ? row : most));
  const { line, cells } = place === null ? widest : rows[place];
  const texts = Array.from(cells, (cell) => String(cell ?? '').trim());
  // Programs end each line with a delimiter: no column stands behind it.
  while (place !== null && texts.length > 1 && texts.at(-1) === '') texts.pop();
  const headers = checkHeaders(place === null ? texts.map((_, i) => `#${i + 1}`) : texts, file);
  const titles = rows.slice(0, place ?? 0).map((row) =>
    Array.from(row.cells, (cell) => String(cell ?? ''))
      .join(' ')
      .trim(),
  );
  return { file: form, headers, headerLine: place === null ? null : line, titles };
}

/** As told, or found; null: no row holds headers; -1: nothing stands in the line that is told. */
function placeOf(rows: readonly FileRecord[], headerRow: number | undefined): number | null {
  if (headerRow === undefined) return headerPlace(rows, knownNames);
  return headerRow === 0 ? null : rows.findIndex(({ line }) => line === headerRow);
}

function openFile(
  file: string,
  form: Exclude<FileForm, { form: 'dataset' }>,
  limits: ReadLimits,
  columns?: readonly string[],
  decoder?: SharedDecoder,
): RecordSource {
  switch (form.form) {
    case 'csv':
      return openCsv(file, { ...form, encoding: form.text.encoding }, limits);
    case 'json':
      return openJson(file, form.json, form.keys, limits);
    case 'workbook':
    case 'parquet': {
      const opened = openLater(file, form, limits, columns, decoder);
      return { headers: null, batches: opened, close: () => void opened.return(undefined).catch(() => {}) };
    }
  }
}

/** Rows of a form whose reader is loaded when there is such a file: most are text. */
async function* openLater(
  file: string,
  form: Extract<FileForm, { form: 'workbook' | 'parquet' }>,
  limits: ReadLimits,
  columns?: readonly string[],
  decoder?: SharedDecoder,
): AsyncGenerator<readonly FileRecord[]> {
  if (form.form === 'parquet') {
    const { openParquet } = await import('../read-parquet.ts');
    const shared = decoder && { decoder: await decoder.get() };
    yield* (await openParquet(file, limits, { ...shared, ...(columns && { columns }) })).batches;
    return;
  }
  const { openSheet } = await import('../read-workbook.ts');
  for (const sheet of form.sheets) yield* openSheet(file, sheet, limits).batches;
}

/** Lines of a text, or of the first sheet that is read, up to one; none of a form that has no lines. */
export async function firstLines(
  file: string,
  { file: form }: TableForm,
  last: number,
  limits: ReadLimits = FILE_LIMITS,
): Promise<readonly FileRecord[]> {
  if (form.form !== 'csv' && form.form !== 'workbook') return [];
  const source = form.form === 'csv' ? openFile(file, form, limits) : openFile(file, firstSheet(form), limits);
  return (await firstRows(source, last)).filter(({ line }) => line <= last);
}

function firstSheet(form: Extract<FileForm, { form: 'workbook' }>): typeof form {
  return { ...form, sheets: form.sheets.slice(0, 1) };
}

/** Rows below the headers, of every sheet that holds the table, and of every file of a dataset. */
export function tableRows(
  file: string,
  form: TableForm,
  limits: ReadLimits = FILE_LIMITS,
  wanted: WantedRows = {},
  decoder?: SharedDecoder,
): RecordSource {
  if (form.file.form === 'dataset') return datasetRows(form.file, form.headers, { limits, wanted, rowsOf: tableRows });
  const source = openFile(file, form.file, limits, wanted.columns, decoder);
  if (form.file.form === 'json' || form.file.form === 'parquet' || form.headerLine === null)
    return { ...source, headers: form.headers };
  async function* batches(): AsyncGenerator<readonly FileRecord[]> {
    let [below, last] = [false, 0];
    for await (const batch of source.batches) {
      let from = 0;
      for (let i = 0; i < batch.length; i++) {
        // The rows of the next sheet count from 1 again, and have their own headers.
        if (batch[i].line < last) below = false;
        last = batch[i].line;
        if (!below && isHeaderRow(batch[i], form.headers)) {
          below = true;
          from = i + 1;
        }
      }
      if (below && from < batch.length) yield batch.slice(from);
    }
  }
  return { headers: form.headers, batches: batches(), close: source.close };
}

function isHeaderRow({ cells }: FileRecord, headers: readonly string[]): boolean {
  return headers.every((header, i) => normalizedHeader(String(cells[i] ?? '')) === normalizedHeader(header));
}
