/** `history` and `compare`: error histories and models side by side. */

import { errorShare, number } from '../../charts/number-text.ts';
import type { CellName } from '../../contract/cell-name.ts';
import { csvTable } from '../../contract/data-table.ts';
import { momentWord } from '../../contract/date-words.ts';
import type { HistoryAnalysisDocument, HistoryListDocument } from '../../contract/documents.ts';
import { visibleText } from '../../contract/visible-text.ts';
import { type Lang, PICTURE_FORMATS } from '../../core/vocabulary.ts';
import { DemandaError } from '../../errors/demanda-error.ts';
import { codeWords, fieldValue, fieldWord, horizonWord } from '../../i18n/code-words.ts';
import type { MessageKey, Translate } from '../../i18n/messages.ts';
import { writeOutput } from '../../workspace/output-file.ts';
import { comparisonTable, errorHistoryTable, finiteOrNull, runsTable } from '../../workspace/tables/list-tables.ts';
import type { Workspace } from '../../workspace.ts';
import { actionNamed } from '../action-named.ts';
import { type CommandContext, cellOptions, choice, type Options } from '../context.ts';
import { say, sayJson, sayLines, tell } from '../output.ts';
import { renderTable } from '../table.ts';
import { exportTable, tableOptions, wantedCsv, wantedFile } from '../table-export.ts';
import { annotate, groups, runNamed, settings, writeLog } from './history-runs.ts';

type Action = 'list' | 'analyze' | 'export' | 'note' | 'log' | 'groups' | 'settings';
const ACTIONS: Readonly<Record<string, Action>> = {
  list: 'list',
  listar: 'list',
  analyze: 'analyze',
  analizar: 'analyze',
  export: 'export',
  exportar: 'export',
  note: 'note',
  anotar: 'note',
  log: 'log',
  registro: 'log',
  groups: 'groups',
  grupos: 'groups',
  settings: 'settings',
  ajustes: 'settings',
};

const OF_RUNS = { note: annotate, log: writeLog, groups, settings } as const;

export function addHistory({ command, lang, t, withWorkspace }: CommandContext): void {
  tableOptions(cellOptions(command('history [action]', 'historial', 'cmdHistory'), t), t)
    .option('--run <id>', t('optRun'))
    .option('--csv <file>', t('optCsv'))
    .option('--search <words>', t('optRunSearch'))
    .option('--tag <tag>', t('optTag'))
    .option('--tags <tags>', t('optTags'))
    .option('--note <text>', t('optNote'))
    .option('--by <grouping>', t('optBy', { values: t('groupings') }))
    .option('--output <file>', t('optFile'))
    .action((action: string | undefined, o: Options) =>
      withWorkspace(o, async (workspace) => {
        const act = actionNamed(ACTIONS, action ?? 'list', t);
        if (act !== 'list' && act !== 'analyze' && act !== 'export') return OF_RUNS[act]({ workspace, o, lang, t });
        if (act === 'list') {
          const wanted = wantedCsv(o);
          const document = await workspace.historyList({
            ...choice(o),
            ...(typeof o.search === 'string' && { search: o.search }),
            ...(typeof o.tag === 'string' && { tag: o.tag }),
          });
          await exportTable(wanted, (view) => runsTable(document.runs, view), { ...document, lang, t });
          return o.json ? sayJson(document) : void say(`${runTable(document, lang, t)}\n`);
        }
        const { merchant, product } = choice(o);
        if (merchant === undefined || product === undefined) throw new DemandaError('USAGE', { detail: t('needCell') });
        const run = o.run === undefined ? undefined : await runNamed(workspace, o, t);
        if (act === 'analyze') {
          const document = await workspace.historyAnalyze(merchant, product, run);
          return o.json ? sayJson(document) : void say(`${analysisText(document, lang, t)}\n`);
        }
        const { run: found, history } = await workspace.history(merchant, product, run);
        if (o.json) {
          const points = Array.from(history.iterations, (iteration, i) => ({
            iteration,
            ...Object.fromEntries(history.metrics.map((metric, m) => [metric, finiteOrNull(history.values[m]?.[i])])),
          }));
          return sayJson({
            ...(await workspace.historyAnalyze(merchant, product, found.runId)),
            points,
            events: history.events,
          });
        }
        const { currency } = await workspace.historyList({ merchant, product });
        const wanted = wantedCsv(o);
        if (wanted === null)
          return sayLines(
            Array.from(
              csvTable(errorHistoryTable(history, { style: 'machine', lang, currency }), 'machine', lang),
              (line) => line.trimEnd(),
            ),
          );
        await exportTable(wanted, (view) => errorHistoryTable(history, view), { currency, lang, t });
      }),
    );
}

export function addCompare({ command, lang, t, withWorkspace }: CommandContext): void {
  tableOptions(command('compare', 'comparar', 'cmdCompare'), t)
    .option('--models <names>', t('optModels'))
    .option('--svg <file>', t('optFile'))
    .option('--png <file>', t('optFile'))
    .option('--html <file>', t('optFile'))
    .option('--csv <file>', t('optCsv'))
    .action((o: Options) =>
      withWorkspace(o, async (workspace) => {
        const wanted = wantedFile(o);
        const document = await workspace.compare(
          await modelNames(typeof o.models === 'string' ? o.models : '', workspace, t),
        );
        await exportTable(
          wanted,
          (view) =>
            comparisonTable(
              document,
              horizonWord(
                document.models.map(({ recommendation }) => recommendation),
                lang,
              ),
              view,
            ),
          {
            ...document,
            lang,
            t,
          },
        );
        if (o.json) return sayJson(document);
        let wrote = wanted !== null;
        for (const format of PICTURE_FORMATS) {
          const file = o[format];
          if (typeof file !== 'string') continue;
          const { renderComparison } = await import('../../charts/cell-charts.ts');
          await writeOutput(file, await renderComparison(document, lang, format));
          tell(`${t('written', { file })}\n`);
          wrote = true;
        }
        if (wrote) return;
        const { terminalComparison } = await import('../../charts/terminal.ts');
        say(`${terminalComparison(document, lang)}\n`);
      }),
    );
}

