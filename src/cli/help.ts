/** How help is shown: in the user's language, with the defaults that the code has. */

import type { Command, Help, Option } from 'commander';
import type { Lang } from '../contract/words.ts';
import { ASSUMED_DAILY_QUANTITY } from '../core/pricing/cold-start.ts';
import { DEFAULT_GUARDRAILS } from '../core/pricing/guardrails.ts';
import { DEFAULT_PATIENCE, DEFAULT_TRAINING } from '../core/training/training.ts';
import { DEFAULT_BACKTEST, DEFAULT_CHECKPOINT_EVERY, DEFAULT_HORIZON_DAYS } from '../workspace.ts';
import { spanishFlags } from './arguments.ts';

/** Defaults that the words of options name in braces. */
export const OPTION_DEFAULTS: Readonly<Record<string, string | number>> = {
  defaultIterations: DEFAULT_TRAINING.iterations,
  defaultSimulatedRows: DEFAULT_TRAINING.simulatedRows,
  defaultSearchEvery: DEFAULT_TRAINING.searchEvery,
  defaultSeed: DEFAULT_TRAINING.seed,
  defaultPatience: DEFAULT_PATIENCE,
  defaultCheckpointEvery: DEFAULT_CHECKPOINT_EVERY,
  defaultHorizon: DEFAULT_HORIZON_DAYS,
  defaultOrigins: DEFAULT_BACKTEST.origins,
  defaultStep: DEFAULT_BACKTEST.stepDays,
  defaultMinRows: DEFAULT_BACKTEST.minRows,
  defaultDailyQuantity: ASSUMED_DAILY_QUANTITY,
  defaultMaxChange: DEFAULT_GUARDRAILS.maxChange ?? 'off',
  defaultTriedRange: DEFAULT_GUARDRAILS.triedRangeMargin ?? 'off',
};

const SPANISH_TITLES: Readonly<Record<string, string>> = { 'Usage:': 'Uso:', 'Options:': 'Opciones:', 'Commands:': 'Órdenes:', 'Arguments:': 'Argumentos:' };

/** @param program another program's name for a command of demanda; its Spanish options are written with `_`, as in the original system */
export function helpOf(lang: Lang, { program = null as string | null } = {}): Partial<Help> {
  const flags = (text: string): string => {
    if (lang === 'en') return text;
    const spanish = spanishFlags(text);
    return program === null ? spanish : spanish.replace(/(?<=[a-záéíóúñ])-(?=[a-z])/g, '_');
  };
  const options = lang === 'es' ? '[opciones]' : '[options]';
  const names = (command: Command): string => {
    const [alias] = command.aliases();
    const both = alias === undefined || alias === command.name() ? [command.name()] : [command.name(), alias];
    return (lang === 'es' ? both.reverse() : both).join('|');
  };
  const taken = (command: Command): string => {
    const shown = command.registeredArguments.map((argument) => {
      const name = lang === 'es' ? (SPANISH_ARGUMENTS[argument.name()] ?? argument.name()) : argument.name();
      return argument.required ? `<${name}${argument.variadic ? '...' : ''}>` : `[${name}]`;
    });
    return shown.map((argument) => ` ${argument}`).join('');
  };
  return {
    styleTitle: (title) => (lang === 'es' ? (SPANISH_TITLES[title] ?? title) : title),
    optionTerm: (option: Option) => flags(option.flags),
    // Names alone leave room for what each command does on a terminal of 80 columns.
    subcommandTerm: names,
    commandUsage: (command) => {
      if (program !== null) return `${program} ${options}`;
      if (command.parent === null) return `${command.name()} ${lang === 'es' ? '[orden]' : '[command]'} ${options}`;
      return `${command.parent.name()} ${names(command)} ${options}${taken(command)}`;
    },
  };
}

const SPANISH_ARGUMENTS: Readonly<Record<string, string>> = { files: 'archivos', action: 'acción', target: 'objeto', command: 'orden' };
