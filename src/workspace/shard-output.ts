/**
 * Files of a shard: written under another name, put on disk and renamed when they are whole, and last of all the note
 * that the shard is done.
 */

import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { fileWriter, ParquetWriter } from 'hyparquet-writer';
import type { ShardDocument } from '../contract/documents.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import type { Shard } from '../rules/shards.ts';
import { createPrivateFile, flushToDisk, makeFolder, makePrivateFolder, PRIVATE_FILE } from '../store/private-files.ts';
import { fileFailure } from '../store/system-failure.ts';
import { writeOutput } from './output-file.ts';
import { PARQUET_ELEMENTS } from './parquet-elements.ts';
import { shardName, shardNamed } from './shard-number.ts';
import {
  type ColumnType,
  type RowOf,
  SHARD_SCHEMA,
  SHARD_TABLE_NAMES,
  SHARD_TABLES,
  type ShardTable,
} from './shard-tables.ts';

/** Characters of documents, and rows, that are held before they are written. */
const GROUP_BYTES = 8 * 1_048_576;
const GROUP_ROWS = 50_000;

export interface ShardFile {
  readonly bytes: number;
  readonly rows: number;
  readonly sha256: string;
}

/** What stands in `_done/`. */
export interface DoneNote extends Omit<ShardDocument, 'skipped'> {
  /** Digest of the names and sizes of the files that were read. */
  readonly input: string;
  /** What was asked for that the results depend on, as text. */
  readonly options: string;
  readonly files: Readonly<Record<ShardTable, ShardFile>>;
}

/** One table of a shard, row group by row group. */
class TableFile<T extends ShardTable> {
  private readonly path: string;
  private readonly partial: string;
  private readonly columns: readonly { readonly name: string; readonly type: ColumnType; readonly nullable: boolean }[];
  private readonly writer: ParquetWriter;
  private held: RowOf<T>[] = [];
  private heldBytes = 0;
  private rows = 0;

  constructor(folder: string, table: T, shard: Shard, metadata: Readonly<Record<string, string>>) {
    this.path = join(folder, table, `${shardName(shard)}.parquet`);
    this.partial = join(folder, table, `.${shardName(shard)}.${randomUUID().slice(0, 8)}`);
    this.columns = Object.entries(SHARD_TABLES[table]).map(([name, type]) => ({
      name,
      type: type.replace('?', '') as ColumnType,
      nullable: type.endsWith('?'),
    }));
    try {
      makePrivateFolder(join(folder, table));
      createPrivateFile(this.partial);
    } catch (error) {
      throw fileFailure(error, join(folder, table));
    }
    this.writer = new ParquetWriter({
      writer: fileWriter(this.partial),
      schema: [
        { name: 'root', num_children: this.columns.length },
        ...this.columns.map(({ name, type, nullable }) => ({
          name,
          ...PARQUET_ELEMENTS[type],
          repetition_type: nullable ? ('OPTIONAL' as const) : ('REQUIRED' as const),
        })),
      ],
      kvMetadata: Object.entries({ ...metadata, 'demanda.table': table }).map(([key, value]) => ({ key, value })),
      createdBy: 'demanda',
      compressors: { GZIP: (bytes) => gzipSync(bytes) },
    });
  }

  add(row: RowOf<T>): void {
    this.held.push(row);
    if ('document' in row) this.heldBytes += (row.document as string).length;
    if (this.held.length >= GROUP_ROWS || this.heldBytes >= GROUP_BYTES) this.write();
  }

  private write(): void {
    const rows = this.held.splice(0) as Readonly<Record<string, unknown>>[];
    this.heldBytes = 0;
    if (rows.length === 0) return;
    this.rows += rows.length;
    this.writer.write({
      columnData: this.columns.map(({ name, type, nullable }) => ({
        name,
        data: rows.map((row) => row[name]),
        nullable,
        // Every document is another: no dictionary, and no bounds of it.
        ...(type === 'json' && { codec: 'GZIP' as const, encoding: 'PLAIN' as const, statistics: false }),
      })),
      rowGroupSize: rows.length,
    });
  }

  /** Writes what is held, and puts all of it on disk, still under another name. */
  async complete(): Promise<ShardFile> {
    this.write();
    this.writer.finish();
    flushToDisk(this.partial);
    return { bytes: (await stat(this.partial)).size, rows: this.rows, sha256: await digestOf(this.partial) };
  }

  async publish(): Promise<void> {
    await rename(this.partial, this.path);
  }

  async drop(): Promise<void> {
    await rm(this.partial, { force: true });
  }
}

/** The five tables of a shard. */
export class ShardOutput {
  private readonly folder: string;
  private readonly shard: Shard;
  private readonly files: { readonly [T in ShardTable]: TableFile<T> };

  /** @param knowledgeId stands in the metadata of every file */
  constructor(folder: string, shard: Shard, knowledgeId: string) {
    this.folder = folder;
    this.shard = shard;
    const metadata = { 'demanda.schema': String(SHARD_SCHEMA), 'demanda.knowledge': knowledgeId };
    this.files = Object.fromEntries(
      SHARD_TABLE_NAMES.map((table) => [table, new TableFile(folder, table, shard, metadata)]),
    ) as never;
  }

  add<T extends ShardTable>(table: T, row: RowOf<T>): void {
    (this.files[table] as TableFile<T>).add(row);
  }

