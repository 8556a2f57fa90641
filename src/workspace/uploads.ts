/**
 * Files that come over the network: kept beside the store under a name of our own, looked at, then imported or thrown
 * away.
 */

import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream, existsSync } from 'node:fs';
import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ImportBody, ImportPreview, ImportProgressNow, ImportUpload } from '../contract/api.ts';
import type { DocumentHeader, ImportDocument } from '../contract/documents.ts';
import type { RememberedMapping } from '../contract/file-understanding.ts';
import type { Lang } from '../core/vocabulary.ts';
import { type FilePreview, previewFile, type SheetSize, sheetSizes } from '../data/preview-file.ts';
import { type ReadLimits, UPLOAD_LIMITS } from '../data/read-limits.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { makePrivateFolder, PRIVATE_FILE } from '../store/private-files.ts';
import { fileFailure } from '../store/system-failure.ts';
import { importChoices } from './import-choices.ts';
import { importProgress, ProgressNotes } from './import-progress.ts';
import { noteOnPage, refusalOnPage } from './page-sentences.ts';
import type { RecallOptions } from './remembered-mapping.ts';
import { missingOf, NOTHING_READ, NOTHING_SEEN } from './unread-file.ts';

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
  options: ImportBody & {
    readonly fileName: string;
    readonly limits: ReadLimits;
    readonly dryRun: boolean;
    readonly skipBad: boolean;
    readonly onlyMerchant?: string;
    readonly onStudied: (rows: number) => void;
    readonly onProgress: (rows: number) => void;
  },
) => Promise<Imported>;

/** What uploads need of the workspace. */
export interface UploadWork {
  readonly importFile: ImportWork;
  /** The options of an import with those that are remembered of files with the same headers, and what these are. */
  readAs(
    file: string,
    options: RecallOptions,
  ): Promise<{ readonly options: ImportBody; readonly remembered: RememberedMapping | null }>;
  /** Writes an audit entry. */
  log(
    action: 'import.upload' | 'import.remove',
    merchant: string | null,
    detail: Readonly<Record<string, unknown>>,
  ): Promise<void>;
}

/** Endings that say how a file is to be read; any other is read by its bytes. */
const ENDINGS = /(\.(csv|tsv|txt|jsonl|ndjson|json|xlsx|parquet)(\.gz)?|\.gz)$/i;
/**
 * What is known of a file, beside it: under the first name while it comes and goes, under the second while it is there.
 */
const RECEIVED = 'received.json';
const KEPT = 'upload.json';
/** An upload that nobody imports goes after this time. */
const KEPT_MS = 24 * 3_600_000;

export class Uploads {
  private readonly folder: string;
  private readonly header: () => Promise<DocumentHeader>;
  private readonly lang: Lang;
  private readonly work: UploadWork;
  /** Whose files alone are there; null: everybody's. */
  private readonly only: string | null;

  constructor(
    workspaceFolder: string,
    header: () => Promise<DocumentHeader>,
    { lang, only }: { readonly lang: Lang; readonly only: string | null },
    work: UploadWork,
  ) {
    this.folder = join(workspaceFolder, 'uploads');
    this.only = only;
    this.header = header;
    this.lang = lang;
    this.work = work;
  }

  /**
   * Writes a file to disk as it comes. It is there for others once it was kept.
   *
   * @param source ends early, and says so, when it is larger than allowed
   * @returns the import's id, for {@link keep}, and the SHA-256 of the bytes
   */
  async receive(
    name: string,
    source: Readable & { readonly truncated?: boolean },
    merchant: string | null,
    mostBytes: number,
  ): Promise<{ readonly importId: string; readonly digest: string }> {
    await this.removeOld();
    const importId = randomUUID();
    const folder = join(this.folder, importId);
    const ending = ENDINGS.exec(name)?.[0].toLowerCase() ?? '';
    const file = join(folder, `file${ending}`);
    try {
      makePrivateFolder(folder);
      const hash = createHash('sha256');
      const hashed = async function* (chunks: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
        for await (const chunk of chunks) {
          hash.update(chunk);
          yield chunk;
        }
      };
      await pipeline(source, hashed, createWriteStream(file, { mode: PRIVATE_FILE }));
      if (source.truncated) throw new DemandaError('REQUEST_TOO_LARGE', { limit: mostBytes / 1_048_576 });
      const { size } = await stat(file);
      const upload: Upload = { importId, fileName: shownName(name), bytes: size, merchant, file: basename(file) };
      await writeFile(join(folder, RECEIVED), JSON.stringify(upload), { mode: PRIVATE_FILE });
      return { importId, digest: hash.digest('base64url') };
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw receiveFailure(error, file);
    }
  }

  /** Removes a file that came and was never kept: nobody knows of it. */
  async discard(importId: string): Promise<void> {
    await rm(join(this.folder, importId), { recursive: true, force: true });
  }

