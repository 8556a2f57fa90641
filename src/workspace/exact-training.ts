/** Training by the exact solver, the whole fleet at once. */

import { randomUUID } from 'node:crypto';
import type { TrainTotals } from '../contract/documents.ts';
import { type Fleet, type FleetSource, trainFleet } from '../fleet/fleet-run.ts';
import type { MarketKnowledge } from '../fleet/knowledge.ts';
import { learnMarket, searchSpecs } from '../fleet/learn-market.ts';
import { learnTrees } from '../fleet/learn-trees.ts';
import { PooledScores } from '../fleet/pooled-scores.ts';
import type { WorkspaceContext } from './context.ts';
import { executorFor, filterOf, fleetOptionsOf, requireInstrument, sourceOf } from './fleet-source.ts';
import { type EachRun, type HeldCells, withHeldCells } from './held-cells.ts';
import { type FittedCell, keepFitted } from './kept-training.ts';
import type { TrainingBegins, TrainingPart, TrainOptions } from './options.ts';
import { doneRun, refusedRun } from './run-items.ts';

/** Cells that are held at once, and whose runs and models are written at once: each costs the disk a moment. */
const AT_ONCE = 50;

/**
 * @param onBegin called once nothing speaks against it, before anything is written; @param part trains these cells
 * alone, of a training that was begun
 */
export async function trainExactly(
  context: WorkspaceContext,
  options: TrainOptions,
  onBegin: TrainingBegins,
  each: EachRun,
  part: TrainingPart | null = null,
): Promise<TrainTotals> {
  const filter = part ? { cells: part.cells } : await filterOf(context, options);
  if (!part && options.instrument !== undefined) await requireInstrument(context, filter, options.instrument);
  const seed = options.seed ?? 1;
  const trainingId = part?.trainingId ?? options.trainingId ?? randomUUID();
  await onBegin(filter, await context.store.cells.count(filter), trainingId);
  const fleet = await fleetOptionsOf(context, options);
  const source = await sourceOf(context, filter, fleet.market);
  const executor = await executorFor(context, filter, options.workers);
  return withHeldCells(context, { seed, executor, onRun: options.onRun, each }, async (held) => {
    const cells = { source, executor, options: fleet };
    const knowledge = part?.knowledge ?? (await learnExactly(cells));
    held.instrument = knowledge.instrument ?? null;
    const holding: FleetSource = { ...source, cells: () => held.hold(source.cells(), { atOnce: AT_ONCE }) };
    const batch = new FittedBatch(context, held, seed, trainingId);
    await trainFleet({
      ...cells,
      source: holding,
      knowledge,
      onCell: async (series, outcome, seconds) => {
        const startedAt = new Date(Date.now() - seconds * 1000).toISOString();
        await batch.add(
          outcome.ok
            ? { run: doneRun(outcome.value, seconds, seed), startedAt, model: outcome.value }
            : { run: refusedRun(series, seed, outcome, seconds, context.lang), startedAt, model: null },
        );
      },
      now: () => performance.now(),
    });
    await batch.write();
  });
}

/** What the exact solver knows before it trains. */
export async function learnExactly(fleet: Fleet): Promise<MarketKnowledge> {
  return learnTrees(fleet, await searchSpecs(fleet, await learnMarket(fleet)));
}

/** Trained cells that wait to be written together. */
class FittedBatch {
  private readonly context: WorkspaceContext;
  private readonly held: HeldCells;
  private readonly seed: number;
  private readonly trainingId: string;
  private readonly pooledScores: PooledScores;
  private readonly waiting: FittedCell[] = [];

  constructor(context: WorkspaceContext, held: HeldCells, seed: number, trainingId: string) {
    this.context = context;
    this.held = held;
    this.seed = seed;
    this.trainingId = trainingId;
    this.pooledScores = new PooledScores(context.store.documents);
  }

  async add(cell: FittedCell): Promise<void> {
    this.waiting.push(cell);
    if (this.waiting.length >= AT_ONCE) await this.write();
  }

  async write(): Promise<void> {
    const { store } = this.context;
    const kept = await keepFitted(store, this.waiting.splice(0), this.seed, this.pooledScores, this.trainingId);
    this.held.kept(kept);
  }
}
