/** Tables as files: CSV for spreadsheets or machines, XLSX, Parquet, JSON. */

import { extname } from 'node:path';
import {
  type ColumnKind,
  columnTitle,
  csvTable,
  type DataTable,
  roundedFigure,
  type TableCell,
  type TableColumn,
  type TableStyle,
} from '../contract/data-table.ts';
import { xmlText } from '../contract/visible-text.ts';
import { coinDigits, priceDigits } from '../core/pricing/price-lattice.ts';
import { type Lang, TABLE_FORMATS, type TableFormat } from '../core/vocabulary.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { writeOutput } from './output-file.ts';
import { PARQUET_ELEMENTS } from './parquet-elements.ts';
import type { ColumnType } from './shard-tables.ts';

export interface TableFile {
  readonly type: string;
  readonly bytes: Uint8Array;
}

const MEDIA_TYPES: Readonly<Record<TableFormat, string>> = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  parquet: 'application/vnd.apache.parquet',
  json: 'application/json',
};

/** Rows of a sheet, by the format's own limit. */
const MOST_SHEET_ROWS = 1_048_575;

/** The format that a file's name asks for. @throws DemandaError TABLE_FORMAT */
export function tableFormatOf(file: string): TableFormat {
  const format = TABLE_FORMATS.find((one) => `.${one}` === extname(file).toLowerCase());
  if (format === undefined)
    throw new DemandaError('TABLE_FORMAT', { file, formats: TABLE_FORMATS.map((one) => `.${one}`).join(', ') });
  return format;
}

/** @throws DemandaError TABLE_TOO_LONG, DISK_FULL, FILE_UNWRITABLE */
export async function writeTable(
  file: string,
  table: DataTable,
  { format, style, lang }: { readonly format: TableFormat; readonly style: TableStyle; readonly lang: Lang },
): Promise<void> {
  // However long a list is, its lines need not lie in memory.
  if (format === 'csv')
    return writeOutput(file, { [Symbol.iterator]: () => csvTable(table, style, lang)[Symbol.iterator]() });
  await writeOutput(file, (await tableFile(table, format, style, lang)).bytes);
}

/** @throws DemandaError TABLE_TOO_LONG */
export async function tableFile(
  table: DataTable,
  format: TableFormat,
  style: TableStyle,
  lang: Lang,
): Promise<TableFile> {
  return { type: MEDIA_TYPES[format], bytes: await WRITERS[format](table, style, lang) };
}

type Writer = (table: DataTable, style: TableStyle, lang: Lang) => Promise<Uint8Array>;

const WRITERS: Readonly<Record<TableFormat, Writer>> = {
  csv: async (table, style, lang) => Buffer.from([...csvTable(table, style, lang)].join('')),
  xlsx: (table, style, lang) => sheetBytes(table, style, lang),
  parquet: (table) => parquetBytes(table),
  json: async (table) =>
    Buffer.from(`${JSON.stringify({ schema: 1, currency: table.currency, rows: objects(table) })}\n`),
};

function objects({ columns, rows, currency }: DataTable): Readonly<Record<string, TableCell>>[] {
  return Array.from(rows, (row) =>
    Object.fromEntries(columns.map(({ key, kind }, i) => [key, rounded(row[i] as TableCell, kind, currency)])),
  );
}

function rounded(value: TableCell, kind: ColumnKind, currency: string): TableCell {
  return typeof value === 'number' ? roundedFigure(value, kind, currency) : value;
}

// --- XLSX

/** Width of a column, in characters. */
const WIDTHS = { least: 8, most: 48 } as const;
const DATE_FORMATS: Readonly<Record<Lang, string>> = { es: 'dd/mm/yyyy', en: 'yyyy-mm-dd' };

async function sheetBytes(table: DataTable, style: TableStyle, lang: Lang): Promise<Uint8Array> {
  const { columns, currency, title } = table;
  const rows = [...table.rows];
  if (rows.length > MOST_SHEET_ROWS)
    throw new DemandaError('TABLE_TOO_LONG', { rows: rows.length, most: MOST_SHEET_ROWS });
  const heads = columns.map((column) => (style === 'machine' ? column.key : columnTitle(column, currency)));
  const format = sheetFormats(rows, columns, currency, lang);
  const { default: writeExcelFile } = await import('write-excel-file/node');
  const cells = [
    heads.map((value) => ({
      type: String,
      value: xmlText(value),
      fontWeight: 'bold',
      wrap: true,
      alignVertical: 'top',
    })),
    ...rows.map((row) => columns.map(({ kind }, i) => sheetCell(row[i] as TableCell, kind, currency, format(i)))),
  ];
  return writeExcelFile(cells as never, {
    sheet: sheetName(title),
    stickyRowsCount: 1,
    columns: columns.map((column, i) => ({ width: columnWidth(column, heads[i] as string, rows, i) })),
  }).toBuffer();
}

