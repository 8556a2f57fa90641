/** What a training ended with, as it is kept. */

import type { RunDocumentItem } from '../contract/documents.ts';
import type { Store } from '../contract/store/store.ts';
import type { DemandModel } from '../core/demand/fit-demand.ts';
import { withMarketIndex } from '../core/market/market-index.ts';
import type { CellSeries } from '../core/series/cell-series.ts';
import type { Lang } from '../core/vocabulary.ts';
import { historyFigures } from '../fleet/iterate-cell.ts';
import type { IteratedCell } from '../fleet/iterate-fleet.ts';
import { HOLDER_ID } from '../fleet/lease.ts';
import type { PooledScores } from '../fleet/pooled-scores.ts';
import { becomesLive, doneRun, refusedRun, runEvents, runSummary } from './run-items.ts';

/** How the exact solver ended with a cell. */
export interface FittedCell {
  readonly run: RunDocumentItem;
  readonly startedAt: string;
  /** Null where the cell's rows cannot carry one. */
  readonly model: DemandModel | null;
}

/**
 * Keeps what the exact solver ended with, all or none, and releases the cells.
 *
 * @param trainingId the training that the runs belong to; null of what shards trained elsewhere
 * @returns the runs, with the ids of their models
 */
export async function keepFitted(
  store: Store,
  cells: readonly FittedCell[],
  seed: number,
  pooledScores: PooledScores,
  trainingId: string | null,
): Promise<RunDocumentItem[]> {
  const before = await Promise.all(cells.map(({ model }) => liveModel(store, model)));
  const saved = await store.runs.finish(
    cells.map(({ run, startedAt, model }, i) => ({
      run: runSummary(run, startedAt),
      ...(trainingId !== null && { trainingId }),
      events: model === null ? [] : runEvents(model),
      model: model && {
        runId: run.runId,
        model,
        trainedAt: new Date().toISOString(),
        seconds: run.seconds,
        seed,
        live: becomesLive(model, before[i]?.model ?? null),
      },
    })),
    HOLDER_ID,
  );
  for (const { model } of cells) if (model) pooledScores.add(model);
  await pooledScores.save();
  return cells.map(({ run }, i) => ({
    ...run,
    modelId: saved[i]?.modelId ?? null,
    ...versionBefore(before[i] ?? null),
  }));
}

/** The model in force of a cell that was trained; null without one. @param model null where the cell has none now */
async function liveModel(store: Store, model: DemandModel | null): ReturnType<Store['models']['read']> {
  return model && store.models.read(model);
}

function versionBefore(
  before: Awaited<ReturnType<Store['models']['read']>>,
): Pick<RunDocumentItem, 'errorBefore' | 'runBefore'> {
  return { errorBefore: before?.model.crossValidated.wape ?? null, runBefore: before?.summary.runId ?? null };
}

/**
 * Keeps what an iterated training ended with, and releases the cell: run, history and, unless it was interrupted or
 * failed, its model.
 */
export async function keepIterated(
  store: Store,
  cell: IteratedCell,
  pooledScores: PooledScores,
  market: RunDocumentItem['market'],
  lang: Lang,
): Promise<RunDocumentItem> {
  const { series, runId, startedAt, seconds, result, options, checkpointEvery, resumedAt, damaged, attempt } = cell;
  const { outcome, history, iterations, stopReason } = result;
  const figures = historyFigures(history);
  const convergence = {
    errorKind: history.errorKind,
    first: figures.firstError,
    best: figures.bestError,
    last: figures.lastError,
    resumedAt,
    damaged,
  };
  const status = stopReason === 'interrupted' ? 'stopped' : 'done';
  let run: RunDocumentItem = outcome.ok
    ? { ...doneRun(outcome.value, seconds, options.seed), status, convergence }
    : { ...refusedRun(series, options.seed, outcome, seconds, lang), convergence };
  run = {
    ...run,
    runId,
    stopReason,
    iterations,
    simulatedRowsPerIteration: options.simulatedRows,
    ...(market !== undefined && { market }),
  };
  const model = outcome.ok && stopReason !== 'interrupted' ? outcome.value : null;
  const before = await liveModel(store, model);
  const [saved] = await store.runs.finish(
    [
      {
        run: { ...runSummary(run, startedAt), ...figures },
        machine: result.machine,
        events: [{ iteration: 0, kind: 'checkpoints', detail: { every: checkpointEvery } }],
        history,
        attempt,
        model: model && {
          runId,
          model,
          trainedAt: new Date().toISOString(),
          seconds,
          seed: options.seed,
          live: becomesLive(model, before?.model ?? null),
        },
      },
    ],
    HOLDER_ID,
  );
  if (model) pooledScores.add(model);
  // At once, not at the end of the fleet: a fleet that is killed and resumed does not train this cell again.
  await pooledScores.save();
  return { ...run, modelId: saved?.modelId ?? null, ...versionBefore(before) };
}

/** What market data entered a cell's training. */
export async function marketOf(store: Store, series: CellSeries): Promise<RunDocumentItem['market']> {
  const stored = await store.sales.read(series);
  const imported = stored?.marketPrice ?? (await store.sales.marketPricesOn(series.product, series.days));
  if (imported.some((p) => p > 0)) return 'imported';
  return withMarketIndex({ ...series, marketPrice: new Float64Array(series.days.length).fill(Number.NaN) }).index;
}