  /** Takes a file that came whole in, with its audit entry: both or neither. @throws DemandaError IMPORT_UNKNOWN */
  async keep(importId: string, merchant: string | null): Promise<void> {
    const { fileName, bytes } = await this.require(importId, merchant, RECEIVED);
    const folder = join(this.folder, importId);
    try {
      await this.work.log('import.upload', merchant, { file: fileName, bytes, importId });
      await rename(join(folder, RECEIVED), join(folder, KEPT));
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw fileFailure(error, folder);
    }
  }

  /**
   * What the file is understood to be, and what importing it would do; nothing is written. @throws DemandaError
   * IMPORT_UNKNOWN, IMPORT_ENDED
   */
  async preview(importId: string, merchant: string | null, options: ImportBody): Promise<ImportPreview> {
    const upload = await this.requireFile(importId, merchant);
    const nothing = { ...NOTHING_READ, remembered: null as RememberedMapping | null };
    const named = { importId, fileName: upload.fileName, bytes: upload.bytes };
    const base = { ...(await this.header()), ...named };
    let look: FilePreview = NOTHING_SEEN;
    let sizes: readonly SheetSize[] = [];
    const seen = (): Omit<FilePreview, 'read'> & Pick<ImportPreview, 'sheets'> => {
      const { read, ...of } = look;
      return { ...of, sheets: sizes.map((size) => ({ ...size, read: read.includes(size.name) })) };
    };
    try {
      sizes = await sheetSizes(upload.file, UPLOAD_LIMITS);
      const readAs = await this.readAs(upload, options);
      nothing.remembered = readAs.remembered;
      look = await previewFile(upload.file, { ...readAs.options, limits: UPLOAD_LIMITS });
      const {
        file: _,
        issues,
        notes,
        understanding,
        ...counts
      } = await this.importAs(upload, look.mapping, options, { dryRun: true, skipBad: true });
      return {
        ...base,
        ...seen(),
        ...counts,
        issues: issues.map((issue) => noteOnPage(issue, this.lang)),
        notes: notes.map((note) => noteOnPage(note, this.lang)),
        renamed: [...counts.renamed],
        understanding,
        problem: null,
        missing: [],
        choices: [],
      };
    } catch (error) {
      if (!(error instanceof DemandaError) || error.entry.kind === 'system') throw error;
      return {
        ...base,
        ...seen(),
        ...nothing,
        problem: { code: error.code, message: refusalOnPage(namedOf(error, upload), this.lang) },
        missing: missingOf(error, look.headers),
        choices: [...importChoices(error)],
      };
    }
  }

  /**
   * Imports the file, all of it or nothing, or with `skipBad` its good rows, and removes it. @throws DemandaError
   * IMPORT_UNKNOWN, IMPORT_ENDED, and all that importing throws
   */
  async commit(
    importId: string,
    merchant: string | null,
    { skipBad, ...options }: ImportBody & { readonly skipBad: boolean },
  ): Promise<DocumentHeader & Omit<Imported, 'file'> & { importId: string }> {
    const upload = await this.requireFile(importId, merchant);
    try {
      const { options: readAs } = await this.readAs(upload, options);
      const { mapping } = await previewFile(upload.file, { ...readAs, limits: UPLOAD_LIMITS });
      const { file: _, ...counts } = await this.importAs(upload, mapping, options, { dryRun: false, skipBad });
      // What was left out can still be had. A file that cannot be removed now goes with the others of its day.
      await rm(upload.file, { force: true }).catch(() => {});
      return {
        ...(await this.header()),
        importId,
        ...counts,
        issues: counts.issues.map((issue) => noteOnPage(issue, this.lang)),
        notes: counts.notes.map((note) => noteOnPage(note, this.lang)),
      };
    } catch (error) {
      throw error instanceof DemandaError ? namedOf(error, upload) : error;
    }
  }

  /** An upload that is there. @throws DemandaError IMPORT_UNKNOWN */
  async show(importId: string, merchant: string | null): Promise<ImportUpload> {
    const { fileName } = await this.require(importId, merchant);
    return { ...(await this.header()), importId, fileName };
  }

  /** The name that an upload had where it came from. @throws DemandaError IMPORT_UNKNOWN */
  async fileName(importId: string, merchant: string | null): Promise<string> {
    return (await this.require(importId, merchant)).fileName;
  }

  /** How far the reading of an upload is; no step where none is under way. @throws DemandaError IMPORT_UNKNOWN */
  async progress(importId: string, merchant: string | null): Promise<ImportProgressNow> {
    await this.require(importId, merchant);
    const progress = await importProgress(join(this.folder, importId));
    return { ...(await this.header()), ...(progress ?? { step: null, rows: 0, of: null }) };
  }

