/** The words of the dashboard in the user's language. */

import type { Lang } from '../core/vocabulary.ts';
import { WEB_WORDS, type WebKey } from './catalogue.ts';

export type { WebKey };

/** A text with its {parameters} filled in; `{count|one|many}` is the word that agrees with a count. */
export type WebTranslate = (key: WebKey, parameters?: Readonly<Record<string, string | number>>) => string;

export function webTranslator(lang: Lang): WebTranslate {
  const catalogue = WEB_WORDS[lang];
  return (key, parameters = {}) =>
    catalogue[key]
      .replace(/\{(\w+)\|([^|}]*)\|([^}]*)\}/g, (_, name: string, one: string, many: string) =>
        String(parameters[name]) === '1' ? one : many,
      )
      .replace(/\{(\w+)\}/g, (whole, name: string) => String(parameters[name] ?? whole));
}
