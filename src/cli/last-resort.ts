/**
 * What nobody caught ends the command in one sentence and with code 1, never in a stack; DEMANDA_STACK=1 shows the
 * stack too.
 */

import type { Lang } from '../core/vocabulary.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { chooseLang } from '../i18n/messages.ts';
import { messageOf } from '../workspace.ts';
import { normalizedArguments, optionsIn, optionValue, valuesIn } from './arguments.ts';
import { flagOf } from './options.ts';
import { tell } from './output.ts';

/** From here on, for the whole process. */
export function endInOneSentence(argv: readonly string[]): void {
  const lang = chooseLang(optionValue(normalizedArguments(argv), '--lang'), process.env);
  const end = (error: unknown): void => {
    tell(`${sentenceOf(error, lang)}\n`);
    process.exit(1);
  };
  process.on('uncaughtException', end);
  process.on('unhandledRejection', end);
}

/** The words for anything thrown, with options by their names in the user's language. */
export function sentenceOf(error: unknown, lang: Lang): string {
  const { message } = messageOf(inFlags(error, lang), lang);
  const told = optionsIn(message, lang);
  return process.env.DEMANDA_STACK === '1' && error instanceof Error ? `${told}\n${error.stack}` : told;
}

/** Parameters of errors that name an option. */
const NAMING = ['option', 'first', 'second'];

/** The library names options by their keys and values by their English words; who types has flags and own words. */
function inFlags(error: unknown, lang: Lang): unknown {
  if (!(error instanceof DemandaError)) return error;
  const parameters = Object.entries(error.parameters as Readonly<Record<string, string | number>>).map(
    ([name, value]) => [
      name,
      NAMING.includes(name) ? flagOf(String(value)) : name === 'allowed' ? valuesIn(String(value), lang) : value,
    ],
  );
  // Of the columns that a file has, the cost has a name of ours.
  if (error.code === 'INSTRUMENT_UNKNOWN') {
    const columns = parameters.find(([name]) => name === 'columns');
    if (columns) columns[1] = String(columns[1]).replace(/(?<=^|, )cost(?=,|$)/, (word) => valuesIn(word, lang));
  }
  return new DemandaError(error.code, Object.fromEntries(parameters) as never, { cause: error });
}
