/** Errors and coverage of totals by level, of ways to make forecasts add up. */

import type { CellOutlook } from '../src/core/hierarchy/cell-outlook.ts';
import { minTrace } from '../src/core/hierarchy/min-trace.ts';
import { ERROR_POWER, ownLevel } from '../src/core/hierarchy/own-level.ts';
import { pastWindows } from '../src/core/hierarchy/past-windows.ts';
import { shrunkCovariance } from '../src/core/hierarchy/shrunk-covariance.ts';
import { aheadOf, type Totals, totalsOf } from '../src/core/hierarchy/totals.ts';
import { addUp } from '../src/core/hierarchy/tree.ts';

const LEVELS = ['product', 'type', 'merchant', 'all'] as const;
export const WAYS = ['bottom-up', 'base', 'OLS', 'WLS struct', 'MinT shrink', 'demanda'] as const;
const NONE = { low: Number.NaN, high: Number.NaN };
type Way = (typeof WAYS)[number];

/** What every way makes of the totals ahead, one entry a place; base forecasts do not add up. */
export function forecastsOf(cells: readonly CellOutlook[], totals: Totals): Record<Way, Float64Array> {
  const { tree } = totals;
  const places = tree.parent.length;
  const bottomUp = Float64Array.from(totals.places, ({ unreconciled }) => unreconciled);
  const first = totals.periods[0] as number;
  const windows = pastWindows(tree, cells, first, (totals.periods.at(-1) as number) - first + 1);
  const own = ownLevel(tree, windows);
  const factors = own(aheadOf(tree, cells, first));
  const base = bottomUp.map((value, place) => value * (factors[place] as number));
  const members = new Float64Array(places).fill(1, 0, tree.leaves);
  addUp(tree, members);
  const from = (diagonal: Float64Array): Float64Array => {
    const whole = new Float64Array(places);
    const counts = (place: number): boolean => tree.children[place] !== 1;
    whole.set(minTrace(tree, { diagonal, factors: [], shrinkage: 1 }, counts)(base));
    addUp(tree, whole);
    return whole;
  };
  const errors = windows.map((window) => {
    const past = own(window.ahead);
    return window.actual.map((actual, place) => {
      const meant = window.expected[place] as number;
      const error = actual - (past[place] as number) * meant;
      return meant > 0 ? error * ((bottomUp[place] as number) / meant) ** ERROR_POWER : 0;
    });
  });
  const shrunk = new Float64Array(places);
  const covariance = shrunkCovariance(errors);
  const floor = Math.max(...covariance.diagonal) * 1e-9;
  const safe = { ...covariance, diagonal: covariance.diagonal.map((v) => Math.max(v, floor)) };
  shrunk.set(minTrace(tree, safe, (place) => tree.children[place] !== 1)(base));
  addUp(tree, shrunk);
  return {
    'bottom-up': bottomUp,
    base,
    OLS: from(new Float64Array(places).fill(1)),
    'WLS struct': from(members),
    'MinT shrink': shrunk,
    demanda: Float64Array.from(totals.places, ({ revenue }) => revenue.value),
  };
}

/** Sums over shops and windows, by level. */
export class HierarchyScores {
  private readonly absolute = new Map<string, number>();
  private readonly squared = new Map<string, number>();
  private readonly taken = new Map<string, number>();
  private readonly inside = new Map<string, [total: number, below: number, count: number]>();
  private readonly days = new Map<string, [inside: number, count: number]>();
  private readonly shares: number[] = [];
  seconds = 0;

  /** @param actual money of each cell by period ahead */
  add(cells: readonly CellOutlook[], actual: readonly Float64Array[]): Totals {
    const began = performance.now();
    const totals = totalsOf(cells);
    this.seconds += (performance.now() - began) / 1_000;
    const { tree } = totals;
    this.shares.push(totals.reconciled);
    const took = new Float64Array(tree.parent.length);
    actual.forEach((one, i) => {
      took[i] = one.reduce((sum, value) => sum + value, 0);
    });
    addUp(tree, took);
    const ways = forecastsOf(cells, totals);
    const top = took.at(-1) as number;
    took.forEach((value, place) => {
      const level = place < tree.leaves ? 'product' : (tree.nodes[place - tree.leaves]?.level as string);
      grow(this.taken, level, value);
      for (const way of WAYS) {
        const error = value - (ways[way][place] as number);
        grow(this.absolute, `${level} ${way}`, Math.abs(error));
        grow(this.squared, `${level} ${way}`, (error / top) ** 2);
      }
      const { low, high } = totals.places[place]?.revenue ?? NONE;
      const seen = this.inside.get(level) ?? [0, 0, 0];
      this.inside.set(level, [
        seen[0] + (value >= low - 1e-9 && value <= high + 1e-9 ? 1 : 0),
        seen[1] + (value < low - 1e-9 ? 1 : 0),
        seen[2] + 1,
      ]);
    });
    this.addDays(totals, cells, actual);
    return totals;
  }

  private addDays(
    { tree, places, periods }: Totals,
    cells: readonly CellOutlook[],
    actual: readonly Float64Array[],
  ): void {
    periods.forEach((period, at) => {
      const took = new Float64Array(tree.parent.length);
      actual.forEach((one, i) => {
        took[i] = one[(cells[i] as CellOutlook).periods.indexOf(period)] ?? 0;
      });
      addUp(tree, took);
      tree.nodes.forEach(({ level }, n) => {
        const { low, high } = (places[tree.leaves + n] as (typeof places)[number]).periods[at]?.revenue ?? NONE;
        const value = took[tree.leaves + n] as number;
        const [inside, count] = this.days.get(level) ?? [0, 0];
        this.days.set(level, [inside + (value >= low && value <= high ? 1 : 0), count + 1]);
      });
    });
  }

  lines(name: string): string[] {
    const share = this.shares.reduce((sum, value) => sum + value, 0) / this.shares.length;
    return LEVELS.flatMap((level) => {
      const taken = this.taken.get(level);
      if (taken === undefined) return [];
      const wape = WAYS.map((way) => ((100 * (this.absolute.get(`${level} ${way}`) as number)) / taken).toFixed(2));
      const of = (way: Way): number => Math.sqrt(this.squared.get(`${level} ${way}`) as number);
      const ratio = (of('demanda') / of('bottom-up')).toFixed(3);
      const [inside, below, count] = this.inside.get(level) as [number, number, number];
      const [dayInside, dayCount] = this.days.get(level) ?? [0, 0];
      const day = dayCount > 0 ? ((100 * dayInside) / dayCount).toFixed(1) : '';
      return `| ${name} (${share.toFixed(2)}) | ${level} | ${wape.join(' | ')} | ${ratio} | ${((100 * inside) / count).toFixed(1)} (${((100 * below) / count).toFixed(1)} below) | ${day} |`;
    });
  }
}

export const HEAD = [
  `| cells (share moved) | level | ${WAYS.join(' | ')} | root mean square over bottom-up | covered, % | of single periods |`,
  `|---|---|${WAYS.map(() => '---|').join('')}---|---|---|`,
];

function grow(sums: Map<string, number>, key: string, by: number): void {
  sums.set(key, (sums.get(key) ?? 0) + by);
}