  /**
   * The rows that an import left out, parted and encoded as the file, under a name by which they are known again; empty
   * when there were none. @throws DemandaError IMPORT_UNKNOWN
   */
  async rejected(
    importId: string,
    merchant: string | null,
  ): Promise<{ readonly fileName: string; readonly bytes: Buffer }> {
    const upload = await this.require(importId, merchant);
    // A name that a client gave is a name, no path to look at.
    const file = `${upload.file}.rejected.csv`;
    return {
      fileName: `${upload.fileName}.rejected.csv`,
      bytes: existsSync(file) ? await readFile(file) : Buffer.alloc(0),
    };
  }

  /** @throws DemandaError IMPORT_UNKNOWN */
  async remove(importId: string, merchant: string | null): Promise<void> {
    const upload = await this.require(importId, merchant);
    const folder = join(this.folder, importId);
    // Out of reach first, so that a log that cannot be written brings it back.
    await rename(join(folder, KEPT), join(folder, RECEIVED));
    try {
      await this.work.log('import.remove', upload.merchant, { file: upload.fileName, importId });
    } catch (error) {
      await rename(join(folder, RECEIVED), join(folder, KEPT));
      throw error;
    }
    await rm(folder, { recursive: true, force: true });
  }

  private readAs({ file, merchant }: Upload, options: ImportBody): ReturnType<UploadWork['readAs']> {
    return this.work.readAs(file, {
      ...options,
      limits: UPLOAD_LIMITS,
      ...(merchant !== null && { onlyMerchant: merchant }),
    });
  }

  private async importAs(
    upload: Upload,
    mapping: Readonly<Record<string, string>>,
    options: ImportBody,
    how: { readonly dryRun: boolean; readonly skipBad: boolean },
  ): Promise<Imported> {
    const own = upload.merchant;
    const notes = new ProgressNotes(join(this.folder, upload.importId), !how.dryRun);
    const reading = this.work.importFile(upload.file, {
      ...options,
      ...how,
      onStudied: notes.onStudied,
      onProgress: notes.onProgress,
      fileName: upload.fileName,
      limits: UPLOAD_LIMITS,
      // A file of one merchant needs no column for it; one that names others is refused row by row.
      ...(own !== null && { onlyMerchant: own, ...(mapping.merchant === undefined && { merchant: own }) }),
    });
    return reading.finally(() => notes.end());
  }

  private async require(importId: string, merchant: string | null, state = KEPT): Promise<Upload> {
    const folder = join(this.folder, importId);
    const text = /^[\da-f-]{36}$/.test(importId) ? await readFile(join(folder, state), 'utf8').catch(() => null) : null;
    const upload = text === null ? null : (JSON.parse(text) as Upload);
    const asks = this.only ?? merchant;
    if (!upload || (asks !== null && upload.merchant !== asks)) throw new DemandaError('IMPORT_UNKNOWN', { importId });
    return { ...upload, file: join(folder, upload.file) };
  }

  /** An upload that was not imported yet. @throws DemandaError IMPORT_UNKNOWN, IMPORT_ENDED */
  private async requireFile(importId: string, merchant: string | null): Promise<Upload> {
    const upload = await this.require(importId, merchant);
    if (!existsSync(upload.file)) throw new DemandaError('IMPORT_ENDED', {});
    return upload;
  }

  private async removeOld(): Promise<void> {
    for (const id of await readdir(this.folder).catch(() => [])) {
      // It may have gone meanwhile.
      const { mtimeMs } = await stat(join(this.folder, id)).catch(() => ({ mtimeMs: Date.now() }));
      if (Date.now() - mtimeMs > KEPT_MS) await rm(join(this.folder, id), { recursive: true, force: true });
    }
  }
}

/** The last part of a name, without what a terminal or a page might take for more than a name. */
function shownName(name: string): string {
  const last = name.split(/[\\/]/).at(-1) ?? '';
  return last.replace(/\p{C}/gu, '').slice(0, 200) || 'file';
}

/** What the system refuses is told as such; what fails otherwise is the request that came cut or malformed. */
function receiveFailure(error: unknown, file: string): unknown {
  if (error instanceof DemandaError) return error;
  const { code = '', syscall } = error as NodeJS.ErrnoException;
  return syscall === undefined || code === 'ECONNRESET'
    ? new DemandaError('REQUEST_MULTIPART', {}, { cause: error })
    : fileFailure(error, file);
}

/** An error that names the file by the name that its owner knows. */
function namedOf(error: DemandaError, { fileName }: Upload): DemandaError {
  // Another request imported it meanwhile.
  if (error.code === 'IMPORT_NO_FILE') return new DemandaError('IMPORT_ENDED', {}, { cause: error });
  return 'file' in error.parameters
    ? new DemandaError(error.code, { ...error.parameters, file: fileName } as never, { cause: error })
    : error;
}
