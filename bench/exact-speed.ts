/**
 * Processor time of exact training, cell by cell in one thread: what a fleet learns of a cell at every origin of its
 * training, and the training itself. Beside another tree of sources both take turns, and what they find is compared.
 *
 * node bench/exact-speed.ts [OTHER_TREE [beer|m5|produce|simulated [CELLS [ROUNDS]]]]
 */

import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type FitContext, FOLD_HORIZON_DAYS } from '../src/core/demand/cross-validation.ts';
import type { OriginEstimates } from '../src/core/demand/effects.ts';
import type { DemandModel } from '../src/core/demand/fit-demand.ts';
import type { Outcome } from '../src/core/outcome.ts';
import {
  COARSE_COUNT_SPECS,
  DAILY_COUNT_SPECS,
  DAILY_SPECS,
  type Spec,
} from '../src/core/regression/hyper-parameters.ts';
import type { CellSeries, Holiday } from '../src/core/series/cell-series.ts';
import { rowsUpTo } from '../src/core/series/rows.ts';
import { trainingOrigins } from '../src/fleet/market-calendar.ts';
import { median } from './measures.ts';
import { beerCells, type CellSet, m5Cells, produceCells, simulatedCells } from './training-cells.ts';

/** Specs that a search leaves of a library. */
const pick = (library: readonly Spec[], kept: readonly number[]): Spec[] => kept.map((k) => library[k] as Spec);
const SLOW_COUNTS = pick(DAILY_COUNT_SPECS, [1, 8, 9, 10, 12, 13]);
const QUICK = pick(DAILY_SPECS, [0, 1, 3, 6, 9, 11]);

/** Cells of a name with the specs that are tried. */
interface Bench {
  readonly set: CellSet | null;
  readonly specs: readonly Spec[];
}

function soldOutNowAndThen(series: CellSeries): CellSeries {
  return { ...series, soldOut: Uint8Array.from(series.days, (day) => (day % 9 === 0 ? 1 : 0)) };
}

const BENCHES: Readonly<Record<string, () => Bench>> = {
  beer: () => ({ set: beerCells(14, 23), specs: COARSE_COUNT_SPECS }),
  m5: () => ({ set: m5Cells(7), specs: SLOW_COUNTS }),
  produce: () => ({ set: produceCells(), specs: QUICK }),
  simulated: () => ({
    set: {
      cells: simulatedCells(40, 500, 0.08, 41).map(({ series }, i) =>
        i % 4 === 3 ? soldOutNowAndThen(series) : series,
      ),
      holidays: [],
    },
    specs: QUICK,
  }),
};

/** What of a tree is measured. */
interface Tree {
  fitDemand(series: CellSeries, context: FitContext): Outcome<DemandModel, string>;
  estimateCell(series: CellSeries, rows: readonly number[], options: FitContext): OriginEstimates;
}

async function treeAt(root: string): Promise<Tree> {
  const part = (name: string): Promise<unknown> => import(pathToFileURL(join(root, 'src/core/demand', name)).href);
  const [fit, effects] = await Promise.all([part('fit-demand.ts'), part('effects.ts')]);
  return { ...(fit as object), ...(effects as object) } as Tree;
}

function contextOf(specs: readonly Spec[], holidays: readonly Holiday[]): FitContext {
  return { holidays, market: false, specs, priorAt: () => ({ price: { mean: -2.2, variance: 0.3 } }) };
}

/** Milliseconds of a processor, all threads of the process included. */
function timed<T>(work: () => T): { milliseconds: number; value: T } {
  const before = process.cpuUsage();
  const value = work();
  const { user, system } = process.cpuUsage(before);
  return { milliseconds: (user + system) / 1000, value };
}

type Job = (tree: Tree, series: CellSeries, context: FitContext, origins: readonly number[]) => unknown;

const WORK: Readonly<Record<string, Job>> = {
  learn: (tree, series, context, origins) =>
    tree.estimateCell(
      series,
      origins.map((day) => rowsUpTo(series, day)),
      context,
    ),
  train: (tree, series, context) => tree.fitDemand(series, context),
};

