import { describe, expect, it } from 'vitest';
import type { CellSeries } from '../../src/core/series/cell-series.ts';
import type { FleetSource } from '../../src/fleet/fleet-run.ts';
import { inlineExecutor } from '../../src/fleet/inline.ts';
import { knowledgeBefore } from '../../src/fleet/knowledge.ts';
import { searchSpecs } from '../../src/fleet/learn-market.ts';
import { FIT_OPTIONS, fleetCells } from '../support/fleet-cells.ts';

const [LONG] = fleetCells(1, 120) as [CellSeries];
const [SHORT] = fleetCells(1, 30) as [CellSeries];

/** Cells of which only the names are there until they are read. */
function sourceOf(count: number, cellAt: (i: number) => CellSeries): FleetSource & { readonly asked: string[] } {
  const asked: string[] = [];
  const cell = (i: number): CellSeries => ({ ...cellAt(i), merchant: 'Ana', product: String(i) });
  return {
    asked,
    count,
    cells: () => {
      throw new Error('sales of all cells were read');
    },
    async *named() {
      for (let i = 0; i < count; i++) yield cell(i);
    },
    async read({ product }) {
      asked.push(product);
      return cell(Number(product));
    },
    async *pooled() {},
  };
}

async function searched(source: FleetSource): Promise<string[]> {
  const fleet = { source, executor: inlineExecutor(), options: FIT_OPTIONS };
  return [...(await searchSpecs(fleet, knowledgeBefore(FIT_OPTIONS))).specs.keys()];
}

describe('the search of specs', () => {
  it('reads the sales of a thousand cells of a type at most', async () => {
    const short = sourceOf(3_000, () => SHORT);
    expect(await searched(short)).toEqual([]);
    expect(short.asked).toEqual(Array.from({ length: 1_000 }, (_, i) => String(i)));
  });
  it('and of ten thousand of all', async () => {
    const short = sourceOf(15_000, (i) => ({ ...SHORT, productType: `type ${i % 30}` }));
    expect(await searched(short)).toEqual([]);
    expect(short.asked).toHaveLength(10_000);
  });
  it('and stops reading a type once both ways of selling have their six', async () => {
    const pieces = { ...LONG, quantity: LONG.quantity.map((q) => Math.round(q)) };
    const both = sourceOf(100, (i) =>
      i % 2 === 0 ? pieces : { ...LONG, quantity: LONG.quantity.map((q) => q + 0.5) },
    );
    expect((await searched(both)).toSorted()).toEqual(['daily/measure/Carne', 'daily/pieces/Carne']);
    expect(both.asked).toEqual(Array.from({ length: 12 }, (_, i) => String(i)));
  });
});
