/** Lines of a file that say the same as earlier ones: one by one, or in a row as where a part was pasted twice. */

import { randomInt } from 'node:crypto';
import type { Cell } from '../values.ts';

/** Lines that are compared, from the first on. */
const MOST_COMPARED = 500_000;

/** Number of 52 bits that lines of other texts hardly ever share (FNV-1a, twice). */
function hashOf(cells: readonly Cell[]): number {
  let [a, b] = [0x811c9dc5, 0x01000193];
  for (const cell of cells) {
    const text = typeof cell === 'string' ? cell : cell instanceof Date ? String(cell.getTime()) : String(cell ?? '');
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      a = Math.imul(a ^ code, 0x01000193);
      b = Math.imul(b ^ code, 0x5bd1e995) ^ (b >>> 15);
    }
    a = Math.imul(a ^ 0x1f, 0x01000193);
    b = Math.imul(b ^ 0x1f, 0x5bd1e995) ^ (b >>> 13);
  }
  return (a >>> 0) * 0x10_0000 + ((b >>> 0) & 0xf_ffff);
}

/** Lines in a row that say what other lines in a row said before. */
export interface CopiedBlock {
  readonly rows: number;
  /** Lines of the copy, and the first of what it copies. */
  readonly from: number;
  readonly to: number;
  readonly of: number;
}

/** Odd and unknown, so that no file can be written whose lines all fall on one place. */
const [LOW, HIGH] = [randomInt(2 ** 31), randomInt(2 ** 31)].map((number) => 2 * number + 1) as [number, number];

/**
 * The first row of every hash. A `Map` of half a million numbers takes 140 MB; these three arrays take 10.
 */
class FirstRows {
  count = 0;
  private hashes = new Float64Array(1024);
  private lines = new Int32Array(1024);
  /** By hash, open addressing: row + 1, or 0. */
  private slots = new Int32Array(4096);

  hashAt(row: number): number {
    return this.hashes[row];
  }

  lineAt(row: number): number {
    return this.lines[row];
  }

  /** @returns the first row of that hash, which is this one where there was none before */
  add(hash: number, line: number): number {
    const row = this.count++;
    if (row === this.hashes.length) this.grow();
    this.hashes[row] = hash;
    this.lines[row] = line;
    return this.place(row);
  }

  private place(row: number): number {
    const { slots, hashes } = this;
    const last = slots.length - 1;
    const mixed = Math.imul(hashes[row] | 0, LOW) ^ Math.imul((hashes[row] / 2 ** 32) | 0, HIGH);
    for (let slot = (mixed ^ (mixed >>> 15)) & last; ; slot = (slot + 1) & last) {
      const first = slots[slot] - 1;
      if (first >= 0 && hashes[first] !== hashes[row]) continue;
      if (first < 0) slots[slot] = row + 1;
      return first < 0 ? row : first;
    }
  }

  private grow(): void {
    const [hashes, lines] = [new Float64Array(2 * this.hashes.length), new Int32Array(2 * this.lines.length)];
    hashes.set(this.hashes);
    lines.set(this.lines);
    this.hashes = hashes;
    this.lines = lines;
    this.slots = new Int32Array(4 * hashes.length);
    for (let row = 0; row < this.count - 1; row++) this.place(row);
  }
}

/** Gathers them; {@link add} each line once, in order. */
export class CopiedLines {
  /** Lines that are copies by themselves, and the first of them. */
  single = 0;
  firstSingle = 0;
  /** Blocks, their rows, and the longest of them. */
  blocks = 0;
  blockRows = 0;
  longest: CopiedBlock | null = null;
  private readonly seen = new FirstRows();
  /** First row of the copies in a row that may go on, and of what they copy. */
  private copy: { readonly row: number; readonly of: number } | null = null;

  add(line: number, cells: readonly Cell[]): void {
    const { seen, copy } = this;
    const row = seen.count;
    if (row >= MOST_COMPARED) return;
    const hash = hashOf(cells);
    const first = seen.add(hash, line);
    // What is copied lies before the copy as a whole.
    const next = copy === null ? row : copy.of + row - copy.row;
    if (copy !== null && next < copy.row && seen.hashAt(next) === hash) return;
    this.end(row);
    if (first < row) this.copy = { row, of: first };
  }

  /** After the last line. @param to the row after the last copy */
  end(to = this.seen.count): void {
    const { copy, seen } = this;
    this.copy = null;
    if (copy === null) return;
    const { row: from, of } = copy;
    let isOne = true;
    for (let row = from + 1; row < to && isOne; row++) isOne = seen.hashAt(row) === seen.hashAt(from);
    // One thing sold several times over is no part of a file.
    if (isOne) {
      this.single += to - from;
      this.firstSingle ||= seen.lineAt(from);
      return;
    }
    const rows = to - from;
    this.blocks++;
    this.blockRows += rows;
    if (rows <= (this.longest?.rows ?? 0)) return;
    this.longest = { rows, from: seen.lineAt(from), to: seen.lineAt(to - 1), of: seen.lineAt(of) };
  }
}
