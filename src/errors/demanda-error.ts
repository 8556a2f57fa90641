/** The one error class, and its sentences in every language. */

import { datedWord } from '../contract/date-words.ts';
import { visibleText } from '../contract/visible-text.ts';
import type { Lang } from '../core/vocabulary.ts';
import { es } from './es.ts';
import { refusalWords } from './system-words.ts';
import { type ErrorCode, type ErrorEntry, type ErrorParameters, type ErrorWords, en, errors } from './table.ts';

export type { ErrorCode, ErrorEntry, ErrorParameters };

const WORDS: Readonly<Record<Lang, ErrorWords>> = { es, en };
/** Parameters that are codes; what a later version of the program wrote is said as it is. */
const CODE_PARAMETERS: ReadonlySet<string> = new Set(['status', 'to', 'kind', 'figure']);

/** The one error class: `message` is English; `messageIn(lang)` gives the user's language. */
export class DemandaError<C extends ErrorCode = ErrorCode> extends Error {
  readonly code: C;
  readonly parameters: ErrorParameters<C>;
  constructor(code: C, parameters: ErrorParameters<C>, options?: { cause?: unknown }) {
    super(sentenceOf(code, 'en', parameters), options);
    this.name = 'DemandaError';
    this.code = code;
    this.parameters = parameters;
  }
  messageIn(lang: Lang): string {
    return sentenceOf(this.code, lang, this.parameters);
  }
  get entry(): ErrorEntry {
    return errors[this.code];
  }
}

/** The sentence of a code in a language. */
export function sentenceOf(code: ErrorCode, lang: Lang, parameters: Readonly<Record<string, string | number>>): string {
  const { sentences, codes } = WORDS[lang];
  const words: Readonly<Record<string, string>> = codes;
  const inWords = Object.entries(parameters).map(([name, value]) => [
    name,
    CODE_PARAMETERS.has(name) ? (words[value] ?? value) : name === 'detail' ? refusalWords(String(value), lang) : value,
  ]);
  return fillTemplate(sentences[code], Object.fromEntries(inWords), lang);
}

/** Replaces every {name} of a template by its parameter, dates in words and hidden characters as escapes. */
function fillTemplate(template: string, parameters: Readonly<Record<string, string | number>>, lang: Lang): string {
  return template.replace(/(--[a-z-]+ )?\{(\w+)\}/g, (whole, option: string | undefined, name: string) => {
    const value = parameters[name];
    if (value === undefined) return whole;
    // What somebody typed, or may type, is shown as it is.
    const typed = option !== undefined || name === 'value';
    return (option ?? '') + visibleText(typed ? String(value) : datedWord(value, lang));
  });
}
