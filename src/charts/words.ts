/** The words on pictures in the user's language. */

import { visibleText } from '../contract/visible-text.ts';
import type { Lang } from '../core/vocabulary.ts';
import { CHART_WORDS, type ChartKey } from '../i18n/catalogue.ts';

/** A text with its {values} filled in. */
export type ChartWords = (key: ChartKey, values?: Readonly<Record<string, string | number>>) => string;

export function chartWords(lang: Lang): ChartWords {
  const catalogue = CHART_WORDS[lang];
  return (key, values = {}) =>
    catalogue[key].replace(/\{(\w+)\}/g, (whole, name: string) => visibleText(String(values[name] ?? whole)));
}
