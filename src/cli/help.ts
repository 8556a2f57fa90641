/** How help is shown: in the user's language. */

import type { Command, Help, Option } from 'commander';
import type { Lang } from '../core/vocabulary.ts';
import { FLAG_WORDS } from '../i18n/catalogue.ts';
import { type MessageKey, type Translate, translator } from '../i18n/messages.ts';
import { flagsIn } from './arguments.ts';

/** Commander's words. */
const TITLES: Readonly<Record<string, MessageKey>> = {
  'Usage:': 'usage',
  'Options:': 'helpOptions',
  'Commands:': 'helpCommands',
  'Arguments:': 'helpArguments',
};
const ARGUMENTS: Readonly<Record<string, MessageKey>> = {
  file: 'argumentFile',
  files: 'argumentFiles',
  action: 'argumentAction',
  names: 'argumentNames',
  target: 'argumentTarget',
  command: 'argumentCommand',
  folder: 'argumentFolder',
};

/** What an argument is called in the user's language. */
export function argumentWord(name: string, t: Translate): string {
  const key = ARGUMENTS[name];
  return key === undefined ? name : t(key);
}

/**
 * @param program another program's name for a command of demanda; options of other languages are written with `_`, as
 * in
 * the original system
 */
export function helpOf(lang: Lang, { program = null as string | null } = {}): Partial<Help> {
  const t = translator(lang);
  const flags = (text: string): string => {
    const own = flagsIn(text, lang);
    return program === null || own === text ? own : own.replace(/(?<=[a-záéíóúñ])-(?=[a-z])/g, '_');
  };
  const options = t('helpTakesOptions');
  const names = (command: Command): string => {
    const [alias] = command.aliases();
    const both = alias === undefined || alias === command.name() ? [command.name()] : [command.name(), alias];
    return (FLAG_WORDS[lang].byAlias ? both.reverse() : both).join('|');
  };
  const taken = (command: Command): string => {
    const shown = command.registeredArguments.map((argument) => {
      const name = argumentWord(argument.name(), t);
      return argument.required ? `<${name}${argument.variadic ? '...' : ''}>` : `[${name}]`;
    });
    return shown.map((argument) => ` ${argument}`).join('');
  };
  return {
    styleTitle: (title) => (TITLES[title] === undefined ? title : t(TITLES[title])),
    optionTerm: (option: Option) => flags(option.flags),
    // Names alone leave room for what each command does on a terminal of 80 columns.
    subcommandTerm: names,
    commandUsage: (command) => {
      if (program !== null) return `${program} ${options}`;
      if (command.parent === null) return `${command.name()} ${t('helpTakesCommand')} ${options}`;
      return `${command.parent.name()} ${names(command)} ${options}${taken(command)}`;
    },
  };
}
