/** What `history` does with runs besides their errors: notes, log, groups, settings that matter. */

import { errorShare, number } from '../../charts/number-text.ts';
import type { RunNote } from '../../contract/store/runs.ts';
import { type Lang, RUN_GROUPINGS, type RunGrouping } from '../../core/vocabulary.ts';
import { DemandaError } from '../../errors/demanda-error.ts';
import { codeWords, fieldWord } from '../../i18n/code-words.ts';
import type { Translate } from '../../i18n/messages.ts';
import { writeOutput } from '../../workspace/output-file.ts';
import type { Workspace } from '../../workspace.ts';
import { choice, type Options } from '../context.ts';
import { say, sayJson, tell } from '../output.ts';
import { renderTable, wrapped } from '../table.ts';

/** What a command may ask of the runs. */
export interface RunsAsked {
  readonly workspace: Workspace;
  readonly o: Options;
  readonly lang: Lang;
  readonly t: Translate;
}

export async function annotate({ workspace, o, t }: RunsAsked): Promise<void> {
  const note: Partial<RunNote> = {
    ...(typeof o.tags === 'string' && { tags: o.tags.split(',').map((tag) => tag.trim()) }),
    ...(typeof o.note === 'string' && { note: o.note }),
  };
  const kept = await workspace.annotateRun(await runNamed(workspace, o, t), note);
  return o.json ? sayJson(kept) : tell(`${t('noteKept')}\n`);
}

export async function writeLog({ workspace, o, t }: RunsAsked): Promise<void> {
  const runId = await runNamed(workspace, o, t);
  const text = await workspace.runLog(runId);
  if (o.json) return sayJson({ runId, log: text });
  if (typeof o.output !== 'string') return void say(text);
  await writeOutput(o.output, text);
  tell(`${t('written', { file: o.output })}\n`);
}

export async function groups({ workspace, o, lang, t }: RunsAsked): Promise<void> {
  const by =
    (typeof o.by === 'string' && Object.hasOwn(GROUPING_NAMES, o.by) ? GROUPING_NAMES[o.by] : undefined) ??
    (o.by === undefined ? 'merchant' : null);
  if (by === null) throw new DemandaError('USAGE', { detail: t('groupingWrong', { values: t('groupings') }) });
  const document = await workspace.overview.runGroups(await cellsOf(workspace, o), by);
  if (o.json) return sayJson(document);
  const share = (value: number | null): string => (value === null ? '–' : errorShare(lang, value));
  const stops = codeWords(lang).stopReasons as Readonly<Record<string, { readonly status: string }>>;
  say(
    `${renderTable(
      [
        { title: t('groupName') },
        { title: t('groupRuns'), right: true },
        { title: t('groupFailed'), right: true },
        { title: t('groupError'), right: true },
        { title: t('groupSpread'), right: true },
        { title: t('seconds'), right: true },
      ],
      document.groups.map(({ group, runs, failed, error, spread, seconds }) => [
        by === 'outcome' ? (stops[group]?.status ?? group) : group,
        number(lang, runs, 0),
        number(lang, failed, 0),
        share(error),
        share(spread),
        number(lang, seconds, 1),
      ]),
    )}\n`,
  );
}

/** Groupings by every name that they have. */
const GROUPING_NAMES: Readonly<Record<string, RunGrouping>> = {
  ...Object.fromEntries(RUN_GROUPINGS.map((by) => [by, by])),
  comerciante: 'merchant',
  tipo: 'type',
  día: 'day',
  dia: 'day',
  final: 'outcome',
  ajuste: 'spec',
  etiqueta: 'tag',
};

export async function settings({ workspace, o, lang, t }: RunsAsked): Promise<void> {
  const document = await workspace.overview.settingsTried(await cellsOf(workspace, o));
  if (o.json) return sayJson(document);
  if (document.settings.length === 0) return void say(`${t('settingsNone')}\n`);
  const share = (value: number): string => errorShare(lang, value);
  say(
    `${renderTable(
      [
        { title: t('settingField') },
        { title: t('settingShare'), right: true },
        { title: t('settingFloor'), right: true },
        { title: t('settingTells') },
      ],
      document.settings.map(({ field, share: part, floor, tells }) => [
        fieldWord(field, lang),
        share(part),
        share(floor),
        t(tells ? 'yes' : 'no'),
      ]),
    )}\n${wrapped(t('settingsMethod', { cells: document.cells, tried: document.tried }))}\n`,
  );
}

/** Names as they are typed are found as everywhere; a name that is not there is refused. */
async function cellsOf(workspace: Workspace, o: Options): Promise<{ merchant?: string; product?: string }> {
  const { merchant, product } = await workspace.choiceNamed(choice(o));
  return { ...(merchant !== undefined && { merchant }), ...(product !== undefined && { product }) };
}

/** The run that was named, by its id or by the first letters that the list shows. @throws DemandaError USAGE */
export async function runNamed(workspace: Workspace, o: Options, t: Translate): Promise<string> {
  if (typeof o.run !== 'string' || o.run === '') throw new DemandaError('USAGE', { detail: t('needRun') });
  const wanted = o.run;
  const { runs } = await workspace.historyList({});
  const found = runs.filter(({ runId }) => runId.startsWith(wanted)).map(({ runId }) => runId);
  if (found.includes(wanted)) return wanted;
  if (found.length > 1)
    throw new DemandaError('USAGE', { detail: t('runSeveral', { run: wanted, runs: found.join(', ') }) });
  return found[0] ?? wanted;
}
