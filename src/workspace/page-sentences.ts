/** Refusals and notes of imports as the page and the network hear them: without the command line's options. */

import type { ImportIssue } from '../contract/documents.ts';
import type { Lang } from '../core/vocabulary.ts';
import type { DemandaError } from '../errors/demanda-error.ts';
import { pageText } from '../i18n/page-text.ts';

/** The sentence of a refusal; only one of an import names options that are fields of a page. */
export function refusalOnPage(refusal: DemandaError, lang: Lang): string {
  const sentence = refusal.messageIn(lang);
  return refusal.code.startsWith('IMPORT_') ? pageText(sentence, lang) : sentence;
}

/** What is said of a file or a row. */
export function noteOnPage(note: ImportIssue, lang: Lang): ImportIssue {
  return { ...note, message: pageText(note.message, lang) };
}
