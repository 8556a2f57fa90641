/**
 * Files of a dataset: one file, a folder with all that lie in it, or those of a pattern. Folders such as `comercio=C0`
 * (Hive partitions) say a value of every row of the files below them.
 */

import { glob, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { DemandaError } from '../errors/demanda-error.ts';
import { readFailure } from './read-failure.ts';

export interface DatasetPart {
  readonly file: string;
  /** Column → value, as the folders above the file say; null where Hive wrote that there is none. */
  readonly partition: Readonly<Record<string, string | null>>;
}

/** Files of a folder that hold rows. */
const ROWS = /\.(?:parquet|parq|pq|(?:csv|tsv|txt)(?:\.gz)?)$/i;
/**
 * What engines put beside rows: `_SUCCESS`, `_temporary`, `.part-0.parquet.crc`; and rows that an import of one of the
 * files left out, which are read by their own name once they are mended.
 */
const HIDDEN = /^[._]|\.crc$|\.rejected\.csv(?:\.part)?$/i;
const PATTERN = /[*?[{]/;
const URL_LIKE = /^[a-z][a-z\d+.-]+:\/\//i;
const HIVE_NULL = '__HIVE_DEFAULT_PARTITION__';

/**
 * Files that an input names, in order of their paths.
 *
 * @throws DemandaError DATASET_URL, DATASET_EMPTY, DATASET_NO_MATCH, DATASET_OTHER_FILE, IMPORT_NO_FILE
 */
export async function datasetParts(input: string): Promise<readonly DatasetPart[]> {
  if (URL_LIKE.test(input)) throw new DemandaError('DATASET_URL', { input });
  const files = await filesOf(input);
  return files.sort(byBytes).map((file) => ({ file, partition: partitionOf(file) }));
}

async function filesOf(input: string): Promise<string[]> {
  const info = await stat(input).catch((error: unknown) => {
    if (PATTERN.test(input) && (error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw readFailure(error, input);
  });
  if (info?.isFile()) return [input];
  if (info?.isDirectory()) {
    const files = await filesBelow(input);
    if (files.length === 0) throw new DemandaError('DATASET_EMPTY', { folder: input });
    return files;
  }
  if (info !== null) return [input];
  const found: string[] = [];
  for await (const path of glob(input)) {
    if (path.split(/[/\\]/).some((part) => part !== '.' && part !== '..' && HIDDEN.test(part))) continue;
    if ((await stat(path)).isDirectory()) found.push(...(await filesBelow(path)));
    else found.push(path);
  }
  if (found.length === 0) throw new DemandaError('DATASET_NO_MATCH', { pattern: input });
  return [...new Set(found)];
}

async function filesBelow(folder: string): Promise<string[]> {
  const files: string[] = [];
  try {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      if (HIDDEN.test(entry.name)) continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory() || (entry.isSymbolicLink() && (await stat(path)).isDirectory()))
        files.push(...(await filesBelow(path)));
      else if (ROWS.test(entry.name)) files.push(path);
      else throw new DemandaError('DATASET_OTHER_FILE', { file: path, folder });
    }
  } catch (error) {
    throw readFailure(error, folder);
  }
  return files;
}

/** Of the folders straight above a file, up to the first that names no column. */
function partitionOf(file: string): Readonly<Record<string, string | null>> {
  const found: [string, string | null][] = [];
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const [, column, value] = /^([^=]+)=(.*)$/.exec(basename(folder)) ?? [];
    if (column === undefined || value === undefined) break;
    found.unshift([unescaped(column), value === HIVE_NULL ? null : unescaped(value)]);
  }
  return Object.fromEntries(found);
}

/** Hive writes `%2F` for a slash. */
function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
