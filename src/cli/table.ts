/**
 * Plain tables for the terminal: columns padded to their widest cell, numbers to the right, fitted to the terminal's
 * width.
 */

import { Help } from 'commander';
import { visibleText } from '../contract/visible-text.ts';

export interface Column {
  readonly title: string;
  readonly right?: boolean;
  /** Left out where the terminal is too narrow: the highest number first; a column without one always stays. */
  readonly spare?: number;
}

/** Text shorter than this is never cut. */
const SHORTEST = 10;

/**
 * @param given cells; hidden characters in them are shown as escapes; @param columnsWide of the terminal; a file or
 * pipe has room for everything
 */
export function renderTable(
  columns: readonly Column[],
  given: Iterable<readonly string[]>,
  columnsWide = terminalColumns(),
): string {
  return [...tableLines(columns, given, columnsWide)].join('\n');
}

/** As {@link renderTable}, line by line: rows are gone through twice, and need not lie in memory. */
export function* tableLines(
  columns: readonly Column[],
  given: Iterable<readonly string[]>,
  columnsWide = terminalColumns(),
): Iterable<string> {
  const widths = columns.map((c) => width(c.title));
  for (const row of given)
    for (const j of widths.keys()) widths[j] = Math.max(widths[j], width(visibleText(row[j] ?? '')));
  const shown = columns.map((_, j) => j);
  const total = (): number => shown.reduce((sum, j) => sum + widths[j] + 2, -2);
  const spare = shown
    .filter((j) => columns[j]?.spare !== undefined)
    .sort((a, b) => (columns[b]?.spare as number) - (columns[a]?.spare as number));
  for (const j of spare) {
    if (total() <= columnsWide) break;
    shown.splice(shown.indexOf(j), 1);
  }
  while (total() > columnsWide) {
    const widest = shown.filter((j) => !columns[j]?.right).reduce((a, b) => (widths[b] > widths[a] ? b : a));
    if (widths[widest] <= SHORTEST) break;
    widths[widest] = widths[widest] - 1;
  }
  const line = (cells: readonly string[]): string =>
    shown
      .map((j) => {
        const cell = cut(cells[j] ?? '', widths[j]);
        const pad = ' '.repeat(widths[j] - width(cell));
        return columns[j]?.right ? pad + cell : cell + pad;
      })
      .join('  ')
      .trimEnd();
  yield line(columns.map((c) => c.title));
  yield shown.map((j) => '─'.repeat(widths[j])).join('  ');
  for (const row of given) yield line(row.map(visibleText));
}

/** Rows of a table, made anew of their items whenever they are gone through. */
export function rowsOf<T>(items: Iterable<T>, row: (item: T) => readonly string[]): Iterable<readonly string[]> {
  return {
    *[Symbol.iterator]() {
      for (const item of items) yield row(item);
    },
  };
}

/** Columns of the terminal that output goes to; no limit elsewhere. */
export function terminalColumns(): number {
  return process.stdout.isTTY ? (process.stdout.columns ?? 80) : Number.POSITIVE_INFINITY;
}

/** A sentence in lines that fit the terminal. */
export function wrapped(text: string): string {
  const columns = terminalColumns();
  return Number.isFinite(columns) ? new Help().boxWrap(text, columns) : text;
}

/** A text's beginning, with … where something is missing. */
function cut(text: string, most: number): string {
  if (width(text) <= most) return text;
  let kept = '';
  for (const char of text) {
    if (width(kept + char) > most - 1) break;
    kept += char;
  }
  return `${kept}…`;
}

/** Terminal columns of a text: wide (East Asian) characters take two. */
export function width(text: string): number {
  let sum = 0;
  for (const char of text)
    sum += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/.test(char)
      ? 2
      : 1;
  return sum;
}
