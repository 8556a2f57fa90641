/**
 * Files and folders for this user alone, whatever the umask: sales, costs and hashes of keys are nobody else's. Windows
 * keeps its own rights.
 */

import { chmodSync, closeSync, copyFileSync, fchmodSync, fsyncSync, mkdirSync, openSync, statSync } from 'node:fs';

export const PRIVATE_FILE = 0o600;
const PRIVATE_FOLDER = 0o700;
/** Rights of the group and of everybody else. */
export const RIGHTS_OF_OTHERS = 0o077;

/**
 * Makes a folder, and those above it that are missing. One that is there keeps its rights: they are its owner's choice.
 */
export function makePrivateFolder(folder: string): void {
  const first = mkdirSync(folder, { recursive: true, mode: PRIVATE_FOLDER });
  // A umask that takes rights from the owner too would leave a folder that cannot be entered.
  if (first !== undefined) chmodSync(folder, PRIVATE_FOLDER);
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
