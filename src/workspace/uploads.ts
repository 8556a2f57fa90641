/** Files that come over the network: kept beside the store under a name of our own, looked at, then imported or thrown away. */

import { randomUUID } from 'node:crypto';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ImportBody, ImportPreview } from '../contract/api.ts';
import type { DocumentHeader, ImportDocument } from '../contract/documents.ts';
import { previewFile } from '../data/preview-file.ts';
import { DemandaError } from '../errors.ts';

interface Upload {
  readonly importId: string;
  /** The name that it had where it came from: for messages, never for a path. */
  readonly fileName: string;
  readonly bytes: number;
  /** Of the caller; null for the whole workspace. */
  readonly merchant: string | null;
  readonly file: string;
}

type Imported = ImportDocument['files'][number];
/** What the workspace does with a file. */
export type ImportWork = (
  file: string,
  options: ImportBody & { readonly fileName: string; readonly dryRun: boolean; readonly skipBad: boolean; readonly onlyMerchant?: string },
) => Promise<Imported>;

/** Endings that say how a file is to be read; any other is read by its bytes. */
const ENDINGS = /\.(csv|tsv|txt|jsonl|ndjson|json|xlsx|parquet|gz)$/i;
/** An upload that nobody imports goes after this time. */
const KEPT_MS = 24 * 3_600_000;

export class Uploads {
  private readonly folder: string;
  private readonly header: () => Promise<DocumentHeader>;
  private readonly lang: 'es' | 'en';
  private readonly importFile: ImportWork;

  constructor(workspaceFolder: string, header: () => Promise<DocumentHeader>, lang: 'es' | 'en', importFile: ImportWork) {
    this.folder = join(workspaceFolder, 'uploads');
    this.header = header;
    this.lang = lang;
    this.importFile = importFile;
  }

  /** Writes a file to disk as it comes. @param source ends early, and says so, when it is larger than allowed; @returns the import's id */
  async receive(name: string, source: Readable & { readonly truncated?: boolean }, merchant: string | null, mostBytes: number): Promise<string> {
    await this.removeOld();
    const importId = randomUUID();
    const folder = join(this.folder, importId);
    await mkdir(folder, { recursive: true });
    const ending = ENDINGS.exec(name)?.[0].toLowerCase() ?? '';
    const file = join(folder, `file${ending}`);
    try {
      await pipeline(source, createWriteStream(file));
      if (source.truncated) throw new DemandaError('REQUEST_TOO_LARGE', { limit: mostBytes / 1_048_576 });
      const { size } = await stat(file);
      const upload: Upload = { importId, fileName: shownName(name), bytes: size, merchant, file: basename(file) };
      await writeFile(join(folder, 'upload.json'), JSON.stringify(upload));
      return importId;
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** What the file is understood to be, and what importing it would do; nothing is written. @throws DemandaError IMPORT_UNKNOWN */
  async preview(importId: string, merchant: string | null, options: ImportBody): Promise<ImportPreview> {
    const upload = await this.require(importId, merchant);
    const nothing = { kind: null, rows: 0, accepted: 0, rejected: 0, replaced: 0, merchants: 0, products: 0, from: null, to: null, issues: [] };
    const base = { ...(await this.header()), importId, fileName: upload.fileName, bytes: upload.bytes };
    let look: Awaited<ReturnType<typeof previewFile>> = { headers: [], mapping: {}, fields: [], sample: [] };
    try {
      look = await previewFile(upload.file, options);
      const { file: _, issues, ...counts } = await this.importAs(upload, look.mapping, options, { dryRun: true, skipBad: true });
      return { ...base, ...look, ...counts, issues: [...issues], problem: null };
    } catch (error) {
      if (!(error instanceof DemandaError) || error.entry.kind === 'system') throw error;
      return { ...base, ...look, ...nothing, problem: { code: error.code, message: named(error, upload).messageIn(this.lang) } };
    }
  }

  /** Imports the file, all of it or nothing, or with `skipBad` its good rows. @throws DemandaError IMPORT_UNKNOWN, and all that importing throws */
  async commit(
    importId: string,
    merchant: string | null,
    { skipBad, ...options }: ImportBody & { readonly skipBad: boolean },
  ): Promise<DocumentHeader & Omit<Imported, 'file'> & { importId: string }> {
    const upload = await this.require(importId, merchant);
    try {
      const { mapping } = await previewFile(upload.file, options);
      const { file: _, ...counts } = await this.importAs(upload, mapping, options, { dryRun: false, skipBad });
      return { ...(await this.header()), importId, ...counts };
    } catch (error) {
      throw error instanceof DemandaError ? named(error, upload) : error;
    }
  }

  /** The rows that an import left out, as CSV; empty when there were none. @throws DemandaError IMPORT_UNKNOWN */
  async rejected(importId: string, merchant: string | null): Promise<string> {
    const upload = await this.require(importId, merchant);
    const file = `${upload.file}.rejected.csv`;
    return existsSync(file) ? readFile(file, 'utf8') : '';
  }

  /** @throws DemandaError IMPORT_UNKNOWN */
  async remove(importId: string, merchant: string | null): Promise<void> {
    await this.require(importId, merchant);
    await rm(join(this.folder, importId), { recursive: true, force: true });
  }

  private async importAs(
    upload: Upload,
    mapping: Readonly<Record<string, string>>,
    options: ImportBody,
    how: { readonly dryRun: boolean; readonly skipBad: boolean },
  ): Promise<Imported> {
    const own = upload.merchant;
    return this.importFile(upload.file, {
      ...options,
      ...how,
      fileName: upload.fileName,
      // A file of one merchant needs no column for it; one that names others is refused row by row.
      ...(own !== null && { onlyMerchant: own, ...(mapping.merchant === undefined && { merchant: own }) }),
    });
  }

  private async require(importId: string, merchant: string | null): Promise<Upload> {
    const folder = join(this.folder, importId);
    const text = /^[\da-f-]{36}$/.test(importId) ? await readFile(join(folder, 'upload.json'), 'utf8').catch(() => null) : null;
    const upload = text === null ? null : (JSON.parse(text) as Upload);
    if (!upload || (merchant !== null && upload.merchant !== merchant)) throw new DemandaError('IMPORT_UNKNOWN', { importId });
    return { ...upload, file: join(folder, upload.file) };
  }

  private async removeOld(): Promise<void> {
    for (const id of await readdir(this.folder).catch(() => [])) {
      const { mtimeMs } = await stat(join(this.folder, id));
      if (Date.now() - mtimeMs > KEPT_MS) await rm(join(this.folder, id), { recursive: true, force: true });
    }
  }
}

/** The last part of a name, without what a terminal or a page might take for more than a name. */
function shownName(name: string): string {
  const last = name.split(/[\\/]/).at(-1) ?? '';
  return last.replace(/\p{C}/gu, '').slice(0, 200) || 'file';
}

/** An error that names the file by the name that its owner knows. */
function named(error: DemandaError, { fileName }: Upload): DemandaError {
  return 'file' in error.parameters ? new DemandaError(error.code, { ...error.parameters, file: fileName } as never, { cause: error }) : error;
}
