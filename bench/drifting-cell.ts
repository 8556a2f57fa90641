/** Cells with a level that walks and noise that lasts, and the futures that each may have. */

import { RandomStream } from '../src/core/math/random.ts';
import type { Frequency } from '../src/core/vocabulary.ts';

export interface World {
  readonly history: number;
  /** Standard deviation of the log of the level a period. */
  readonly drift: number;
  /** Of the noise, and how much of it carries over to the next period. */
  readonly noise: number;
  readonly correlation: number;
  /** Shocks of whole weeks. */
  readonly weekly?: number;
  /** Mean a day of cells sold by the piece; others sell 15-80 kg. */
  readonly pieces?: readonly [number, number];
  readonly frequency?: 'weekly' | 'monthly';
  readonly horizons?: readonly number[];
}

const LENGTH = { daily: 1, weekly: 7, monthly: 30.436875 } as const;
const FUTURES = 40;
const FIRST = 19_000;

/** Demand of a cell, and of its possible futures, after the level that it has in the end. */
export function simulate(world: World, seed: number, ahead: number) {
  const random = new RandomStream(seed, 0x746f7473);
  const frequency: Frequency = world.frequency ?? 'daily';
  const dayOf = (i: number): number =>
    frequency === 'monthly' ? Date.UTC(2021, i, 1) / 86_400_000 : FIRST + i * LENGTH[frequency];
  const elasticity = Math.min(-1.25, -2.5 + 0.57 * random.normal());
  const [low, high] = world.pieces ?? [15, 80];
  const base = low * (high / low) ** random.uniform();
  const phase = 2 * Math.PI * random.uniform();
  const weekday = Array.from({ length: 7 }, () => (frequency === 'daily' ? 0.25 * random.normal() : 0));
  let [level, shock, week, logPrice] = [0, random.normal(), 0, 0];
  const walk = (source: RandomStream, i: number): { mean: number; demand: number } => {
    level += world.drift * source.normal();
    shock = world.correlation * shock + Math.sqrt(1 - world.correlation ** 2) * source.normal();
    if (i % 7 === 0) week = (world.weekly ?? 0) * source.normal();
    const season = 0.2 * Math.cos((2 * Math.PI * dayOf(i)) / 365.2425 + phase);
    const usual = base * Math.exp(season + (weekday[((i % 7) + 7) % 7] as number) + elasticity * logPrice);
    const mean = usual * Math.exp(level);
    const noisy = mean * Math.exp(world.noise * shock - 0.5 * world.noise ** 2 + week);
    const demand = world.pieces ? source.poisson(noisy) : Number(noisy.toFixed(2));
    return { mean, demand };
  };
  const past = Array.from({ length: world.history }, (_, i) => {
    if ((frequency !== 'daily' || i % 7 === 0) && random.uniform() < 0.5) logPrice = 0.08 * random.normal();
    return { day: dayOf(i), price: 5 * Math.exp(logPrice), quantity: walk(random, i).demand };
  });
  const last = { level, shock, week };
  const futures = Array.from({ length: FUTURES }, (_, f) => {
    const source = new RandomStream(seed, 0x66757475, f);
    ({ level, shock, week } = last);
    return Array.from({ length: ahead }, (_, i) => walk(source, world.history + i).demand);
  });
  const planned = Array.from({ length: ahead }, (_, i) => ({
    day: dayOf(world.history + i),
    price: 5 * Math.exp(logPrice),
    quantity: 0,
  }));
  return { past, planned, futures, frequency, elasticity };
}
