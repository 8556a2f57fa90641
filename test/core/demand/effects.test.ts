import { describe, expect, it } from 'vitest';
import { type EffectEstimate, estimateCell, estimateEffects } from '../../../src/core/demand/effects.ts';
import { RandomStream } from '../../../src/core/math/random.ts';
import type { CellSeries } from '../../../src/core/series/cell-series.ts';
import { BOX_COX_LAMBDAS, type BoxCoxLambda, boxCoxPrice } from '../../../src/core/series/price-transform.ts';
import { cellOf } from '../../support/cells.ts';

const OPTIONS = { holidays: [], market: false };
const WEEKDAY = [-0.3, -0.2, 0, 0, 0.1, 0.3, 0.1];

interface Truth {
  readonly rows: number;
  readonly elasticity?: number;
  readonly lambda?: BoxCoxLambda;
  readonly priceSpread?: number;
  readonly promo?: number;
  /** Noise as 1/√shape of its mean. */
  readonly shape?: number;
  /** Standard deviation of what the log of the level gains a day. */
  readonly walk?: number;
  /** Prices stand for a week. */
  readonly weekly?: boolean;
}

/** A shop of known effects. */
function shop(
  { rows, elasticity = -1.7, lambda = 0, priceSpread = 0.12, promo = 0, shape = 25, walk = 0, weekly = false }: Truth,
  stream: number,
): CellSeries {
  const random = new RandomStream(51, stream);
  const promoted = Array.from({ length: rows }, () => (random.uniform() < 0.25 ? 1 : 0));
  let deviation = 0;
  const price = promoted.map((p, i) => {
    if (!weekly || i % 7 === 0) deviation = priceSpread * random.normal();
    return 8 * Math.exp(deviation) * (p === 1 && promo !== 0 ? 0.9 : 1);
  });
  let level = 0;
  const quantity = price.map((p, i) => {
    if (walk > 0) level += walk * random.normal();
    const log = level + elasticity * boxCoxPrice(p, 8, lambda) + WEEKDAY[(20_000 + i + 3) % 7] + promo * promoted[i];
    return (20 * Math.exp(log) * random.gamma(shape)) / shape;
  });
  return cellOf(quantity, price, promo === 0 ? {} : { promo: Float64Array.from(promoted) });
}

function effectsOf(series: CellSeries, rows = series.days.length): Readonly<Record<string, EffectEstimate>> {
  const effects = estimateEffects(series, rows, OPTIONS);
  if (!effects) throw new Error('the rows must carry an estimate');
  return effects;
}

/** Mean of the squared errors over their variances. */
function calibration(truth: Truth, cells: number, effect: string, value: number): number {
  let sum = 0;
  for (let stream = 0; stream < cells; stream++) {
    const found = effectsOf(shop(truth, stream))[effect] as EffectEstimate;
    sum += (found.value - value) ** 2 / found.variance / cells;
  }
  return sum;
}