  /**
   * Gives the files their names, and notes last that all are there. Where another process did the same shard meanwhile,
   * its files stay, which are as good.
   *
   * @returns the note that is there, and whether it is this process's own
   * @throws DemandaError DISK_FULL, FILE_UNWRITABLE
   */
  async finish(note: Omit<DoneNote, 'files'>): Promise<{ readonly note: DoneNote; readonly isOwn: boolean }> {
    try {
      const files: Partial<Record<ShardTable, ShardFile>> = {};
      for (const table of SHARD_TABLE_NAMES) files[table] = await this.files[table].complete();
      const done = { ...note, files: files as DoneNote['files'] };
      makeFolder(join(this.folder, DONE));
      const other = await publishAlone(this.folder, this.shard, () => this.publish(done));
      return { note: other ?? done, isOwn: other === null };
    } catch (error) {
      // Who was first took away what others had begun of the shard.
      const other = await doneNote(this.folder, this.shard);
      if (other) return { note: other, isOwn: false };
      throw fileFailure(error, this.folder);
    }
  }

  private async publish(note: DoneNote): Promise<void> {
    for (const table of SHARD_TABLE_NAMES) await this.files[table].publish();
    for (const table of SHARD_TABLE_NAMES) flushToDisk(join(this.folder, table));
    await writeOutput(doneFile(this.folder, this.shard), `${JSON.stringify(note)}\n`);
    await this.removeBegun();
  }

  /** What processes of the shard left that were killed. */
  private async removeBegun(): Promise<void> {
    for (const table of SHARD_TABLE_NAMES)
      for (const file of await readdir(join(this.folder, table)))
        if (file.startsWith(`.${shardName(this.shard)}.`)) await rm(join(this.folder, table, file), { force: true });
  }

  /** Takes away what is not whole. */
  async drop(): Promise<void> {
    for (const table of SHARD_TABLE_NAMES) await this.files[table].drop();
  }
}

const DONE = '_done';
const LOOK_MS = 50;
/** Names are given within moments: who has them half given for so long was killed, or sleeps. */
const GIVEN_UP_MS = 30_000;

/**
 * Lets one process at a time give a shard's files their names, so that they are those of its note. The time of one that
 * was killed is measured by this process's own clock: machines that share a folder need not agree on theirs.
 *
 * @returns the note of the process that was first; null where `publish` was called
 */
async function publishAlone(folder: string, shard: Shard, publish: () => Promise<void>): Promise<DoneNote | null> {
  const claim = join(folder, DONE, `.${shardName(shard)}.publishing`);
  let seen = { by: '', since: 0 };
  for (;;) {
    try {
      await writeFile(claim, randomUUID(), { flag: 'wx', mode: PRIVATE_FILE });
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const by = await readFile(claim, 'utf8').catch(() => '');
    if (by !== seen.by) seen = { by, since: performance.now() };
    else if (performance.now() - seen.since > GIVEN_UP_MS) await rm(claim, { force: true });
    await pause(LOOK_MS);
  }
  try {
    const before = await doneNote(folder, shard);
    if (before === null) await publish();
    return before;
  } finally {
    await rm(claim, { force: true });
  }
}

function doneFile(folder: string, shard: Shard): string {
  return join(folder, DONE, `${shardName(shard)}.json`);
}

/** What is noted of a shard; null where it is not done. */
export async function doneNote(folder: string, shard: Shard): Promise<DoneNote | null> {
  try {
    return JSON.parse(await readFile(doneFile(folder, shard), 'utf8')) as DoneNote;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw new DemandaError('SHARD_DAMAGED', { file: doneFile(folder, shard) }, { cause: error });
  }
}

/** By what shards are known to be of one run. */
export type RunMark = Pick<DoneNote, 'knowledgeId' | 'input' | 'options'>;

/** @throws DemandaError SHARD_OTHER_RUN */
export function requireSameRun(folder: string, note: RunMark, other: RunMark): void {
  const names = ['knowledgeId', 'input', 'options'] as const;
  if (names.some((name) => note[name] !== other[name])) throw new DemandaError('SHARD_OTHER_RUN', { folder });
}

/** Shards of which a folder has a file or a note, in no order. */
export async function shardsIn(folder: string): Promise<{ readonly shard: Shard; readonly done: boolean }[]> {
  const found: { shard: Shard; done: boolean }[] = [];
  for (const name of [DONE, ...SHARD_TABLE_NAMES]) {
    const files = await readdir(join(folder, name)).catch(() => []);
    for (const file of files) {
      const shard = shardNamed(file);
      if (shard) found.push({ shard, done: name === DONE });
    }
  }
  return found;
}

/** Checks that a shard's files are those that its note tells of. @throws DemandaError SHARD_DAMAGED */
export async function checkShard(folder: string, note: DoneNote): Promise<void> {
  for (const table of SHARD_TABLE_NAMES) {
    const file = tableFile(folder, table, { index: note.shard, count: note.shards });
    const digest = await digestOf(file).catch(() => null);
    if (digest !== note.files[table].sha256) throw new DemandaError('SHARD_DAMAGED', { file });
  }
}

export function tableFile(folder: string, table: ShardTable, shard: Shard): string {
  return join(folder, table, `${shardName(shard)}.parquet`);
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
