/** `history` and `compare`: error histories and models side by side. */

import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { csvCell } from '../contract/csv.ts';
import type { HistoryAnalysisDocument, HistoryListDocument } from '../contract/documents.ts';
import { fieldValue, fieldWord, type Lang } from '../contract/words.ts';
import { nearestName } from '../data/columns.ts';
import { DemandaError } from '../errors.ts';
import type { MessageKey, Translate } from '../i18n/messages.ts';
import type { Workspace } from '../workspace.ts';
import { errorShare, number } from './price-list.ts';
import { renderTable } from './table.ts';

type Options = { readonly workspace?: string; readonly json?: boolean; readonly quiet?: boolean } & Record<string, string | boolean | undefined>;

/** What these commands share with the others. */
export interface CommandHouse {
  readonly lang: Lang;
  readonly t: Translate;
  readonly withWorkspace: (options: Options, work: (workspace: Workspace) => Promise<void>) => Promise<void>;
  readonly choice: (options: Options) => { merchant?: string; product?: string };
  readonly print: (document: unknown) => void;
}

const ACTIONS: Readonly<Record<string, 'list' | 'analyze' | 'export'>> = {
  list: 'list',
  listar: 'list',
  analyze: 'analyze',
  analizar: 'analyze',
  export: 'export',
  exportar: 'export',
};

export function addHistoryActions(command: Command, house: CommandHouse): void {
  const { lang, t, withWorkspace, choice, print } = house;
  command
    .option('--run <id>', t('optRun'))
    .option('--csv <file>', t('optFile'))
    .action((action: string | undefined, o: Options) =>
      withWorkspace(o, async (workspace) => {
        const wanted = action ?? 'list';
        const act = Object.hasOwn(ACTIONS, wanted) ? ACTIONS[wanted] : undefined;
        if (act === undefined) {
          const nearest = nearestName(wanted, Object.keys(ACTIONS)) ?? 'list';
          throw new DemandaError('USAGE', { detail: t('didYouMean', { what: t('command'), name: wanted, nearest }) });
        }
        if (act === 'list') {
          const document = await workspace.historyList(choice(o));
          return o.json ? print(document) : void process.stdout.write(`${runTable(document, lang, t)}\n`);
        }
        const { merchant, product } = choice(o);
        if (merchant === undefined || product === undefined) throw new DemandaError('USAGE', { detail: t('needCell') });
        const run = typeof o.run === 'string' ? o.run : undefined;
        if (act === 'analyze') {
          const document = await workspace.historyAnalyze(merchant, product, run);
          return o.json ? print(document) : void process.stdout.write(`${analysisText(document, lang, t)}\n`);
        }
        const { run: found, history } = await workspace.history(merchant, product, run);
        if (o.json) {
          const points = Array.from(history.iterations, (iteration, i) => ({
            iteration,
            ...Object.fromEntries(history.metrics.map((metric, m) => [metric, finiteOrNull(history.values[m]?.[i])])),
          }));
          return print({ ...(await workspace.historyAnalyze(merchant, product, found.runId)), points, events: history.events });
        }
        const lines = [
          ['iteration', ...history.metrics],
          ...Array.from(history.iterations, (iteration, i) => [iteration, ...history.values.map((column) => finiteOrNull(column[i]) ?? '')]),
        ];
        const csv = `${lines.map((line) => line.map((value) => csvCell(value)).join(',')).join('\n')}\n`;
        if (typeof o.csv !== 'string') return void process.stdout.write(csv);
        await writeFile(o.csv, csv);
        process.stderr.write(`${t('written', { file: o.csv })}\n`);
      }),
    );
}

export function addCompareAction(command: Command, house: CommandHouse): void {
  const { lang, t, withWorkspace, print } = house;
  command
    .option('--models <names>', t('optModels'))
    .option('--svg <file>', t('optFile'))
    .option('--png <file>', t('optFile'))
    .option('--html <file>', t('optFile'))
    .option('--csv <file>', t('optFile'))
    .action((o: Options) =>
      withWorkspace(o, async (workspace) => {
        const document = await workspace.compare(modelNames(typeof o.models === 'string' ? o.models : '', t));
        if (o.json) return print(document);
        let wrote = false;
        for (const format of ['svg', 'png', 'html', 'csv'] as const) {
          const file = o[format];
          if (typeof file !== 'string') continue;
          const { renderComparison } = await import('../charts/cell-charts.ts');
          await writeFile(file, await renderComparison(document, lang, format));
          process.stderr.write(`${t('written', { file })}\n`);
          wrote = true;
        }
        if (wrote) return;
        const { terminalComparison } = await import('../charts/terminal.ts');
        process.stdout.write(`${terminalComparison(document, lang)}\n`);
      }),
    );
}

