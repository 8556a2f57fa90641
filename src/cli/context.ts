/** What every command is made with: its language, the options that all have, and the workspace that it works on. */

import { type Command, Option } from 'commander';
import { CELLS } from '../contract/options/cells.ts';
import type { OptionsOf } from '../contract/options/option.ts';
import type { Lang } from '../core/vocabulary.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { type MessageKey, type Translate, translator } from '../i18n/messages.ts';
import { systemUser } from '../workspace/actors.ts';
import { chosenLocation, type Migration, Workspace, type WorkspaceLocation } from '../workspace.ts';
import { optionsIn } from './arguments.ts';
import { addOptions, flagOf, readOptions } from './options.ts';
import { tell } from './output.ts';

/** Options of every command, as commander gives them. */
export interface Shared {
  readonly workspace?: string;
  readonly database?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

export type Options = Shared & Record<string, string | boolean | undefined>;

export interface CommandContext {
  readonly lang: Lang;
  readonly t: Translate;
  /** Begins a command with the options of every command. @param alias its Spanish name */
  command(name: string, alias: string | null, about: MessageKey): Command;
  /** Opens the workspace that the options name, and closes it behind the work. */
  withWorkspace(options: Shared, work: (workspace: Workspace) => Promise<void>): Promise<void>;
}

export function commandContext(program: Command, lang: Lang, t: Translate): CommandContext {
  return {
    lang,
    t,
    command(name, alias, about) {
      const made = program.command(name).description(t(about)).exitOverride();
      if (alias) made.alias(alias);
      return made
        .addOption(new Option('--lang <es|en>', t('optLang')))
        .option('--workspace <dir>', t('optWorkspace'))
        .option('--database <address>', t('optDatabase'))
        .option('--json', t('optJson'))
        .option('--quiet', t('optQuiet'));
    },
    withWorkspace: (options, work) => withWorkspace(options, lang, work),
  };
}

/** Options that choose cells. */
export function cellOptions(command: Command, t: Translate): Command {
  return addOptions(command, CELLS, t).option('--all', t('optAll'));
}

export function choice(o: Readonly<Record<string, unknown>>): OptionsOf<typeof CELLS> {
  return readOptions(CELLS, o);
}

export function requireCells(o: Readonly<Record<string, unknown>>, t: Translate): void {
  if (!o.all && o.merchant === undefined && o.product === undefined && o.productType === undefined)
    throw new DemandaError('USAGE', { detail: t('needCells') });
}

/** Where the workspace of a command lies. @throws DemandaError DATABASE_ADDRESS */
export function locationOf(options: Shared): WorkspaceLocation {
  return chosenLocation(options, process.env);
}

/** What is said of a workspace that an earlier version made. */
export function migrated({ copy, from, to }: Migration, t: Translate): string {
  return copy === null ? t('migrated', { from, to }) : t('migratedWithCopy', { from, to, copy });
}

async function withWorkspace(
  options: Shared,
  lang: Lang,
  work: (workspace: Workspace) => Promise<void>,
): Promise<void> {
  const onMigration = (migration: Migration): void => tell(`${migrated(migration, translator(lang))}\n`);
  const { database, folder } = locationOf(options);
  const workspace = await Workspace.open(database ?? folder, {
    folder,
    lang,
    actor: systemUser('command'),
    onMigration,
    optionName: (option) => optionsIn(flagOf(option), lang),
  });
  try {
    await work(workspace);
  } finally {
    await workspace.close();
  }
}
