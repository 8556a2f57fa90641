/** Any supported file as one stream of records: CSV, XLSX, Parquet, JSON and JSON lines, without holding the file where its format allows. */

import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { Transform } from 'node:stream';
import { createGunzip, inflateRawSync } from 'node:zlib';
import { detect } from 'chardet';
import { parse } from 'csv-parse';
import iconv from 'iconv-lite';
import { DemandaError } from '../errors.ts';
import type { Cell } from './values.ts';

export interface FileRecord {
  /** Line in the file, or row in the sheet, counted from 1. */
  readonly line: number;
  readonly cells: readonly Cell[];
}

export interface RecordFile {
  readonly headers: readonly string[];
  readonly delimiter: string | null;
  readonly records: AsyncIterable<FileRecord> | Iterable<FileRecord>;
}

/** No honest line is longer; a file without line ends must not be read into memory. */
const MAX_RECORD_BYTES = 1_048_576;
const MAX_COLUMNS = 1_000;
/** Unpacked size up to which workbooks and JSON documents, which cannot be streamed, are read. */
const MAX_UNPACKED_BYTES = 256 * 1_048_576;
const SAMPLE_BYTES = 65_536;

/** Opens a file by its ending and first bytes. @throws DemandaError IMPORT_NO_FILE, IMPORT_EMPTY, IMPORT_BINARY, IMPORT_TOO_LARGE … */
export async function openRecords(file: string, encoding: string | null, sheet: string | null = null): Promise<RecordFile> {
  const info = await stat(file).catch((cause: NodeJS.ErrnoException) => {
    throw new DemandaError('IMPORT_NO_FILE', { file }, { cause });
  });
  if (info.isDirectory()) throw new DemandaError('IMPORT_DIRECTORY', { file });
  const sample = await firstBytes(file);
  if (sample.length === 0) throw new DemandaError('IMPORT_EMPTY', { file });
  const name = file.toLowerCase();
  if (sample.subarray(0, 4).toString('latin1') === 'PAR1') return openParquet(file);
  if (sample.subarray(0, 2).toString('latin1') === 'PK') return openWorkbook(file, info.size, sheet);
  if (/\.(jsonl|ndjson)$/.test(name)) return openJsonLines(file);
  if (name.endsWith('.json')) return openJson(file, info.size);
  return openText(file, sample, encoding);
}

