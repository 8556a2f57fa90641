/** Refusals and notes as the pages and the network hear them: without commands and options of the command line. */

import type { ImportIssue } from '../contract/documents.ts';
import type { Lang } from '../core/vocabulary.ts';
import type { DemandaError } from '../errors/demanda-error.ts';
import { pageText } from '../i18n/page-text.ts';

/** The sentence of a refusal. */
export function refusalOnPage(refusal: DemandaError, lang: Lang): string {
  return pageText(refusal.code, refusal.messageIn(lang), lang);
}

/** What is said of a file or a row. */
export function noteOnPage(note: ImportIssue, lang: Lang): ImportIssue {
  return { ...note, message: pageText(note.code, note.message, lang) };
}

/** Where documents hold sentences: why a training, an alert or an import failed, what a test warns of. */
const SENTENCES: ReadonlySet<string> = new Set(['message', 'failure', 'problem', 'reason', 'text']);

/**
 * A document with every sentence in it as pages say it.
 *
 * @returns the same where nothing had to change
 */
export function documentOnPage<T>(document: T, lang: Lang): T {
  if (Array.isArray(document)) {
    // Columns of figures, of which some may be null, are no place for sentences.
    if (typeof document[0] !== 'object' || document[0] === null) return document;
    const items = document.map((item) => documentOnPage(item, lang));
    return items.some((item, i) => item !== document[i]) ? (items as T) : document;
  }
  if (typeof document !== 'object' || document === null) return document;
  const record = document as Readonly<Record<string, unknown>>;
  const changed: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(record)) {
    const told =
      typeof value === 'string' && SENTENCES.has(key)
        ? pageText(typeof record.code === 'string' ? record.code : null, value, lang)
        : documentOnPage(value, lang);
    if (told !== value) changed[key] = told;
  }
  return Object.keys(changed).length === 0 ? document : ({ ...record, ...changed } as T);
}
