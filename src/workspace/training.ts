/** Trainings of the chosen cells, whichever solver does them. */

import type { RunDocumentItem, TrainDocument, TrainTotals } from '../contract/documents.ts';
import { checkOptions } from '../contract/options/check-options.ts';
import { COLD_START, RESUME, TRAIN } from '../contract/options/train.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import type { MarketKnowledge } from '../fleet/knowledge.ts';
import { learnMarket } from '../fleet/learn-market.ts';
import type { WorkspaceContext } from './context.ts';
import { learnExactly, trainExactly } from './exact-training.ts';
import { executorFor, filterOf, fleetOptionsOf, requireInstrument, sourceOf } from './fleet-source.ts';
import type { EachRun } from './held-cells.ts';
import { trainByIterations } from './iterated-training.ts';
import type { TrainingBegins, TrainingPart, TrainOptions } from './options.ts';
import { OwnTraining } from './own-training.ts';

/** Trains every chosen cell. A cell that cannot be trained is a failed run, never the end of the others. */
export async function train(context: WorkspaceContext, options: TrainOptions = {}): Promise<TrainDocument> {
  const runs: RunDocumentItem[] = [];
  const {
    done: _,
    count: __,
    failed,
    instrument,
    ...head
  } = await trainEach(context, options, (run) => runs.push(run));
  return { ...head, runs, failed, instrument };
}

/** As {@link train}, with the runs told one by one. */
export async function trainEach(context: WorkspaceContext, options: TrainOptions, each: EachRun): Promise<TrainTotals> {
  checkTraining(context, options);
  const own = new OwnTraining(context, options);
  try {
    const totals = await runTraining(context, own.options, own.onBegin, each);
    await own.end(totals);
    return totals;
  } catch (error) {
    await own.fail(error);
    throw error;
  }
}

/** @throws DemandaError naming the option whose value is refused, or OPTIONS_CONFLICT */
function checkTraining({ optionName }: WorkspaceContext, { coldStart = {}, ...options }: TrainOptions): void {
  checkOptions({ ...TRAIN, ...RESUME }, options);
  checkOptions(COLD_START, coldStart);
  requireOneSolver(options, optionName);
  if (options.resume === true && options.fresh === true)
    throw new DemandaError('OPTIONS_CONFLICT', { first: optionName('resume'), second: optionName('fresh') });
}

/** The exact solver has no iterations. @throws DemandaError OPTIONS_CONFLICT */
export function requireOneSolver(
  { solver, iterations }: Pick<TrainOptions, 'solver' | 'iterations'>,
  optionName: (option: string) => string,
): void {
  if (solver === 'exact' && iterations !== undefined)
    throw new DemandaError('OPTIONS_CONFLICT', {
      first: `${optionName('solver')} exact`,
      second: optionName('iterations'),
    });
}

/**
 * @param onBegin called once nothing speaks against it, before anything is written; @param part trains these cells
 * alone, of a training that was begun
 */
export function runTraining(
  context: WorkspaceContext,
  options: TrainOptions,
  onBegin: TrainingBegins,
  each: EachRun,
  part: TrainingPart | null = null,
): Promise<TrainTotals> {
  return (isIterated(options) ? trainByIterations : trainExactly)(context, options, onBegin, each, part);
}

export function isIterated({ solver, iterations }: Pick<TrainOptions, 'solver' | 'iterations'>): boolean {
  return solver === 'stochastic' || (solver === undefined && iterations !== undefined);
}

/** What the cells of a training learn from one another, before the first of them is trained. */
export async function learnTogether(context: WorkspaceContext, options: TrainOptions): Promise<MarketKnowledge> {
  const filter = await filterOf(context, options);
  if (options.instrument !== undefined) await requireInstrument(context, filter, options.instrument);
  const fleet = await fleetOptionsOf(context, options);
  const source = await sourceOf(context, filter, fleet.market);
  const executor = await executorFor(context, filter, options.workers);
  try {
    return await (isIterated(options) ? learnMarket : learnExactly)({ source, executor, options: fleet });
  } finally {
    await executor.close();
  }
}