/** Origins of a training of all cells together. */
function originsOf(cells: readonly CellSeries[]): number[] {
  const last = Math.max(...cells.map(({ days }) => days.at(-1) as number));
  const first = Math.min(...cells.map(({ days }) => days[0]));
  const horizon = Math.min(...cells.map(({ frequency }) => FOLD_HORIZON_DAYS[frequency]));
  return trainingOrigins(last, first, horizon);
}

/** Largest relative difference of two numbers by the name of their field, over all places of two documents. */
function differences(one: unknown, other: unknown, name: string, found: Map<string, number>): void {
  if (typeof one === 'number' && typeof other === 'number') {
    if (Object.is(one, other)) return;
    const gap = Math.abs(one - other) / Math.max(Math.abs(one), Math.abs(other), 1e-9);
    found.set(name, Math.max(found.get(name) ?? 0, Number.isNaN(gap) ? Number.POSITIVE_INFINITY : gap));
    return;
  }
  if (one === null || other === null || typeof one !== 'object' || typeof other !== 'object') {
    if (one !== other) found.set(name, Number.POSITIVE_INFINITY);
    return;
  }
  const [a, b] = [one as Record<string, unknown>, other as Record<string, unknown>];
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)]))
    differences(a[key], b[key], /^\d+$/.test(key) ? name : key, found);
}

async function run(name: string, other: string | undefined, count: number, rounds: number): Promise<void> {
  const { set, specs } = (BENCHES[name] as () => Bench)();
  if (!set) return;
  const trees = await Promise.all([resolve(import.meta.dirname, '..'), ...(other ? [resolve(other)] : [])].map(treeAt));
  const cells = set.cells.filter((_, i) => i % Math.max(1, Math.floor(set.cells.length / count)) === 0).slice(0, count);
  const context = contextOf(specs, set.holidays);
  const origins = originsOf(set.cells);
  const found = new Map<string, number>();
  let [same, documents] = [0, 0];
  for (const [what, work] of Object.entries(WORK)) {
    for (const series of cells.slice(0, 4)) for (const tree of trees) work(tree, series, context, origins);
    const totals = trees.map(() => [] as number[]);
    for (let round = 0; round < rounds; round++) {
      const sums = trees.map(() => 0);
      cells.forEach((series, i) => {
        const values: unknown[] = [];
        for (let turn = 0; turn < trees.length; turn++) {
          const t = (turn + i + round) % trees.length;
          const { milliseconds, value } = timed(() => work(trees[t] as Tree, series, context, origins));
          sums[t] = (sums[t] as number) + milliseconds;
          values[t] = value;
        }
        if (round > 0 || trees.length === 1) return;
        documents++;
        if (JSON.stringify(values[0]) === JSON.stringify(values[1])) same++;
        else differences(values[0], values[1], what, found);
      });
      sums.forEach((sum, t) => totals[t]?.push(sum / cells.length));
    }
    const [ours, theirs] = totals.map((list) => median(list)) as [number, number | undefined];
    console.log(
      `${name}, ${cells.length} cells, ${what}: ${ours.toFixed(2)} ms of a processor a cell${theirs === undefined ? '' : `, the other tree ${theirs.toFixed(2)}: ${(theirs / ours).toFixed(2)} x`} (median of ${rounds})`,
    );
  }
  if (trees.length === 1) return;
  const largest = [...found].sort((a, b) => b[1] - a[1]).map(([field, gap]) => `${field} ${gap.toExponential(1)}`);
  console.log(
    `${name}: ${same} of ${documents} documents alike byte for byte${largest.length > 0 ? `; largest relative differences: ${largest.join(', ')}` : ''}`,
  );
}

const [other, name, count, rounds] = process.argv.slice(2);
for (const bench of name ? [name] : Object.keys(BENCHES))
  await run(bench, other === '-' ? undefined : other, Number(count ?? 60), Number(rounds ?? 3));
