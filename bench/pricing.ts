/** Profit lost against the true optimum on simulated shops, and how honest elasticities and intervals are. */

import { estimateCell, estimateEffects } from '../src/core/demand/effects.ts';
import { fitDemand } from '../src/core/demand/fit-demand.ts';
import { demandCurveDraws } from '../src/core/demand/predict.ts';
import { cholesky, choleskySolve } from '../src/core/math/linear-algebra.ts';
import { RandomStream } from '../src/core/math/random.ts';
import { DAILY_SPECS } from '../src/core/regression/hyper-parameters.ts';
import type { CellSeries } from '../src/core/series/cell-series.ts';
import { MarketCalendar } from '../src/fleet/market-calendar.ts';

const SHOPS = 200;
const FIRST_DAY = 20_000;
/** Prices both methods choose from: e^−.35 to e^.5 times the base price, in steps of half a percent. */
const GRID = Float64Array.from({ length: 171 }, (_, i) => Math.exp(-0.35 + 0.005 * i));

interface Shop {
  readonly elasticity: number;
  readonly cost: number;
  readonly basePrice: number;
  readonly logPrice: readonly number[];
  readonly series: CellSeries;
}

/** A shop of the reference's generator: weekly price moves, weekday pattern, shocks, gamma noise of shape 8. */
function makeShop(random: RandomStream, index: number, days: number, priceSpread: number): Shop {
  const elasticity = Math.min(-1.15, -2.2 + 0.5 * random.normal());
  const level = Math.log(5 + 30 * random.uniform());
  const cost = 6 * (0.8 + 0.4 * random.uniform());
  const basePrice = cost * (1.3 + 0.5 * random.uniform());
  const weekday = Array.from({ length: 7 }, () => 0.25 * random.normal());
  const logPrice: number[] = [];
  const quantity: number[] = [];
  let move = 0;
  for (let t = 0; t < days; t++) {
    if (t % 7 === 0) move = priceSpread * random.normal();
    const shock = 0.15 * random.normal();
    quantity.push((random.gamma(8) / 8) * Math.exp(level + elasticity * move + weekday[t % 7] + shock));
    logPrice.push(move);
  }
  const none = new Float64Array(days).fill(Number.NaN);
  const series: CellSeries = {
    merchant: `shop ${index}`,
    product: 'product',
    productType: 'simulated',
    unit: 'kg',
    frequency: 'daily',
    days: Int32Array.from(logPrice, (_, i) => FIRST_DAY + i),
    quantity: Float64Array.from(quantity),
    price: Float64Array.from(logPrice, (l) => basePrice * Math.exp(l)),
    cost: new Float64Array(days).fill(cost),
    promo: none,
    soldOut: new Uint8Array(days),
    waste: none,
    marketPrice: none,
    covariates: [],
  };
  return { elasticity, cost, basePrice, logPrice, series };
}

/** Log-log least squares with weekday indicators. */
function leastSquares(shop: Shop): number {
  const p = 9;
  const gram = new Float64Array(p * p);
  const right = new Float64Array(p);
  shop.series.quantity.forEach((q, i) => {
    const x = new Float64Array(p);
    x[0] = 1;
    x[1] = shop.logPrice[i];
    x[2 + (i % 7)] = 1;
    for (let j = 0; j < p; j++) {
      right[j] = right[j] + x[j] * Math.log(q);
      for (let l = 0; l < p; l++) gram[j * p + l] = gram[j * p + l] + x[j] * x[l];
    }
  });
  // Intercept and seven weekdays are one too many: a hair of ridge picks one of the equal solutions.
  for (let j = 0; j < p; j++) gram[j * p + j] = gram[j * p + j] + 1e-6;
  return choleskySolve(cholesky(gram, p) as Float64Array, p, right)[1];
}

function bestIndex(profit: (index: number) => number): number {
  let best = 0;
  for (let i = 1; i < GRID.length; i++) if (profit(i) > profit(best)) best = i;
  return best;
}