async function firstBytes(file: string): Promise<Buffer> {
  const handle = await open(file);
  try {
    const buffer = Buffer.alloc(SAMPLE_BYTES);
    const { bytesRead } = await handle.read(buffer, 0, SAMPLE_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

async function openText(file: string, start: Buffer, encoding: string | null): Promise<RecordFile> {
  const packed = start[0] === 0x1f && start[1] === 0x8b;
  const bytes = () => {
    const raw = createReadStream(file);
    return packed ? raw.pipe(createGunzip().on('error', () => raw.destroy())) : raw;
  };
  let sample = start;
  if (packed) sample = await firstChunk(bytes(), file);
  if (sample.includes(0) && !isUtf16(sample)) throw new DemandaError('IMPORT_BINARY', { file });
  const charset = encoding ?? charsetOf(sample);
  if (!iconv.encodingExists(charset)) throw new DemandaError('IMPORT_ENCODING', { file, encoding: charset });
  const text = iconv.decode(sample, charset).replace(/^\uFEFF/, '');
  if (text.trim() === '') throw new DemandaError('IMPORT_EMPTY', { file });
  const delimiter = delimiterOf(text.split(/\r?\n/, 1)[0] as string);
  const parser = parse({
    delimiter,
    bom: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: MAX_RECORD_BYTES,
    // The parser's types know lists of strings only; what comes out is read as FileRecord below.
    on_record: (cells: string[], context) => ({ line: context.lines, cells }) as unknown as string[],
  });
  const source = bytes();
  let length = 0;
  // A line without an end must be refused before the parser has gathered it.
  const guard = new Transform({
    transform(chunk: Buffer, _, done) {
      const nul = chunk.indexOf(0);
      if (nul >= 0 && !charset.toLowerCase().startsWith('utf-16')) return done(new DemandaError('IMPORT_BINARY', { file }));
      const first = chunk.indexOf(10);
      length = first < 0 ? length + chunk.length : chunk.length - chunk.lastIndexOf(10);
      if (length > MAX_RECORD_BYTES) return done(new DemandaError('IMPORT_LINE_TOO_LONG', { file, limit: MAX_RECORD_BYTES }));
      done(null, chunk);
    },
  });
  const decoded = /^(utf-?8|ascii)$/i.test(charset) ? guard : guard.pipe(iconv.decodeStream(charset));
  const fail = (error: Error) => parser.destroy(error);
  source.on('error', fail);
  guard.on('error', fail);
  source.pipe(guard);
  decoded.pipe(parser as unknown as NodeJS.WritableStream);
  const iterator = (parser as unknown as AsyncIterable<FileRecord>)[Symbol.asyncIterator]();
  const next = async (): Promise<IteratorResult<FileRecord>> => {
    try {
      return await iterator.next();
    } catch (error) {
      source.destroy();
      throw textError(error, file);
    }
  };
  const head = await next();
  if (head.done) throw new DemandaError('IMPORT_EMPTY', { file });
  const headers = checkHeaders(
    head.value.cells.map((c) => String(c ?? '').trim()),
    file,
  );
  async function* records(): AsyncIterable<FileRecord> {
    try {
      for (let r = await next(); !r.done; r = await next()) yield r.value;
    } finally {
      source.destroy();
    }
  }
  return { headers, delimiter, records: records() };
}

function textError(error: unknown, file: string): unknown {
  if (error instanceof DemandaError) return error;
  const code = (error as { code?: string }).code ?? '';
  if (code === 'CSV_MAX_RECORD_SIZE') return new DemandaError('IMPORT_LINE_TOO_LONG', { file, limit: MAX_RECORD_BYTES }, { cause: error });
  return new DemandaError('IMPORT_UNREADABLE', { file, detail: (error as Error).message }, { cause: error });
}

async function firstChunk(stream: NodeJS.ReadableStream, file: string): Promise<Buffer> {
  try {
    for await (const chunk of stream) return (chunk as Buffer).subarray(0, SAMPLE_BYTES);
  } catch (cause) {
    throw new DemandaError('IMPORT_UNREADABLE', { file, detail: (cause as Error).message }, { cause });
  }
  return Buffer.alloc(0);
}

function isUtf16(sample: Buffer): boolean {
  return (sample[0] === 0xff && sample[1] === 0xfe) || (sample[0] === 0xfe && sample[1] === 0xff);
}

/** UTF-8 when the bytes are valid UTF-8 (a sequence cut by the sample's end allowed), else what the letters look like; Windows-1252 covers Latin-1. */
function charsetOf(sample: Buffer): string {
  if (isUtf16(sample)) return 'utf-16';
  const text = new TextDecoder('utf-8').decode(sample.subarray(0, Math.max(1, sample.length - 4)));
  if (!text.includes('\uFFFD')) return 'utf-8';
  const guess = detect(sample) ?? 'windows-1252';
  return /^(ISO-8859-1|UTF-8|ASCII)$/i.test(guess) ? 'windows-1252' : guess;
}

function delimiterOf(header: string): string {
  let best = ',';
  let most = 0;
  for (const candidate of [';', '\t', '|', ',']) {
    const count = header.split(candidate).length - 1;
    if (count > most) {
      most = count;
      best = candidate;
    }
  }
  return best;
}

function checkHeaders(headers: readonly string[], file: string): readonly string[] {
  if (headers.length > MAX_COLUMNS) throw new DemandaError('IMPORT_TOO_MANY_COLUMNS', { file, found: headers.length, limit: MAX_COLUMNS });
  return headers;
}

/** Sizes that a workbook declares, checked against what its parts unpack to, before any XML is read. */
function checkWorkbook(bytes: Buffer, file: string): void {
  const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end < 0 || end + 22 > bytes.length) throw new DemandaError('IMPORT_UNREADABLE', { file, detail: 'no zip directory' });
  const entries = bytes.readUInt16LE(end + 10);
  let at = bytes.readUInt32LE(end + 16);
  let total = 0;
  for (let e = 0; e < entries; e++) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== 0x02014b50) throw new DemandaError('IMPORT_UNREADABLE', { file, detail: 'broken zip directory' });
    const method = bytes.readUInt16LE(at + 10);
    const packed = bytes.readUInt32LE(at + 20);
    const unpacked = bytes.readUInt32LE(at + 24);
    const local = bytes.readUInt32LE(at + 42);
    total += unpacked;
    if (total > MAX_UNPACKED_BYTES) throw new DemandaError('IMPORT_TOO_LARGE', { file, limit: MAX_UNPACKED_BYTES / 1_048_576 });
    if (method === 8 && local + 30 <= bytes.length) {
      const data = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
      try {
        inflateRawSync(bytes.subarray(data, data + packed), { maxOutputLength: Math.max(1, unpacked) });
      } catch (cause) {
        throw new DemandaError('IMPORT_UNREADABLE', { file, detail: 'a part is damaged or larger than it declares' }, { cause });
      }
    }
    at += 46 + bytes.readUInt16LE(at + 28) + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
}

async function openWorkbook(file: string, size: number, sheet: string | null): Promise<RecordFile> {
  if (size > MAX_UNPACKED_BYTES) throw new DemandaError('IMPORT_TOO_LARGE', { file, limit: MAX_UNPACKED_BYTES / 1_048_576 });
  const { readFile } = await import('node:fs/promises');
  const bytes = await readFile(file);
  checkWorkbook(bytes, file);
  const { readSheet } = await import('read-excel-file/node');
  const rows = (await readSheet(bytes, sheet ?? 1).catch((cause: Error) => {
    throw new DemandaError('IMPORT_UNREADABLE', { file, detail: cause.message }, { cause });
  })) as Cell[][];
  const first = rows.findIndex((row) => row.filter((c) => c !== null).length > 1);
  if (first < 0) throw new DemandaError('IMPORT_EMPTY', { file });
  const headers = checkHeaders(
    (rows[first] as Cell[]).map((c) => String(c ?? '').trim()),
    file,
  );
  return { headers, delimiter: null, records: rows.slice(first + 1).map((cells, i) => ({ line: first + 2 + i, cells })) };
}

async function openParquet(file: string): Promise<RecordFile> {
  const { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } = await import('hyparquet');
  const { compressors } = await import('hyparquet-compressors');
  try {
    const buffer = await asyncBufferFromFile(file);
    const metadata = await parquetMetadataAsync(buffer);
    const headers = checkHeaders(
      metadata.schema.filter((s) => s.num_children === undefined).map((s) => s.name),
      file,
    );
    const total = Number(metadata.num_rows);
    async function* records(): AsyncIterable<FileRecord> {
      const step = 50_000;
      for (let start = 0; start < total; start += step) {
        const rows = await parquetReadObjects({ file: buffer, metadata, compressors, rowStart: start, rowEnd: Math.min(total, start + step) });
        for (let i = 0; i < rows.length; i++) yield { line: start + i + 1, cells: headers.map((h) => (rows[i] as Record<string, Cell>)[h]) };
      }
    }
    return { headers, delimiter: null, records: records() };
  } catch (cause) {
    if (cause instanceof DemandaError) throw cause;
    throw new DemandaError('IMPORT_UNREADABLE', { file, detail: (cause as Error).message }, { cause });
  }
}

async function openJson(file: string, size: number): Promise<RecordFile> {
  if (size > MAX_UNPACKED_BYTES) throw new DemandaError('IMPORT_TOO_LARGE', { file, limit: MAX_UNPACKED_BYTES / 1_048_576 });
  const { readFile } = await import('node:fs/promises');
  let rows: unknown;
  try {
    rows = JSON.parse((await readFile(file, 'utf8')).replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw new DemandaError('IMPORT_UNREADABLE', { file, detail: (cause as Error).message }, { cause });
  }
  if (!Array.isArray(rows) || rows.length === 0 || typeof rows[0] !== 'object') throw new DemandaError('IMPORT_JSON_SHAPE', { file });
  const headers = checkHeaders(Object.keys(rows[0] as object), file);
  return {
    headers,
    delimiter: null,
    records: (rows as Record<string, Cell>[]).map((row, i) => ({ line: i + 1, cells: headers.map((h) => (row === null ? null : row[h])) })),
  };
}

async function openJsonLines(file: string): Promise<RecordFile> {
  async function* objects(): AsyncIterable<{ line: number; row: Record<string, Cell> }> {
    let line = 0;
    for await (const text of createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Number.POSITIVE_INFINITY })) {
      line++;
      if (text.trim() === '') continue;
      try {
        yield { line, row: JSON.parse(text) as Record<string, Cell> };
      } catch (cause) {
        throw new DemandaError('IMPORT_UNREADABLE', { file, detail: `${line}: ${(cause as Error).message}` }, { cause });
      }
    }
  }
  const iterator = objects()[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done || first.value.row === null || typeof first.value.row !== 'object') throw new DemandaError('IMPORT_EMPTY', { file });
  const headers = checkHeaders(Object.keys(first.value.row), file);
  async function* records(): AsyncIterable<FileRecord> {
    for (let r = first; !r.done; r = await iterator.next()) {
      const { line, row } = r.value;
      yield { line, cells: headers.map((h) => row?.[h]) };
    }
  }
  return { headers, delimiter: null, records: records() };
}
