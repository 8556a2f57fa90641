/**
 * What arguments mean before they are parsed: both languages' names of options mean the same, and some options stand
 * for every command.
 */

import type { Lang } from '../core/vocabulary.ts';
import { FLAG_WORDS } from '../i18n/catalogue.ts';

/** Every language's names of options → the English ones. */
const OPTION_NAMES: Readonly<Record<string, string>> = Object.assign(
  {},
  ...Object.values(FLAG_WORDS).map(({ options }) => options),
);

/** Every language's words for values → the English ones. */
const VALUE_NAMES: Readonly<Record<string, string>> = Object.assign(
  {},
  ...Object.values(FLAG_WORDS).map(({ values }) => values),
);

/** Names of options in languages other than English. */
export const TRANSLATED_OPTIONS = Object.keys(OPTION_NAMES);

/** English name of an option by any language's. */
export function englishOption(name: string): string {
  return OPTION_NAMES[name] ?? name;
}

/**
 * `--usar_mercado` and `--usar-mercado` are one; every language's names become the English ones. What stands behind
 * `--`
 * is no option: a name may begin so.
 */
export function normalizedArguments(args: readonly string[]): string[] {
  const end = endOfOptions(args);
  return args.map((arg, i) => {
    if (!arg.startsWith('--') || i >= end) return arg;
    const [name, ...value] = arg.split('=');
    const dashed = (name as string).replaceAll('_', '-').normalize('NFD').replace(/\p{M}/gu, '');
    return [OPTION_NAMES[dashed] ?? dashed, ...value].join('=');
  });
}

/** Where `--` stands, behind which there is no option. */
function endOfOptions(args: readonly string[]): number {
  const at = args.indexOf('--');
  return at < 0 ? args.length : at;
}

/** The value that an option was given, with a blank or with `=`, before the command line is parsed. */
export function optionValue(args: readonly string[], option: string): string | undefined {
  const at = args.findIndex((arg) => arg === option || arg.startsWith(`${option}=`));
  if (at < 0 || at >= endOfOptions(args)) return undefined;
  return (args[at] as string).includes('=') ? (args[at] as string).slice(option.length + 1) : args[at + 1];
}

/**
 * Parts the options that every command takes from what else was given, so that they may stand before a command or
 * alone.
 *
 * @returns `operands`: `--` and all behind it
 */
export function partShared(args: readonly string[]): {
  readonly shared: readonly string[];
  readonly rest: readonly string[];
  readonly operands: readonly string[];
} {
  const shared: string[] = [];
  const rest: string[] = [];
  const end = endOfOptions(args);
  for (let i = 0; i < end; i++) {
    const arg = args[i] as string;
    if (/^--(lang|workspace|database)=/.test(arg)) shared.push(arg);
    else if (/^--(lang|workspace|database)$/.test(arg)) shared.push(arg, ...args.slice(i + 1, ++i + 1));
    else rest.push(arg);
  }
  return { shared, rest, operands: args.slice(end) };
}

/** English value by any language's word, accents and capitals aside; the text itself where none is known. */
export function englishValue(text: string): string {
  const plain = text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replace(/[ _]/g, '-');
  return VALUE_NAMES[plain] ?? text;
}

/** Words of a closed set in a language: `sales | market` → `ventas | mercado`. */
export function valuesIn(words: string, lang: Lang): string {
  const names = Object.entries(FLAG_WORDS[lang].values);
  return words.replace(/[a-z]+/g, (word) => names.find(([, english]) => english === word)?.[0] ?? word);
}

/** Options that a text names, by their names in a language: `--merchant` → `--comerciante`. */
export function optionsIn(text: string, lang: Lang): string {
  const names = Object.entries(FLAG_WORDS[lang].options);
  return text.replace(/--[a-z-]+/g, (long) => names.find(([, english]) => english === long)?.[0] ?? long);
}

/** `--merchant <name>` → `--comerciante <nombre>`, and `--csv FILE` → `--csv ARCHIVO`. */
export function flagsIn(flags: string, lang: Lang): string {
  const { placeholders } = FLAG_WORDS[lang];
  return optionsIn(flags, lang)
    .replace(
      /([<[])([a-z|]+)([>\]])/g,
      (_, opens: string, taken: string, closes: string) =>
        `${opens}${taken
          .split('|')
          .map((word) => placeholders[word] ?? valuesIn(word, lang))
          .join('|')}${closes}`,
    )
    .replace(/\b[A-Z]{3,}\b/g, (word) => placeholders[word.toLowerCase()]?.toUpperCase() ?? word);
}
