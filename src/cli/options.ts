/** Options of contract/options as the command line has them: flags with their help, and values read from them. */

import { type Command, Option as Flag } from 'commander';
import { CELLS } from '../contract/options/cells.ts';
import { refusalOf } from '../contract/options/check-options.ts';
import { READ_FILE, READ_OWN_FILE } from '../contract/options/import.ts';
import type { Option, Options, OptionsOf } from '../contract/options/option.ts';
import { BACKTEST, FORECAST, GUARDRAIL_OPTIONS, RECOMMEND } from '../contract/options/price.ts';
import { PROMOTION_DAYS, PROMOTIONS } from '../contract/options/promotions.ts';
import { WORKSPACE_SETTINGS } from '../contract/options/settings.ts';
import { COLLECT, LEARN, PREPARE, SHARD } from '../contract/options/shards.ts';
import { MARKDOWN, ORDER } from '../contract/options/stock.ts';
import { COLD_START, RESUME, TRAIN } from '../contract/options/train.ts';
import { typedNumber, typedShare, typedWhole, typedWord } from '../contract/typed-number.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import type { MessageKey, Translate } from '../i18n/messages.ts';
import { englishValue } from './arguments.ts';

/** Adds options whose help the catalogues have: one that they lack does not compile. */
export function addOptions(command: Command, options: Options<MessageKey>, t: Translate): Command {
  for (const option of Object.values(options)) {
    const taken = option.orOff ? option.taken?.replace('>', '|off>') : option.taken;
    const flag = new Flag(taken == null ? option.flag : `${option.flag} ${taken}`);
    flag.description = t(option.help, { usual: String(option.usual ?? 'off') });
    if (option.kind === 'texts' || option.kind === 'shares' || option.kind === 'pairs') flag.argParser(joined);
    command.addOption(flag);
  }
  return command;
}

/** Name under which commander keeps a flag: `--price-ending` is priceEnding. */
export function keptName(flag: string): string {
  return flag.slice(2).replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** Values that were given. @throws DemandaError naming the flag of the first one that is refused */
export function readOptions<O extends Options>(options: O, given: Readonly<Record<string, unknown>>): OptionsOf<O> {
  const read: Record<string, unknown> = {};
  for (const [name, option] of Object.entries(options)) {
    const typed = given[keptName(option.flag)];
    if (typed === undefined) continue;
    const value = option.orOff && englishValue(String(typed)) === 'off' ? null : typedValue(option, typed);
    const refusal = refusalOf(option, value, option.flag);
    if (refusal) throw asTyped(refusal, typed);
    read[name] = value;
  }
  return read as OptionsOf<O>;
}

const INSTRUMENT_WORDS: readonly string[] = ['none', 'cost'];

/** The value that a text of the command line stands for, not yet checked. */
function typedValue(option: Option, typed: unknown): unknown {
  const text = String(typed);
  switch (option.kind) {
    case 'whole':
      return typedWhole(text);
    case 'amount':
      // A markup is a share that may be above 1.
      return option.taken === '<share>' ? typedShare(text) : typedNumber(text);
    case 'quantity':
      return typedNumber(text);
    case 'shares':
      return list(text).map((part) => typedShare(part.endsWith('%') ? part : `${part}%`));
    case 'share':
      return typedShare(text);
    case 'one of':
      return option.of.includes(englishValue(text)) ? englishValue(text) : typedWord(text, option.of);
    case 'text':
      // Column names but for two words: none, and the cost that every file may have.
      return option.flag === TRAIN.instrument.flag && INSTRUMENT_WORDS.includes(englishValue(text))
        ? englishValue(text)
        : text;
    case 'periods':
      return text;
    case 'texts':
      return list(text);
    case 'pairs':
      return pairs(text, option.flag);
    case 'switch':
      return typed;
  }
}

/** A refusal that shows what was typed, not what it was read as. */
function asTyped({ code, parameters }: DemandaError, typed: unknown): DemandaError {
  return new DemandaError(code, { ...parameters, ...('value' in parameters && { value: String(typed) }) } as never);
}

/** A list that is given in several options is one list: none of them may be lost. */
export function joined(value: string, before: string | undefined): string {
  return before === undefined ? value : `${before},${value}`;
}

function list(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function pairs(text: string, option: string): Record<string, string> {
  const map: Record<string, string> = {};
  for (const part of list(text)) {
    const equals = part.indexOf('=');
    if (equals < 1) throw new DemandaError('OPTION_MAP', { option, value: part });
    map[part.slice(0, equals).trim()] = part.slice(equals + 1).trim();
  }
  return map;
}

/** The library names options by their keys; who types has flags. */
export function flagOf(option: string): string {
  return FLAGS.get(option) ?? option;
}

const FLAGS: ReadonlyMap<string, string> = new Map(
  [
    ...[TRAIN, RESUME, COLD_START, RECOMMEND, FORECAST, BACKTEST, GUARDRAIL_OPTIONS, ORDER, MARKDOWN],
    ...[PROMOTIONS, { lengths: PROMOTION_DAYS }],
    ...[CELLS, READ_FILE, READ_OWN_FILE, WORKSPACE_SETTINGS, PREPARE, LEARN, SHARD, COLLECT],
  ].flatMap((options) => Object.entries<Option>(options).map(([name, { flag }]) => [name, flag] as const)),
);
