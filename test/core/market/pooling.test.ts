import { describe, expect, it } from 'vitest';
import { MARKET_INDEX, MARKET_INDEX_START } from '../../../src/core/market/data/commodity-index.ts';
import { marketIndexAt, nearestMarketSeries } from '../../../src/core/market/market-index.ts';
import { type CellEstimate, ELASTICITY_EFFECT, fitMarketModel, priorFor } from '../../../src/core/market/pooling.ts';
import { publishedElasticity } from '../../../src/core/market/published-priors.ts';
import { RandomStream } from '../../../src/core/math/random.ts';

function estimates(count: number, mean: number, spread: number, error: number): CellEstimate[] {
  const random = new RandomStream(11, count);
  return Array.from({ length: count }, (_, i) => ({
    merchant: `m${i}`,
    product: `p${i % 5}`,
    productType: 'Carne',
    effects: {
      [ELASTICITY_EFFECT]: {
        value: mean + spread * random.normal() + error * random.normal(),
        variance: error * error,
      },
    },
  }));
}

describe('pooling over cells', () => {
  it('recovers mean and spread of simulated elasticities', () => {
    const cells = estimates(400, -2, 0.5, 0.3);
    const prior = priorFor(fitMarketModel(cells, { pooling: 'workspace' }), {
      merchant: 'new',
      product: 'new',
      productType: 'Carne',
    })[ELASTICITY_EFFECT];
    // Standard error of the mean 0.58/√400 = 0.03, of the spread about 0.02; the published prior counts as two groups
    // more.
    expect(prior?.mean).toBeGreaterThan(-2.15);
    expect(prior?.mean).toBeLessThan(-1.85);
    expect(Math.sqrt(prior?.variance ?? 0)).toBeGreaterThan(0.4);
    expect(Math.sqrt(prior?.variance ?? 0)).toBeLessThan(0.7);
  });
  it('shows a cell the market without itself', () => {
    const cells = estimates(30, -2, 0.4, 0.2);
    const outlier: CellEstimate = {
      merchant: 'odd',
      product: 'p1',
      productType: 'Carne',
      effects: { [ELASTICITY_EFFECT]: { value: -9, variance: 0.04 } },
    };
    const market = fitMarketModel([...cells, outlier], { pooling: 'workspace' });
    const name = { merchant: 'odd', product: 'p1', productType: 'Carne' };
    expect(priorFor(market, name, outlier)[ELASTICITY_EFFECT]?.mean).toBeGreaterThan(
      priorFor(market, name)[ELASTICITY_EFFECT]?.mean as number,
    );
  });
  it('is the published prior when there is no other cell', () => {
    const prior = priorFor(fitMarketModel([], { pooling: 'none' }), {
      merchant: 'a',
      product: 'b',
      productType: 'Carne',
    })[ELASTICITY_EFFECT];
    expect(prior).toMatchObject({ mean: publishedElasticity('Carne').mean, cells: 0 });
  });
});

describe('the market index', () => {
  it('starts in January 2023 and has 100 as its mean of 2023', () => {
    expect(MARKET_INDEX_START).toEqual({ year: 2023, month: 1 });
    for (const values of Object.values(MARKET_INDEX)) {
      expect(values).toHaveLength(34);
      // Published to whole numbers: the mean of twelve is within 1 of 100.
      expect(Math.abs(values.slice(0, 12).reduce((a, b) => a + b, 0) / 12 - 100)).toBeLessThan(1);
    }
    expect(marketIndexAt('beef', 2023, 1)).toBe(95);
    expect(nearestMarketSeries('Pollo')?.series).toBe('chicken');
  });
});
