/** Files that are written for the user: for this user alone, and whole or not at all. */

import { randomUUID } from 'node:crypto';
import { existsSync, type Stats } from 'node:fs';
import { open, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { PRIVATE_FILE } from '../store/private-files.ts';
import { fileFailure } from '../store/system-failure.ts';

/** Characters that are written at once. */
const BLOCK = 1 << 16;
/** Text may come in pieces, which are gone through once more where they must be written again. */
type Contents = string | Uint8Array | Iterable<string>;

/**
 * Writes a file under another name and gives it its own when it is whole: a disk that is full leaves what was there
 * before. A file that is replaced keeps its rights, a new one is for this user alone. What is no file (a pipe, a
 * device) is written to as it stands.
 *
 * @throws DemandaError DISK_FULL, FILE_UNWRITABLE, FILES_TOO_MANY
 */
export async function writeOutput(file: string, contents: Contents): Promise<void> {
  try {
    const found = existsSync(file) ? await stat(file) : null;
    if (found && !found.isFile()) return await writeFile(file, written(contents));
    await writeWhole(found ? await realpath(file) : file, contents, found);
  } catch (error) {
    throw fileFailure(error, file);
  }
}

async function writeWhole(file: string, contents: Contents, found: Stats | null): Promise<void> {
  const partial = join(dirname(file), `.${basename(file).slice(0, 100)}.${randomUUID().slice(0, 8)}`);
  const mode = found ? found.mode & 0o777 : PRIVATE_FILE;
  try {
    const handle = await open(partial, 'wx', PRIVATE_FILE);
    try {
      await handle.writeFile(written(contents));
      await handle.chmod(mode);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true });
    // A file may be written to whose folder may not.
    if (found && ['EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? ''))
      return writeFile(file, written(contents));
    throw error;
  }
}

/** Pieces of text as blocks that are worth a write each. */
function written(contents: Contents): Contents {
  return typeof contents === 'string' || contents instanceof Uint8Array ? contents : inBlocks(contents);
}

function* inBlocks(pieces: Iterable<string>): Iterable<string> {
  let block = '';
  for (const piece of pieces) {
    block += piece;
    if (block.length < BLOCK) continue;
    yield block;
    block = '';
  }
  yield block;
}
