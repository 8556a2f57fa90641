/** Peak resident memory of this process. */

import { existsSync, readFileSync } from 'node:fs';

/**
 * In kB. On Linux `maxRSS` starts at the peak of the process that forked this one, whatever its size; the kernel's own high-water mark starts at exec.
 */
export function peakMemoryKilobytes(): number {
  const status = '/proc/self/status';
  const mark = existsSync(status) ? /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(status, 'utf8')) : null;
  return mark ? Number(mark[1]) : process.resourceUsage().maxRSS;
}
