/** The words of the command line in the user's language. */

import { datedWord } from '../contract/date-words.ts';
import { visibleText } from '../contract/visible-text.ts';
import { isLang, LANGS, type Lang } from '../core/vocabulary.ts';
import { CLI_WORDS, type CliKey, COMMAND_WORDS } from './catalogue.ts';
import type { CommandWords } from './en/cli.ts';

export type MessageKey = CliKey;

/**
 * A message with its {parameters} filled in; `{count|model|models}` is the word that agrees with a count, which may be
 * written out as a number.
 */
export type Translate = (key: MessageKey, parameters?: Readonly<Record<string, string | number>>) => string;

export function translator(lang: Lang): Translate {
  const catalogue = CLI_WORDS[lang];
  return (key, parameters = {}) =>
    catalogue[key]
      .replace(/\{(\w+)\|([^|}]*)\|([^}]*)\}/g, (_, name: string, one: string, many: string) =>
        String(parameters[name]) === '1' ? one : many,
      )
      .replace(
        /\{(\w+)\}/g,
        (
          whole,
          name: string, // What somebody typed is shown as it was.
        ) => visibleText(name === 'value' ? String(parameters[name]) : datedWord(parameters[name] ?? whole, lang)),
      );
}

/** The words of a code with the command that does what they ask for, where there is one. */
export function withCommand(words: string, code: keyof CommandWords, lang: Lang): string {
  const command = COMMAND_WORDS[lang][code];
  return command === undefined ? words : `${words}: ${command}`;
}

/** --lang, else the locale of the environment, else Spanish. */
export function chooseLang(
  wanted: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): Lang {
  if (isLang(wanted)) return wanted;
  const locale = environment.LC_ALL || environment.LC_MESSAGES || environment.LANG || '';
  return LANGS.find((lang) => locale.toLowerCase().startsWith(lang)) ?? 'es';
}