/** "MiTienda:Carne,MiTienda:Pescado" → merchants and products. */
async function modelNames(text: string, workspace: Workspace, t: Translate): Promise<CellName[]> {
  return (await workspace.cellsNamed(text)).map((cell) => {
    if (typeof cell === 'string') throw new DemandaError('USAGE', { detail: t('modelName', { name: cell }) });
    return cell;
  });
}

function runTable({ runs }: HistoryListDocument, lang: Lang, t: Translate): string {
  if (runs.length === 0) return t('noHistories');
  const simulated = runs.some((run) => run.errorKind === 'simulated');
  // The note's mark has a place of its own, so that figures stay below each other.
  const mark = (run: HistoryListDocument['runs'][number]): string =>
    run.errorKind === 'simulated' ? ' *' : simulated ? '  ' : '';
  const tagged = runs.some(({ tags, note }) => tags.length > 0 || note !== '');
  return renderTable(
    [
      { title: t('run') },
      { title: t('merchant') },
      { title: t('product') },
      { title: t('status') },
      { title: t('iterations'), right: true },
      { title: t('points'), right: true, spare: 3 },
      { title: t('bestError'), right: true, spare: 1 },
      { title: t('lastError'), right: true },
      { title: t('seconds'), right: true, spare: 2 },
      { title: t('startedAt'), spare: 4 },
      ...(tagged ? [{ title: t('tags'), spare: 5 }] : []),
    ],
    runs.map((run) => [
      run.runId.slice(0, 8),
      run.merchant,
      run.product,
      run.status === 'running' ? t('statusRunning') : codeWords(lang).stopReasons[run.stopReason].status,
      number(lang, run.iterations, 0),
      number(lang, run.points, 0),
      `${errorShare(lang, run.bestError)}${mark(run)}`,
      `${errorShare(lang, run.lastError)}${mark(run)}`,
      number(lang, run.seconds, 1),
      momentWord(run.startedAt, lang),
      ...(tagged ? [[run.tags.join(', '), run.note].filter((part) => part !== '').join(' · ')] : []),
    ]),
  ).concat(simulated ? `\n* ${t('simulatedNote')}` : '');
}

function analysisText(analysis: HistoryAnalysisDocument, lang: Lang, t: Translate): string {
  const share = (value: number | null): string => errorShare(lang, value);
  const count = (value: number | null): string => (value === null ? '–' : number(lang, value, 0));
  const rows: [string, string][] = [
    [t('points'), count(analysis.points)],
    [t('firstError'), share(analysis.firstError)],
    [
      t('bestError'),
      `${share(analysis.bestError)} (${t('atIteration', { iteration: count(analysis.bestIteration) })})`,
    ],
    [t('lastError'), share(analysis.lastError)],
    ...(analysis.converged === null
      ? []
      : [[t('convergedQuestion'), t(analysis.converged ? 'convergedYes' : 'convergedNo')] as [string, string]]),
    [t('improvementPer1000'), fallWords(analysis.improvementPer1000, lang, t)],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = [
    visibleText(`${analysis.merchant} · ${analysis.product}`),
    ...(analysis.errorKind === 'simulated' ? [t('simulatedNote')] : []),
    ...rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`),
  ];
  if (analysis.searchRounds.length > 0) {
    lines.push(t('searchRounds'));
    for (const round of analysis.searchRounds) {
      const changes = round.changes
        .map(
          ({ field, from, to }) =>
            `${fieldWord(field, lang)} ${fieldValue(field, from, lang)} → ${fieldValue(field, to, lang)}`,
        )
        .join(', ');
      // A round that changed nothing bought nothing, whatever the error did meanwhile.
      const what = round.adopted
        ? `${share(round.errorBefore)} → ${share(round.errorAfter)}  ${changes}`
        : t('nothingAdopted');
      lines.push(`  ${count(round.iteration).padStart(9)}  ${what}`);
    }
  }
  const { code, iterations } = analysis.advice;
  lines.push(t(ADVICE_WORDS[code], { iterations: count(iterations) }));
  return lines.join('\n');
}

/** Percentage points that an error fell by: below a hundredth there is nothing to tell. */
function fallWords(fall: number | null, lang: Lang, t: Translate): string {
  if (fall === null) return '–';
  const points = fall * 100;
  return Math.abs(points) < 0.01
    ? t('noFall', { least: number(lang, 0.01, 2) })
    : t('percentPoints', { points: number(lang, points, 2) });
}

const ADVICE_WORDS: Readonly<Record<HistoryAnalysisDocument['advice']['code'], MessageKey>> = {
  ENOUGH: 'adviceEnough',
  KEEP_TRAINING: 'adviceKeep',
  NOT_FINITE: 'adviceNotFinite',
  NO_ERROR: 'adviceNoError',
};
