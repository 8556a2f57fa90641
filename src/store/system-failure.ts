/**
 * Refusals of the system (full disk, too few open files, threads that cannot start) in the words of the error table,
 * whichever library met them first.
 */

import { accessSync, closeSync, constants, openSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { constants as systemErrors } from 'node:os';
import { dirname, join } from 'node:path';
import { DemandaError } from '../errors/demanda-error.ts';
import { PRIVATE_FILE } from './private-files.ts';

const NO_DESCRIPTOR: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE']);
/** Below it a disk counts as full: SQLite asks for 32 kB of shared memory, a transaction for a few pages. */
const LEAST_FREE_BYTES = 128 * 1024;
/** SQLite opens file, log, shared memory and journal, and our lock, at once. */
const DESCRIPTORS_OF_A_STORE = 6;

/**
 * What the system refused, where that is known without knowing what was done.
 *
 * @returns null for every other error
 */
export function systemFailure(error: unknown): DemandaError | null {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    if (at instanceof DemandaError) return at;
    const { code = '', syscall = '', path, message } = at as NodeJS.ErrnoException;
    if (isNoRoom(at)) return noRoom(path ?? temporaryFolder(), error);
    // A thread tells what it lacks in its message alone.
    if (NO_DESCRIPTOR.has(code) || /\b(EMFILE|ENFILE)\b|too many open files/i.test(message)) return tooManyFiles(error);
    if (code === 'ERR_WORKER_INIT_FAILED' || (code === 'EAGAIN' && syscall.startsWith('spawn')))
      return new DemandaError('THREAD_UNAVAILABLE', { detail: code }, { cause: error });
    const sqlite = sqliteCode(at);
    if (sqlite === 13) return noRoom(isFull(temporaryFolder()) ? temporaryFolder() : process.cwd(), error);
  }
  return null;
}

/** A disk or a quota that is used up; Node has no name for the latter. */
function isNoRoom({ code, errno }: NodeJS.ErrnoException): boolean {
  return code === 'ENOSPC' || code === 'EDQUOT' || (errno !== undefined && errno === -systemErrors.errno.EDQUOT);
}

/** Why a file could not be written. */
export function fileFailure(error: unknown, file: string): unknown {
  if (isNoRoom(error as NodeJS.ErrnoException))
    return new DemandaError('DISK_FULL', { file, folder: dirname(file) }, { cause: error });
  const known = systemFailure(error);
  if (known) return known;
  const { errno, code, message } = error as NodeJS.ErrnoException;
  return errno === undefined
    ? error
    : new DemandaError('FILE_UNWRITABLE', { file, detail: reason(code, message) }, { cause: error });
}

/**
 * Why the store could not be read or written. Asked before anything is undone or closed, as room and descriptors come
 * back with that.
 *
 * @param seconds how long it waits for another's transaction
 */
export function storeFailure(error: unknown, file: string, seconds: number): unknown {
  if (error instanceof DemandaError) return error;
  const code = sqliteCode(error);
  if (code === undefined) {
    if (isNoRoom(error as NodeJS.ErrnoException))
      return new DemandaError('STORE_DISK_FULL', { file }, { cause: error });
    const known = systemFailure(error);
    if (known) return known;
    const { errno, code: name, message } = error as NodeJS.ErrnoException;
    return errno === undefined ? error : unreadable(error, file, reason(name, message));
  }
  if (code === 5 || code === 6) return new DemandaError('STORE_BUSY', { file, seconds }, { cause: error });
  // "Full" is said of the disk of the temporary folder too, in which imports are gathered and which has room again as
  // soon as one fails; the store's log keeps its own.
  if (code === 13) {
    const isOther = !isFull(dirname(file)) && !sameDisk(dirname(file), temporaryFolder());
    return isOther ? temporaryFull(error) : new DemandaError('STORE_DISK_FULL', { file }, { cause: error });
  }
  if (code === 10 || code === 14) {
    // A refused write, flush or growth says no more than that; what is left of the disk and of descriptors says why.
    if (!descriptorsLeft()) return tooManyFiles(error);
    if (isFull(dirname(file))) return new DemandaError('STORE_DISK_FULL', { file }, { cause: error });
    if (isFull(temporaryFolder())) return temporaryFull(error);
  }
  return unreadable(error, file, (error as Error).message);
}

