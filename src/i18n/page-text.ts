/**
 * Sentences of the error table as the dashboard says them: where the command line has an option, the page has a field
 * with a name.
 */

import type { Lang } from '../core/vocabulary.ts';
import { FLAG_WORDS, WEB_WORDS, type WebKey } from './catalogue.ts';

/** How a field is named within a sentence. */
const PAGE_WORDS = {
  en: {
    quoted: '“{text}”',
    overColumn: '{field} above the column “{column}”',
    inSettings: '{field} in the settings',
    columns: 'what each column is',
    skip: 'leaving these out',
  },
  es: {
    quoted: '«{text}»',
    overColumn: '{field} sobre la columna «{column}»',
    inSettings: 'los ajustes, {field}',
    columns: 'qué es cada columna',
    skip: 'dejarlas fuera',
  },
} as const satisfies Record<Lang, Record<string, string>>;

/** English flag of an option of an import, or of a setting that one needs → its field's name on the page. */
const FIELD_OF: Readonly<Record<string, WebKey>> = {
  '--kind': 'importKind',
  '--merchant': 'merchant',
  '--product': 'product',
  '--product-type': 'productType',
  '--unit': 'unit',
  '--currency': 'currency',
  '--covariates': 'optionCovariates',
  '--known-covariates': 'optionKnownCovariates',
  '--decimal': 'optionDecimal',
  '--sheet': 'importSheetOnly',
  '--header-row': 'optionHeaderRow',
  '--only': 'optionOnly',
  '--encoding': 'optionEncoding',
  '--date-format': 'optionDateFormat',
  '--timezone': 'optionTimezone',
  '--frequency': 'optionFrequency',
  '--missing': 'optionMissing',
  '--start': 'optionStart',
  '--every': 'optionEvery',
  '--add': 'placeAdd',
  '--replace': 'placeReplace',
  '--accept': 'importAccepts',
  '--forget-mapping': 'importForget',
};

/** A sentence about an import, without the command line's options. */
export function pageText(sentence: string, lang: Lang): string {
  const words = PAGE_WORDS[lang];
  const named = (key: string): string => words.quoted.replace('{text}', WEB_WORDS[lang][key as WebKey] ?? key);
  const fieldOf = (flag: string): string | null => {
    const english = FLAG_WORDS[lang].options[flag] ?? flag;
    if (english === '--map') return words.columns;
    if (english === '--skip-bad') return words.skip;
    return Object.hasOwn(FIELD_OF, english) ? named(FIELD_OF[english]) : null;
  };
  return (
    sentence
      .replace(/--(?:mapa|map) (?:"(\w+)=([^"]*)"|(\w+)=([^\s.,;]+))/g, (_, field, column, bare, plain) =>
        words.overColumn
          .replace('{field}', named((field ?? bare) === 'total' ? 'lineTotal' : (field ?? bare)))
          .replace('{column}', column ?? plain),
      )
      // The page has one workspace, and stands beside its settings.
      .replace(/ \(--(?:espacio|workspace)\)/g, '')
      .replace(/\(demanda (?:ajustes|settings) (--[\w-]+)\)/g, (whole, flag: string) => {
        const field = fieldOf(flag);
        return field === null ? whole : `(${field})`;
      })
      .replace(/`?demanda (?:ajustes|settings) (--[\w-]+)(?: [\w{}…/]+)?`?/g, (whole, flag: string) => {
        const field = fieldOf(flag);
        return field === null ? whole : words.inSettings.replace('{field}', field);
      })
      .replace(/--[a-z][a-z-]*/g, (flag) => fieldOf(flag) ?? flag)
  );
}
