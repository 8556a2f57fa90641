import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byCell, type CellRows, cellsOfShard, merchantsOfShard } from '../../src/rules/shards.ts';

const cells = fc
  .uniqueArray(fc.record({ merchant: fc.string(), product: fc.string(), rows: fc.integer({ min: 1, max: 5_000 }) }), {
    selector: ({ merchant, product }) => JSON.stringify([merchant, product]),
    maxLength: 60,
  })
  .map((all) => all.sort(byCell));

const shards = (all: readonly CellRows[], count: number): CellRows[][] =>
  Array.from({ length: count }, (_, index) => cellsOfShard(all, { index, count }));

describe('cells of shards', () => {
  it('are all cells, each once, in order', () => {
    fc.assert(
      fc.property(cells, fc.integer({ min: 1, max: 20 }), (all, count) => {
        expect(shards(all, count).flat()).toEqual(all);
      }),
    );
  });

  it('differ from an equal part of the rows by less than a cell', () => {
    fc.assert(
      fc.property(cells, fc.integer({ min: 1, max: 20 }), (all, count) => {
        const rows = all.reduce((sum, cell) => sum + cell.rows, 0);
        const largest = Math.max(0, ...all.map((cell) => cell.rows));
        for (const own of shards(all, count))
          expect(Math.abs(own.reduce((sum, cell) => sum + cell.rows, 0) - rows / count)).toBeLessThanOrEqual(largest);
      }),
    );
  });

  it('are found among those of the merchants that may have them', () => {
    fc.assert(
      fc.property(cells, fc.integer({ min: 1, max: 20 }), (all, count) => {
        const rows = new Map<string, number>();
        for (const cell of all) rows.set(cell.merchant, (rows.get(cell.merchant) ?? 0) + cell.rows);
        const merchants = [...rows].map(([merchant, of]) => ({ merchant, rows: of }));
        for (let index = 0; index < count; index++) {
          const { own, ...among } = merchantsOfShard(merchants, { index, count });
          const named = new Set(own.map(({ merchant }) => merchant));
          const some = all.filter(({ merchant }) => named.has(merchant));
          expect(cellsOfShard(some, { index, count }, among)).toEqual(cellsOfShard(all, { index, count }));
        }
      }),
    );
  });

  it('split a few as they are', () => {
    const of = (merchant: string, product: string, rows: number): CellRows => ({ merchant, product, rows });
    const all = [of('A', 'x', 10), of('A', 'y', 30), of('B', 'x', 10), of('C', 'x', 10), of('C', 'y', 20)];
    expect(shards(all, 2).map((own) => own.length)).toEqual([2, 3]);
    expect(shards(all, 1)).toEqual([all]);
    expect(shards([], 3)).toEqual([[], [], []]);
    expect([of('b', 'a', 1), of('a', 'b', 1), of('a', 'a', 1)].sort(byCell)).toEqual([
      of('a', 'a', 1),
      of('a', 'b', 1),
      of('b', 'a', 1),
    ]);
  });
});
