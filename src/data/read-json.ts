/**
 * JSON records: a list of objects or one object a line, cut into records as the text comes, so that no document is held
 * whole.
 */

import { pipeline, type Readable } from 'node:stream';
import { DemandaError } from '../errors/demanda-error.ts';
import { textStreams } from './file-bytes.ts';
import { readFailure } from './read-failure.ts';
import { checkHeaders, MAX_NESTING, MAX_RECORD_BYTES, type ReadLimits, RowCount } from './read-limits.ts';
import { type FileRecord, inBatches, type RecordSource } from './records.ts';
import { type Cell, cellOf } from './values.ts';

/** One record before it is parsed. */
interface RecordText {
  /** Line of the file, or place in the list, counted from 1. */
  readonly line: number;
  readonly text: string;
}

type JsonRow = Readonly<Record<string, unknown>>;

/** Objects of a document as it streams. @param form a list of objects, or one object a line */
function jsonRows(
  file: string,
  { form, packed, encoding }: JsonForm,
  limits: ReadLimits,
): { readonly rows: AsyncGenerator<{ readonly line: number; readonly row: JsonRow }>; close(): void } {
  const streams = textStreams(file, packed, encoding, form === 'lines', limits);
  const last = streams.at(-1) as Readable;
  last.setEncoding('utf8');
  pipeline(streams, () => {});
  const close = (): void => void streams[0].destroy();
  async function* rows(): AsyncGenerator<{ readonly line: number; readonly row: JsonRow }> {
    try {
      for await (const text of form === 'list' ? elementsOf(last, file) : linesOf(last, file))
        yield { line: text.line, row: rowOf(text, file) };
    } catch (error) {
      throw readFailure(error, file);
    } finally {
      close();
    }
  }
  return { rows: rows(), close };
}

export interface JsonForm {
  readonly form: 'list' | 'lines';
  readonly packed: boolean;
  readonly encoding: string;
}

/** Keys of all objects of a document, in the order in which they come. @throws DemandaError IMPORT_EMPTY */
export async function jsonKeys(file: string, form: JsonForm, limits: ReadLimits): Promise<readonly string[]> {
  const keys = new Set<string>();
  let last = '';
  for await (const { row } of jsonRows(file, form, limits).rows) {
    const own = Object.keys(row);
    // Most objects have the keys of the one before.
    const joined = own.join('\0');
    if (joined === last) continue;
    last = joined;
    for (const key of own) keys.add(key);
    checkHeaders([...keys], file);
  }
  if (keys.size === 0) throw new DemandaError('IMPORT_EMPTY', { file });
  return [...keys];
}

/** @param headers keys that become columns, as {@link jsonKeys} gives them */
export function openJson(file: string, form: JsonForm, headers: readonly string[], limits: ReadLimits): RecordSource {
  const { rows, close } = jsonRows(file, form, limits);
  async function* records(): AsyncGenerator<FileRecord> {
    const count = new RowCount(file, limits);
    for await (const { line, row } of rows) {
      count.add(headers.length);
      yield { line, cells: headers.map((h): Cell => (Object.hasOwn(row, h) ? cellOf(row[h]) : null)) };
    }
  }
  return { headers, batches: inBatches(records()), close };
}

function rowOf({ line, text }: RecordText, file: string): JsonRow {
  checkNesting(text, line, file);
  let row: unknown;
  try {
    row = JSON.parse(text, LONG_NUMBER.test(text) ? keepDigits : undefined);
  } catch (cause) {
    throw new DemandaError('IMPORT_JSON_DAMAGED', { file, line }, { cause });
  }
  if (row === null || typeof row !== 'object' || Array.isArray(row))
    throw new DemandaError('IMPORT_JSON_ROW', { file, line });
  return flat(row as JsonRow);
}

/** Numbers that lose digits as such: codes of 16 digits and more. */
const LONG_NUMBER = /\d{16}/;

function keepDigits(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  const exact = typeof value !== 'number' || Number.isSafeInteger(value) || !/^-?\d+$/.test(context?.source ?? '');
  return exact ? value : context?.source;
}

/** Objects within a record as columns of their own: `{"product": {"name": …}}` has the column `product.name`. */
function flat(row: JsonRow): JsonRow {
  const nested = Object.values(row).some(isObject);
  if (!nested) return row;
  const all: [string, unknown][] = [];
  const add = (value: JsonRow, before: string): void => {
    for (const [key, part] of Object.entries(value)) {
      if (isObject(part)) add(part, `${before}${key}.`);
      else all.push([`${before}${key}`, part]);
    }
  };
  add(row, '');
  return Object.fromEntries(all);
}

