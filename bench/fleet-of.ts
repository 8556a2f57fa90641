/** A fleet over cells in memory, trained as the product trains, for benches that need no store. */

import { availableParallelism } from 'node:os';
import type { DemandModel } from '../src/core/demand/fit-demand.ts';
import type { CellSeries } from '../src/core/series/cell-series.ts';
import { type FleetOptions, type FleetSource, trainFleet } from '../src/fleet/fleet-run.ts';
import type { MarketKnowledge } from '../src/fleet/knowledge.ts';
import { learnMarket, searchSpecs } from '../src/fleet/learn-market.ts';
import { perform } from '../src/fleet/perform.ts';
import { threadsExecutor } from '../src/fleet/threads.ts';

export function sourceOf(cells: readonly CellSeries[]): FleetSource {
  const byKey = new Map(cells.map((cell) => [cellKey(cell), cell]));
  return {
    count: cells.length,
    async *cells() {
      yield* cells;
    },
    async *named() {
      yield* cells;
    },
    read: async (cell) => byKey.get(cellKey(cell)) ?? null,
    async *pooled(limit) {
      yield* cells.slice(0, limit);
    },
  };
}

/** Trains every cell; cells that cannot be trained are missing. By `merchant\u0000product`. */
export async function trainAll(cells: readonly CellSeries[]): Promise<Map<string, DemandModel>> {
  const source = sourceOf(cells);
  const options: FleetOptions = { holidays: [], market: false, pooling: 'workspace' };
  const executor = threadsExecutor(availableParallelism());
  const models = new Map<string, DemandModel>();
  try {
    const fleet = { source, executor, options };
    await trainFleet({
      ...fleet,
      knowledge: await searchSpecs(fleet, await learnMarket(fleet)),
      onCell: (series, outcome) => {
        if (outcome.ok) models.set(cellKey(series), outcome.value);
      },
      now: () => performance.now(),
    });
  } finally {
    await executor.close();
  }
  return models;
}

/** Trains a cell as the product does; null where its rows cannot carry a model. */
export async function trainedCell(series: CellSeries, knowledge: MarketKnowledge): Promise<DemandModel | null> {
  const done = await perform(
    { kind: 'train', id: '', knowledge: null as never, input: { series } },
    { knowledge: () => knowledge, stopped: () => false, tell: async () => {} },
  );
  return done.ok && done.value.ok ? done.value.value : null;
}

export function cellKey(series: { readonly merchant: string; readonly product: string }): string {
  return `${series.merchant}\u0000${series.product}`;
}
