/**
 * Plain tables for the terminal: columns padded to their widest cell, numbers to the right, fitted to the terminal's
 * width.
 */

import fastStringWidth from 'fast-string-width';
import { visibleText } from '../contract/visible-text.ts';
import { wrappedLines } from './output.ts';

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
  const natural = columns.map((c) => width(c.title));
  for (const row of given)
    for (const j of natural.keys()) natural[j] = Math.max(natural[j] as number, width(visibleText(row[j] ?? '')));
  const { shown, below, widths } = fitted(columns, natural, columnsWide);
  const line = (cells: readonly string[]): string =>
    shown
      .map((j) => {
        const cell = cut(cells[j] ?? '', widths[j] as number);
        const pad = ' '.repeat((widths[j] as number) - width(cell));
        return columns[j]?.right ? pad + cell : cell + pad;
      })
      .join('  ')
      .trimEnd();
  yield line(columns.map((c) => c.title));
  yield shown
    .map((j) => '─'.repeat(widths[j] as number))
    .join('  ')
    .trimEnd();
  for (const row of given) {
    const cells = row.map(visibleText);
    const rest = below.filter((j) => (cells[j] ?? '') !== '').map((j) => `${columns[j]?.title}: ${cells[j]}`);
    yield [line(cells), ...packed(rest, columnsWide)].join('\n');
  }
}

interface Fitted {
  /** Columns side by side, and those that stand below their row. */
  readonly shown: readonly number[];
  readonly below: readonly number[];
  readonly widths: readonly number[];
}

/** Spare columns go first, then texts are cut; what still has no room stands below its row. */
function fitted(columns: readonly Column[], natural: readonly number[], columnsWide: number): Fitted {
  const shown = columns.map((_, j) => j);
  let widths = [...natural];
  const total = (): number => shown.reduce((sum, j) => sum + (widths[j] as number) + 2, -2);
  const spare = shown
    .filter((j) => columns[j]?.spare !== undefined)
    .sort((a, b) => (columns[b]?.spare as number) - (columns[a]?.spare as number));
  for (const j of spare) {
    if (total() <= columnsWide) break;
    shown.splice(shown.indexOf(j), 1);
  }
  const below: number[] = [];
  for (;;) {
    widths = [...natural];
    const texts = shown.filter((j) => !columns[j]?.right);
    while (total() > columnsWide && texts.length > 0) {
      const widest = texts.reduce((a, b) => ((widths[b] as number) > (widths[a] as number) ? b : a));
      if ((widths[widest] as number) <= SHORTEST) break;
      widths[widest] = (widths[widest] as number) - 1;
    }
    if (total() <= columnsWide || shown.length === 1) return { shown, below, widths };
    below.unshift(shown.pop() as number);
  }
}

/** Parts one after another, in indented lines that fit. */
function packed(parts: readonly string[], columnsWide: number): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const longer = `${lines.at(-1)} · ${part}`;
    if (lines.length > 0 && width(longer) <= columnsWide) lines[lines.length - 1] = longer;
    else lines.push(`    ${part}`);
  }
  return lines;
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
  return wrappedLines(text, terminalColumns());
}

/** A text's beginning, with … where something is missing: what is drawn as one sign is never taken apart. */
export function cut(text: string, most: number): string {
  if (width(text) <= most) return text;
  let kept = '';
  for (const { segment } of SIGNS.segment(text)) {
    if (width(kept + segment) > most - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}

const SIGNS = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** Terminal columns of a text: emoji and East Asian signs take two. */
export function width(text: string): number {
  return fastStringWidth(text);
}