describe('a cell’s own effects', () => {
  it('are those that its sales were made with: elasticity, weekdays, promotion', () => {
    const effects = effectsOf(shop({ rows: 700, promo: 0.4 }, 1));
    for (const [name, truth] of [
      ['price', -1.7],
      ['promo', 0.4],
    ] as const) {
      const { value, variance } = effects[name] as EffectEstimate;
      expect(Math.abs(value - truth)).toBeLessThan(3.5 * Math.sqrt(variance));
      expect(Math.sqrt(variance)).toBeLessThan(0.1);
    }
    const mean = WEEKDAY.reduce((a, b) => a + b, 0) / 7;
    const found = WEEKDAY.map((_, d) => (effects[`weekday${d}`] as EffectEstimate).value);
    const foundMean = found.reduce((a, b) => a + b, 0) / 7;
    // 100 rows a weekday with a noise of a fifth: 0.02, four of those.
    WEEKDAY.forEach((w, d) => expect(Math.abs(found[d] - foundMean - (w - mean))).toBeLessThan(0.08));
  });
  it('come with variances that their errors bear out: squared errors over them average 1', () => {
    // The mean of 150 such squares has a standard deviation of about 0.12; four of those.
    for (const truth of [{ rows: 100 }, { rows: 280 }, { rows: 280, walk: 0.03 }]) {
      const ratio = calibration({ ...truth, weekly: true }, 150, 'price', -1.7);
      expect(ratio).toBeGreaterThan(0.55);
      expect(ratio).toBeLessThan(1.5);
    }
  });
  it('hardly know of a market: an elasticity far from any published one stands', () => {
    expect(effectsOf(shop({ rows: 500, elasticity: -7, priceSpread: 0.05 }, 3)).price?.value).toBeLessThan(-6.5);
    expect(effectsOf(shop({ rows: 500, elasticity: 1.5, priceSpread: 0.05 }, 3)).price?.value).toBeGreaterThan(1);
  });
  it('are of the first rows alone', () => {
    const series = shop({ rows: 200 }, 4);
    const changed = {
      ...series,
      quantity: series.quantity.map((q, i) => (i < 120 ? q : 99)),
      price: series.price.map((p, i) => (i < 120 ? p : 1)),
    };
    expect(effectsOf(changed, 120)).toEqual(effectsOf(series, 120));
  });
  it('leave out what is a cell’s own affair: level, trend and covariates', () => {
    const series = shop({ rows: 120 }, 5);
    const covariates = [{ name: 'lluvia', knownAhead: true, values: Float64Array.from(series.days, (d) => d % 5) }];
    const names = Object.keys(effectsOf({ ...series, covariates }));
    expect(names).toEqual(['price', ...WEEKDAY.map((_, d) => `weekday${d}`)]);
  });
});

describe('rows that carry no estimate', () => {
  it('are fewer than 14, or have fewer than five sales, or no price', () => {
    const series = shop({ rows: 60 }, 6);
    expect(estimateEffects(series, 13, OPTIONS)).toBeNull();
    expect(estimateEffects(series, 14, OPTIONS)).not.toBeNull();
    const sold = (count: number): CellSeries => ({
      ...series,
      quantity: series.quantity.map((q, i) => (i % 12 === 0 && i / 12 < count ? q : 0)),
    });
    expect(estimateEffects(sold(4), 60, OPTIONS)).toBeNull();
    expect(estimateEffects(sold(5), 60, OPTIONS)).not.toBeNull();
    expect(estimateEffects({ ...series, price: series.price.map(() => Number.NaN) }, 60, OPTIONS)).toBeNull();
  });
  it('say nothing of the elasticity where the price never moved by half a hundredth', () => {
    const series = shop({ rows: 60 }, 7);
    const moving = (by: number): CellSeries => ({
      ...series,
      price: series.price.map((_, i) => 8 * (i % 2 === 0 ? 1 : 1 + by)),
    });
    expect(effectsOf(moving(0.004)).price).toBeUndefined();
    expect(effectsOf(moving(0.004)).weekday0).toBeDefined();
    expect(effectsOf(moving(0.006)).price).toBeDefined();
    expect(estimateCell(moving(0.004), [60], OPTIONS).shape).toBeNull();
    expect(estimateCell(moving(0.006), [13], OPTIONS).shape).toBeNull();
  });
});

describe('what a cell says of the shape of its price term', () => {
  it('is relative to λ = 0, and speaks for the shape that its sales were made with', () => {
    for (const [s, lambda] of BOX_COX_LAMBDAS.entries()) {
      if (lambda === 0.5) continue;
      // Prices that move by a quarter or less and little noise: shapes differ by the bend alone. Were they to move
      // further, rows would be capped, which bends too.
      const evidence = estimateCell(
        shop({ rows: 600, lambda, priceSpread: lambda > 1 ? 0.15 : 0.25, shape: 100 }, 8),
        [600],
        OPTIONS,
      ).shape as readonly number[];
      expect(evidence[0]).toBe(0);
      expect(evidence.indexOf(Math.max(...evidence))).toBe(s);
    }
  });
});
