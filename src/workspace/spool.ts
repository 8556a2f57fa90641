/** Lists as long as a fleet: on the disk once they are long, so that memory holds a piece of them. */

import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PRIVATE_FILE } from '../store/private-files.ts';
import { fileFailure } from '../store/system-failure.ts';

/** Characters that are kept in memory. */
const IN_MEMORY = 1 << 20;
/** Bytes that are read at once. */
const READ_AT_ONCE = 1 << 20;
const LINE_END = 10;

/** Plain data, in the order in which it was added; it may be gone through any number of times, until it is closed. */
export class Spool<T> implements Iterable<T> {
  private readonly path = join(tmpdir(), `demanda-${randomUUID()}`);
  private file: number | null = null;
  private written = 0;
  private lines: string[] = [];
  private characters = 0;
  private count = 0;

  get length(): number {
    return this.count;
  }

  /** @throws DemandaError DISK_FULL, FILE_UNWRITABLE for the folder of temporary files */
  push(item: T): void {
    const line = `${JSON.stringify(item)}\n`;
    this.lines.push(line);
    this.characters += line.length;
    this.count++;
    if (this.characters > IN_MEMORY) this.write();
  }

  *[Symbol.iterator](): Iterator<T> {
    let begun = Buffer.alloc(0);
    for (let at = 0; at < this.written; ) {
      const piece = Buffer.alloc(Math.min(READ_AT_ONCE, this.written - at));
      const bytes = readSync(this.file as number, piece, 0, piece.length, at);
      at += bytes;
      begun = Buffer.concat([begun, piece.subarray(0, bytes)]);
      let from = 0;
      for (let end = begun.indexOf(LINE_END); end >= 0; end = begun.indexOf(LINE_END, from)) {
        yield JSON.parse(begun.toString('utf8', from, end)) as T;
        from = end + 1;
      }
      begun = begun.subarray(from);
    }
    for (const line of this.lines) yield JSON.parse(line) as T;
  }

  close(): void {
    if (this.file !== null) closeSync(this.file);
    this.file = null;
    this.written = 0;
    this.lines = [];
    this.count = 0;
  }

  private write(): void {
    try {
      if (this.file === null) {
        this.file = openSync(this.path, 'wx+', PRIVATE_FILE);
        // Nobody else needs its name, and a process that is killed leaves nothing behind.
        unlinkSync(this.path);
      }
      const bytes = Buffer.from(this.lines.join(''));
      for (let at = 0; at < bytes.length; ) at += writeSync(this.file, bytes, at, bytes.length - at, this.written + at);
      this.written += bytes.length;
    } catch (error) {
      throw fileFailure(error, this.path);
    }
    this.lines = [];
    this.characters = 0;
  }
}

/** A list in pieces. */
export function* piecesOf<T>(items: Iterable<T>, size: number): Iterable<readonly T[]> {
  let piece: T[] = [];
  for (const item of items) {
    piece.push(item);
    if (piece.length < size) continue;
    yield piece;
    piece = [];
  }
  if (piece.length > 0) yield piece;
}
