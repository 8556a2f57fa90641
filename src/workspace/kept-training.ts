/** What a training by iterations ended with, as it is kept. */

import type { RunDocumentItem } from '../contract/documents.ts';
import type { Store } from '../contract/store.ts';
import { withMarketIndex } from '../core/market/market-index.ts';
import type { CellSeries } from '../core/series/cell-series.ts';
import { DemandaError } from '../errors.ts';
import { historyFigures } from '../fleet/iterate-cell.ts';
import type { IteratedCell } from '../fleet/iterate-fleet.ts';
import type { PooledScores } from '../fleet/pooled-scores.ts';
import { becomesLive, doneRun, failedRun, runSummary } from './run-items.ts';

/** Keeps what an iterated training ended with: run, history and, unless it was interrupted or failed, its model. */
export async function keepIterated(
  store: Store,
  cell: IteratedCell,
  pooledScores: PooledScores,
  market: RunDocumentItem['market'],
  lang: 'es' | 'en',
): Promise<RunDocumentItem> {
  const { series, runId, startedAt, seconds, result, options, checkpointEvery, resumedAt, damaged, attempt } = cell;
  const { outcome, history, iterations, stopReason } = result;
  const figures = historyFigures(history);
  const convergence = { errorKind: history.errorKind, first: figures.firstError, best: figures.bestError, last: figures.lastError, resumedAt, damaged };
  let run: RunDocumentItem;
  if (outcome.ok) run = { ...doneRun(outcome.value, seconds, options.seed), status: stopReason === 'interrupted' ? 'stopped' : 'done', convergence };
  else {
    const { merchant, product } = series;
    const message = new DemandaError(`TRAIN_${outcome.code}`, { merchant, product, iteration: iterations }).messageIn(lang);
    run = { ...failedRun(series, options.seed, outcome.code, message, seconds), convergence };
  }
  run = { ...run, runId, stopReason, iterations, simulatedRowsPerIteration: options.simulatedRows, ...(market !== undefined && { market }) };
  const model = outcome.ok && stopReason !== 'interrupted' ? outcome.value : null;
  const live = model !== null && becomesLive(model, (await store.readModel(model.merchant, model.product))?.model ?? null);
  const [saved] = await store.finishRuns([
    {
      run: { ...runSummary(run, startedAt), ...figures },
      events: [{ iteration: 0, kind: 'checkpoints', detail: { every: checkpointEvery } }],
      history,
      attempt,
      model: model && { runId, model, trainedAt: new Date().toISOString(), seconds, seed: options.seed, live },
    },
  ]);
  if (model) pooledScores.add(model);
  // At once, not at the end of the fleet: a fleet that is killed and resumed does not train this cell again.
  await pooledScores.save();
  return { ...run, modelId: saved?.modelId ?? null };
}

/** What market data entered a cell's training. */
export async function marketOf(store: Store, series: CellSeries): Promise<RunDocumentItem['market']> {
  const stored = await store.readSeries(series.merchant, series.product);
  const imported = stored?.marketPrice ?? (await store.marketPricesOn(series.product, series.days));
  if (imported.some((p) => p > 0)) return 'imported';
  return withMarketIndex({ ...series, marketPrice: new Float64Array(series.days.length).fill(Number.NaN) }).index;
}
