/** Exit codes for engines that start a command again: 2 where it would fail again, 1 where another try may go well. */

import type { Lang } from '../core/vocabulary.ts';
import { systemFailure } from '../workspace.ts';
import { sentenceOf } from './last-resort.ts';
import { tell } from './output.ts';

/** Does the work; what it throws is told in one sentence, with the exit code that says whether to try again. */
export async function worthRetrying(lang: Lang, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const known = systemFailure(error);
    tell(`${sentenceOf(error, lang)}\n`);
    process.exitCode = known === null || known.entry.kind === 'system' || isOfSystem(known) ? 1 : 2;
  }
}

/** What the system answers of a file as it stands; anything else (a disk, a mount) may be over by the next try. */
const LASTING: ReadonlySet<unknown> = new Set([
  ...['ENOENT', 'ENOTDIR', 'EISDIR', 'EACCES', 'EPERM', 'EROFS', 'ENAMETOOLONG', 'EEXIST'],
]);

/** Whether the system refused something that another try may be given. */
function isOfSystem(error: unknown): boolean {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    const { syscall, code } = at as NodeJS.ErrnoException;
    if (syscall !== undefined) return !LASTING.has(code);
  }
  return false;
}