/** Why a copy of the store could not be made: the store is only read, what is written is the copy. */
export function copyFailure(error: unknown, copy: string): unknown {
  const code = sqliteCode(error);
  if (code === undefined) return fileFailure(error, copy);
  const full = new DemandaError('DISK_FULL', { file: copy, folder: dirname(copy) }, { cause: error });
  // SQLite takes an unfinished copy away, and the room that it took is there again.
  if (code === 13)
    return isFull(temporaryFolder()) && !sameDisk(dirname(copy), temporaryFolder()) ? temporaryFull(error) : full;
  const told = storeFailure(error, copy, 1);
  return told instanceof DemandaError && told.code === 'STORE_DISK_FULL' ? full : told;
}

/** SQLite's primary result code, which node:sqlite gives as errcode with more in its upper bits. */
export function sqliteCode(error: unknown): number | undefined {
  const code = (error as { errcode?: unknown } | null)?.errcode;
  return typeof code === 'number' ? code & 0xff : undefined;
}

function unreadable(error: unknown, file: string, detail: string): DemandaError {
  return new DemandaError('STORE_UNREADABLE', { file, detail }, { cause: error });
}

function noRoom(path: string, error: unknown): DemandaError {
  return path.startsWith(temporaryFolder())
    ? temporaryFull(error)
    : new DemandaError('DISK_FULL', { file: path, folder: dirname(path) }, { cause: error });
}

function temporaryFull(error: unknown): DemandaError {
  return new DemandaError('TEMP_DISK_FULL', { folder: temporaryFolder() }, { cause: error });
}

function tooManyFiles(error: unknown): DemandaError {
  return new DemandaError('FILES_TOO_MANY', { limit: openFilesLimit() ?? '?' }, { cause: error });
}

/** "ENOENT: no such file or directory", without the call and the path that Node adds. */
function reason(code: string | undefined, message: string): string {
  return (message.startsWith(`${code}:`) ? (message.split(', ')[0] as string) : message).slice(0, 200);
}

/** How many files this process may have open at once; null where the system does not tell. */
export function openFilesLimit(): number | string | null {
  // Asks the system without opening a file, of which there may be none left.
  Object.assign(process.report, { excludeNetwork: true });
  const { userLimits } = process.report.getReport() as { userLimits?: { open_files?: { soft?: number | string } } };
  return userLimits?.open_files?.soft ?? null;
}

function descriptorsLeft(): boolean {
  const opened: number[] = [];
  try {
    for (let i = 0; i < DESCRIPTORS_OF_A_STORE; i++) opened.push(openSync(process.execPath, 'r'));
    return true;
  } catch (error) {
    return !NO_DESCRIPTOR.has((error as NodeJS.ErrnoException).code ?? '');
  } finally {
    for (const descriptor of opened) closeSync(descriptor);
  }
}

/** Where SQLite puts temporary tables and sorts: the first of its places that it can write to. */
export function temporaryFolder(): string {
  for (const folder of [process.env.SQLITE_TMPDIR, process.env.TMPDIR, '/var/tmp', '/usr/tmp', '/tmp']) {
    if (folder === undefined || folder === '') continue;
    try {
      if (!statSync(folder).isDirectory()) continue;
      accessSync(folder, constants.W_OK | constants.X_OK);
      return folder;
    } catch {}
  }
  return '.';
}

function sameDisk(folder: string, other: string): boolean {
  return statSync(folder).dev === statSync(other).dev;
}

/** Whether the disk of a folder has no room, or the user's quota on it is used up. */
export function isFull(folder: string): boolean {
  try {
    const { bavail, bsize, files, ffree } = statfsSync(folder);
    if (bavail * bsize < LEAST_FREE_BYTES || (files > 0 && ffree === 0)) return true;
  } catch {
    return false;
  }
  // A quota shows only where it is met.
  const probe = join(folder, `.demanda-room-${process.pid}`);
  try {
    writeFileSync(probe, Buffer.alloc(LEAST_FREE_BYTES), { mode: PRIVATE_FILE, flag: 'wx', flush: true });
    return false;
  } catch (error) {
    return isNoRoom(error as NodeJS.ErrnoException);
  } finally {
    rmSync(probe, { force: true });
  }
}
