/** The command line: parses, calls the workspace, prints. No logic of its own. */

import { type Command, CommanderError } from 'commander';
import { type CellName, cellKey } from '../contract/cell-name.ts';
import type { Lang } from '../core/vocabulary.ts';
import { FLAG_WORDS } from '../i18n/catalogue.ts';
import { chooseLang, type Translate, translator } from '../i18n/messages.ts';
import { chosenLocation, messageOf, Workspace } from '../workspace.ts';
import { normalizedArguments, optionValue, partShared } from './arguments.ts';
import { migrated } from './context.ts';
import { helpOf } from './help.ts';
import { endInOneSentence, sentenceOf } from './last-resort.ts';
import type { MenuCell } from './menu.ts';
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
        cells: () => menuCells(args),
        commands: commandsOf(program, lang),
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

/** Cells that the menu lists: beyond them a name is typed. */
const MOST_LISTED = 10_000;

/** What the menu offers: cells with a model, the one trained last first, then those with sales alone, by name. */
async function menuCells(args: readonly string[]): Promise<readonly MenuCell[]> {
  const found = await peek(args, async (workspace) => {
    const { models } = await workspace.models();
    const sold: CellName[] = [];
    for (let cursor: string | null | undefined; cursor !== null && sold.length < MOST_LISTED; ) {
      const page: Awaited<ReturnType<Workspace['overview']['list']>> = await workspace.overview.list(
        {},
        'merchant',
        'asc',
        { limit: 1_000, ...(cursor !== undefined && { cursor }) },
      );
      sold.push(...page.items);
      cursor = page.nextCursor;
    }
    return { models, sold };
  });
  const cells = new Map<string, MenuCell>();
  const newestFirst = [...(found?.models ?? [])].sort((a, b) => b.trainedAt.localeCompare(a.trainedAt));
  for (const cell of newestFirst) cells.set(cellKey(cell), { ...nameOf(cell), trained: true });
  for (const cell of found?.sold ?? [])
    if (!cells.has(cellKey(cell))) cells.set(cellKey(cell), { ...nameOf(cell), trained: false });
  return [...cells.values()];
}

function nameOf({ merchant, product }: CellName): CellName {
  return { merchant, product };
}

/** Every command by its name in the user's language, but the menu's own help. */
function commandsOf(program: Command, lang: Lang): { name: string; about: string }[] {
  return program.commands.map((command) => {
    const [alias = command.name()] = FLAG_WORDS[lang].byAlias ? command.aliases() : [];
    return { name: alias, about: command.description() };
  });
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
