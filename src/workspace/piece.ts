/** What a worker does with a piece of a training that it took. */

import type { TrainingOptionsBody } from '../contract/api.ts';
import { type CellName, cellKey } from '../contract/cell-name.ts';
import { LEARNING, type TakenWork } from '../contract/store/queue.ts';
import type { Store } from '../contract/store/store.ts';
import type { KeptTraining } from '../contract/store/trainings.ts';
import { inBatches } from '../data/records.ts';
import { knowledgeBytes, knowledgeId, knowledgeOf } from '../fleet/knowledge.ts';
import { batchSize } from '../rules/batches.ts';
import { trainingActor } from '../rules/trainings.ts';
import type { WorkspaceContext } from './context.ts';
import { placeName } from './location.ts';
import { byName, Names } from './names.ts';
import { PieceMonitor } from './piece-monitor.ts';
import { proposeTrained } from './pricing.ts';
import { isIterated, learnTogether, runTraining } from './training.ts';

/**
 * Does a piece, or leaves it to others where `drain` ends it first.
 *
 * @param size cells of a batch; told by how long one takes unless given
 * @throws whatever kept it from being done, with the piece still this worker's
 */
export async function performPiece(
  context: WorkspaceContext,
  taken: TakenWork<Store>,
  drain: AbortSignal,
  size?: number,
): Promise<void> {
  const monitor = new PieceMonitor(taken, drain);
  try {
    const own = contextOf(context, taken);
    if (taken.number === LEARNING) await learn(own, taken, monitor, size);
    else await trainBatch(own, taken, monitor);
  } finally {
    monitor.close();
  }
}

/** In the training's name and language, with a store that refuses what comes too late. */
function contextOf(context: WorkspaceContext, { store, training }: TakenWork<Store>): WorkspaceContext {
  const { lang } = training;
  return {
    ...context,
    store,
    names: new Names(store, placeName(context.location)),
    lang,
    actor: trainingActor(training.trainingId, training),
  };
}

async function learn(
  context: WorkspaceContext,
  taken: TakenWork<Store>,
  monitor: PieceMonitor,
  size?: number,
): Promise<void> {
  const { training } = taken;
  const options = training.options as TrainingOptionsBody;
  const knowledge = await learnTogether(context, {
    ...options,
    ...chosenBy(training),
    signal: monitor.signal,
    onProgress: monitor.progress.onStage,
  });
  await monitor.report();
  if (monitor.stops) return taken.stop(monitor.counts);
  // What was learned of some of the cells is nothing.
  if (monitor.signal.aborted) return taken.giveBack(monitor.counts);
  const bytes = knowledgeBytes(knowledge);
  const cells = size ?? batchSize(training.cells, isIterated(options) ? (options.iterations ?? null) : 0);
  await taken.send({ id: knowledgeId(bytes), bytes }, () => inBatches(cellsOf(context, training), cells));
}

async function trainBatch(context: WorkspaceContext, taken: TakenWork<Store>, monitor: PieceMonitor): Promise<void> {
  const { training, cells, attempt } = taken;
  const { trainingId } = training;
  if (taken.knowledge === null) throw new RangeError(`training ${trainingId} must have knowledge for its batches`);
  const trained = [...taken.trained];
  if (cells.length > 0) {
    const { progress, signal } = monitor;
    const part = {
      trainingId,
      cells,
      knowledge: knowledgeOf(taken.knowledge),
      goesOn: attempt > 1 || training.resumes > 0,
    };
    await runTraining(
      context,
      {
        ...(training.options as TrainingOptionsBody),
        signal,
        onIteration: progress.onIteration,
        onRun: progress.onRun,
      },
      async () => {},
      (run) => {
        if (run.modelId !== null) trained.push(run);
      },
      part,
    );
  }
  await proposeTrained(context, trained, { count: trained.length, signal: monitor.signal });
  await monitor.report();
  if (monitor.stops) return taken.stop(monitor.counts);
  if (monitor.signal.aborted) return taken.giveBack(monitor.counts);
  await taken.complete(monitor.counts, monitor.progress.message);
}

const nameOf = ({ merchant, product }: CellName): CellName => ({ merchant, product });

function chosenBy({ chosen, merchant }: KeptTraining): {
  readonly cells?: readonly CellName[];
  readonly merchant?: string;
} {
  if (chosen) return { cells: chosen };
  return merchant === null ? {} : { merchant };
}

/** The cells of a training, by name. */
async function* cellsOf({ store }: WorkspaceContext, training: KeptTraining): AsyncIterable<CellName> {
  const { cells, merchant } = chosenBy(training);
  if (cells) yield* new Map([...cells].sort(byName).map((cell) => [cellKey(cell), nameOf(cell)])).values();
  else for await (const cell of store.cells.list(merchant === undefined ? {} : { merchant })) yield nameOf(cell);
}
