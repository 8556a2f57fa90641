/**
 * The process that decodes Parquet files, one after another; see read-parquet.ts. What the decoder throws late, loops
 * over or allocates happens here, and ends here. It decodes a row group at a time, each once, and sends its rows in
 * pieces as they are asked for.
 */

import type { FileMetaData, SchemaElement } from 'hyparquet';
import { DemandaError } from '../errors/demanda-error.ts';
import { watchProcess } from './process-watch.ts';
import { checkHeaders, checkUnpacked, type ReadLimits } from './read-limits.ts';
import { cellOf } from './values.ts';

/** What this process is told: to open a file, of whose rows only these columns are wanted (null: all); to go on. */
export type ParquetRequest =
  | { readonly kind: 'open'; readonly file: string; readonly columns: readonly string[] | null }
  | { readonly kind: 'more' };

/** What this process says. Columns are lists of one length each; of one that is not wanted nothing is in it. */
export type ParquetMessage =
  | {
      readonly kind: 'headers';
      readonly headers: readonly string[];
      readonly zones: Readonly<Record<string, string>>;
      /** Of the whole file, as it says itself. */
      readonly total: number;
    }
  | { readonly kind: 'rows'; readonly columns: readonly ArrayLike<unknown>[]; readonly rows: number }
  | { readonly kind: 'end' }
  | { readonly kind: 'refused'; readonly code: string; readonly parameters: Readonly<Record<string, string | number>> }
  | { readonly kind: 'failed'; readonly detail: string };

/** Rows of a message. */
const PIECE_ROWS = 10_000;
/** What an empty process with the decoder takes, and what it may take for a cell and a byte that a row group claims. */
const BASE_MEGABYTES = 192;
const BYTES_PER_CELL = 48;
const BASE_SECONDS = 1.5;
const SECONDS_PER_CELL = 2e-6;
/** A group whose columns do not hold as many values as it has rows is damaged. */
class Damaged extends Error {}

const [, , limitsText, mostMegabytes] = process.argv as [string, string, string, string];
const limits = JSON.parse(limitsText) as ReadLimits;
const say = (message: ParquetMessage): void => void process.send?.(message);

function fail(error: unknown): void {
  if (error instanceof DemandaError) say({ kind: 'refused', code: error.code, parameters: error.parameters });
  else say({ kind: 'failed', detail: String((error as Error)?.message ?? error) });
}
// The decoder reads columns side by side and waits for the first that fails: the others are nobody's.
process.on('unhandledRejection', fail);
process.on('disconnect', () => process.exit());

const requests: ParquetRequest[] = [];
let wake: (() => void) | null = null;
process.on('message', (request: ParquetRequest) => {
  requests.push(request);
  wake?.();
});
async function nextRequest(): Promise<ParquetRequest> {
  for (;;) {
    const request = requests.shift();
    if (request) return request;
    await new Promise<void>((resolve) => (wake = resolve));
  }
}

function checkMetadata(file: string, metadata: FileMetaData, columns: number, bytes: number): void {
  let total = 0;
  let unpacked = 0;
  for (const { num_rows: claimed, columns: chunks } of metadata.row_groups) {
    const rows = Number(claimed);
    if (!Number.isSafeInteger(rows) || rows < 0) throw new Damaged();
    total += rows;
    if (total > limits.rows) throw new DemandaError('IMPORT_TOO_MANY_ROWS', { file, limit: limits.rows });
    if (total * columns > limits.cells) throw new DemandaError('IMPORT_TOO_MANY_CELLS', { file, limit: limits.cells });
    if (rows * columns > limits.groupCells)
      throw new DemandaError('IMPORT_ROW_GROUP_TOO_LARGE', { file, limit: limits.groupCells });
    for (const chunk of chunks) unpacked += Math.max(0, Number(chunk.meta_data?.total_uncompressed_size ?? 0));
    if (unpacked > limits.partBytes) checkUnpacked(file, bytes, unpacked, limits.partBytes);
  }
  if (total !== Number(metadata.num_rows)) throw new Damaged();
}

async function main(): Promise<void> {
  const watch = await watchProcess({ cpuSeconds: BASE_SECONDS, megabytes: BASE_MEGABYTES });
  const decoder = { ...(await import('hyparquet')), ...(await import('hyparquet-compressors')) };
  // What a large row group took is not given back to the system at once: the bound of later ones is no lower.
  let megabytes = BASE_MEGABYTES;
  const beat: Beat = (cells, bytes) => {
    const needed = BASE_MEGABYTES + (cells * BYTES_PER_CELL + bytes * 3) / 1_048_576;
    megabytes = Math.max(megabytes, Math.min(Number(mostMegabytes), needed));
    watch.beat({ cpuSeconds: BASE_SECONDS + cells * SECONDS_PER_CELL, megabytes });
  };
  let request = await nextRequest();
  for (;;) {
    if (request.kind !== 'open') throw new Damaged();
    beat(0, 0);
    request = await decode(decoder, request, beat);
  }
}

type ParquetLibrary = typeof import('hyparquet') & typeof import('hyparquet-compressors');
type OpenRequest = Extract<ParquetRequest, { kind: 'open' }>;
type Beat = (cells: number, bytes: number) => void;