/** "MiTienda:Carne,MiTienda:Pescado" → merchants and products; the first colon of each parts them. */
function modelNames(text: string, t: Translate): { merchant: string; product: string }[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => {
      const colon = part.indexOf(':');
      if (colon < 1 || colon === part.length - 1) throw new DemandaError('USAGE', { detail: t('modelName', { name: part }) });
      return { merchant: part.slice(0, colon).trim(), product: part.slice(colon + 1).trim() };
    });
}

function runTable({ runs }: HistoryListDocument, lang: Lang, t: Translate): string {
  if (runs.length === 0) return t('noHistories');
  const simulated = runs.some((run) => run.errorKind === 'simulated');
  // The note's mark has a place of its own, so that figures stay below each other.
  const mark = (run: HistoryListDocument['runs'][number]): string => (run.errorKind === 'simulated' ? ' *' : simulated ? '  ' : '');
  return renderTable(
    [
      { title: t('merchant') },
      { title: t('product') },
      { title: t('status') },
      { title: t('iterations'), right: true },
      { title: t('points'), right: true, spare: 3 },
      { title: t('bestError'), right: true, spare: 1 },
      { title: t('lastError'), right: true },
      { title: t('seconds'), right: true, spare: 2 },
      { title: t('startedAt'), spare: 4 },
    ],
    runs.map((run) => [
      run.merchant,
      run.product,
      t(run.status === 'running' ? 'statusRunning' : STOP_WORDS[run.stopReason]),
      number(lang, run.iterations, 0),
      number(lang, run.points, 0),
      `${errorShare(lang, run.bestError)}${mark(run)}`,
      `${errorShare(lang, run.lastError)}${mark(run)}`,
      number(lang, run.seconds, 1),
      new Intl.DateTimeFormat(lang, { dateStyle: 'short', timeStyle: 'short' }).format(new Date(run.startedAt)),
    ]),
  ).concat(simulated ? `\n* ${t('simulatedNote')}` : '');
}

const STOP_WORDS: Readonly<Record<HistoryListDocument['runs'][number]['stopReason'], MessageKey>> = {
  converged: 'stopConverged',
  'budget used': 'statusComplete',
  interrupted: 'stopInterrupted',
  failed: 'stopFailed',
};

function analysisText(analysis: HistoryAnalysisDocument, lang: Lang, t: Translate): string {
  const share = (value: number | null): string => errorShare(lang, value);
  const count = (value: number | null): string => (value === null ? '–' : number(lang, value, 0));
  const rows: [string, string][] = [
    [t('points'), count(analysis.points)],
    [t('firstError'), share(analysis.firstError)],
    [t('bestError'), `${share(analysis.bestError)} (${t('atIteration', { iteration: count(analysis.bestIteration) })})`],
    [t('lastError'), share(analysis.lastError)],
    [t('plateauSince'), count(analysis.plateauSince)],
    [t('improvementPer1000'), fallWords(analysis.improvementPer1000, lang, t)],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = [
    `${analysis.merchant} · ${analysis.product}`,
    ...(analysis.errorKind === 'simulated' ? [t('simulatedNote')] : []),
    ...rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`),
  ];
  if (analysis.searchRounds.length > 0) {
    lines.push(t('searchRounds'));
    for (const round of analysis.searchRounds) {
      const changes = round.changes
        .map(({ field, from, to }) => `${fieldWord(field, lang)} ${fieldValue(field, from, lang)} → ${fieldValue(field, to, lang)}`)
        .join(', ');
      // A round that changed nothing bought nothing, whatever the error did meanwhile.
      const what = round.adopted ? `${share(round.errorBefore)} → ${share(round.errorAfter)}  ${changes}` : t('nothingAdopted');
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
  return Math.abs(points) < 0.01 ? t('noFall', { least: number(lang, 0.01, 2) }) : t('percentPoints', { points: number(lang, points, 2) });
}

const ADVICE_WORDS: Readonly<Record<HistoryAnalysisDocument['advice']['code'], MessageKey>> = {
  ENOUGH: 'adviceEnough',
  KEEP_TRAINING: 'adviceKeep',
  NOT_FINITE: 'adviceNotFinite',
  NO_ERROR: 'adviceNoError',
};

function finiteOrNull(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}