/** Signs that a sheet's name must not hold, and its most letters. */
function sheetName(title: string): string {
  return xmlText(title)
    .replace(/[\\/?*[\]:]/g, ' ')
    .slice(0, 31);
}

/** @returns the number format of a column */
function sheetFormats(
  rows: readonly (readonly TableCell[])[],
  columns: readonly TableColumn[],
  currency: string,
  lang: Lang,
): (column: number) => string | undefined {
  const decimals = (digits: number): string => (digits > 0 ? `.${'0'.repeat(digits)}` : '');
  const formats = columns.map(({ kind }, i): string | undefined => {
    if (kind === 'date') return DATE_FORMATS[lang];
    if (kind === 'time') return `${DATE_FORMATS[lang]} hh:mm`;
    if (kind === 'money') return `#,##0${decimals(coinDigits(currency))}`;
    if (kind === 'share') return '0.0%';
    if (kind === 'whole') return '#,##0';
    if (kind === 'number') return '#,##0.##';
    if (kind !== 'price') return undefined;
    // One column, one number of decimals: what the finest price has.
    const digits = rows.map((row) => (typeof row[i] === 'number' ? priceDigits(row[i], currency) : 0));
    return `#,##0${decimals(digits.reduce((most, one) => Math.max(most, one), coinDigits(currency)))}`;
  });
  return (column) => formats[column];
}

function sheetCell(value: TableCell, kind: ColumnKind, currency: string, format: string | undefined): object | null {
  if (value === null) return null;
  if (typeof value === 'number') return { type: Number, value: roundedFigure(value, kind, currency), format };
  if (typeof value === 'boolean') return { type: Boolean, value };
  if (kind === 'date' || kind === 'time') return { type: Date, value: new Date(value), format };
  return { type: String, value: xmlText(value) };
}

function columnWidth({ kind }: TableColumn, head: string, rows: readonly (readonly TableCell[])[], i: number): number {
  const longestWord = Math.max(...head.split(/\s+/).map((word) => word.length));
  let widest = Math.max(WIDTHS.least, longestWord + 2, kind === 'date' ? 12 : 0, kind === 'time' ? 18 : 0);
  if (kind === 'text') for (const row of rows) widest = Math.max(widest, String(row[i] ?? '').length + 2);
  if (kind === 'price' || kind === 'money') widest = Math.max(widest, 12);
  return Math.min(WIDTHS.most, widest);
}

// --- Parquet

const PARQUET_TYPES: Readonly<Record<ColumnKind, ColumnType>> = {
  text: 'string',
  date: 'date',
  time: 'timestamp',
  price: 'double',
  money: 'double',
  number: 'double',
  exact: 'double',
  whole: 'double',
  share: 'double',
  flag: 'boolean',
};

async function parquetBytes({ columns, rows, currency }: DataTable): Promise<Uint8Array> {
  const { parquetWriteBuffer } = await import('hyparquet-writer');
  const all = [...rows];
  const value = (cell: TableCell, kind: ColumnKind): unknown =>
    (kind === 'time' || kind === 'date') && cell !== null ? new Date(String(cell)) : rounded(cell, kind, currency);
  const buffer = parquetWriteBuffer({
    columnData: columns.map(({ key, kind }, i) => ({
      name: key,
      data: all.map((row) => value(row[i] as TableCell, kind)),
      nullable: true,
    })),
    schema: [
      { name: 'root', num_children: columns.length },
      ...columns.map(({ key, kind }) => ({
        name: key,
        ...PARQUET_ELEMENTS[PARQUET_TYPES[kind]],
        repetition_type: 'OPTIONAL' as const,
      })),
    ],
    kvMetadata: [{ key: 'demanda.currency', value: currency }],
    createdBy: 'demanda',
  });
  return new Uint8Array(buffer);
}

/** A name for a file that every system takes: “Precios 2025-09-17 Carnicería Núñez.xlsx”. */
export function fileNameOf(parts: readonly (string | null)[], ending: string): string {
  const name = parts
    .filter((part): part is string => part !== null && part !== '')
    .join(' ')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must go
    .replace(/[\u0000-\u001f\u007f<>:"/\\|?*]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return `${[...name]
    .slice(0, 100)
    .join('')
    .replace(/[. ]+$/, '')}.${ending}`;
}