/** Says headers, rows and end of a file. @returns the request that is no longer of it */
async function decode(decoder: ParquetLibrary, opened: OpenRequest, beat: Beat): Promise<ParquetRequest> {
  // long: a file from its start to its end.
  const { asyncBufferFromFile, parquetMetadataAsync, parquetRead, parquetSchema, compressors } = decoder;
  const { file, columns: wanted } = opened;
  const buffer = await asyncBufferFromFile(file);
  const metadata = await parquetMetadataAsync(buffer);
  const elements = parquetSchema(metadata).children.map((child) => child.element);
  const names = elements.map(({ name }) => name);
  if (names.some((name) => typeof name !== 'string')) throw new Damaged();
  // Of two columns of one name the decoder gives one.
  if (names.length === 0 || new Set(names).size < names.length) throw new Damaged();
  const headers = checkHeaders(names, file);
  checkMetadata(file, metadata, headers.length, buffer.byteLength);
  let unpacked = 0;
  const bounded = Object.fromEntries(
    Object.entries(compressors).map(([codec, unpack]) => [
      codec,
      (input: Uint8Array, length: number): Uint8Array => {
        if (!(length >= 0)) throw new Damaged();
        unpacked += length;
        checkUnpacked(file, buffer.byteLength, unpacked, limits.partBytes);
        return unpack(input, length);
      },
    ]),
  );
  const moments = elements.map(isMoment);
  const read = headers.filter((header) => wanted === null || wanted.includes(header));
  say({ kind: 'headers', headers, zones: zonesOf(metadata, headers), total: Number(metadata.num_rows) });
  let start = 0;
  for (const group of metadata.row_groups) {
    const asked = await nextRequest();
    if (asked.kind === 'open') return asked;
    requests.unshift(asked);
    const rows = Number(group.num_rows);
    const cells = rows * headers.length;
    const bytes = group.columns.reduce(
      (sum, chunk) => sum + Math.max(0, Number(chunk.meta_data?.total_uncompressed_size ?? 0)),
      0,
    );
    beat(cells, bytes);
    const parts = new Map<string, ArrayLike<unknown>[]>(read.map((header) => [header, []]));
    await parquetRead({
      file: buffer,
      metadata,
      compressors: bounded,
      columns: read,
      rowStart: start,
      rowEnd: start + rows,
      onChunk: ({ columnName, columnData }) => void parts.get(columnName)?.push(columnData),
    });
    const columns = headers.map((header) => {
      const pages = parts.get(header);
      return pages === undefined ? null : wholeColumn(pages, rows);
    });
    parts.clear();
    for (let from = 0; from < rows; from += PIECE_ROWS) {
      const more = await nextRequest();
      if (more.kind === 'open') return more;
      beat(cells, bytes);
      const to = Math.min(rows, from + PIECE_ROWS);
      say({
        kind: 'rows',
        rows: to - from,
        columns: columns.map((column, i) => (column === null ? [] : plainCells(column, from, to, moments[i]))),
      });
    }
    start += rows;
  }
  const asked = await nextRequest();
  if (asked.kind === 'open') return asked;
  say({ kind: 'end' });
  return nextRequest();
}

/** The values of a column, whose pages come apart. */
function wholeColumn(pages: readonly ArrayLike<unknown>[], rows: number): ArrayLike<unknown> {
  const length = pages.reduce((sum, page) => sum + page.length, 0);
  if (length !== rows) throw new Damaged();
  if (pages.length === 1) return pages[0] as ArrayLike<unknown>;
  const column = new Array<unknown>(rows);
  let at = 0;
  for (const page of pages) for (let i = 0; i < page.length; i++) column[at++] = page[i];
  return column;
}

/** Typed arrays cross as they are; of others every value becomes a cell, a moment the text of its time in UTC. */
function plainCells(column: ArrayLike<unknown>, from: number, to: number, moment: boolean): ArrayLike<unknown> {
  if (ArrayBuffer.isView(column)) return (column as unknown as Float64Array).slice(from, to);
  const cells = new Array<unknown>(to - from);
  for (let i = from; i < to; i++) {
    const cell = cellOf(column[i]);
    cells[i - from] = moment && cell instanceof Date ? cell.toISOString() : cell;
  }
  return cells;
}

/** Whether a column holds moments in UTC, not days and times of a clock on the wall. */
function isMoment({ type, logical_type: logical, converted_type: converted }: SchemaElement): boolean {
  if (logical?.type === 'TIMESTAMP') return logical.isAdjustedToUTC;
  return type === 'INT96' || converted === 'TIMESTAMP_MILLIS' || converted === 'TIMESTAMP_MICROS';
}

/** Column → the zone in which its times were made, as pandas and Arrow note it; UTC is nobody's. */
function zonesOf({ key_value_metadata: noted = [] }: FileMetaData, headers: readonly string[]): Record<string, string> {
  const notedAs = (key: string): string => noted.find((pair) => pair.key === key)?.value ?? '';
  const zones: Record<string, string> = {};
  const put = (header: string, zone: unknown): void => {
    if (typeof zone === 'string' && isZone(zone)) zones[header] = zone;
  };
  const arrow = Buffer.from(notedAs('ARROW:schema'), 'base64').toString('latin1');
  const named = new Set(arrow.match(/[A-Z][A-Za-z_]+\/[A-Za-z_/+-]{2,40}|[+-]\d{2}:\d{2}/g)?.filter(isZone));
  // Arrow's schema is looked through, not parsed: of several zones nobody could say whose each is.
  if (named.size === 1) for (const header of headers) put(header, [...named][0]);
  for (const { name, metadata } of pandasColumns(notedAs('pandas'))) put(String(name), metadata?.timezone);
  return zones;
}

function pandasColumns(
  text: string,
): readonly { readonly name?: unknown; readonly metadata?: { timezone?: unknown } }[] {
  try {
    const { columns } = JSON.parse(text) as { columns?: unknown };
    return Array.isArray(columns) ? columns.filter((column) => typeof column === 'object' && column !== null) : [];
  } catch {
    return [];
  }
}

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== 'UTC';
  } catch {
    return false;
  }
}

await main().catch(fail);
