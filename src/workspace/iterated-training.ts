/** Training by iterations: checkpoints, an error history each, and cells without any sale. */

import { type CellName, cellKey } from '../contract/cell-name.ts';
import type { TrainTotals } from '../contract/documents.ts';
import { KEPT_ON_RESUME, TRAIN } from '../contract/options/train.ts';
import { withMarketIndex } from '../core/market/market-index.ts';
import { assumedSeries, coldStartFacts } from '../core/pricing/cold-start.ts';
import { DAILY_SPECS, type Spec } from '../core/regression/hyper-parameters.ts';
import type { CellSeries } from '../core/series/cell-series.ts';
import { DEFAULT_TRAINING, type TrainingOptions } from '../core/training/options.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import type { CellToIterate, GivenOptions, IterationPlan } from '../fleet/begun-run.ts';
import { threadsFor } from '../fleet/iterate-cell.ts';
import { iterateFleet } from '../fleet/iterate-fleet.ts';
import { fitSettings, type MarketKnowledge, priorsOf } from '../fleet/knowledge.ts';
import { learnMarket } from '../fleet/learn-market.ts';
import { PooledScores } from '../fleet/pooled-scores.ts';
import { threadsExecutor } from '../fleet/threads.ts';
import { coldCellOf } from './cold-cells.ts';
import type { WorkspaceContext } from './context.ts';
import { dayToday } from './dates.ts';
import { filterOf, fleetOptionsOf, requireInstrument, sourceOf } from './fleet-source.ts';
import { type EachRun, withHeldCells } from './held-cells.ts';
import { keepIterated, marketOf } from './kept-training.ts';
import type { TrainingBegins, TrainingPart, TrainOptions } from './options.ts';
import { beginTraining } from './resumption.ts';

/** Points that a history may have. */
const MOST_POINTS = 20_000;
/** Without sales there is no level to follow: one yearly wave at most, no trend. */
const ASSUMED_SPECS = [{ ...(DAILY_SPECS[1] as Spec), fastDiscount: 1, slowDiscount: 1 }];
/** Market prices bring a trend and a fuller season. */
const ASSUMED_MARKET_SPECS = ASSUMED_SPECS.map((spec) => ({ ...spec, fourierOrder: 2, trend: true }));
/** Years of rows that stand for a cell without any sale, with market data and without. */
const ASSUMED_YEARS = { market: 3, none: 1 } as const;

/**
 * Trains every chosen cell by iterations, with checkpoints and an error history each. @param part trains these cells
 * alone, of a training that was begun
 */
export async function trainByIterations(
  context: WorkspaceContext,
  given: TrainOptions,
  onBegin: TrainingBegins,
  each: EachRun,
  part: TrainingPart | null = null,
): Promise<TrainTotals> {
  const training = trainingOptions(given);
  const checkpointEvery = checkpointEveryOf(given, training);
  const coldCell = part ? null : await coldCellOf(context, given);
  const options = { ...given, ...coldCell };
  const filter = part ? { cells: part.cells } : coldCell ? {} : await filterOf(context, options);
  if (!part && options.instrument !== undefined) await requireInstrument(context, filter, options.instrument);
  const { trainingId, isDone } = part
    ? { trainingId: part.trainingId, isDone: async () => false }
    : await beginTraining(context.store, options, filter, coldCell !== null);
  const count = coldCell ? 1 : await context.store.cells.count(filter);
  await onBegin(coldCell ?? filter, count, trainingId);
  const fleet = await fleetOptionsOf(context, options);
  const source = await sourceOf(context, filter, fleet.market);
  const pooledScores = new PooledScores(context.store.documents);
  const executor = (context.executor ?? threadsExecutor)(threadsFor(count, options.workers));
  return withHeldCells(context, { seed: training.seed, executor, onRun: options.onRun, each }, async (held) => {
    const knowledge = part?.knowledge ?? (await learnMarket({ source, executor, options: fleet }));
    held.instrument = knowledge.instrument ?? null;
    const cells = coldCell
      ? held.hold(assumedCell(context, coldCell, options), { atOnce: 1, assumed: true })
      : held.hold(skipping(source.cells(), isDone), { atOnce: 1 });
    const resume = resumption(context, options, part);
    await iterateFleet({
      cells: prepared(cells, coldCell !== null, knowledge),
      executor,
      store: context.store,
      plan: { trainingId, options: training, checkpointEvery, resume },
      signal: options.signal,
      onProgress: options.onIteration,
      onCell: async (cell) => {
        const market = fleet.market ? await marketOf(context.store, cell.series) : undefined;
        held.kept([await keepIterated(context.store, cell, pooledScores, market, context.lang)]);
      },
      onFailure: held.fail,
      now: () => performance.now(),
    });
  });
}

