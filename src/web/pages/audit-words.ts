/** Audit entries in plain words. */

import type { AuditEntry } from '../../contract/api.ts';
import type { Lang } from '../../core/vocabulary.ts';
import { actionWords, detailWords } from '../../i18n/audit-words.ts';

/** What was done, and to what. */
export function auditWords({ action, detail }: AuditEntry, lang: Lang): string {
  const facts = detailWords(detail, lang);
  return facts === '' ? actionWords(action, lang) : `${actionWords(action, lang)}: ${facts}`;
}
