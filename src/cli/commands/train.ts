/** `train`: a model for every cell, at once or by iterations. */

import { iterationProgress } from '../../charts/iteration-progress.ts';
import { number } from '../../charts/number-text.ts';
import { iteratedText } from '../../charts/run-text.ts';
import type { TrainDocument } from '../../contract/documents.ts';
import { COLD_START, RESUME, TRAIN } from '../../contract/options/train.ts';
import type { Lang } from '../../core/vocabulary.ts';
import type { Translate } from '../../i18n/messages.ts';
import type { TrainOptions } from '../../workspace.ts';
import { optionsIn } from '../arguments.ts';
import { type CommandContext, cellOptions, choice, type Options, requireCells } from '../context.ts';
import { addOptions, readOptions } from '../options.ts';
import { say, sayJson, tell } from '../output.ts';
import { clearStatus, interruption, progress, showsProgress } from '../progress.ts';
import { trainOnQueue } from '../queued-train.ts';
import { wrapped } from '../table.ts';

export function addTrain({ command, lang, t, withWorkspace }: CommandContext): void {
  const made = cellOptions(command('train', 'entrenar', 'cmdTrain'), t);
  addOptions(made, { ...TRAIN, ...RESUME, ...COLD_START }, t)
    .option('--verbose', t('optVerbose'))
    .action((o: Options) =>
      withWorkspace(o, async (workspace) => {
        requireCells(o, t);
        const options = trainOptions(o);
        if (await trainOnQueue(workspace, options, o, lang, t)) return;
        const stop = interruption();
        const live = showsProgress(o) ? iterationProgress(process.stderr, lang, t, o.verbose === true) : null;
        const started = performance.now();
        const document = await workspace
          .train({
            ...options,
            signal: stop.signal,
            ...(showsProgress(o) && { onProgress: progress(lang, t) }),
            ...(live && { onIteration: live.report }),
          })
          .finally(() => {
            stop.done();
            live?.clear();
            clearStatus();
          });
        const { aborted } = stop.signal;
        if (o.json) sayJson(document);
        else
          sayTrained(
            document,
            {
              seconds: (performance.now() - started) / 1_000,
              aborted,
              quiet: o.quiet === true,
              found: options.instrument === undefined ? document.instrument : null,
            },
            lang,
            t,
          );
        if (aborted) process.exitCode = 130;
        else if (document.failed > 0) process.exitCode = document.failed === document.runs.length ? 1 : 3;
      }),
    );
}

interface Ended {
  readonly seconds: number;
  readonly aborted: boolean;
  readonly quiet: boolean;
  /** The instrument that nobody told. */
  readonly found: string | null;
}

/** What came of a training, and what to do next. */
function sayTrained(
  document: TrainDocument,
  { seconds, aborted, quiet, found }: Ended,
  lang: Lang,
  t: Translate,
): void {
  for (const run of document.runs) {
    if (run.failure) tell(`${optionsIn(run.failure.message, lang)}\n`);
    for (const line of iteratedText(run, lang, t)) say(`${wrapped(line)}\n`);
  }
  const done = document.runs.filter((run) => run.status === 'done').length;
  if (found !== null && done > 0) tell(`${wrapped(t('instrumentFound'))}\n`);
  say(`${t('trained', { done, failed: document.failed, seconds: number(lang, seconds, 1) })}\n`);
  const iterated = document.runs.some((run) => run.convergence !== undefined);
  const [run, second] = document.runs;
  // One cell's next step names it: of a product without sales there is no list.
  const next =
    run && !second ? t('nextRecommendOne', { merchant: run.merchant, product: run.product }) : t('nextRecommend');
  if (!quiet && (done > 0 || aborted))
    tell(`${wrapped(!aborted ? next : t(iterated ? 'resumeHint' : 'interrupted'))}\n`);
}

/** @throws DemandaError naming the flag of a value that is refused */
function trainOptions(o: Options): TrainOptions {
  return {
    ...choice(o),
    ...readOptions({ ...TRAIN, ...RESUME }, o),
    // Only a training by iterations can be gone on with.
    ...(o.resume === true && o.iterations === undefined && { solver: 'stochastic' as const }),
    coldStart: readOptions(COLD_START, o),
  };
}