/** From which checkpoints a training goes on: those that there are, or those of its own. */
function resumption(
  context: WorkspaceContext,
  options: TrainOptions,
  part: TrainingPart | null,
): IterationPlan['resume'] {
  if (part) return part.goesOn ? { iterations: null, given: {}, ofTraining: part.trainingId } : null;
  if (options.resume !== true) return null;
  return { iterations: options.iterations ?? null, given: givenOptions(context, options), ofTraining: null };
}

/**
 * Iterations between checkpoints. @throws DemandaError CHECKPOINT_INTERVAL for one longer than the training,
 * EVALUATION_INTERVAL for a history of too many points
 */
function checkpointEveryOf(given: TrainOptions, { iterations, evaluateEvery }: TrainingOptions): number {
  const every = given.checkpointEvery ?? TRAIN.checkpointEvery.usual;
  if (given.checkpointEvery !== undefined && every > iterations)
    throw new DemandaError('CHECKPOINT_INTERVAL', { every, iterations });
  if (evaluateEvery !== null && iterations / evaluateEvery > MOST_POINTS) {
    throw new DemandaError('EVALUATION_INTERVAL', {
      every: evaluateEvery,
      least: Math.ceil(iterations / MOST_POINTS),
      most: MOST_POINTS,
    });
  }
  return every;
}

/** Each cell with what is known of it before it is trained. @param cold its rows stand for a cell without any sale */
async function* prepared(
  cells: AsyncIterable<CellSeries>,
  cold: boolean,
  knowledge: MarketKnowledge,
): AsyncIterable<CellToIterate> {
  const assumedSpecs = knowledge.market ? ASSUMED_MARKET_SPECS : ASSUMED_SPECS;
  for await (const series of cells) {
    const settings = fitSettings(knowledge, series, cold ? assumedSpecs : undefined);
    yield { series, assumed: cold, inputs: { priors: priorsOf(knowledge, series), settings } };
  }
}

/** The rows that stand for a cell without any sale. */
async function* assumedCell(
  context: WorkspaceContext,
  { merchant, product }: CellName,
  options: TrainOptions,
): AsyncIterable<CellSeries> {
  const facts = coldStartFacts(product, options.coldStart ?? {});
  if (!facts) throw new DemandaError('COLD_START_NO_PRICE', { merchant, product });
  await context.store.documents.put('cold-start', cellKey({ merchant, product }), options.coldStart ?? {});
  const yesterday = dayToday() - 1;
  const series = assumedSeries(
    merchant,
    product,
    facts,
    yesterday,
    options.market === true ? ASSUMED_YEARS.market : ASSUMED_YEARS.none,
  );
  if (options.market !== true) yield series;
  else
    yield withMarketIndex({ ...series, marketPrice: await context.store.sales.marketPricesOn(product, series.days) })
      .series;
}

/** What a training that goes on began with. */
const KEPT: Readonly<Record<(typeof KEPT_ON_RESUME)[number], GivenOptions[string]['of']>> = {
  seed: (inputs) => inputs.options.seed,
  simulatedRows: (inputs) => inputs.options.simulatedRows,
  simulationNoise: (inputs) => inputs.options.simulationNoise,
  evaluateEvery: (inputs) => inputs.options.evaluateEvery,
  searchEvery: (inputs) => inputs.options.searchEvery,
  patience: (inputs) => inputs.options.patience,
  checkpointEvery: (inputs) => inputs.checkpointEvery,
  market: (inputs) => inputs.settings.market,
};

/** What a user named of a training that goes on: it stays as it began. */
function givenOptions({ optionName }: WorkspaceContext, options: TrainOptions): GivenOptions {
  return Object.fromEntries(KEPT_ON_RESUME.map((name) => [optionName(name), { given: options[name], of: KEPT[name] }]));
}

/** A training's options from a user's. */
function trainingOptions(options: TrainOptions): TrainingOptions {
  const { iterations, simulatedRows, simulationNoise, seed, evaluateEvery, searchEvery, patience } = options;
  // A budget that the user chose is used up, unless a patience was chosen too.
  const defaultPatience = iterations === undefined ? TRAIN.patience.usual : null;
  return {
    ...DEFAULT_TRAINING,
    ...(iterations !== undefined && { iterations }),
    ...(simulatedRows !== undefined && { simulatedRows }),
    ...(simulationNoise !== undefined && { simulationNoise }),
    ...(seed !== undefined && { seed }),
    ...(evaluateEvery !== undefined && { evaluateEvery }),
    ...(searchEvery !== undefined && { searchEvery }),
    patience: patience ?? defaultPatience,
  };
}

async function* skipping(
  cells: AsyncIterable<CellSeries>,
  isDone: (cell: CellName) => Promise<boolean>,
): AsyncIterable<CellSeries> {
  for await (const series of cells) if (!(await isDone(series))) yield series;
}
