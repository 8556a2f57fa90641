/** Peak resident memory of this process. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';

/**
 * In kB. On Linux `maxRSS` starts at the peak of the process that forked this one, whatever its size; the kernel's own
 * high-water mark starts at exec.
 */
export function peakMemoryKilobytes(): number {
  const status = '/proc/self/status';
  const mark = existsSync(status) ? /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(status, 'utf8')) : null;
  return mark ? Number(mark[1]) : process.resourceUsage().maxRSS;
}

/** Of the living children of a process, the largest, in MB; 0 where the system does not tell. */
export function childrenMegabytes(parent: number): number {
  let largest = 0;
  for (const pid of existsSync('/proc/self/status') ? readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : []) {
    try {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      if (/^PPid:\s+(\d+)/m.exec(status)?.[1] === String(parent))
        largest = Math.max(largest, Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024);
    } catch {
      // It has ended meanwhile.
    }
  }
  return largest;
}
