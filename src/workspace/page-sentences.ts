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
  if (typeof document !== 'object' || document === null) return document;
  return (Array.isArray(document) ? itemsOnPage(document, lang) : fieldsOnPage(document as Fields, lang)) as T;
}

type Fields = Readonly<Record<string, unknown>>;

function itemsOnPage(items: readonly unknown[], lang: Lang): readonly unknown[] {
  // Columns of figures, of which some may be null, are no place for sentences.
  if (typeof items[0] !== 'object' || items[0] === null) return items;
  let changed: unknown[] | null = null;
  for (let i = 0; i < items.length; i++) {
    const told = documentOnPage(items[i], lang);
    if (told !== items[i]) {
      changed ??= [...items];
      changed[i] = told;
    }
  }
  return changed ?? items;
}

/** Every answer passes here: nothing is made of a document that stays as it is. */
function fieldsOnPage(record: Fields, lang: Lang): Fields {
  let changed: Record<string, unknown> | null = null;
  for (const key in record) {
    const value = record[key];
    let told = value;
    if (typeof value === 'object') told = documentOnPage(value, lang);
    else if (typeof value === 'string' && SENTENCES.has(key))
      told = pageText(typeof record.code === 'string' ? record.code : null, value, lang);
    if (told !== value) {
      changed ??= { ...record };
      changed[key] = told;
    }
  }
  return changed ?? record;
}
