/** A run as text, from its beginning to its end: for whoever has to find out what happened, or to send it on. */

import { existsSync, readFileSync } from 'node:fs';
import type { RunItem } from '../contract/api.ts';
import type { RunEvent } from '../contract/store/runs.ts';
import { visibleLines } from '../contract/visible-text.ts';
import type { ErrorHistory, SearchEvent } from '../core/training/history.ts';
import { errorOf } from '../core/training/history.ts';
import type { Lang } from '../core/vocabulary.ts';
import { codeWords, fieldValue, fieldWord } from '../i18n/code-words.ts';
import type { Translate } from '../i18n/messages.ts';
import { logFile } from './training-log.ts';

/** Evaluations that are told, evenly over the run. */
const MOST_LINES = 200;

interface Logged {
  readonly run: RunItem;
  readonly history: ErrorHistory | null;
  readonly events: readonly RunEvent[];
  /** Of what the process of its training wrote when it failed; null without. */
  readonly process: string | null;
}

/** What the process of a training wrote; null where it wrote nothing. @param folder null: on another machine */
export function processLog(folder: string | null, trainingId: string | null): string | null {
  if (folder === null || trainingId === null) return null;
  const file = logFile(folder, trainingId);
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
}

export function runLog({ run, history, events, process }: Logged, lang: Lang, t: Translate): string {
  const number = new Intl.NumberFormat(lang, { maximumFractionDigits: 1 });
  const share = new Intl.NumberFormat(lang, { style: 'percent', minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const { merchant, product, runId, iterations, seconds, stopReason, failure, status } = run;
  const every = events.find(({ kind }) => kind === 'checkpoints')?.detail.every;
  const lines = [
    t('logRun', { merchant, product, run: runId }),
    t('logBegun', { at: run.startedAt, seed: run.seed }),
    ...(typeof every === 'number' ? [t('logCheckpoints', { every: number.format(every) })] : []),
    ...(run.tags.length > 0 ? [t('logTags', { tags: run.tags.join(', ') })] : []),
    ...(run.note !== '' ? [run.note] : []),
    '',
    ...(history ? historyLines(history, share, lang, t) : [t('logExact')]),
    '',
    t('logEnded', {
      how: status === 'running' ? t('logStill') : codeWords(lang).stopReasons[stopReason].page,
      iterations: number.format(iterations),
      seconds: number.format(seconds),
    }),
    ...(run.cpuSeconds === null
      ? []
      : [
          t('logMachine', {
            cpu: number.format(run.cpuSeconds),
            memory: number.format((run.peakMemory ?? 0) / 1e6),
            rows: number.format(run.rowsPerSecond ?? 0),
          }),
        ]),
    ...(failure ? [t('logFailure', { code: failure.code, message: failure.message })] : []),
    ...(process === null ? [] : ['', t('logProcess'), process.trimEnd()]),
  ];
  return `${visibleLines(lines.join('\n'))}\n`;
}

/** Evaluations and what happened between them, in the order of iterations. */
function historyLines(history: ErrorHistory, share: Intl.NumberFormat, lang: Lang, t: Translate): string[] {
  const error = errorOf(history);
  const step = Math.max(1, Math.ceil(error.length / MOST_LINES));
  const told: { readonly at: number; readonly text: string }[] = [];
  error.forEach((value, i) => {
    const at = history.iterations[i];
    if ((error.length - 1 - i) % step === 0)
      told.push({ at, text: t('logError', { at, error: Number.isFinite(value) ? share.format(value) : '–' }) });
  });
  for (const event of history.events)
    told.push({
      at: event.iteration,
      text:
        event.kind === 'search'
          ? t('logSearch', { at: event.iteration, tried: event.candidates, what: searchWords(event, lang, t) })
          : t('logNotFinite', { at: event.iteration }),
    });
  return told.sort((a, b) => a.at - b.at).map(({ text }) => text);
}

function searchWords({ adopted, changes }: SearchEvent, lang: Lang, t: Translate): string {
  if (!adopted) return t('logNothing');
  return changes
    .map(
      ({ field, from, to }) =>
        `${fieldWord(field, lang)}: ${fieldValue(field, from, lang)} → ${fieldValue(field, to, lang)}`,
    )
    .join(', ');
}
