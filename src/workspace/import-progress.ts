/**
 * How far the reading of an upload is: kept beside it in a file, as whoever reads it and whoever asks are processes of
 * their own.
 */

import { renameSync, writeFileSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PRIVATE_FILE } from '../store/private-files.ts';

export interface ImportProgress {
  /** Looked at as a whole, then read row by row, then written. */
  readonly step: 'study' | 'rows' | 'write';
  readonly rows: number;
  /** Rows of the whole file; null until it was looked at. */
  readonly of: number | null;
}

const FILE = 'progress.json';
const EVERY_MS = 250;

/** What was last said of an upload's reading; null where none is under way. */
export async function importProgress(folder: string): Promise<ImportProgress | null> {
  const text = await readFile(join(folder, FILE), 'utf8').catch(() => null);
  return text === null ? null : (JSON.parse(text) as ImportProgress);
}

/** Says how far one reading is, four times a second at most. */
export class ProgressNotes {
  private readonly folder: string;
  private readonly writes: boolean;
  private studied = 0;
  private last = 0;

  /** @param writes whether the rows are written once they were read */
  constructor(folder: string, writes: boolean) {
    this.folder = folder;
    this.writes = writes;
  }

  readonly onStudied = (rows: number): void => {
    this.studied = rows;
    this.say({ step: 'study', rows, of: null });
  };

  readonly onProgress = (rows: number): void => {
    // The file's last row: what comes then is the store's.
    if (this.writes && rows >= this.studied) this.last = 0;
    this.say({ step: this.writes && rows >= this.studied ? 'write' : 'rows', rows, of: this.studied });
  };

  async end(): Promise<void> {
    await rm(join(this.folder, FILE), { force: true });
  }

  private say(progress: ImportProgress): void {
    const now = Date.now();
    if (now - this.last < EVERY_MS) return;
    this.last = now;
    const file = join(this.folder, FILE);
    try {
      writeFileSync(`${file}.part`, JSON.stringify(progress), { mode: PRIVATE_FILE });
      renameSync(`${file}.part`, file);
    } catch {
      // A disk without room for it: the import itself says so where it matters.
    }
  }
}
