/** Where a table begins in a text or a sheet: its delimiter, and the row of its headers below any titles. */

import Papa from 'papaparse';
import type { FileRecord } from '../records.ts';
import { dateTextOf } from './date-text.ts';
import { DELIMITERS, type Delimiter } from './delimited.ts';
import { numberTextOf } from './number-text.ts';

/** Lines of a text's start that settle its delimiter. */
const SAMPLE_LINES = 100;
/** Rows among which the headers are looked for. */
export const HEADER_ROWS = 50;

export interface TextLayout {
  readonly delimiter: Delimiter;
  /** Whether the first line is Excel's `sep=;`. */
  readonly told: boolean;
}

/** @param start first lines of the text @param known how many of a row's cells are names of fields */
export function layoutOf(start: string, known: (cells: readonly string[]) => number): TextLayout {
  const told = /^"?sep=(.)"?[ \t]*(?:\n|$)/i.exec(start)?.[1];
  const named = DELIMITERS.find((delimiter) => delimiter === told);
  if (named !== undefined) return { delimiter: named, told: true };
  const lines = start.split('\n').slice(0, SAMPLE_LINES).join('\n');
  let best: { delimiter: Delimiter; score: number } = { delimiter: ',', score: 0 };
  for (const delimiter of DELIMITERS) {
    const rows = Papa.parse<string[]>(lines, { delimiter, newline: '\n', skipEmptyLines: 'greedy' }).data;
    const score = layoutScore(rows, known);
    if (score > best.score) best = { delimiter, score };
  }
  return { delimiter: best.delimiter, told: told !== undefined };
}

/** High where the rows have several fields, all the same number, one of them with names of fields. */
function layoutScore(rows: readonly string[][], known: (cells: readonly string[]) => number): number {
  const counts = new Map<number, number>();
  for (const { length } of rows) if (length > 1) counts.set(length, (counts.get(length) ?? 0) + 1);
  const [fields, count] = [...counts].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0] ?? [1, 0];
  if (fields < 2) return 0;
  const names = Math.max(0, ...rows.slice(0, HEADER_ROWS).map((cells) => known(cells)));
  return (count / rows.length) * (fields - 1) + names * 2;
}

/**
 * Place of the headers among a table's first rows; null where the first row that looks like the table is data. @param
 * known how many of a row's cells are names of fields
 */
export function headerPlace(rows: readonly FileRecord[], known: (cells: readonly string[]) => number): number | null {
  let [best, most] = [-1, 0];
  for (let i = 0; i < rows.length; i++) {
    const texts = textsOf(rows[i]);
    const names = texts.length > 1 || rows.every(({ cells }) => cells.length === 1) ? known(texts) : 0;
    if (names > most && !looksLikeData(rows[i])) [best, most] = [i, names];
  }
  if (best >= 0) return best;
  const width = Math.max(...rows.map((row) => textsOf(row).length));
  const first = rows.findIndex((row) => textsOf(row).length >= Math.max(2, width * 0.6));
  if (first < 0) return 0;
  if (!looksLikeData(rows[first])) return first;
  // Names of unknown words above data, fewer than the columns.
  const above = rows.slice(0, first).findLastIndex((row) => textsOf(row).length > 1 && !looksLikeData(row));
  return above < 0 ? null : above;
}

function textsOf({ cells }: FileRecord): string[] {
  return Array.from(cells, (cell) => (cell === null || cell === undefined ? '' : String(cell).trim())).filter(
    (text) => text !== '',
  );
}

/** A row with a date and a number among its cells is no row of names. */
function looksLikeData(row: FileRecord): boolean {
  // What a sheet stores as a date or a number is no name.
  if (row.cells.some((cell) => cell instanceof Date)) return true;
  const texts = textsOf(row);
  const numbers = texts.filter((text) => numberTextOf(text) !== null).length;
  const dates = texts.filter((text) => numberTextOf(text) === null && dateTextOf(text) !== null).length;
  return numbers > 0 && (dates > 0 || numbers * 2 > texts.length) && numbers + dates < 20;
}
