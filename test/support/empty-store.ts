/** Folders with a store that holds nothing yet, copied: to make one anew takes twenty times as long. */

import { openStore } from '../../src/store/open.ts';
import { copyOfMade } from './made-once.ts';

/** Puts an empty store where a folder is, or is to be. @returns the folder */
export async function withEmptyStore(folder: string): Promise<string> {
  await copyOfMade('empty-store', folder, async (made) => (await openStore(made)).close());
  return folder;
}
