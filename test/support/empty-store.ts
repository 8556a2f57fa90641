/** Folders with a store that holds nothing yet, copied: to make one anew takes twenty times as long. */

import { cpSync } from 'node:fs';
import { openStore } from '../../src/store/open.ts';
import { lastingFolder } from './temporary.ts';

const made = lastingFolder();
let making: Promise<void> | null = null;

async function make(): Promise<void> {
  await (await openStore(made)).close();
}

/** Puts an empty store where a folder is, or is to be. @returns the folder */
export async function withEmptyStore(folder: string): Promise<string> {
  making ??= make();
  await making;
  cpSync(made, folder, { recursive: true });
  return folder;
}
