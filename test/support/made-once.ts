/**
 * Folders that several test files begin with: the first file that asks makes one, every file gets a copy of its own.
 * They go with the run (built.ts).
 */

import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_AGAIN_MS = 50;

/**
 * Puts a copy where a folder is, or is to be.
 *
 * @param name of what is made: one name, one content
 * @param make fills an empty folder; nothing may have it open when it ends
 * @throws Error in every file that asks, where it could not be made
 */
export async function copyOfMade(name: string, folder: string, make: (folder: string) => Promise<void>): Promise<void> {
  const run = process.env.DEMANDA_MADE_ONCE;
  // Where no run has begun, as under mutation, there is nobody to share it with.
  if (run === undefined) {
    mkdirSync(folder, { recursive: true });
    return make(folder);
  }
  const [made, failed] = [join(run, name), join(run, `${name}.failed`)];
  if (isFirst(join(run, `${name}.lock`))) {
    const begun = join(run, `${name}.begun`);
    mkdirSync(begun);
    try {
      await make(begun);
      renameSync(begun, made);
    } catch (error) {
      writeFileSync(failed, String(error));
      throw error;
    }
  }
  while (!existsSync(made)) {
    if (existsSync(failed)) throw new Error(`${name} could not be made: ${readFileSync(failed, 'utf8')}`);
    await sleep(LOOK_AGAIN_MS);
  }
  cpSync(made, folder, { recursive: true });
}

/** One of several processes is. */
function isFirst(lock: string): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
