/** How a file was read, in words: shown by the command line and the dashboard. */

import type { ColumnUnderstanding, FileUnderstanding } from '../contract/file-understanding.ts';
import type { HeldColumn, Lang } from '../core/vocabulary.ts';
import { READING_WORDS, type ReadingKey } from './catalogue.ts';

/** What is said of a used column: what it is, where it comes from, and how its values are read. */
export interface ColumnWords {
  /** What it is, as a code; null where it is left out. */
  readonly code: string | null;
  readonly field: string;
  readonly header: string;
  readonly sample: string;
  /** How its values are read, and what settles that; empty where there is nothing to say. */
  readonly reading: string;
}

export interface UnderstandingWords {
  readonly columns: readonly ColumnWords[];
  /** What was left out, and how the file as a whole was read: whole sentences. */
  readonly notes: readonly string[];
}

/** The name of a column whose values may be held. */
export function fieldWord(column: HeldColumn, lang: Lang): string {
  return READING_WORDS[lang][column];
}

/** Lines, columns or sheets that are named; of more only how many. */
const MOST_NAMED = 8;

const GROUND_WORDS: Readonly<Record<string, ReadingKey>> = {
  told: 'byTold',
  value: 'byValue',
  spacing: 'bySpacing',
  future: 'byFuture',
  header: 'byHeader',
  'three decimals': 'byThreeDecimals',
  currency: 'byCurrency',
  thousands: 'byThousands',
};

/** @param where options are named: on the page they have fields */
export function understandingWords(
  understanding: FileUnderstanding,
  lang: Lang,
  where: 'terminal' | 'page' = 'terminal',
): UnderstandingWords {
  const say = sayer(lang);
  const { columns, titles, totals, repeatedHeaders, sheets, otherSheets, encoding, delimiter } = understanding;
  const used = columns.filter(({ field }) => field !== null);
  const unused = columns.filter(({ field, filled }) => field === null && filled > 0);
  const named = (names: readonly string[]): string => {
    const list = names.slice(0, MOST_NAMED).join(', ');
    const more = names.length - MOST_NAMED;
    return more > 0 ? say('andMore', { list, more }) : list;
  };
  const lines = (numbers: readonly number[]): string =>
    say('lines', { count: numbers.length, list: named(numbers.map(String)) });
  const leftOut = [
    ...(titles.length > 0 ? [say('titles', { count: titles.length })] : []),
    ...(totals.length > 0 ? [say('totals', { lines: lines(totals) })] : []),
    ...(repeatedHeaders.length > 0 ? [say('repeatedHeaders', { lines: lines(repeatedHeaders) })] : []),
    ...(otherSheets.length > 0 ? [say('otherSheets', { count: otherSheets.length, names: named(otherSheets) })] : []),
  ];
  const plain = encoding === null || encoding === 'utf-8';
  const form = [
    ...(plain ? [] : [say('encoding', { encoding })]),
    ...(delimiter === null || delimiter === ','
      ? []
      : [say('delimiter', { delimiter: delimiter === '\t' ? say('tab') : delimiter })]),
  ];
  return {
    columns: used.map((column) => columnWords(column, lang, where)),
    notes: [
      ...(unused.length > 0 ? [say('unused', { columns: named(unused.map(({ header }) => header)) })] : []),
      ...(leftOut.length > 0 ? [say('leftOut', { what: leftOut.join('; ') })] : []),
      ...(sheets.length > 1 ? [say('sheets', { count: sheets.length, names: named(sheets) })] : []),
      ...(form.length > 0 ? [capital(form.join(', '))] : []),
    ],
  };
}

/** What is assumed of a file's columns, and would change its figures if it were otherwise. */
export function assumptionWords({ columns }: FileUnderstanding, lang: Lang): readonly string[] {
  const say = sayer(lang);
  return columns.flatMap(({ header, reading }) =>
    assumedWords(reading, say, 'terminal').map((assumed) => `${header}: ${assumed}`),
  );
}

function assumedWords(
  { assumedUnit }: ColumnUnderstanding['reading'],
  say: Say,
  where: 'terminal' | 'page',
): readonly string[] {
  if (assumedUnit === undefined) return [];
  const assumed = say('unitAssumed', { unit: assumedUnit });
  return [where === 'page' ? assumed : `${assumed}: ${say('unitOther')}`];
}

/** @param format as `dd/mm/yyyy` @returns it with the letters of the language: `dd/mm/aaaa` */
export function dateFormatWord(format: string, lang: Lang): string {
  return format.replaceAll('y', sayer(lang)('yearLetter'));
}

type Say = (key: ReadingKey, parameters?: Readonly<Record<string, string | number>>) => string;

function columnWords(
  { field, header, sample, reading, ground }: ColumnUnderstanding,
  lang: Lang,
  where: 'terminal' | 'page',
): ColumnWords {
  const say = sayer(lang);
  const { decimal, dates, unit, currency, scale, categories } = reading;
  const how = [
    ...(dates === undefined ? [] : [dateFormatWord(dates, lang)]),
    ...(decimal === undefined ? [] : [say(decimal === ',' ? 'decimalComma' : 'decimalPoint')]),
    ...(currency === undefined ? [] : [currency]),
    ...(unit === undefined ? [] : [unit]),
    ...(scale === undefined ? [] : [say(scale as ReadingKey)]),
    ...(categories === undefined ? [] : [say('categories', { list: categories })]),
  ].join(', ');
  const assumed = assumedWords(reading, say, where);
  const key = ground === null ? undefined : GROUND_WORDS[ground.by];
  const why = key === undefined ? '' : say(key, { value: ground?.value ?? '', line: ground?.line ?? 0 });
  return {
    code: field,
    field: field !== null && Object.hasOwn(READING_WORDS[lang], field) ? say(field as ReadingKey) : (field ?? ''),
    header,
    sample: sample ?? '',
    reading: [why === '' ? how : `${how}: ${why}`, ...assumed].filter((text) => text !== '').join('; '),
  };
}

function sayer(lang: Lang): Say {
  const words = READING_WORDS[lang];
  return (key, parameters = {}) =>
    words[key]
      .replace(/\{(\w+)\|([^|}]*)\|([^}]*)\}/g, (_, name: string, one: string, many: string) =>
        String(parameters[name]) === '1' ? one : many,
      )
      .replace(/\{(\w+)\}/g, (whole, name: string) => String(parameters[name] ?? whole));
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
