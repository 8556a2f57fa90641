/** `demanda schedule`: trainings that start again and again. */

import { text } from '../../contract/options/option.ts';
import { TRAIN } from '../../contract/options/train.ts';
import type { Lang } from '../../core/vocabulary.ts';
import { DemandaError } from '../../errors/demanda-error.ts';
import type { Translate } from '../../i18n/messages.ts';
import type { Workspace } from '../../workspace.ts';
import { actionNamed } from '../action-named.ts';
import { optionsIn } from '../arguments.ts';
import { type CommandContext, cellOptions, choice, type Options, requireCells } from '../context.ts';
import { addOptions, readOptions } from '../options.ts';
import { say, sayJson } from '../output.ts';
import { renderTable } from '../table.ts';

const ACTIONS: Readonly<Record<string, 'add' | 'list' | 'remove'>> = {
  add: 'add',
  agregar: 'add',
  list: 'list',
  listar: 'list',
  remove: 'remove',
  quitar: 'remove',
};
/** What may be planned. */
const COMMANDS: Readonly<Record<string, 'train' | 'watch'>> = {
  train: 'train',
  entrenar: 'train',
  watch: 'watch',
  vigilar: 'watch',
};
const TIMEZONE = {
  timezone: text({ flag: '--timezone', taken: '<zone>', help: 'optScheduleZone', most: 60 }),
} as const;

export function addSchedule({ command, lang, t, withWorkspace }: CommandContext): void {
  const made = cellOptions(command('schedule [action] [target] [command]', 'programar', 'cmdSchedule'), t);
  addOptions(made, { ...TRAIN, ...TIMEZONE }, t).action(
    (action: string | undefined, target: string | undefined, named: string | undefined, o: Options) =>
      withWorkspace(o, (workspace) => scheduleCommand(workspace, { action, target, named }, o, lang, t)),
  );
}

/** @throws DemandaError USAGE, OPTION_MISSING, and what the schedules of a workspace throw */
async function scheduleCommand(
  workspace: Workspace,
  {
    action = 'list',
    target,
    named,
  }: {
    readonly action?: string | undefined;
    readonly target?: string | undefined;
    readonly named?: string | undefined;
  },
  o: Options,
  lang: Lang,
  t: Translate,
): Promise<void> {
  const act = actionNamed(ACTIONS, action, t);
  const { schedules } = workspace;
  if (act !== 'list' && target === undefined)
    throw new DemandaError('OPTION_MISSING', { option: act === 'add' ? 'CRON' : 'ID' });
  let document: Awaited<ReturnType<typeof schedules.list>>;
  if (act === 'list') document = await schedules.list();
  else if (act === 'remove') document = await schedules.remove(target as string);
  else {
    if (named === undefined) throw new DemandaError('OPTION_MISSING', { option: t('scheduledCommand') });
    const watch = actionNamed(COMMANDS, named, t) === 'watch';
    if (!watch) requireCells(o, t);
    const { timezone } = readOptions(TIMEZONE, o);
    document = await schedules.add({
      cron: target as string,
      ...(timezone !== undefined && { timezone }),
      choice: choice(o),
      options: readOptions(TRAIN, o),
      watch,
    });
  }
  if (o.json) return sayJson(document);
  if (document.schedules.length === 0) return say(`${t('schedulesNone')}\n`);
  const rows = document.schedules.map(({ id, cron, timezone, choice: chosen, options, watch }) => [
    id,
    cron,
    timezone,
    optionsIn(`${watch ? t('scheduleWatch') : 'train'} ${flagsOf(chosen, options)}`, lang),
  ]);
  say(
    `${renderTable(
      [
        { title: 'ID', right: true },
        { title: t('scheduleWhen') },
        { title: t('scheduleZone') },
        { title: t('scheduleWhat'), spare: 1 },
      ],
      rows,
    )}\n`,
  );
}

/** As the command line takes them. */
function flagsOf(...chosen: readonly object[]): string {
  const flags = chosen.flatMap((options) =>
    Object.entries(options).map(([name, value]) => {
      const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
      return value === true ? flag : `${flag} ${String(value)}`;
    }),
  );
  return flags.length === 0 ? '--all' : flags.join(' ');
}
