/** Lines of a file that say the same as earlier ones: one by one, or in a row as where a part was pasted twice. */

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

/** Gathers them; {@link add} each line once, in order. */
export class CopiedLines {
  /** Lines that are copies by themselves, and the first of them. */
  single = 0;
  firstSingle = 0;
  /** Blocks, their rows, and the longest of them. */
  blocks = 0;
  blockRows = 0;
  longest: CopiedBlock | null = null;
  /** Hash of a line → its first row. */
  private readonly first = new Map<number, number>();
  /** By row. */
  private readonly hashes: number[] = [];
  private readonly lines: number[] = [];
  /** First row of the copies in a row that may go on, and of what they copy. */
  private copy: { readonly row: number; readonly of: number } | null = null;

  add(line: number, cells: readonly Cell[]): void {
    const row = this.hashes.length;
    if (row >= MOST_COMPARED) return;
    const hash = hashOf(cells);
    this.hashes.push(hash);
    this.lines.push(line);
    const { copy } = this;
    // What is copied lies before the copy as a whole.
    const next = copy === null ? row : copy.of + row - copy.row;
    if (copy !== null && next < copy.row && this.hashes[next] === hash) return;
    this.end(row);
    const first = this.first.get(hash);
    if (first === undefined) this.first.set(hash, row);
    else this.copy = { row, of: first };
  }

  /** After the last line. @param to the row after the last copy */
  end(to = this.hashes.length): void {
    const { copy, hashes, lines } = this;
    this.copy = null;
    if (copy === null) return;
    const { row: from, of } = copy;
    let isOne = true;
    for (let row = from + 1; row < to && isOne; row++) isOne = hashes[row] === hashes[from];
    // One thing sold several times over is no part of a file.
    if (isOne) {
      this.single += to - from;
      this.firstSingle ||= lines[from];
      return;
    }
    const rows = to - from;
    this.blocks++;
    this.blockRows += rows;
    if (rows <= (this.longest?.rows ?? 0)) return;
    this.longest = { rows, from: lines[from], to: lines[to - 1], of: lines[of] };
  }
}
