/**
 * Shops whose products know each other, with known truth: profit lost to the joint optimum by prices that the product
 * recommends for each product alone, and for all together.
 *
 * node bench/decisions/portfolio.ts --cross 0,0.3,0.5,0.8 --seeds 9001-9005 --shops 50
 *
 * Constants are chosen on seeds 1-999; seeds from 9001 are for reporting.
 */

import { parseArgs } from 'node:util';
import { crossEvidence } from '../../src/core/demand/cross-evidence.ts';
import type { DemandModel } from '../../src/core/demand/demand-model.ts';
import { demandCurveDraws } from '../../src/core/demand/predict.ts';
import { RandomStream } from '../../src/core/math/random.ts';
import type { CrossCell } from '../../src/core/portfolio/cross-cell.ts';
import { groupBelief } from '../../src/core/portfolio/cross-effects.ts';
import {
  crossDraws,
  elasticityDraws,
  ownBelief,
  withinBudget,
  withOwnBelief,
} from '../../src/core/portfolio/joint-demand.ts';
import { jointOptimum } from '../../src/core/portfolio/joint-optimum.ts';
import type { JointProduct } from '../../src/core/portfolio/joint-profit.ts';
import { heedTodayPrice } from '../../src/core/pricing/price-evidence.ts';
import type { CellSeries } from '../../src/core/series/cell-series.ts';
import { cellKey, trainAll } from '../fleet-of.ts';
import { seedsOf } from './seeds.ts';

const FIRST_DAY = 20_000;
const DAYS = 365;
const HORIZON = 14;
const LIMIT = 0.15;
const PRODUCTS = 5;
const DRAWS = 200;

interface Truth {
  /** Elasticities: row by product, column by price. */
  readonly elasticity: readonly (readonly number[])[];
  readonly base: readonly number[];
  readonly cost: readonly number[];
  readonly today: readonly number[];
  readonly usual: readonly number[];
}

interface Shop {
  readonly truth: Truth;
  readonly series: readonly CellSeries[];
}

/** Expected profit a day. */
function profitOf({ elasticity, base, cost, usual }: Truth, prices: readonly number[]): number {
  return prices.reduce((sum, price, i) => {
    const log = (elasticity[i] as number[]).reduce(
      (all, e, j) => all + e * Math.log((prices[j] as number) / (usual[j] as number)),
      0,
    );
    return sum + (price - (cost[i] as number)) * (base[i] as number) * Math.exp(log);
  }, 0);
}

/** The best prices by coordinate ascent on a fine grid, each within a share of today's. */
function trueOptimum(truth: Truth, limit: number): number[] {
  const prices = [...truth.today];
  for (let sweep = 0; sweep < 30; sweep++)
    for (let i = 0; i < prices.length; i++) {
      const [low, high] = [(truth.today[i] as number) * (1 - limit), (truth.today[i] as number) * (1 + limit)];
      let best = prices[i] as number;
      let most = profitOf(truth, prices);
      for (let k = 0; k <= 300; k++) {
        prices[i] = low * (high / low) ** (k / 300);
        const found = profitOf(truth, prices);
        if (found > most) [most, best] = [found, prices[i] as number];
      }
      prices[i] = best;
    }
  return prices;
}

