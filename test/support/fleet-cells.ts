/** A small made market for tests of the fleet: cells of two types that share what they know. */

import type { CellSeries } from '../../src/core/series/cell-series.ts';
import type { Executor } from '../../src/fleet/executor.ts';
import { type Fleet, type FleetOptions, type FleetSource, trainFleet } from '../../src/fleet/fleet-run.ts';
import { learnMarket, searchSpecs } from '../../src/fleet/learn-market.ts';
import type { TrainedOutcome } from '../../src/fleet/work.ts';
import { cellOf } from './cells.ts';

export const FIT_OPTIONS: FleetOptions = {
  holidays: [{ day: 20_060, name: 'Navidad', lengthDays: 1 }],
  market: false,
  pooling: 'workspace',
};

/** @param rows days of sales of each cell */
export function fleetCells(count: number, rows = 120): CellSeries[] {
  return Array.from({ length: count }, (_, c) => {
    const price = Array.from({ length: rows }, (_, i) => 4 + c * 0.1 + ((i * (c + 3)) % 7) * 0.2);
    const quantity = price.map((p, i) => Math.round((200 / p ** 1.5) * (1 + ((i + c) % 7 === 5 ? 0.5 : 0))) / 2);
    return cellOf(quantity, price, {
      merchant: `Tienda ${Math.floor(c / 3)}`,
      product: `Producto ${c % 3}`,
      productType: c % 3 === 0 ? 'Carne' : 'Pescado',
    });
  });
}

/** A cell with a price missing: no row like it comes out of a store, and no work can be done on it. */
export function brokenCell(cell: CellSeries): CellSeries {
  return { ...cell, price: cell.price.slice(1) };
}

export function sourceOf(cells: readonly CellSeries[]): FleetSource {
  return {
    count: cells.length,
    async *cells() {
      yield* cells;
    },
    async *named() {
      yield* cells;
    },
    async read({ merchant, product }) {
      return cells.find((cell) => cell.merchant === merchant && cell.product === product) ?? null;
    },
    async *pooled(limit) {
      yield* cells.slice(0, limit);
    },
  };
}

export function fleetOf(cells: readonly CellSeries[], executor: Executor): Fleet {
  return { source: sourceOf(cells), executor, options: FIT_OPTIONS };
}

/** How each cell's training ended, by name; the executor is closed. */
export async function trained(
  cells: readonly CellSeries[],
  executor: Executor,
): Promise<{ readonly cell: string; readonly outcome: TrainedOutcome }[]> {
  const found: { cell: string; outcome: TrainedOutcome }[] = [];
  const fleet = fleetOf(cells, executor);
  try {
    await trainFleet({
      ...fleet,
      knowledge: await searchSpecs(fleet, await learnMarket(fleet)),
      onCell: ({ merchant, product }, outcome) => {
        found.push({ cell: `${merchant} ${product}`, outcome });
      },
      now: () => 0,
    });
  } finally {
    await executor.close();
  }
  return found.sort((a, b) => (a.cell < b.cell ? -1 : 1));
}
