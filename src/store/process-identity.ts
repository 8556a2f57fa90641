/** Which process a pid names: pids are used again, after a restart or in a container at once. */

import { existsSync, readFileSync } from 'node:fs';

/** Linux's number of the boot; elsewhere there is none, and a pid alone must do. */
const BOOT = '/proc/sys/kernel/random/boot_id';

/**
 * What tells a process from every other that has had or will have its pid: boot and instant of its start (Linux), else
 * an empty text.
 *
 * @returns null when there is no such process
 */
export function processIdentity(pid: number): string | null {
  if (existsSync(BOOT)) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      // The name, in parentheses, may hold anything; the start is the 22nd field, the 20th after it. A zombie (Z)
      // writes no more.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return fields[0] === 'Z' ? null : `${readFileSync(BOOT, 'utf8').trim()} ${fields[19]}`;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT' || (error as NodeJS.ErrnoException).code === 'ESRCH')
        return null;
      throw error;
    }
  }
  try {
    process.kill(pid, 0);
    return '';
  } catch (error) {
    // EPERM: the process is there but belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? '' : null;
  }
}

/** Whether the process that was known by pid and identity still lives. */
export function stillLives(pid: number, identity: string): boolean {
  return processIdentity(pid) === identity;
}
