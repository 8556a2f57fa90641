/**
 * The bytes of a text file, unpacked where it is packed, bounded while they stream; and the encoding that its letters
 * are in.
 */

import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { type Readable, Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import iconv from 'iconv-lite';
import { DemandaError } from '../errors/demanda-error.ts';
import { checkUnpacked, MAX_RECORD_BYTES, type ReadLimits } from './read-limits.ts';
import { utf16Of } from './reading/encoding.ts';

const SAMPLE_BYTES = 65_536;
/** Blanks and line ends in a row: an honest file has a few lines of them. */
const MAX_BLANK_BYTES = 1_048_576;

export async function firstBytes(file: string): Promise<Buffer> {
  const handle = await open(file);
  try {
    const buffer = Buffer.alloc(SAMPLE_BYTES);
    const { bytesRead } = await handle.read(buffer, 0, SAMPLE_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

export function isPacked(start: Buffer): boolean {
  return start[0] === 0x1f && start[1] === 0x8b;
}

/**
 * Streams for a pipeline, the last of which gives the file's text as bytes (UTF-8) or strings. @param lines whether
 * every line is a record, and so is bounded
 */
export function textStreams(
  file: string,
  packed: boolean,
  charset: string,
  lines: boolean,
  limits: ReadLimits,
): [Readable, ...Transform[]] {
  const raw = createReadStream(file);
  const guard = guardBytes(file, limits, {
    lines,
    utf16: charset.toLowerCase().startsWith('utf-16'),
    packedBytes: packed ? () => raw.bytesRead : null,
  });
  const streams: [Readable, ...Transform[]] = packed
    ? [raw, createGunzip({ chunkSize: SAMPLE_BYTES }), guard]
    : [raw, guard];
  if (!/^(utf-?8|ascii)$/i.test(charset)) streams.push(iconv.decodeStream(charset) as unknown as Transform);
  return streams;
}

/** Passes bytes on and refuses what no text of sales holds, before a parser has gathered it. */
function guardBytes(
  file: string,
  limits: ReadLimits,
  {
    lines,
    utf16,
    packedBytes,
  }: { readonly lines: boolean; readonly utf16: boolean; readonly packedBytes: (() => number) | null },
): Transform {
  let total = 0;
  /** Letters of two bytes, of which NULs are a part. */
  let wide = utf16;
  let length = 0;
  let blank = 0;
  const check = (chunk: Buffer): void => {
    total += chunk.length;
    checkUnpacked(file, packedBytes?.() ?? total, total, limits.unpackedBytes);
    if (total === chunk.length) wide = utf16 || utf16Of(chunk) !== null;
    if (!wide && chunk.includes(0)) throw new DemandaError('IMPORT_BINARY', { file });
    blank = isBlank(chunk) ? blank + chunk.length : 0;
    if (blank > MAX_BLANK_BYTES) throw new DemandaError('IMPORT_BLANK', { file, limit: MAX_BLANK_BYTES / 1_048_576 });
    if (!lines) return;
    const first = chunk.indexOf(10);
    length = first < 0 ? length + chunk.length : chunk.length - chunk.lastIndexOf(10);
    if (length > MAX_RECORD_BYTES) throw new DemandaError('IMPORT_LINE_TOO_LONG', { file, limit: MAX_RECORD_BYTES });
  };
  return new Transform({
    transform(chunk: Buffer, _, done) {
      try {
        check(chunk);
      } catch (error) {
        return done(error as Error);
      }
      done(null, chunk);
    },
  });
}

/** Nothing but blanks, line ends and the NULs between them in UTF-16: most chunks answer with their first byte. */
function isBlank(chunk: Buffer): boolean {
  for (let i = 0; i < chunk.length; i++) if (chunk[i] > 32) return false;
  return true;
}
