/** Rows that an import leaves out, in a file of their own. */

import { existsSync } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import iconv from 'iconv-lite';
import { csvCell, csvText } from '../contract/csv.ts';
import type { FileUnderstanding } from '../contract/file-understanding.ts';
import type { Lang } from '../core/vocabulary.ts';
import type { RowIssue } from '../data/read-sales.ts';
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

const FIGURE = /^[+-]?\d[\d.,]*$/;

/** Headers of the two last columns: the row's line in the file, and why it was left out. */
export const REJECT_COLUMNS: Readonly<Record<Lang, readonly [line: string, reason: string]>> = {
  es: ['línea', 'motivo'],
  en: ['line', 'reason'],
};

/**
 * Rows that an import leaves out: written beside the file as they come, under its name once the others are in. They are
 * parted and encoded as in the file, so that a decimal comma that is written into them is none of two cells, and what
 * opens the one opens the other. Behind the file's columns stand the line and the reason of each.
 */
export class Rejects {
  private readonly target: string;
  private readonly headers: readonly string[];
  private readonly delimiter: string;
  private readonly encoding: string | null;
  private readonly lang: Lang;
  private handle: FileHandle | null = null;

  constructor(
    file: string,
    headers: readonly string[],
    { delimiter, encoding }: Pick<FileUnderstanding, 'delimiter' | 'encoding'>,
    lang: Lang,
  ) {
    this.target = rejectsFile(file);
    this.headers = headers;
    this.delimiter = delimiter ?? ',';
    this.encoding = encoding;
    this.lang = lang;
  }

  /** @param issues why, one of each row; @throws DemandaError DISK_FULL, FILE_UNWRITABLE */
  async add(rejects: readonly FileRecord[], issues: readonly RowIssue[]): Promise<void> {
    if (rejects.length === 0) return;
    try {
      if (this.handle === null) {
        this.handle = await open(this.unfinished, 'w', PRIVATE_FILE);
        // Whatever the umask leaves of it.
        await this.handle.chmod(PRIVATE_FILE);
        await this.handle.appendFile(this.encoded(this.line([...this.headers, ...REJECT_COLUMNS[this.lang]]), true));
      }
      const lines = rejects.map(({ cells, line }, i) => {
        // A row with fewer fields than headers has its line and reason below theirs all the same.
        const missing = Array.from({ length: Math.max(0, this.headers.length - cells.length) }, () => '');
        return this.line([...cells, ...missing, line, issues[i].message]);
      });
      await this.handle.appendFile(this.encoded(lines.join(''), false));
    } catch (cause) {
      throw fileFailure(cause, this.target);
    }
  }

  private line(cells: FileRecord['cells']): string {
    const { delimiter } = this;
    const texts = Array.from(cells, (cell) => {
      // A figure stays as it stands in the file: no spreadsheet runs it.
      if (typeof cell === 'string' && FIGURE.test(cell) && !cell.includes(delimiter)) return cell;
      const text = csvCell(cell);
      return text.includes(delimiter) && !text.startsWith('"') ? csvText(text) : text;
    });
    return `${texts.join(delimiter)}\n`;
  }

  /** A file that was no text gets a mark: spreadsheets take the letters of one without it for others. */
  private encoded(text: string, first: boolean): Buffer {
    const addBOM = first && (this.encoding === null || /^utf-?16/i.test(this.encoding));
    return iconv.encode(text, this.encoding ?? 'utf-8', { addBOM });
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
