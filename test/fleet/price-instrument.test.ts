import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/core/math/random.ts';
import type { CellSeries } from '../../src/core/series/cell-series.ts';
import { inlineExecutor } from '../../src/fleet/inline.ts';
import {
  fitSettings,
  knowledgeBytes,
  knowledgeId,
  type MarketKnowledge,
  NO_INSTRUMENT,
  priorsOf,
} from '../../src/fleet/knowledge.ts';
import { learnMarket } from '../../src/fleet/learn-market.ts';
import { fleetOf } from '../support/fleet-cells.ts';

const DAYS = 280;
const ELASTICITY = -2;

interface Market {
  /** Chance that a week has a price of its own, and its log standard deviation. */
  readonly decides?: readonly [chance: number, deviation: number];
  /** Log price that a unit of a week's shock of demand adds. */
  readonly follows: number;
  /** Log standard deviation of a week's cost. */
  readonly costMoves: number;
}

/** Shops whose elasticity is −2: a shock of demand a week, prices that follow it and half of what the cost does. */
function shops({ follows, costMoves, decides = [1, 0.04] }: Market, seed: number, count = 8): CellSeries[] {
  const [chance, deviation] = decides;
  return Array.from({ length: count }, (_, shop) => {
    const random = new RandomStream(seed, shop);
    let [cost, own, shock] = [0, 0, 0];
    const rows = Array.from({ length: DAYS }, (_, i) => {
      if (i % 7 === 0) {
        const decided = chance === 1 || random.uniform() < chance;
        [cost, own, shock] = [
          0.8 * cost + costMoves * random.normal(),
          decided ? deviation * random.normal() : own,
          0.2 * random.normal(),
        ];
      }
      const logPrice = own + 0.5 * cost + follows * shock;
      const demand = 40 * Math.exp(ELASTICITY * logPrice + shock + 0.2 * random.normal());
      return { price: 4 * Math.exp(logPrice), cost: 2 * Math.exp(cost), quantity: Math.round(100 * demand) / 100 };
    });
    const none = new Float64Array(DAYS).fill(Number.NaN);
    return {
      merchant: `shop ${shop}`,
      product: 'bread',
      productType: 'bread',
      unit: 'kg',
      frequency: 'daily',
      days: Int32Array.from(rows, (_, i) => 20_000 + i),
      quantity: Float64Array.from(rows, ({ quantity }) => quantity),
      price: Float64Array.from(rows, ({ price }) => price),
      cost: Float64Array.from(rows, (row) => row.cost),
      promo: none,
      soldOut: new Uint8Array(DAYS),
      waste: none,
      marketPrice: none,
      covariates: [],
    };
  });
}

async function learned(market: Market, seed: number, instrument?: string) {
  const cells = shops(market, seed);
  const fleet = fleetOf(cells, inlineExecutor());
  const knowledge = await learnMarket({ ...fleet, options: { ...fleet.options, ...(instrument && { instrument }) } });
  return { instrument: knowledge.instrument ?? null, elasticity: priorsOf(knowledge, cells[0])[0]?.prior.price?.mean };
}

describe('a market whose prices follow demand in moves that are small beside what is decided', () => {
  const learn = async (market: Market) => {
    const cells = shops(market, 1, 24);
    const knowledge = await learnMarket(fleetOf(cells, inlineExecutor()));
    return { knowledge, settings: fitSettings(knowledge, cells[0]) };
  };
  it('is found out by them, and so is each of its cells told', async () => {
    const { knowledge, settings } = await learn({ follows: 0.06, costMoves: 0, decides: [0.25, 0.2] });
    expect(knowledge.pricesFollow).toBe(true);
    expect(settings.pricesFollow).toBe(true);
  });
  it.each([
    ['prices that follow nothing', { follows: 0, costMoves: 0, decides: [0.5, 0.1] }],
    ['small moves that the cost makes', { follows: 0, costMoves: 0.02, decides: [0.5, 0.1] }],
  ] as const)('is not said of %s', async (_, market) => {
    const { knowledge, settings } = await learn(market);
    expect(knowledge).not.toHaveProperty('pricesFollow');
    expect(settings).not.toHaveProperty('pricesFollow');
  });
});

describe('a market learned from prices and costs', () => {
  const FOLLOWING: Market = { follows: 0.3, costMoves: 0.08 };
  it('is told by the cost where prices follow demand, and its elasticity is the true one', async () => {
    const found = await learned(FOLLOWING, 1);
    expect(found.instrument).toBe('cost');
    const plain = await learned(FOLLOWING, 1, NO_INSTRUMENT);
    expect(plain.instrument).toBeNull();
    // What a price does is hidden by what it follows: cov(shock, price)/var(price) of it.
    expect(plain.elasticity).toBeGreaterThan(ELASTICITY + 0.6);
    expect(Math.abs((found.elasticity as number) - ELASTICITY)).toBeLessThan(0.3);
  });
  it.each([
    ['prices that follow nothing', { follows: 0, costMoves: 0.08 }],
    ['costs that never move', { follows: 0.3, costMoves: 0 }],
  ])('is told by all moves of %s', async (_, market) => {
    for (const seed of [1, 2, 3]) expect((await learned(market, seed)).instrument).toBeNull();
  });
  it('asks with the rows of its earliest origin: what costs do later changes nothing', async () => {
    const cells = shops(FOLLOWING, 1);
    const origin = 20_000 + DAYS - 60;
    const later = cells.map((cell) => ({
      ...cell,
      cost: cell.cost.map((c, i) => (i < DAYS - 59 ? c : i % 2 === 0 ? 90 : 0.1)),
    }));
    const found = await Promise.all(
      [cells, later].map((known) => learnMarket(fleetOf(known, inlineExecutor()), [origin])),
    );
    expect(found[0]?.instrument).toBe('cost');
    expect(knowledgeId(knowledgeBytes(found[1] as MarketKnowledge))).toBe(
      knowledgeId(knowledgeBytes(found[0] as MarketKnowledge)),
    );
  });
  it('keeps the instrument that it was told', async () => {
    expect((await learned({ follows: 0, costMoves: 0.08 }, 1, 'cost')).instrument).toBe('cost');
  });
});
