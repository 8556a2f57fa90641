/** Whether a process of this machine lives. */

import { readFileSync } from 'node:fs';

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: the process is there but belongs to somebody else.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return !isZombie(pid);
}

/** On Linux a process that ended keeps its number until its parent asks how: it is no more alive for that. */
function isZombie(pid: number): boolean {
  try {
    // "pid (name) state …"; the name may hold spaces and brackets.
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z');
  } catch {
    // No such file: another system, or gone this moment; what kill said stands.
    return false;
  }
}
