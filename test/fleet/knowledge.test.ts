import { describe, expect, it } from 'vitest';
import { fitDemand } from '../../src/core/demand/fit-demand.ts';
import type { CellSeries } from '../../src/core/series/cell-series.ts';
import { POOLINGS } from '../../src/core/vocabulary.ts';
import { fitContext } from '../../src/fleet/cell-fit.ts';
import { exactBytes, exactData } from '../../src/fleet/exact-bytes.ts';
import type { Executor } from '../../src/fleet/executor.ts';
import { inlineExecutor } from '../../src/fleet/inline.ts';
import {
  fitSettings,
  KnowledgeReader,
  knowledgeBytes,
  knowledgeId,
  type MarketKnowledge,
  priorsOf,
} from '../../src/fleet/knowledge.ts';
import { learnMarket, searchSpecs } from '../../src/fleet/learn-market.ts';
import { threadsExecutor } from '../../src/fleet/threads.ts';
import { fleetCells, fleetOf } from '../support/fleet-cells.ts';

const CELLS = fleetCells(6, 80);

async function learned(
  executor: Executor,
  cells: readonly CellSeries[] = CELLS,
  pooling: (typeof POOLINGS)[number] = 'workspace',
): Promise<MarketKnowledge> {
  const fleet = fleetOf(cells, executor);
  const options = { ...fleet.options, pooling };
  return searchSpecs({ ...fleet, options }, await learnMarket({ ...fleet, options }));
}

function read(bytes: Uint8Array): MarketKnowledge {
  return new KnowledgeReader().read(knowledgeId(bytes), bytes);
}

describe('the knowledge that cells share', () => {
  it.each(POOLINGS)('trains the same models to the last bit after it went through bytes (%s)', async (pooling) => {
    const knowledge = await learned(inlineExecutor(), CELLS, pooling);
    const again = read(knowledgeBytes(knowledge));
    // A cell that the market was not learned from too.
    for (const series of [...CELLS, { ...CELLS[0], merchant: 'Nadie' }]) {
      const [known, reread] = [knowledge, again].map((k) =>
        fitDemand(series, fitContext(fitSettings(k, series), priorsOf(k, series))),
      );
      expect(known.ok).toBe(true);
      expect(reread).toStrictEqual(known);
    }
    expect(Buffer.compare(knowledgeBytes(again), knowledgeBytes(knowledge))).toBe(0);
  });

  it('of a training that began with fewer shapes of the price term gives them to nobody', async () => {
    const knowledge = await learned(inlineExecutor());
    const [series] = CELLS as [CellSeries];
    const settings = { ...fitSettings(knowledge, series), marketShape: [0.5, 0.25, 0.25] };
    const fitted = fitDemand(series, fitContext(settings, priorsOf(knowledge, series)));
    if (!fitted.ok) throw new Error(fitted.code);
    expect(fitted.value.shapes.slice(3).map(({ weight }) => weight)).toEqual([0, 0]);
    expect(fitted.value.shapes.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 12);
  });

  it('has one id, whatever threads learned it and in whatever order cells came', async () => {
    const threads = threadsExecutor(3);
    const all = [await learned(inlineExecutor()), await learned(threads), await learned(threads, [...CELLS].reverse())];
    await threads.close();
    expect(new Set(all.map((knowledge) => knowledgeId(knowledgeBytes(knowledge)))).size).toBe(1);
    expect(all[0].specs.size).toBeGreaterThan(0);
    expect(all[0].calendar.origins.length).toBeGreaterThan(5);
    const fewer = await learned(inlineExecutor(), CELLS.slice(1));
    expect(knowledgeId(knowledgeBytes(fewer))).not.toBe(knowledgeId(knowledgeBytes(all[0])));
  });

  it('is read from any memory, and never from bytes that are cut off or of something else', async () => {
    const bytes = knowledgeBytes(await learned(inlineExecutor()));
    const moved = new Uint8Array(bytes.length + 3);
    moved.set(bytes, 3);
    expect(Buffer.compare(knowledgeBytes(read(moved.subarray(3))), bytes)).toBe(0);
    for (const length of [0, 3, 4, 100, bytes.length - 8, bytes.length - 1])
      expect(() => read(bytes.slice(0, length)), `${length} bytes`).toThrow(RangeError);
    expect(() => read(exactBytes({ schema: 2 }))).toThrow('knowledge must be of version 1, got 2');
  });
});

describe('exact bytes', () => {
  it('hold numbers that JSON has not', () => {
    const numbers = [Number.NaN, -0, Number.POSITIVE_INFINITY, 5e-324, 0.1 + 0.2, -(2 ** 53), 1];
    const data = { b: numbers, a: [{ 10: 1, 2: -0.5, text: 'a\0é', none: null, yes: true }], __proto__x: 3 };
    expect(exactData(exactBytes(data))).toStrictEqual(data);
    expect(exactData(exactBytes(7))).toBe(7);
    expect(exactData(exactBytes('no number'))).toBe('no number');
  });
});
