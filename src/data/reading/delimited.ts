/**
 * Delimited text as records. What stands in a cell, and where a line ends, is Papa Parse's to say; a quote that opens
 * and is not closed where its line ends is refused, as it would swallow the lines behind it.
 */

import Papa from 'papaparse';
import { DemandaError } from '../../errors/demanda-error.ts';
import { MAX_RECORD_BYTES } from '../read-limits.ts';
import type { FileRecord } from '../records.ts';

export const DELIMITERS = [';', '\t', '|', ','] as const;
export type Delimiter = (typeof DELIMITERS)[number];

/** What a parse of Papa Parse's own parser gives: its types leave it open. */
interface Parsed {
  readonly data: readonly string[][];
  readonly errors: readonly { readonly code: string; readonly row?: number }[];
  readonly meta: { readonly cursor: number };
}

/**
 * Records of a text with ends of lines `\n`, a batch a piece of text; empty lines are left out. @param first line of
 * the text's first line; @throws DemandaError IMPORT_QUOTE, IMPORT_LINE_TOO_LONG
 */
export async function* delimitedRecords(
  pieces: AsyncIterable<string>,
  delimiter: Delimiter,
  first: number,
  file: string,
): AsyncGenerator<FileRecord[]> {
  const parser = new Papa.Parser({ delimiter, newline: '\n', quoteChar: '"' });
  let held = '';
  let line = first;
  const parse = (text: string, last: boolean): FileRecord[] => {
    const { data, errors, meta } = parser.parse(text, 0, !last) as Parsed;
    held = last ? '' : text.slice(meta.cursor);
    const quoted = text.includes('"');
    const faulty = new Set(errors.map(({ row }) => row));
    const unclosed = errors.some(({ code }) => code === 'MissingQuotes') && last;
    const records: FileRecord[] = [];
    for (let i = 0; i < data.length; i++) {
      const cells = data[i];
      const more = quoted ? linesWithin(cells) : 0;
      const swallowed =
        more > 0 &&
        (faulty.has(i) || (unclosed && i === data.length - 1) || cells.some((c) => isRow(c, delimiter, cells.length)));
      if (swallowed || (unclosed && i === data.length - 1)) throw new DemandaError('IMPORT_QUOTE', { file, line });
      if (cells.length > 1 || cells[0].trim() !== '') records.push({ line, cells });
      line += 1 + more;
    }
    return records;
  };
  for await (const piece of pieces) {
    const text = held + piece;
    // Where a line is not over, there is nothing to parse yet.
    if (!piece.includes('\n')) held = text;
    else yield parse(text, false);
    if (held.length > MAX_RECORD_BYTES) {
      if (held.includes('"')) throw new DemandaError('IMPORT_QUOTE', { file, line });
      throw new DemandaError('IMPORT_LINE_TOO_LONG', { file, limit: MAX_RECORD_BYTES });
    }
  }
  if (held !== '') yield parse(held, true);
}

function linesWithin(cells: readonly string[]): number {
  let lines = 0;
  for (const cell of cells) for (let at = cell.indexOf('\n'); at >= 0; at = cell.indexOf('\n', at + 1)) lines++;
  return lines;
}

/** Whether a cell of several lines holds a line of as many fields as its record: a row, not a name. */
function isRow(cell: string, delimiter: Delimiter, fields: number): boolean {
  if (!cell.includes('\n')) return false;
  return cell.split('\n').some((line) => fields > 1 && line.split(delimiter).length >= Math.max(fields, 3));
}

/** Text with `\n` as its only end of line, whatever its pieces' ends; a byte order mark in front is left out. */
export async function* withLineFeeds(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let held = false;
  let started = false;
  for await (const piece of pieces) {
    let text: string = held ? `\r${piece}` : piece;
    if (!started && text !== '') {
      text = text.replace(/^\uFEFF/, '');
      started = true;
    }
    held = text.endsWith('\r');
    if (held) text = text.slice(0, -1);
    if (text.includes('\r')) text = text.replace(/\r\n?/g, '\n');
    if (text !== '') yield text;
  }
  if (held) yield '\n';
}
