/** Trainings of the chosen cells, whichever solver does them. */

import type { TrainDocument } from '../contract/documents.ts';
import { checkOptions } from '../contract/options/check-options.ts';
import { COLD_START, RESUME, TRAIN } from '../contract/options/train.ts';
import type { CellFilter } from '../contract/store/cells.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { soleMerchant } from './actors.ts';
import { deedNow, type WorkspaceContext } from './context.ts';
import { trainExactly } from './exact-training.ts';
import { trainByIterations } from './iterated-training.ts';
import type { TrainingBegins, TrainOptions } from './options.ts';

/** Trains every chosen cell. A cell that cannot be trained is a failed run, never the end of the others. */
export async function train(context: WorkspaceContext, options: TrainOptions = {}): Promise<TrainDocument> {
  checkTraining(context, options);
  const log = (
    action: 'training.start' | 'training.end',
    { merchant, product, productType }: CellFilter,
    detail: object,
  ): Promise<void> =>
    context.store.access.addAudit(deedNow(context, action, merchant ?? null, { product, productType, ...detail }));
  let begun: CellFilter | null = null;
  let end: object = { status: 'failed' };
  try {
    const document = await runTraining(context, options, async (filter, count) => {
      const merchant = filter.merchant ?? (await soleMerchant(filter.cells ?? context.store.cells.list(filter)));
      begun = { ...filter, ...(merchant !== null && { merchant }) };
      await log('training.start', begun, { cells: count });
    });
    const done = document.runs.filter((run) => run.status === 'done').length;
    end = { status: options.signal?.aborted ? 'stopped' : 'done', done, failed: document.failed };
    return document;
  } finally {
    // A training that was refused before it began has no end either.
    if (begun) await log('training.end', begun, end);
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

/** @param onBegin called once nothing speaks against it, before anything is written */
export function runTraining(
  context: WorkspaceContext,
  options: TrainOptions,
  onBegin: TrainingBegins,
): Promise<TrainDocument> {
  const stochastic =
    options.solver === 'stochastic' || (options.solver === undefined && options.iterations !== undefined);
  return stochastic ? trainByIterations(context, options, onBegin) : trainExactly(context, options, onBegin);
}
