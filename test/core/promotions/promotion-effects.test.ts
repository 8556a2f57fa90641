import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../../src/core/math/random.ts';
import { mean } from '../../../src/core/math/summary.ts';
import { span } from '../../../src/core/pricing/gains.ts';
import { pastPromotions } from '../../../src/core/promotions/past-promotions.ts';
import { logLift, type PromotionDraws, promotionEffects } from '../../../src/core/promotions/promotion-effects.ts';
import { promotionEvidence } from '../../../src/core/promotions/promotion-evidence.ts';
import {
  breakEven,
  type PromotableProduct,
  type Promotion,
  promotionGains,
  promotionOutlook,
} from '../../../src/core/promotions/promotion-profit.ts';
import type { CellSeries } from '../../../src/core/series/cell-series.ts';
import { cellOf } from '../../support/cells.ts';

const DRAWS = 200;
const ELASTICITY = -2.2;
const FLAG = 0.25;

interface World {
  readonly advance: number;
  readonly depths: readonly number[];
  readonly display?: number;
  readonly weekly?: boolean;
}

/** A shop's product with promotions of known effect; rows are days, or weeks. */
function simulated(seed: number, { advance, depths, display = 0, weekly = false }: World): CellSeries {
  const random = new RandomStream(seed, 5);
  const rows = weekly ? 156 : 600;
  const length = weekly ? 1 : 7;
  const [quantity, price, promo, shown] = [0, 0, 0, 0].map(() => new Float64Array(rows)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const fades = Array.from({ length: weekly ? 5 : 35 }, (_, k) => Math.exp((-k * (weekly ? 7 : 1)) / 9));
  const all = fades.reduce((sum, one) => sum + one, 0);
  let [extra, since, level, until, cut] = [0, 99, 0, 0, 0];
  let onDisplay = 0;
  for (let t = 0; t < rows; t++) {
    if (t >= until && since > 2 * length && random.uniform() < 0.25 / length) {
      cut = depths[random.integer(depths.length)] as number;
      onDisplay = display > 0 && random.uniform() < 0.5 ? 1 : 0;
      [until, extra] = [t + length, 0];
    }
    const on = t < until;
    level += 0.006 * random.normal();
    const lift = on ? Math.exp(ELASTICITY * Math.log(1 - cut) + FLAG + display * onDisplay) : 1;
    since = on ? 0 : since + 1;
    if (on) extra += lift - 1;
    const missed = on ? 0 : (advance * extra * (fades[since - 1] ?? 0)) / all;
    quantity[t] = 40 * lift * Math.exp(level - missed + 0.2 * random.normal() - 0.02);
    price[t] = on ? 10 * (1 - cut) : 10;
    promo[t] = on ? 1 : 0;
    shown[t] = on ? onDisplay : 0;
  }
  return cellOf([...quantity], [...price], {
    promo,
    ...(weekly && { frequency: 'weekly', days: Int32Array.from({ length: rows }, (_, t) => 20_000 + 7 * t) }),
    ...(display > 0 && { covariates: [{ name: 'display', knownAhead: true, values: shown }] }),
  });
}

function effectsOf(world: World, cells = 8): PromotionDraws[] {
  const evidence = Array.from({ length: cells }, (_, k) => {
    const series = simulated(k + 1, world);
    return promotionEvidence(series, pastPromotions(series), [], world.display ? 'display' : null, []);
  });
  return promotionEffects(
    evidence,
    DRAWS,
    evidence.map((_, k) => k),
  );
}

/** Mean over cells of the lift found, and the share of 90 % intervals that hold the truth. */
function liftFound(effects: readonly PromotionDraws[], depth: number, display = 0): readonly [number, number, number] {
  const truth = ELASTICITY * Math.log(1 - depth) + FLAG + display;
  const spans = effects.map((one) => span(logLift(one, depth, display > 0 ? 1 : 0)));
  return [
    mean(spans.map(({ value }) => value)) - truth,
    mean(spans.map(({ low, high }) => (low <= truth && truth <= high ? 1 : 0))),
    mean(spans.map(({ low, high }) => high - low)),
  ];
}

describe('effects of promotions', () => {
  it('are found with what was bought in advance, where promotions were of several depths', () => {
    const effects = effectsOf({ advance: 0.35, depths: [0.1, 0.2, 0.3] });
    const [error, held] = liftFound(effects, 0.2);
    expect(Math.abs(error)).toBeLessThan(0.05);
    expect(held).toBeGreaterThanOrEqual(0.75);
    const advance = mean(effects.map((one) => mean(one.advance)));
    expect(advance).toBeGreaterThan(0.25);
    expect(advance).toBeLessThan(0.45);
  });

  it('find nothing bought in advance where nothing was', () => {
    const effects = effectsOf({ advance: 0, depths: [0.1, 0.2, 0.3] });
    expect(mean(effects.map((one) => mean(one.advance)))).toBeLessThan(0.03);
  });

  it('know the lift at the one depth that was tried, and not how price and flag share it', () => {
    const effects = effectsOf({ advance: 0, depths: [0.2] });
    const [error, , width] = liftFound(effects, 0.2);
    expect(Math.abs(error)).toBeLessThan(0.05);
    expect(liftFound(effects, 0.4)[2]).toBeGreaterThan(2 * width);
  });

  it('tell a display from a flag', () => {
    const effects = effectsOf({ advance: 0, depths: [0.1, 0.2, 0.3], display: 0.4 });
    expect(Math.abs(liftFound(effects, 0.2)[0])).toBeLessThan(0.06);
    expect(Math.abs(liftFound(effects, 0.2, 0.4)[0])).toBeLessThan(0.06);
  });

  it('are found in weeks too', () => {
    const effects = effectsOf({ advance: 0.4, depths: [0.1, 0.2, 0.3], weekly: true }, 12);
    expect(Math.abs(liftFound(effects, 0.2)[0])).toBeLessThan(0.06);
    const advance = mean(effects.map((one) => mean(one.advance)));
    expect(advance).toBeGreaterThan(0.25);
    expect(advance).toBeLessThan(0.5);
  });

  it('of a cell that was never on promotion are those of its type, with more doubt', () => {
    const told = [1, 2, 3, 4].map((seed) => {
      const series = simulated(seed, { advance: 0, depths: [0.1, 0.2, 0.3] });
      return promotionEvidence(series, pastPromotions(series), [], null, []);
    });
    const effects = promotionEffects([...told, null], DRAWS, [1, 2, 3, 4, 5]);
    const [own, other] = [effects[0], effects[4]].map((one) => span(logLift(one as PromotionDraws, 0.2, 0)));
    expect(Math.abs((other?.value as number) - (own?.value as number))).toBeLessThan(0.2);
    expect((other?.high as number) - (other?.low as number)).toBeGreaterThan(
      2 * ((own?.high as number) - (own?.low as number)),
    );
  });
});

/** Of one draw. */
function sure(over: Partial<PromotableProduct> & { readonly advance?: number; readonly flag?: number } = {}) {
  const { advance = 0, flag = 0, ...rest } = over;
  return {
    todayPrice: 10,
    unitCosts: Float64Array.of(6),
    effects: {
      elasticity: Float64Array.of(-2.5),
      flag: Float64Array.of(flag),
      display: new Float64Array(1),
      advance: Float64Array.of(advance),
      dip: Uint8Array.of(1),
    },
    base: new Float64Array(100).fill(20),
    cross: [],
    ...rest,
  } satisfies PromotableProduct;
}

const at = (depth: number, over: Partial<Promotion> = {}): Promotion => ({
  ...{ depth, price: 10 * (1 - depth), display: false, days: 7, cost: 0, funding: 0 },
  ...over,
});

describe('profit of a promotion', () => {
  it('is what its days bring, less what weeks after them and other products lose', () => {
    const lift = 0.8 ** -2.5 * Math.exp(0.2);
    const products = [
      sure({ flag: 0.2, advance: 0.3 }),
      sure({ cross: [{ of: 0, elasticity: Float64Array.of(0.4) }] }),
    ];
    const { own, after, others } = promotionGains(products, 0, at(0.2, { cost: 11, funding: 0.5 }), 0);
    expect(own[0]).toBeCloseTo(140 * (lift * 2.5 - 4) - 11, 9);
    // Σ 20 (1 − exp(−f E w_k)) over 35 days, w_k ∝ exp(−k / 9).
    const weights = Array.from({ length: 35 }, (_, k) => Math.exp(-k / 9));
    const all = weights.reduce((sum, one) => sum + one, 0);
    const missed = weights.reduce((sum, one) => sum + 20 * (1 - Math.exp((-0.3 * 7 * (lift - 1) * one) / all)), 0);
    expect(after[0]).toBeCloseTo(-4 * missed, 9);
    expect(others[0]).toBeCloseTo(140 * 4 * (Math.exp((0.4 * Math.log(lift)) / -2.5) - 1), 9);
    const outlook = promotionOutlook(products, 0, at(0.2));
    expect(outlook.advance.value).toBeCloseTo(missed / (140 * (lift - 1)), 9);
    expect(outlook.advance.value).toBeLessThan(0.3);
  });

  it('breaks even where margin lost meets margin won', () => {
    // (1 − d)^ε e^γ (10 (1 − d) − 6) = 4 by bisection, from the demand alone.
    const gain = (depth: number): number => (1 - depth) ** -2.5 * Math.exp(0.3) * (10 * (1 - depth) - 6) - 4;
    let [low, high] = [0.1, 0.35];
    for (let step = 0; step < 60; step++) {
      const middle = (low + high) / 2;
      if (gain(middle) >= 0) low = middle;
      else high = middle;
    }
    const found = breakEven([sure({ flag: 0.3 })], 0, [0.05, 0.35], (depth) => at(depth));
    expect(found.depth).toBeCloseTo(low, 3);
    expect(found.beyond).toBe(false);
    expect(breakEven([sure({ flag: 0.3 })], 0, [0.05, 0.1], (depth) => at(depth))).toMatchObject({ beyond: true });
    expect(breakEven([sure({ flag: -0.5 })], 0, [0.05, 0.35], (depth) => at(depth))).toMatchObject({
      ...{ depth: null, beyond: false, high: 0 },
    });
  });
});
