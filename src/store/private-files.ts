/**
 * Files and folders for this user alone, whatever the umask: sales, costs and hashes of keys are nobody else's. Windows
 * keeps its own rights.
 */

import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  fchmodSync,
  fsyncSync,
  mkdirSync,
  openSync,
  statSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';

export const PRIVATE_FILE = 0o600;
const PRIVATE_FOLDER = 0o700;
/** Rights of the group and of everybody else. */
export const RIGHTS_OF_OTHERS = 0o077;

/**
 * Makes a folder for this user alone, and those above it that are missing. One that is there keeps its rights: they are
 * its owner's choice.
 */
export function makePrivateFolder(folder: string): void {
  // A umask that takes rights from the owner too would leave folders that cannot be entered.
  makeFolder(folder, (made) => chmodSync(made, PRIVATE_FOLDER));
}

/**
 * Makes a folder and those above it that are missing, one by one: where the kernel makes no folders, as under /proc,
 * Node's recursive call asks for the same one for ever.
 *
 * @param onMade told of each, the uppermost first @throws the system's refusal
 */
export function makeFolder(folder: string, onMade: (made: string) => void = () => {}): void {
  const missing = missingOf(resolve(folder));
  // There already: a file in its place is refused here.
  if (missing.length === 0) mkdirSync(folder, { recursive: true });
  for (const one of missing) {
    try {
      mkdirSync(one);
      onMade(one);
    } catch (error) {
      // Somebody else may have been faster.
      const isThere = (error as NodeJS.ErrnoException).code === 'EEXIST' && existsSync(one);
      if (!isThere) throw error;
    }
  }
}

/** Folders of a path that are not there, the uppermost first. */
function missingOf(folder: string): string[] {
  if (existsSync(folder)) return [];
  const above = dirname(folder);
  return above === folder ? [folder] : [...missingOf(above), folder];
}

/** Makes an empty file. @throws EEXIST where there is one */
export function createPrivateFile(file: string): void {
  const descriptor = openSync(file, 'wx', PRIVATE_FILE);
  try {
    fchmodSync(descriptor, PRIVATE_FILE);
  } finally {
    closeSync(descriptor);
  }
}

/** Copies a file to one that is not there yet; whatever the rights of the first, the second is for this user alone. */
export function copyPrivately(file: string, copy: string): void {
  createPrivateFile(copy);
  copyFileSync(file, copy);
  chmodSync(copy, PRIVATE_FILE);
}

/**
 * Takes a file of our own from others, as earlier versions left it readable. One that is missing or somebody else's is
 * left as it is.
 */
export function makePrivate(file: string): void {
  if (process.platform === 'win32') return;
  try {
    const { mode } = statSync(file);
    if ((mode & RIGHTS_OF_OTHERS) !== 0) chmodSync(file, mode & 0o700);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'EPERM' && code !== 'EROFS') throw error;
  }
}

/** Waits until what a file or a folder holds is on disk. */
export function flushToDisk(path: string): void {
  // A folder cannot be opened on Windows, which writes its entries through.
  if (process.platform === 'win32' && statSync(path).isDirectory()) return;
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