function isObject(value: unknown): value is JsonRow {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** Most records nest nothing: only those with a second bracket are looked at sign by sign. */
function checkNesting(text: string, line: number, file: string): void {
  if (text.indexOf('{', text.indexOf('{') + 1) < 0 && !text.includes('[')) return;
  let [depth, inText] = [0, false];
  for (let i = 0; i < text.length; i++) {
    const sign = text[i];
    if (sign === '"') inText = !inText;
    else if (inText && sign === '\\') i++;
    else if (!inText && (sign === '{' || sign === '[') && ++depth > MAX_NESTING)
      throw new DemandaError('IMPORT_TOO_DEEP', { file, line, limit: MAX_NESTING });
    else if (!inText && (sign === '}' || sign === ']')) depth--;
  }
}

async function* linesOf(chunks: AsyncIterable<string>, file: string): AsyncGenerator<RecordText> {
  let line = 0;
  let held = '';
  const record = (text: string): RecordText | null => {
    line++;
    if (text.length > MAX_RECORD_BYTES)
      throw new DemandaError('IMPORT_LINE_TOO_LONG', { file, limit: MAX_RECORD_BYTES });
    // A byte order mark may stand before the first record.
    const clean = line === 1 ? text.replace(/^\uFEFF/, '') : text;
    return clean.trim() === '' ? null : { line, text: clean };
  };
  for await (const chunk of chunks) {
    const lines = (held + chunk).split('\n');
    held = lines.pop() as string;
    for (const text of lines) {
      const found = record(text);
      if (found) yield found;
    }
  }
  const found = record(held);
  if (found) yield found;
}

/** Elements of the one list that a document must be. */
async function* elementsOf(chunks: AsyncIterable<string>, file: string): AsyncGenerator<RecordText> {
  const cutter = new ListCutter(file);
  for await (const chunk of chunks) yield* cutter.take(chunk);
  cutter.end();
}

const [QUOTE, BACKSLASH, COMMA] = [34, 92, 44];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [91, 93, 123, 125];

/** Cuts the text of a list at the commas of its first level; what the elements are is for JSON.parse to say. */
class ListCutter {
  private readonly file: string;
  private stage: 'before' | 'inside' | 'after' = 'before';
  private depth = 0;
  private inText = false;
  private escaped = false;
  private held = '';
  private line = 0;

  constructor(file: string) {
    this.file = file;
  }

  /** Elements that end in this piece of the text. */
  take(chunk: string): RecordText[] {
    const found: RecordText[] = [];
    let start = 0;
    if (this.stage === 'before') {
      const text = (this.held + chunk).replace(/^\uFEFF?\s*/, '');
      if (text === '') return [];
      if (text[0] !== '[') throw new DemandaError('IMPORT_JSON_SHAPE', { file: this.file });
      this.stage = 'inside';
      chunk = text;
      start = 1;
    }
    for (let i = start; this.stage === 'inside' && i < chunk.length; i++) {
      const sign = chunk.charCodeAt(i);
      if (this.escaped) this.escaped = false;
      else if (this.inText) {
        if (sign === QUOTE) this.inText = false;
        else if (sign === BACKSLASH) this.escaped = true;
      } else if (sign === QUOTE) this.inText = true;
      else if (sign === OPEN_OBJECT || sign === OPEN_LIST) this.open();
      else if (this.depth > 0 && (sign === CLOSE_OBJECT || sign === CLOSE_LIST)) this.depth--;
      else if (this.depth === 0 && (sign === COMMA || sign === CLOSE_LIST)) {
        const text = this.held + chunk.slice(start, i);
        this.held = '';
        start = i + 1;
        if (sign === CLOSE_LIST) this.stage = 'after';
        const element = this.element(text, sign === CLOSE_LIST);
        if (element) found.push(element);
      }
    }
    const rest = chunk.slice(start);
    if (this.stage === 'after') {
      if (rest.trim() !== '') throw new DemandaError('IMPORT_JSON_DAMAGED', { file: this.file, line: this.line });
    } else this.held += rest;
    if (this.held.length > MAX_RECORD_BYTES)
      throw new DemandaError('IMPORT_LINE_TOO_LONG', { file: this.file, limit: MAX_RECORD_BYTES });
    return found;
  }

  end(): void {
    if (this.stage !== 'after') throw new DemandaError('IMPORT_CUT_SHORT', { file: this.file });
    if (this.line === 0) throw new DemandaError('IMPORT_JSON_SHAPE', { file: this.file });
  }

  private open(): void {
    if (++this.depth > MAX_NESTING)
      throw new DemandaError('IMPORT_TOO_DEEP', { file: this.file, line: this.line + 1, limit: MAX_NESTING });
  }

  /** Null for the nothing between the brackets of an empty list. */
  private element(text: string, isLast: boolean): RecordText | null {
    if (text.length > MAX_RECORD_BYTES)
      throw new DemandaError('IMPORT_LINE_TOO_LONG', { file: this.file, limit: MAX_RECORD_BYTES });
    if (isLast && this.line === 0 && text.trim() === '') return null;
    return { line: ++this.line, text };
  }
}