function makeShop(random: RandomStream, name: string, cross: number, together: number): Shop {
  const own = Array.from({ length: PRODUCTS }, () => Math.min(-1.3 - cross, -2.5 + 0.6 * random.normal()));
  const elasticity = own.map((e, i) => own.map((_, j) => (i === j ? e : cross / (PRODUCTS - 1))));
  const base = own.map(() => Math.exp(Math.log(15) + random.uniform() * Math.log(80 / 15)));
  const usual = own.map(() => 2 + 6 * random.uniform());
  // Costs such that the joint optimum is at the usual prices, by its first-order conditions.
  const cost = jointCosts(elasticity, base, usual);
  const level = own.map(() => 0);
  const moves = own.map(() => 0);
  const rows = own.map(() => ({ quantity: new Float64Array(DAYS), price: new Float64Array(DAYS) }));
  const start = own.map(() => Math.exp(LIMIT * random.normal()));
  const weekday = own.map(() => Array.from({ length: 7 }, () => 0.25 * random.normal()));
  for (let t = 0; t < DAYS; t++) {
    if (t % 7 === 0) {
      const shared = random.normal();
      for (let i = 0; i < PRODUCTS; i++) {
        const shock = Math.sqrt(together) * shared + Math.sqrt(1 - together) * random.normal();
        moves[i] = 0.5 * (moves[i] as number) + 0.08 * Math.sqrt(0.75) * shock;
      }
    }
    const prices = usual.map((price, i) =>
      Number((price * (start[i] as number) * Math.exp(moves[i] as number)).toFixed(2)),
    );
    for (let i = 0; i < PRODUCTS; i++) {
      level[i] = (level[i] as number) + 0.01 * random.normal();
      const log = (elasticity[i] as number[]).reduce(
        (all, e, j) => all + e * Math.log((prices[j] as number) / (usual[j] as number)),
        (level[i] as number) + ((weekday[i] as number[])[t % 7] as number),
      );
      const noise = 0.3 * random.normal() - 0.045;
      (rows[i] as { quantity: Float64Array }).quantity[t] = (base[i] as number) * Math.exp(log + noise);
      (rows[i] as { price: Float64Array }).price[t] = prices[i] as number;
    }
  }
  const none = new Float64Array(DAYS).fill(Number.NaN);
  const series = rows.map(
    ({ quantity, price }, i): CellSeries => ({
      merchant: name,
      // Of no other shop: shops have their own products.
      product: `${name} product ${i}`,
      productType: 'simulated',
      unit: 'kg',
      frequency: 'daily',
      days: Int32Array.from({ length: DAYS }, (_, t) => FIRST_DAY + t),
      quantity,
      price,
      cost: new Float64Array(DAYS).fill(cost[i] as number),
      promo: none,
      soldOut: new Uint8Array(DAYS),
      waste: none,
      marketPrice: none,
      covariates: [],
    }),
  );
  const today = rows.map(({ price }) => price[DAYS - 1] as number);
  const now = base.map((b, i) => b * Math.exp(level[i] as number));
  return { truth: { elasticity, base: now, cost, today, usual }, series };
}

/** c with q_j + Σ_i (p_i − c_i) q_i ε_ij / p_j = 0 for all j: linear in the margins. */
function jointCosts(
  elasticity: readonly (readonly number[])[],
  base: readonly number[],
  usual: readonly number[],
): number[] {
  const n = base.length;
  // Σ_i m_i q_i ε_ij = −q_j p_j.
  const a = Array.from({ length: n }, (_, j) => [
    ...Array.from({ length: n }, (_, i) => (base[i] as number) * ((elasticity[i] as number[])[j] as number)),
    -(base[j] as number) * (usual[j] as number),
  ]);
  for (let c = 0; c < n; c++)
    for (let r = 0; r < n; r++) {
      if (r === c) continue;
      const factor = ((a[r] as number[])[c] as number) / ((a[c] as number[])[c] as number);
      a[r] = (a[r] as number[]).map((value, k) => value - factor * ((a[c] as number[])[k] as number));
    }
  return usual.map((p, i) =>
    Math.max(0.05 * p, p - ((a[i] as number[])[n] as number) / ((a[i] as number[])[i] as number)),
  );
}

function plannedOf(model: DemandModel, days: number) {
  return {
    days: Int32Array.from({ length: days }, (_, i) => FIRST_DAY + DAYS + i),
    price: new Float64Array(days).fill(model.todayPrice),
    promo: new Float64Array(days),
    marketPrice: new Float64Array(days).fill(Number.NaN),
    covariates: {},
  };
}

function productsOf(
  shop: Shop,
  models: readonly DemandModel[],
  beliefs: ReturnType<typeof groupBelief>['cells'] | null,
): JointProduct[] {
  const found = models.map((model, i) => {
    const belief = beliefs?.[i];
    const today = model.todayPrice;
    const grid = Float64Array.from({ length: 61 }, (_, k) => today * 0.5 * 4 ** (k / 60));
    const curve = demandCurveDraws(
      belief ? withOwnBelief(model, belief) : model,
      plannedOf(model, HORIZON),
      grid,
      DRAWS,
      1,
    );
    const priced = heedTodayPrice(curve, today, shop.truth.cost[i] as number);
    const own = elasticityDraws(priced.curve, today);
    const others = models.flatMap((_, j) => (j === i ? [] : [j]));
    const cross = belief ? crossDraws(belief, own, others, [1, i]) : [];
    const revenue = today * (shop.truth.base[i] as number);
    return { today, own, cross, revenue, curve: priced.curve, unitCosts: priced.unitCosts };
  });
  const kept = withinBudget(found);
  return found.map(({ today, curve, unitCosts }, i) => ({
    todayPrice: today,
    unitCosts,
    curve,
    cross: kept[i] as JointProduct['cross'],
    allowed: [today * (1 - LIMIT), today * (1 + LIMIT)],
    lattice: { period: 0.01, offset: 0 },
  }));
}