async function benchProfit(seeds: number): Promise<void> {
  console.log(
    '| days | price moves | profit lost, log-log OLS | profit lost, demanda | ratio (mean over seeds, standard error) | to reach | bias of elasticity | 90 % intervals cover |',
  );
  console.log('|---|---|---|---|---|---|---|---|');
  for (const [days, spread, reach] of [
    [90, 0.04, 0.48],
    [180, 0.06, 0.72],
    [365, 0.1, 0.88],
  ] as const) {
    const ratios: number[] = [];
    let lostOls = 0;
    let lostOurs = 0;
    let bias = 0;
    let covered = 0;
    for (let seed = 1; seed <= seeds; seed++) {
      const random = new RandomStream(seed, days);
      const shops = Array.from({ length: SHOPS }, (_, s) => makeShop(random, s, days, spread));
      const origins = [0, 14, 28, 42, 56, 70].map((back) => FIRST_DAY + days - 1 - back);
      const calendar = MarketCalendar.fit(
        origins,
        shops.map(({ series }) => ({
          cell: series,
          byOrigin: origins.map((o) => estimateEffects(series, o - FIRST_DAY + 1, { holidays: [], market: false })),
          shape: estimateCell(series, [series.days.length], { holidays: [], market: false }).shape,
        })),
        'workspace',
      );
      let seedOls = 0;
      let seedOurs = 0;
      for (const shop of shops) {
        const price = (i: number): number => shop.basePrice * GRID[i];
        const truth = (i: number): number => (price(i) - shop.cost) * GRID[i] ** shop.elasticity;
        const top = truth(bestIndex(truth));
        const slope = leastSquares(shop);
        seedOls += 1 - truth(bestIndex((i) => (price(i) - shop.cost) * GRID[i] ** slope)) / top;
        const priors = calendar.priorsFor(shop.series);
        const fitted = fitDemand(shop.series, {
          marketShape: calendar.shapeFor(shop.series),
          holidays: [],
          market: false,
          specs: DAILY_SPECS,
          priorAt: (day) => priors.find((p) => p.day <= day)?.prior ?? { price: { mean: -2.62, variance: 1 } },
        });
        if (!fitted.ok) throw new RangeError(fitted.code);
        const model = fitted.value;
        const planned = {
          days: Int32Array.from({ length: 14 }, (_, i) => FIRST_DAY + days + i),
          price: new Float64Array(14).fill(model.todayPrice),
          promo: new Float64Array(14),
          marketPrice: new Float64Array(14).fill(Number.NaN),
          covariates: {},
        };
        const curve = demandCurveDraws(
          model,
          planned,
          GRID.map((g) => g * shop.basePrice),
          400,
          1,
        );
        const mean = new Float64Array(GRID.length);
        for (let d = 0; d < curve.draws; d++)
          for (let i = 0; i < GRID.length; i++) mean[i] = mean[i] + curve.demand[d * GRID.length + i];
        seedOurs += 1 - truth(bestIndex((i) => (price(i) - shop.cost) * mean[i])) / top;
        bias += (model.elasticity.value - shop.elasticity) / (SHOPS * seeds);
        if (shop.elasticity >= model.elasticity.low && shop.elasticity <= model.elasticity.high)
          covered += 1 / (SHOPS * seeds);
      }
      ratios.push(seedOurs / seedOls);
      lostOls += seedOls / (SHOPS * seeds);
      lostOurs += seedOurs / (SHOPS * seeds);
    }
    const ratio = ratios.reduce((a, b) => a + b, 0) / seeds;
    const ratioError = Math.sqrt(ratios.reduce((sum, r) => sum + (r - ratio) ** 2, 0) / Math.max(1, seeds - 1) / seeds);
    console.log(
      `| ${days} | ${spread * 100} % | ${(lostOls * 100).toFixed(2)} % | ${(lostOurs * 100).toFixed(2)} % | ${ratio.toFixed(3)} (${ratioError.toFixed(3)}) | ${reach} | ${bias.toFixed(3)} | ${(covered * 100).toFixed(1)} % |`,
    );
  }
  console.log(`${seeds} seeds x ${SHOPS} shops; guardrails off`);
}

await benchProfit(Number(process.argv[2] ?? 20));
