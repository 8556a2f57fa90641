/** Processes of this machine, where the system shows them. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';

export const SHOWS_PROCESSES = existsSync('/proc/self/cmdline');

/** Ids of the processes whose command line holds all these words. */
export function processesOf(...words: readonly string[]): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      const command = /^\d+$/.test(pid) ? readFileSync(`/proc/${pid}/cmdline`, 'utf8') : '';
      return words.every((word) => command.includes(word));
    } catch {
      // It has ended meanwhile.
      return false;
    }
  });
}
