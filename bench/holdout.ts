/**
 * What held-out shops tell of the others: simulated chains of known truth, and orange juice of 83 stores in which
 * nothing was done. How often 90 % intervals hold the truth, and how large errors are beside plain differences in
 * differences.
 *
 * node bench/holdout.ts [first seed] [chains]
 */

import { chooseHoldout } from '../src/core/experiments/choose-holdout.ts';
import { shopEffects } from '../src/core/experiments/shop-effect.ts';
import { RandomStream } from '../src/core/math/random.ts';
import { mean } from '../src/core/math/summary.ts';
import { readCells } from './orange-juice.ts';

const [SEED, CHAINS] = [Number(process.argv[2] ?? 9001), Number(process.argv[3] ?? 200)];
const EFFECT = 0.03;

/** Deviations of a shop's level from week to week and of its noise, how much of that carries over, rare loud weeks. */
interface World {
  readonly name: string;
  readonly walk: number;
  readonly noise: number;
  readonly carried: number;
  readonly heavy?: true;
}
const WORLDS: readonly World[] = [
  { name: 'noise of weeks', walk: 0, noise: 0.1, carried: 0 },
  { name: 'noise that lasts', walk: 0.003, noise: 0.1, carried: 0.6 },
  { name: 'levels walk 1 % a week', walk: 0.01, noise: 0.08, carried: 0 },
  { name: 'a week in 20 four times as noisy', walk: 0.005, noise: 0.08, carried: 0, heavy: true },
];
const SIZES = [
  { shops: 4, held: 1, before: 52, after: 13 },
  { shops: 20, held: 4, before: 52, after: 13 },
  { shops: 50, held: 10, before: 104, after: 13 },
];

interface Found {
  readonly covered: boolean;
  readonly error: number;
  readonly plain: number;
  readonly width: number;
  readonly seen: boolean;
}

function chainOf(
  { walk, noise, carried, heavy }: World,
  { shops, held, before, after }: (typeof SIZES)[number],
  seed: number,
): Found {
  const random = new RandomStream(seed, 77);
  let drift = 0;
  const common = Array.from({ length: before + after }, (_, t) => {
    drift += 0.03 * random.normal();
    return drift + 0.1 * random.normal() + 0.2 * Math.sin((2 * Math.PI * t) / 52);
  });
  const usual = Array.from({ length: shops }, () => {
    const size = 1000 * Math.exp(0.5 * random.normal());
    const load = 1 + 0.2 * random.normal();
    let [level, lasting] = [0, 0];
    return common.map((shock) => {
      level += walk * random.normal();
      const loud = heavy && random.uniform() < 0.05 ? 4 : 1;
      lasting = carried * lasting + Math.sqrt(1 - carried ** 2) * noise * loud * random.normal();
      return size * Math.exp(load * shock + level + lasting);
    });
  });
  const past = usual.map((row) => row.slice(0, before));
  return foundOf(usual, chooseHoldout({ values: past, count: held, seed }), before, EFFECT);
}

/** @param usual what all had if nothing was done */
function foundOf(usual: readonly number[][], heldOut: readonly boolean[], before: number, effect: number): Found {
  let truth = 0;
  const values = usual.map((row, s) =>
    row.map((value, t) => {
      if (heldOut[s] || t < before) return value;
      truth += effect * value;
      return (1 + effect) * value;
    }),
  );
  const [told] = shopEffects({ values, heldOut, before }, [[before, (usual[0] as number[]).length]]).effects;
  const { gain, without, differences } = told as NonNullable<typeof told>;
  return {
    covered: gain.low <= truth && truth <= gain.high,
    error: (gain.value - truth) / without.value,
    plain: (differences - truth) / without.value,
    width: (gain.high - gain.low) / without.value,
    seen: gain.low > 0,
  };
}

function line(name: string, found: readonly Found[]): string {
  const percent = (value: number, digits = 1): string => `${(100 * value).toFixed(digits)} %`;
  const rms = (of: (one: Found) => number): number => Math.sqrt(mean(found.map((one) => of(one) ** 2)));
  return [
    '',
    name,
    found.length,
    percent(mean(found.map(({ covered }) => Number(covered))), 0),
    percent(mean(found.map(({ width }) => width))),
    percent(rms(({ error }) => error)),
    percent(rms(({ plain }) => plain)),
    percent(mean(found.map(({ seen }) => Number(seen))), 0),
    '',
  ]
    .join(' | ')
    .trim();
}

console.log(
  '| chains | cases | covered | width | error | plain differences | seen above 0 |\n|---|---|---|---|---|---|---|',
);
for (const size of SIZES)
  for (const world of WORLDS) {
    const found = Array.from({ length: CHAINS }, (_, i) => chainOf(world, size, SEED + i));
    console.log(line(`${size.held} of ${size.shops} shops, ${size.before} weeks before, ${world.name}`, found));
  }

/** Weekly revenue of stores that sold in every week of a span. */
function juiceStores(): number[][] {
  const stores = new Map<string, Map<number, number>>();
  for (const { merchant, days, quantity, price } of readCells()) {
    const weeks = stores.get(merchant) ?? new Map<number, number>();
    stores.set(merchant, weeks);
    days.forEach((day, i) => weeks.set(day, (weeks.get(day) ?? 0) + (quantity[i] as number) * (price[i] as number)));
  }
  const all = [...new Set([...stores.values()].flatMap((weeks) => [...weeks.keys()]))].sort((a, b) => a - b);
  return [...stores.values()].flatMap((weeks) => {
    const told = all.filter((day) => weeks.has(day)).length;
    return told < 0.97 * all.length ? [] : [all.map((day) => weeks.get(day) ?? Number.NaN)];
  });
}

const stores = juiceStores();
const whole = (stores[0] as number[]).map((_, t) => stores.every((row) => !Number.isNaN(row[t])));
const rows = stores.map((row) => row.filter((_, t) => whole[t]));
const weeks = (rows[0] as number[]).length;
for (const [held, of] of [
  [1, 5],
  [4, 20],
  [6, 30],
] as const)
  for (const effect of [0, EFFECT]) {
    const found: Found[] = [];
    for (let i = 0; i < CHAINS; i++) {
      const random = new RandomStream(SEED + i, 78);
      const left = [...rows];
      const chain = Array.from({ length: of }, () => left.splice(random.integer(left.length), 1)[0] as number[]);
      const before = 52;
      const from = random.integer(weeks - before - 13);
      const cut = chain.map((row) => row.slice(from, from + before + 13));
      const past = cut.map((row) => row.slice(0, before));
      found.push(foundOf(cut, chooseHoldout({ values: past, count: held, seed: SEED + i }), before, effect));
    }
    console.log(
      line(
        `orange juice, ${held} of ${of} stores, ${weeks} weeks, ${effect === 0 ? 'nothing done' : '3 % more'}`,
        found,
      ),
    );
  }
