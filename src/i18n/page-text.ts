/**
 * Sentences of the error table as the dashboard says them: where the command line has an option, the page has a field
 * with a name.
 */

import { LANGS, type Lang } from '../core/vocabulary.ts';
import type { ErrorCode } from '../errors/table.ts';
import { FLAG_WORDS, WEB_WORDS, type WebKey } from './catalogue.ts';
import { PAGE_HINTS } from './page-hints.ts';

/** How a field is named within a sentence. */
const PAGE_WORDS = {
  en: {
    quoted: '“{text}”',
    overColumn: '{field} above the column “{column}”',
    inSettings: '{field} in the settings',
    columns: 'what each column is',
    skip: 'leaving these out',
    onPage: 'on the page {page}',
    page: 'the page {page}',
    server: 'Whoever runs the server can mend it.',
  },
  es: {
    quoted: '«{text}»',
    overColumn: '{field} sobre la columna «{column}»',
    inSettings: 'los ajustes, {field}',
    columns: 'qué es cada columna',
    skip: 'dejarlas fuera',
    onPage: 'en la página {page}',
    page: 'la página {page}',
    server: 'Quien lleva el servidor puede arreglarlo.',
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
  '--price': 'price',
  '--cost': 'cost',
  '--iterations': 'iterations',
  '--simulated-rows': 'optSimulatedRows',
  '--market': 'optMarket',
  '--checkpoint-every': 'optCheckpointEvery',
  '--search-every': 'optSearchEvery',
  '--patience': 'optPatience',
  '--seed': 'optSeed',
  '--workers': 'optWorkers',
  '--smtp-host': 'alertsHost',
  '--smtp-port': 'alertsPort',
  '--smtp-user': 'alertsUser',
  '--mail-from': 'alertsFrom',
  '--mail-to': 'alertsMail',
};

/** A command, in both languages → the page or part of one that does the same. */
const PAGE_OF: Readonly<Record<string, WebKey>> = {
  train: 'navTrain',
  entrenar: 'navTrain',
  import: 'navData',
  importar: 'navData',
  imports: 'navData',
  importaciones: 'navData',
  held: 'navData',
  retenidos: 'navData',
  models: 'tabVersions',
  modelos: 'tabVersions',
  recommend: 'navRecommendations',
  recomendar: 'navRecommendations',
  experiment: 'navTests',
  experimento: 'navTests',
  settings: 'navSettings',
  ajustes: 'navSettings',
};

/** What only the command line knows: a command, an option, a variable of its environment. */
const OF_COMMAND_LINE = /[`"«“(]demanda [a-z]|--[a-z]|DEMANDA_[A-Z]/;

/**
 * A sentence of the error table as pages say it: none names a command or an option. Where a page does the same it is
 * named; what no page can mend is left to whoever runs the server.
 *
 * @param code of the sentence; one that is not in the table, or null, is of a text kept by another version
 * @param sentence in any language of the program: what was kept of a training is in the language that it ran in
 */
export function pageText(code: string | null, sentence: string, lang: Lang): string {
  const hinted = LANGS.flatMap((said) => PAGE_HINTS[code as ErrorCode]?.[said] ?? []).reduce(
    (text, [said, instead]) => text.replace(filledIn(said), () => named(instead, lang)),
    sentence,
  );
  const told = withPages(withFields(hinted, lang), lang);
  return OF_COMMAND_LINE.test(told) ? withoutCommands(told, lang) : told;
}

/** Words of a sentence of the table, once its parameters are filled in. */
function filledIn(words: string): RegExp {
  const parts = words.split(/\{\w+\}/).map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(parts.join('.*'), 's');
}

/** A field, button or page by its name, within a sentence. */
function quoted(key: string, lang: Lang): string {
  return PAGE_WORDS[lang].quoted.replace('{text}', WEB_WORDS[lang][key as WebKey] ?? key);
}

/** Names of fields and pages in the place of their {keys}; parameters of the sentence are filled in already. */
function named(hint: string, lang: Lang): string {
  return hint.replace(/\{(\w+)\}/g, (_, key: string) => quoted(key, lang));
}

function withFields(sentence: string, lang: Lang): string {
  const words = PAGE_WORDS[lang];
  const fieldOf = (given: string): string | null => {
    const flag = given.replaceAll('_', '-');
    const english = LANGS.map((one) => FLAG_WORDS[one].options[flag]).find((found) => found !== undefined) ?? flag;
    if (english === '--map') return words.columns;
    if (english === '--skip-bad') return words.skip;
    return Object.hasOwn(FIELD_OF, english) ? quoted(FIELD_OF[english], lang) : null;
  };
  return (
    sentence
      .replace(/--(?:mapa|map) (?:"(\w+)=([^"]*)"|(\w+)=([^\s.,;]+))/g, (_, field, column, bare, plain) =>
        words.overColumn
          .replace('{field}', () => quoted((field ?? bare) === 'total' ? 'lineTotal' : (field ?? bare), lang))
          .replace('{column}', () => column ?? plain),
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
      .replace(/`(--[a-z][a-z_-]*)`|--[a-z][a-z_-]*/g, (whole, bare?: string) => fieldOf(bare ?? whole) ?? whole)
  );
}

/** A command gives way to its page: “train it with `demanda train`”, “(demanda experiment stop 3)”. */
function withPages(sentence: string, lang: Lang): string {
  const words = PAGE_WORDS[lang];
  return sentence.replace(
    /(\b(?:with|con) )?(?:[`"«“]demanda (\w+)[^`"»”]*[`"»”]|\(demanda (\w+)[^)]*\))/g,
    (whole, way: string | undefined, command: string | undefined, inBrackets: string | undefined, at: number) => {
      const key = PAGE_OF[command ?? inBrackets ?? ''];
      if (key === undefined) return whole;
      const said = (way === undefined ? words.page : words.onPage).replace('{page}', () => quoted(key, lang));
      if (inBrackets !== undefined) return `${way ?? ''}(${said})`;
      const begins = at === 0 || sentence.slice(0, at).endsWith('. ');
      return begins ? said.charAt(0).toUpperCase() + said.slice(1) : said;
    },
  );
}

/**
 * Leaves out what a command would do, clause by clause; a sentence that is about an option from its first word keeps the
 * option's name, without its dashes.
 */
function withoutCommands(sentence: string, lang: Lang): string {
  const kept = sentence
    .split(/(?<=\.) (?=\p{Lu})/u)
    .map((one) => {
      const [first = '', ...clauses] = one.replace(/\.$/, '').split(/(?<=[:;]) /);
      return [first, ...clauses.filter((clause) => !OF_COMMAND_LINE.test(clause))].join(' ').replace(/[:;]$/, '');
    })
    .filter((one) => !OF_COMMAND_LINE.test(one) || sentence.startsWith(one));
  const plain = kept
    .join('. ')
    .replace(/`?--([a-z][a-z_-]*)`?/g, (_, flag: string) =>
      PAGE_WORDS[lang].quoted.replace('{text}', flag.replaceAll(/[_-]/g, ' ')),
    );
  return `${plain}. ${PAGE_WORDS[lang].server}`;
}
