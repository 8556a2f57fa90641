/** Rows that an import leaves out, in a file of their own. */

import { existsSync } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { csvCell, csvText } from '../contract/csv.ts';
import type { FileRecord } from '../data/records.ts';
import { PRIVATE_FILE } from '../store/private-files.ts';
import { fileFailure } from '../store/system-failure.ts';

/**
 * Where rows that are left out of a file, a folder or a pattern of files are written: beside it, of a pattern beside the
 * folder that all its files are in, and of the folder that one is in within it.
 */
export function rejectsFile(input: string): string {
  const path = existsSync(input) ? input : input.replace(/[^/\\]*[*?[{].*$/s, '');
  const named = path.replace(/(?<=[^/\\])[/\\]+$/, '');
  if (named === '' || named === '.') return `${basename(resolve('.'))}.rejected.csv`;
  return `${basename(named) === '..' ? resolve(named) : named}.rejected.csv`;
}

/**
 * Rows that an import leaves out: written beside the file as they come, under its name once the others are in. They are
 * parted as in the file, so that a decimal comma that is written into them is none of two cells.
 */
export class Rejects {
  private readonly target: string;
  private readonly headers: readonly string[];
  private readonly delimiter: string;
  private handle: FileHandle | null = null;

  /** @param delimiter of the file; null where it has none */
  constructor(file: string, headers: readonly string[], delimiter: string | null) {
    this.target = rejectsFile(file);
    this.headers = headers;
    this.delimiter = delimiter ?? ',';
  }

  /** @throws DemandaError DISK_FULL, FILE_UNWRITABLE */
  async add(rejects: readonly FileRecord[]): Promise<void> {
    if (rejects.length === 0) return;
    try {
      if (this.handle === null) {
        this.handle = await open(this.unfinished, 'w', PRIVATE_FILE);
        // Whatever the umask leaves of it.
        await this.handle.chmod(PRIVATE_FILE);
        await this.handle.appendFile(this.line(this.headers));
      }
      await this.handle.appendFile(rejects.map(({ cells }) => this.line(cells)).join(''));
    } catch (cause) {
      throw fileFailure(cause, this.target);
    }
  }

  private line(cells: FileRecord['cells']): string {
    const { delimiter } = this;
    const texts = Array.from(cells, (cell) => {
      const text = csvCell(cell);
      return text.includes(delimiter) && !text.startsWith('"') ? csvText(text) : text;
    });
    return `${texts.join(delimiter)}\n`;
  }

  async keep(): Promise<void> {
    if (this.handle === null) return;
    await this.handle.close();
    this.handle = null;
    await rename(this.unfinished, this.target);
  }

  /** What was not kept goes. */
  async drop(): Promise<void> {
    if (this.handle === null) return;
    await this.handle.close();
    this.handle = null;
    await rm(this.unfinished, { force: true });
  }

  private get unfinished(): string {
    return `${this.target}.part`;
  }
}
