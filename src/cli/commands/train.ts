/** `train`: a model for every cell, at once or by iterations. */

import { iterationProgress } from '../../charts/iteration-progress.ts';
import { errorShare, number } from '../../charts/number-text.ts';
import { iteratedText } from '../../charts/run-text.ts';
import type { CellName } from '../../contract/cell-name.ts';
import type { RunDocumentItem } from '../../contract/documents.ts';
import { GUARDRAIL_OPTIONS } from '../../contract/options/price.ts';
import { SHARD } from '../../contract/options/shards.ts';
import { COLD_START, RESUME, TRAIN } from '../../contract/options/train.ts';
import { comparedErrors } from '../../contract/same-error.ts';
import type { Lang } from '../../core/vocabulary.ts';
import type { Translate } from '../../i18n/messages.ts';
import { Spool } from '../../workspace/spool.ts';
import type { TrainOptions } from '../../workspace.ts';
import { optionsIn } from '../arguments.ts';
import { type CommandContext, cellOptions, choice, type Options, requireCells } from '../context.ts';
import { addOptions, readOptions } from '../options.ts';
import { say, sayJson, tell } from '../output.ts';
import { clearStatus, interruption, progress, showsProgress } from '../progress.ts';
import { trainOnQueue } from '../queued-train.ts';
import { wrapped } from '../table.ts';
import { isOfFiles, refuseGuardrails, trainFiles } from './train-shard.ts';

export function addTrain({ command, lang, t, withWorkspace }: CommandContext): void {
  const made = cellOptions(command('train', 'entrenar', 'cmdTrain'), t);
  addOptions(made, { ...TRAIN, ...RESUME, ...COLD_START, ...SHARD, ...GUARDRAIL_OPTIONS }, t)
    .option('--verbose', t('optVerbose'))
    .action((o: Options) => {
      if (isOfFiles(o)) return trainFiles(o, lang, t);
      refuseGuardrails(o);
      return withWorkspace(o, async (workspace) => {
        requireCells(o, t);
        const options = trainOptions(o);
        if (await trainOnQueue(workspace, options, o, lang, t)) return;
        const stop = interruption();
        const live = showsProgress(o) ? iterationProgress(process.stderr, lang, t, o.verbose === true) : null;
        const started = performance.now();
        const runs = new Spool<RunDocumentItem>();
        try {
          const totals = await workspace
            .trainEach(
              {
                ...options,
                signal: stop.signal,
                ...(showsProgress(o) && { onProgress: progress(lang, t) }),
                ...(live && { onIteration: live.report, onRun: live.ended }),
              },
              (run) => runs.push(run),
            )
            .finally(() => {
              stop.done();
              clearStatus();
              live?.end();
            });
          const { done, count, failed, instrument, ...head } = totals;
          // Prices follow from the newest models: calculated when these are there.
          const proposed = await workspace.recommendations.refreshTrained(pricedOf(runs), {
            count: done,
            ...(options.workers !== undefined && { workers: options.workers }),
          });
          const { aborted } = stop.signal;
          if (o.json) sayJson({ ...head, runs, failed, instrument });
          else
            sayTrained(
              { runs, done, failed, proposed },
              {
                seconds: (performance.now() - started) / 1_000,
                aborted,
                quiet: o.quiet === true,
                found: options.instrument === undefined ? instrument : null,
              },
              lang,
              t,
            );
          if (aborted) process.exitCode = 130;
          else if (failed > 0) process.exitCode = failed === count ? 1 : 3;
        } finally {
          runs.close();
        }
      });
    });
}

interface Trained {
  readonly runs: Spool<RunDocumentItem>;
  readonly done: number;
  readonly failed: number;
  /** Prices that were calculated by the new models, of which something changed. */
  readonly proposed: number;
}

interface Ended {
  readonly seconds: number;
  readonly aborted: boolean;
  readonly quiet: boolean;
  /** The instrument that nobody told. */
  readonly found: string | null;
}

/** Cells that a price can be compared in; without sales there is nothing. */
function* pricedOf(runs: Spool<RunDocumentItem>): Iterable<CellName> {
  for (const { merchant, product, status, modelId, ownRows } of runs)
    if (status === 'done' && modelId !== null && ownRows > 0) yield { merchant, product };
}

/** What came of a training, and what to do next. */
function sayTrained(
  { runs, done, failed, proposed }: Trained,
  { seconds, aborted, quiet, found }: Ended,
  lang: Lang,
  t: Translate,
): void {
  const [first] = runs;
  let iterated = false;
  for (const run of runs) {
    iterated ||= run.convergence !== undefined;
    if (run.failure) tell(`${optionsIn(run.failure.message, lang)}\n`);
    for (const line of iteratedText(run, lang, t)) say(`${wrapped(line)}\n`);
  }
  if (found !== null && done > 0) tell(`${wrapped(t('instrumentFound'))}\n`);
  say(`${t('trained', { done, failed, seconds: number(lang, seconds, 1) })}\n`);
  if (!quiet && proposed > 0) tell(`${wrapped(t('pricesProposed', { count: proposed }))}\n`);
  const against = againstBefore(runs, lang, t);
  if (against !== null) say(`${wrapped(against)}\n`);
  // One cell's next step names it: of a product without sales there is no list.
  const next =
    first && runs.length === 1
      ? t('nextRecommendOne', { merchant: first.merchant, product: first.product })
      : t('nextRecommend');
  if (!quiet && (done > 0 || aborted))
    tell(`${wrapped(!aborted ? next : t(iterated ? 'resumeHint' : 'interrupted'))}\n`);
}

/** How the new models stand to those that were in force before; null where there were none. */
function againstBefore(runs: Iterable<RunDocumentItem>, lang: Lang, t: Translate): string | null {
  const counts = { better: 0, same: 0, worse: 0 };
  let [compared, now, before] = [0, 0, 0];
  for (const { status, error, errorBefore } of runs) {
    if (status !== 'done' || error.wape === null || errorBefore === null) continue;
    compared++;
    now += error.wape;
    before += errorBefore;
    counts[comparedErrors(error.wape, errorBefore)]++;
  }
  if (compared === 0) return null;
  return t('trainedAgainst', {
    ...counts,
    before: errorShare(lang, before / compared),
    error: errorShare(lang, now / compared),
  });
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
