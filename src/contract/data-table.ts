/** What is seen as a table, to be written to a file: values with their kinds, as people or as machines read them. */

import { coinDigits } from '../core/pricing/price-lattice.ts';
import type { Lang } from '../core/vocabulary.ts';
import { csvCell, csvText } from './csv.ts';

/**
 * What a column's values are. `date`: ISO date; `time`: ISO instant; `price`: money a unit, with the decimals it has;
 * `money`: an amount, in coins; `exact`: a figure with all its digits; `share`: .25 is 25 %; `whole`: a count.
 */
export type ColumnKind = 'text' | 'date' | 'time' | 'price' | 'money' | 'number' | 'exact' | 'whole' | 'share' | 'flag';
export type TableCell = string | number | boolean | null;

export interface TableColumn {
  /** Name for machines, `snake_case`. */
  readonly key: string;
  /** Name for people, in their language. */
  readonly title: string;
  readonly kind: ColumnKind;
}

export interface DataTable {
  /** Of the sheet and the file, in the language of the titles. */
  readonly title: string;
  readonly columns: readonly TableColumn[];
  /** Gone through once or more; each as long as the columns. */
  readonly rows: Iterable<readonly TableCell[]>;
  /** ISO code of the money. */
  readonly currency: string;
}

/**
 * For whom a file is. `spreadsheet`: titles, words and numbers of a language, as its spreadsheets open them by a double
 * click; `machine`: keys, codes and numbers the same in every language.
 */
export const TABLE_STYLES = ['spreadsheet', 'machine'] as const;
export type TableStyle = (typeof TABLE_STYLES)[number];

/** Tells spreadsheets that a text is UTF-8. */
export const BYTE_ORDER_MARK = '\uFEFF';

/** Decimals of demand and of other figures that are no money. */
const NUMBER_DIGITS = 4;

/** Tables with `,` for decimals part cells with `;`. */
const SEPARATORS: Readonly<Record<Lang, string>> = { es: ';', en: ',' };

/** A figure with the digits that carry meaning. */
export function roundedFigure(value: number, kind: ColumnKind, currency: string): number {
  if (!Number.isFinite(value) || kind === 'price' || kind === 'exact') return value;
  return Number(value.toFixed(kind === 'money' ? coinDigits(currency) : NUMBER_DIGITS));
}

/** Title with the money that a column's figures are in. */
export function columnTitle({ title, kind }: TableColumn, currency: string): string {
  return kind === 'price' || kind === 'money' ? `${title} (${currency})` : title;
}

/**
 * Lines of a CSV file, each with its end. Numbers carry no thousands' marks, dates are ISO dates: both spreadsheets and
 * programs take them for what they are. Texts stand in quotes and never run as formulas.
 */
export function* csvTable(table: DataTable, style: TableStyle, lang: Lang): Iterable<string> {
  const separator = style === 'machine' ? ',' : SEPARATORS[lang];
  const line = (cells: readonly string[]): string => `${cells.join(separator)}\r\n`;
  const heads = table.columns.map((column) =>
    style === 'machine' ? csvCell(column.key) : csvText(columnTitle(column, table.currency)),
  );
  yield (style === 'machine' ? '' : BYTE_ORDER_MARK) + line(heads);
  for (const row of table.rows)
    yield line(
      table.columns.map(({ kind }, i) => cellText(row[i] as TableCell, kind, table.currency, separator === ';')),
    );
}

/** Rows of a spreadsheet's CSV file, whose first are titles: figures as a language writes them. */
export function csvRows(rows: readonly (readonly unknown[])[], lang: Lang): string {
  const separator = SEPARATORS[lang];
  const cell = (value: unknown): string =>
    typeof value === 'number' && separator === ';'
      ? csvCell(value).replace('.', ',')
      : typeof value === 'string'
        ? csvText(value)
        : csvCell(value);
  return rows.map((row) => `${row.map(cell).join(separator)}\r\n`).join('');
}

function cellText(value: TableCell, kind: ColumnKind, currency: string, comma: boolean): string {
  if (typeof value === 'number') {
    const text = csvCell(roundedFigure(value, kind, currency));
    return comma ? text.replace('.', ',') : text;
  }
  // A date in quotes would be a text.
  if (typeof value === 'string') return kind === 'date' || kind === 'time' ? csvCell(value) : csvText(value);
  return csvCell(value);
}