export interface ShopsAsked {
  /** Sums of a product's cross elasticities. */
  readonly crosses: readonly number[];
  readonly seeds: readonly number[];
  readonly shops: number;
  /** Correlation of the products' price moves. */
  readonly alike: number;
}

/** Prints a line for each size of cross elasticities. */
export async function printTogether({ crosses, seeds, shops: count, alike }: ShopsAsked): Promise<void> {
  console.log(
    '| cross elasticities of a product sum to | shops | lost by today | alone | together | with truth, alone | probability of any | their sum found | sd of single: error |',
  );
  console.log('|---|---|---|---|---|---|---|---|---|');
  for (const cross of crosses) {
    let [shops, today, alone, together, truly, probability, total, error, pairs] = [0, 0, 0, 0, 0, 0, 0, 0, 0];
    for (const seed of seeds) {
      const random = new RandomStream(seed, Math.round(cross * 100), 18);
      const made = Array.from({ length: count }, (_, s) => makeShop(random, `shop ${s}`, cross, alike));
      const models = await trainAll(made.flatMap(({ series }) => series));
      const cells = made.map((shop) => {
        const own = shop.series.map((series) => models.get(cellKey(series)) as DemandModel);
        return shop.series.map((series, i): CrossCell | null => {
          const others = shop.series.filter((_, j) => j !== i);
          const evidence = crossEvidence(series, others, { holidays: [], market: false });
          if (!evidence) return null;
          const shares = Float64Array.from(evidence.told, () => 1 / others.length);
          const of = evidence.told.map((place) => (others[place] as CellSeries).product);
          return {
            product: series.product,
            of,
            evidence,
            own: ownBelief(own[i] as DemandModel),
            shares,
            others: others.length,
          };
        });
      });
      const group = groupBelief(cells.flat() as CrossCell[]);
      made.forEach((shop, s) => {
        const { truth } = shop;
        const own = shop.series.map((series) => models.get(cellKey(series)) as DemandModel);
        const beliefs = group.cells.slice(s * PRODUCTS, (s + 1) * PRODUCTS);
        const best = profitOf(truth, trueOptimum(truth, LIMIT));
        const single = jointOptimum(productsOf(shop, own, null));
        const joint = jointOptimum(productsOf(shop, own, beliefs));
        const diagonal = {
          ...truth,
          elasticity: truth.elasticity.map((row, i) => row.map((e, j) => (i === j ? e : 0))),
        };
        shops++;
        // Prices of others as they are today: what a product alone sells has their effect in it.
        const shifted = {
          ...diagonal,
          base: truth.base.map((b, i) =>
            (truth.elasticity[i] as number[]).reduce(
              (all, e, j) => (i === j ? all : all * ((truth.today[j] as number) / (truth.usual[j] as number)) ** e),
              b,
            ),
          ),
        };
        const lost = (prices: readonly number[]): number => 1 - profitOf(truth, prices) / best;
        today += lost(truth.today);
        alone += lost(single.prices);
        together += lost(joint.prices);
        truly += lost(trueOptimum(shifted, LIMIT));
        for (const { mean } of beliefs)
          for (const value of mean.slice(1)) {
            error += (value - cross / (PRODUCTS - 1)) ** 2;
            pairs++;
          }
      });
      probability += group.probability;
      total += group.total;
    }
    const all = seeds.length;
    const percent = (sum: number): string => `${((100 * sum) / shops).toFixed(2)} %`;
    console.log(
      `| ${cross} | ${shops} | ${percent(today)} | ${percent(alone)} | ${percent(together)} | ${percent(truly)} | ${(probability / all).toFixed(2)} | ${(total / all).toFixed(3)} | ${Math.sqrt(error / pairs).toFixed(3)} |`,
    );
  }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      cross: { type: 'string', default: '0,0.3,0.5,0.8' },
      seeds: { type: 'string', default: '9001-9005' },
      shops: { type: 'string', default: '50' },
      /** Correlation of the products' price moves. */
      together: { type: 'string', default: '0' },
    },
  });
  await printTogether({
    crosses: values.cross.split(',').map(Number),
    ...{ seeds: seedsOf(values.seeds), shops: Number(values.shops), alike: Number(values.together) },
  });
}
