/** The command line: parses, calls the workspace, prints. No logic of its own. */

import { type Command, CommanderError } from 'commander';
import type { Lang } from '../core/vocabulary.ts';
import { chooseLang, type Translate, translator } from '../i18n/messages.ts';
import { chosenLocation, messageOf, Workspace } from '../workspace.ts';
import { normalizedArguments, optionValue, partShared } from './arguments.ts';
import { migrated } from './context.ts';
import { helpOf } from './help.ts';
import { endInOneSentence, sentenceOf } from './last-resort.ts';
import { tell } from './output.ts';
import { buildProgram } from './program.ts';
import { watchOutput } from './standard-output.ts';

export { endInOneSentence };

/** Options that say where the workspace lies. */
const PLACES = /^--(workspace|database)(=|$)/;

/** Runs one command and sets the exit code: 0 done, 1 failed, 2 usage, 3 some cells failed, 130 interrupted. */
export async function main(argv: readonly string[], { menu = false } = {}): Promise<void> {
  const args = normalizedArguments(argv);
  const lang = chooseLang(optionValue(args, '--lang') ?? (await settledLang(args)), process.env);
  watchOutput(lang);
  for (const words of earlierMigrations.splice(0)) tell(`${words(translator(lang))}\n`);
  const program = buildProgram(lang);
  try {
    const onTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
    const { shared, rest: given, operands } = partShared(args);
    const rest = given[0] === 'ayuda' ? ['help', ...given.slice(1)] : given;
    if (menu || (rest.length === 0 && onTerminal)) {
      const { showMenu } = await import('./menu.ts');
      const places = [
        '--lang',
        lang,
        ...shared.filter((arg, i) => PLACES.test(arg) || PLACES.test(shared[i - 1] ?? '')),
      ];
      await showMenu(translator(lang), {
        run: (chosen) => main([...chosen, ...places]),
        trained: () => trainedCells(args),
      });
    } else if (rest.length === 0) program.outputHelp();
    else
      await program.parseAsync([...rest, ...(rest[0]?.startsWith('-') ? [] : shared), ...operands], { from: 'user' });
  } catch (error) {
    report(error, lang);
  }
}

/** Says what went wrong and sets the exit code. */
export function report(error: unknown, lang: Lang): void {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2;
    return;
  }
  tell(`${sentenceOf(error, lang)}\n`);
  process.exitCode = messageOf(error, lang).exit;
}

/** Migrations before the language was known, which is in the workspace that they opened. */
const earlierMigrations: ((t: Translate) => string)[] = [];

/** The help of one command under another program's name, whose options are written with `_`. */
export function commandHelp(name: string, program: string, lang: Lang): string {
  const command = buildProgram(lang).commands.find((c) => c.name() === name) as Command;
  return command.configureHelp({ ...command.configureHelp(), ...helpOf(lang, { program }) }).helpInformation();
}

/** The language set with `demanda settings --lang` in the workspace that the command will use. */
async function settledLang(args: readonly string[]): Promise<string | undefined> {
  return peek(args, async (workspace) => (await workspace.settings()).lang);
}

/** Cells with a model, the one trained last first: what the menu offers. */
async function trainedCells(
  args: readonly string[],
): Promise<readonly { readonly merchant: string; readonly product: string }[]> {
  const models = await peek(args, async (workspace) => (await workspace.models()).models);
  return [...(models ?? [])].sort((a, b) => b.trainedAt.localeCompare(a.trainedAt));
}

/** Looks into the workspace that the command will use; undefined where there is none yet. */
async function peek<T>(args: readonly string[], look: (workspace: Workspace) => Promise<T>): Promise<T | undefined> {
  const [workspace, database] = [optionValue(args, '--workspace'), optionValue(args, '--database')];
  try {
    const location = chosenLocation({ workspace, database }, process.env);
    const place = location.database ?? location.folder;
    if (!Workspace.exists(place)) return undefined;
    const opened = await Workspace.open(place, {
      onMigration: (migration) => earlierMigrations.push((t) => migrated(migration, t)),
    });
    try {
      return await look(opened);
    } finally {
      await opened.close();
    }
  } catch {
    // The command itself opens the workspace next, and says what is wrong with it.
    return undefined;
  }
}
