/** Any failure in the words of a language. */

import type { Lang } from '../core/vocabulary.ts';
import { systemFailure } from '../store/system-failure.ts';

/** The error table's words for anything thrown; foreign errors keep their own. */
export function messageOf(error: unknown, lang: Lang): { code: string; message: string; exit: number } {
  const known = systemFailure(error);
  if (known) return { code: known.code, message: known.messageIn(lang), exit: known.entry.exit };
  return { code: 'UNEXPECTED', message: error instanceof Error ? error.message : String(error), exit: 1 };
}
