/**
 * Totals of simulated shops whose cells share shocks of known size: errors of every level by ways to reconcile, and how
 * often what is taken in lies within the 90 % interval. node bench/totals-hierarchy.ts [first seed] [shops] [world]
 */

import { fitDemand } from '../src/core/demand/fit-demand.ts';
import { type CellOutlook, cellOutlook } from '../src/core/hierarchy/cell-outlook.ts';
import { RandomStream } from '../src/core/math/random.ts';
import { DAILY_COUNT_SPECS, DAILY_SPECS } from '../src/core/regression/hyper-parameters.ts';
import { HEAD, HierarchyScores } from './hierarchy-scores.ts';
import { ALONE, dailyCell, plannedDays } from './simulated-cell.ts';

/** Deviations of log demand. */
interface World {
  /** Steps a day of a level that all share, that a type of a merchant shares, that is a cell's own. */
  readonly walk?: number;
  readonly typeWalk?: number;
  readonly ownWalk?: number;
  /** A shock that all share, of which `stays` carries over to the next day. */
  readonly shock?: number;
  readonly stays?: number;
  readonly history?: number;
  /** Cells sell so many pieces a day. */
  readonly pieces?: readonly [number, number];
}

const WORLDS: Readonly<Record<string, World>> = {
  'nothing shared': {},
  'weather of a day': { shock: 0.2 },
  'shocks that last': { shock: 0.2, stays: 0.85 },
  'level of all': { walk: 0.02 },
  'level of types': { typeWalk: 0.02 },
  'level of all, pieces': { walk: 0.02, pieces: [1, 15] },
  'nothing shared, pieces': { pieces: [1, 15] },
  'level of all, 120 days': { walk: 0.02, history: 120 },
  'nothing shared, 60 days': { history: 60 },
};
const AHEAD = 14;
const [MERCHANTS, TYPES, PRODUCTS] = [2, 3, 5];

function walkOf(random: RandomStream, days: number, step: number): Float64Array {
  let level = 0;
  return Float64Array.from({ length: days }, () => {
    level += step * random.normal();
    return level;
  });
}

function shocksOf(random: RandomStream, days: number, size: number, stays: number): Float64Array {
  let shock = size * random.normal();
  return Float64Array.from({ length: days }, () => {
    const now = shock;
    shock = stays * shock + size * Math.sqrt(1 - stays ** 2) * random.normal();
    return now;
  });
}

interface Shop {
  readonly outlooks: CellOutlook[];
  readonly actual: Float64Array[];
}

function shopOf(world: World, seed: number): Shop {
  const history = world.history ?? 365;
  const days = history + AHEAD;
  const shared = new RandomStream(seed, 0x616c6c);
  const all = walkOf(shared, days, world.walk ?? 0);
  const shocks = shocksOf(shared, days, world.shock ?? 0, world.stays ?? 0);
  const shop: Shop = { outlooks: [], actual: [] };
  const specs = world.pieces ? DAILY_COUNT_SPECS : DAILY_SPECS;
  for (let m = 0; m < MERCHANTS; m++)
    for (let t = 0; t < TYPES; t++) {
      const type = walkOf(new RandomStream(seed, m, t), days, world.typeWalk ?? 0);
      for (let p = 0; p < PRODUCTS; p++) {
        const random = new RandomStream(seed, m, t, p);
        const own = walkOf(random, days, world.ownWalk ?? 0.01);
        const weekday = Array.from({ length: 7 }, () => 0.25 * random.normal());
        const elasticity = Math.min(-0.5, -2.2 + 0.5 * random.normal());
        const [least, most] = world.pieces ?? [15, 80];
        const usual = least * (most / least) ** random.uniform();
        const base = 2 + 6 * random.uniform();
        let logPrice = 0;
        const rows = Array.from({ length: days }, (_, i) => {
          if (i % 7 === 0 && i < history && random.uniform() < 0.4) logPrice = 0.08 * random.normal();
          const log = (all[i] as number) + (shocks[i] as number) + (type[i] as number) + (own[i] as number);
          const mean = usual * Math.exp(log + (weekday[i % 7] as number) + elasticity * logPrice);
          const noisy = mean * Math.exp(0.25 * random.normal() - 0.03125);
          return {
            day: 20_000 + i,
            price: base * Math.exp(logPrice),
            quantity: world.pieces ? random.poisson(noisy) : noisy,
          };
        });
        const series = {
          ...dailyCell(rows.slice(0, history)),
          ...{ merchant: `m${m}`, productType: `t${t}`, product: `p${p}` },
        };
        const fitted = fitDemand(series, { ...ALONE, specs });
        if (!fitted.ok) throw new Error(fitted.code);
        const ahead = rows.slice(history);
        shop.outlooks.push(cellOutlook({ model: fitted.value, series, planned: plannedDays(ahead) }, []));
        shop.actual.push(Float64Array.from(ahead, ({ price, quantity }) => price * quantity));
      }
    }
  return shop;
}

const [firstSeed = '1', shops = '20', only = ''] = process.argv.slice(2);
console.log(HEAD.join('\n'));
for (const [name, world] of Object.entries(WORLDS)) {
  if (!name.includes(only)) continue;
  const scores = new HierarchyScores();
  for (let k = 0; k < Number(shops); k++) {
    const { outlooks, actual } = shopOf(world, Number(firstSeed) + k);
    scores.add(outlooks, actual);
  }
  console.log(scores.lines(name).join('\n'));
}
