import { describe, expect, it } from 'vitest';
import { estimateEffects } from '../../../src/core/demand/effects.ts';
import { soldOutRow } from '../../../src/core/demand/sold-out-row.ts';
import { normalHazard } from '../../../src/core/math/normal-hazard.ts';
import { RandomStream } from '../../../src/core/math/random.ts';
import { cellOf } from '../../support/cells.ts';

const ROWS = 300;
const OPTIONS = { holidays: [], market: false };

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

interface Shop {
  /** Stock over what is usual at the usual price. */
  readonly shelf: number;
  /** Log of the last price over the first: of all prices, which customers know. */
  readonly inflation: number;
}

/** Error of the estimated elasticity of a shop of −2.5 with log-normal noise of .3, and over its standard error. */
function error({ shelf, inflation }: Shop, stream: number): { error: number; squared: number } {
  const random = new RandomStream(91, stream);
  let deviation = 0;
  const rows = Array.from({ length: ROWS }, (_, i) => {
    if (i % 7 === 0) deviation = 0.08 * random.normal();
    const demand = 40 * Math.exp(-2.5 * deviation + 0.3 * random.normal() - 0.045);
    const stock = shelf * 40 * Math.exp(0.05 * random.normal());
    const price = 5 * Math.exp(deviation + (inflation * i) / ROWS);
    return { price, sold: Math.min(demand, stock), out: demand > stock };
  });
  const series = cellOf(
    rows.map(({ sold }) => sold),
    rows.map(({ price }) => price),
    { soldOut: Uint8Array.from(rows, ({ out }) => (out ? 1 : 0)) },
  );
  const effects = estimateEffects(series, ROWS, OPTIONS);
  if (!effects?.price) throw new Error('no price effect');
  const { value, variance } = effects.price;
  return { error: value + 2.5, squared: (value + 2.5) ** 2 / variance };
}

describe('a row that sold out', () => {
  it('is expected to have sold what log-normal demand above its stock is on average', () => {
    const random = new RandomStream(5, 1);
    const variance = 0.2;
    const s = Math.sqrt(Math.log(1 + variance));
    const above: number[] = [];
    for (let i = 0; i < 200_000; i++) {
      const demand = 3 * Math.exp(s * random.normal() - (s * s) / 2);
      if (demand >= 3.5) above.push(demand);
    }
    expect(soldOutRow(3.5, 3, variance).expected / mean(above)).toBeCloseTo(1, 2);
  });

  it('counts as the slope and bend of its log tail say', () => {
    // At a stock of the median x is 0: the hazard is √(2/π), score √(2/π)/s and curvature (2/π)/s².
    const variance = 0.1;
    const s = Math.sqrt(Math.log(1 + variance));
    const told = soldOutRow(Math.exp(-(s * s) / 2), 1, variance);
    expect(told.step).toBeCloseTo(s * Math.sqrt(Math.PI / 2), 9);
    expect(told.variance).toBeCloseTo((s * s * Math.PI) / 2, 9);
    expect(told.uncounted).toBeCloseTo(0, 9);
  });

  it('tells nothing where the stock was nothing', () => {
    const { step, variance, expected } = soldOutRow(0, 2, 0.1);
    expect(step).toBeCloseTo(0, 6);
    expect(variance).toBeGreaterThan(1e5);
    expect(expected).toBeCloseTo(2, 9);
  });
});

describe('the hazard of the normal distribution', () => {
  it('is √(2/π) in the middle, of no account far below, and x + 1/x − 2/x³ far above', () => {
    expect(normalHazard(0)).toBeCloseTo(Math.sqrt(2 / Math.PI), 12);
    expect(normalHazard(-8)).toBeLessThan(1e-13);
    for (const x of [12, 30, 100]) expect(normalHazard(x)).toBeCloseTo(x + 1 / x - 2 / x ** 3, 4);
  });
});

describe('an elasticity', () => {
  it('is the true one, and as sure as it says, where two days in five sold out', () => {
    const found = Array.from({ length: 40 }, (_, stream) => error({ shelf: 1.05, inflation: 0 }, stream));
    expect(Math.abs(mean(found.map((f) => f.error)))).toBeLessThan(0.1);
    expect(mean(found.map((f) => f.squared))).toBeGreaterThan(0.6);
    expect(mean(found.map((f) => f.squared))).toBeLessThan(1.5);
  });

  it('is the true one where the price rises with all others', () => {
    const found = Array.from({ length: 40 }, (_, stream) =>
      error({ shelf: Number.POSITIVE_INFINITY, inflation: 1.2 }, stream),
    );
    expect(Math.abs(mean(found.map((f) => f.error)))).toBeLessThan(0.1);
    expect(mean(found.map((f) => f.squared))).toBeLessThan(1.5);
  });
});
