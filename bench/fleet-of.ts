/** A fleet over cells in memory, trained as the product trains, for benches that need no store. */

import { availableParallelism } from 'node:os';
import type { DemandModel } from '../src/core/demand/fit-demand.ts';
import type { CellSeries } from '../src/core/series/cell-series.ts';
import { threadsExecutor } from '../src/fleet/executor.ts';
import { type FleetOptions, type FleetSource, learnMarket, searchSpecs, trainFleet } from '../src/fleet/fleet-run.ts';

/** Trains every cell; cells that cannot be trained are missing. By `merchant\u0000product`. */
export async function trainAll(cells: readonly CellSeries[]): Promise<Map<string, DemandModel>> {
  const source: FleetSource = {
    count: cells.length,
    cells: async function* () {
      yield* cells;
    },
    pooled: async function* (limit) {
      yield* cells.slice(0, limit);
    },
  };
  const options: FleetOptions = { holidays: [], market: false, pooling: 'workspace' };
  const executor = threadsExecutor(availableParallelism());
  const models = new Map<string, DemandModel>();
  try {
    const calendar = await learnMarket(source, executor, options);
    const specs = await searchSpecs(source, executor, calendar, options);
    await trainFleet(
      source,
      executor,
      { calendar, specs },
      options,
      (series, outcome) => {
        if (outcome.ok) models.set(cellKey(series), outcome.value);
      },
      () => performance.now(),
    );
  } finally {
    await executor.close();
  }
  return models;
}

export function cellKey(series: { readonly merchant: string; readonly product: string }): string {
  return `${series.merchant}\u0000${series.product}`;
}
