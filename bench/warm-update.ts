/**
 * Warm updates beside full refits, on M5 and produce: error of the 28 days after, CPU seconds of both, which take turns.
 * What the update does was chosen on every other cell (DEMANDA_CHOOSE=1); those between them are reported.
 *
 * node bench/warm-update.ts [cells]: with `cells` a line of each, those first whose update costs most.
 */

import type { DemandModel } from '../src/core/demand/fit-demand.ts';
import { predictMean } from '../src/core/demand/mean-forecast.ts';
import type { CellSeries, Holiday } from '../src/core/series/cell-series.ts';
import { filledPrices } from '../src/core/series/design.ts';
import { firstRows, plannedRows, rowsUpTo } from '../src/core/series/rows.ts';
import { holidaysOf } from '../src/data/holidays.ts';
import type { Fleet } from '../src/fleet/fleet-run.ts';
import { inlineExecutor } from '../src/fleet/inline.ts';
import type { MarketKnowledge } from '../src/fleet/knowledge.ts';
import { learnMarket, searchSpecs } from '../src/fleet/learn-market.ts';
import { updateCell } from '../src/fleet/update-cell.ts';
import { sourceOf, trainedCell } from './fleet-of.ts';
import { cpuSeconds, median } from './measures.ts';
import { m5Cells, produceCells, type WarmSet } from './warm-cells.ts';

/** Days of the forecast, and of a usual update. */
const STEP = 28;
const ROWS = 300;
const ITEMS = Number(process.env.DEMANDA_ITEMS ?? 60);
/** Days before the last at which the windows end. */
const ENDS = [0, 56, 112];
/** Of the cells' numbers: even ones chose. */
const PARITY = process.env.DEMANDA_CHOOSE ? 0 : 1;
/** Cells whose windows only warm the machine up. */
const WARMING = 2;

async function learned(cells: readonly CellSeries[], holidays: readonly Holiday[]): Promise<MarketKnowledge> {
  const options = { holidays, market: false, pooling: 'workspace' } as const;
  const fleet: Fleet = { source: sourceOf(cells), executor: inlineExecutor(), options };
  return searchSpecs(fleet, await learnMarket(fleet));
}

function updated(series: CellSeries, model: DemandModel, holidays: readonly Holiday[]): DemandModel {
  const done = updateCell(series, model, holidays);
  if (done.ok) return done.value;
  if (done.code === 'NO_NEW_ROWS') return model;
  throw new Error(`${series.product}: ${done.code}`);
}

/** A window of a cell. */
interface Told {
  readonly product: string;
  readonly back: number;
  readonly sold: number;
  /** Absolute errors of the days after, summed. */
  readonly stale: number;
  readonly warm: number;
  readonly full: number;
  /** CPU seconds; of the updates of the last 28 days the mean. */
  readonly warmSeconds: number;
  readonly fullSeconds: number;
  readonly marketSeconds: number;
}

async function run(set: WarmSet, updates: number, step: number): Promise<Told[]> {
  const told: Told[] = [];
  for (const back of ENDS) {
    const end = set.lastDay - back;
    const origin = end - STEP;
    const start = origin - step * updates;
    const holidays = holidaysOf(set.country, set.lastDay - 3_000, set.lastDay + 500);
    const upTo = (day: number): CellSeries[] =>
      set.cells.map((cell) => firstRows(cell, rowsUpTo(cell, day))).filter(({ days }) => days.length >= 60);
    const first = await learned(upTo(start), holidays);
    const before = cpuSeconds();
    const last = await learned(upTo(origin), holidays);
    const marketSeconds = (cpuSeconds() - before) / set.cells.length;
    for (const [number, cell] of set.cells.entries()) {
      const at = (day: number): CellSeries => firstRows(cell, rowsUpTo(cell, day));
      const warming = back === ENDS[0] && number < 2 * WARMING;
      if (!warming && number % 2 !== PARITY) continue;
      if (rowsUpTo(cell, start) < ROWS || rowsUpTo(cell, end) - rowsUpTo(cell, origin) < 7) continue;
      const stale = await trainedCell(at(start), first);
      let now = cpuSeconds();
      const full = await trainedCell(at(origin), last);
      const fullSeconds = cpuSeconds() - now;
      if (!stale || !full) continue;
      let warm = stale;
      const seconds: number[] = [];
      for (let u = 1; u <= updates; u++) {
        now = cpuSeconds();
        warm = updated(at(start + step * u), warm, holidays);
        if (step * (updates - u) < STEP) seconds.push(cpuSeconds() - now);
      }
      if (number % 2 !== PARITY) continue;
      const warmSeconds = seconds.reduce((sum, one) => sum + one, 0) / seconds.length;
      const errors = errorsOf(cell, rowsUpTo(cell, origin), rowsUpTo(cell, end), { stale, warm, full }, holidays);
      told.push({ product: cell.product, back, ...errors, warmSeconds, fullSeconds, marketSeconds });
    }
  }
  return told;
}

function errorsOf(
  cell: CellSeries,
  from: number,
  to: number,
  models: Readonly<Record<'stale' | 'warm' | 'full', DemandModel>>,
  holidays: readonly Holiday[],
): Pick<Told, 'stale' | 'warm' | 'full' | 'sold'> {
  const planned = plannedRows(cell, from, to, filledPrices(cell.price, to));
  const error = (model: DemandModel): number => {
    const forecast = predictMean(model, planned, holidays);
    return forecast.reduce((sum, f, i) => sum + Math.abs(f - cell.quantity[from + i]), 0);
  };
  return {
    sold: cell.quantity.subarray(from, to).reduce((sum, sold) => sum + sold, 0),
    stale: error(models.stale),
    warm: error(models.warm),
    full: error(models.full),
  };
}

type Summed = Exclude<keyof Told, 'product' | 'back'>;

function sumOf(told: readonly Told[], key: Summed): number {
  return told.reduce((sum, one) => sum + one[key], 0);
}

function warmOverFull(told: readonly Told[]): number {
  return sumOf(told, 'warm') / sumOf(told, 'full') - 1;
}

/** Of the sums' ratio, with every cell left out in turn (the jackknife of Quenouille 1956, Biometrika 43). */
function standardError(told: readonly Told[]): number {
  const products = [...new Set(told.map(({ product }) => product))];
  const without = products.map((left) => warmOverFull(told.filter(({ product }) => product !== left)));
  const mean = without.reduce((sum, one) => sum + one, 0) / without.length;
  const squares = without.reduce((sum, one) => sum + (one - mean) ** 2, 0);
  return Math.sqrt((squares * (without.length - 1)) / without.length);
}

function row(name: string, updates: string, told: readonly Told[]): string {
  const share = (key: Summed): string => (sumOf(told, key) / sumOf(told, 'sold')).toFixed(4);
  const percent = (value: number): string => `${(100 * value).toFixed(2)} %`;
  const middle = median(told.filter(({ full }) => full > 0).map(({ warm, full }) => warm / full));
  const [warm, full, market] = (['warmSeconds', 'fullSeconds', 'marketSeconds'] as const).map(
    (key) => (1_000 * sumOf(told, key)) / told.length,
  ) as [number, number, number];
  return `| ${name} | ${updates} | ${told.length} | ${share('stale')} | ${share('warm')} | ${share('full')} | ${percent(warmOverFull(told))} ± ${percent(standardError(told))} | ${percent(middle - 1)} | ${warm.toFixed(1)} | ${full.toFixed(1)} | ${market.toFixed(1)} | 1/${(full / warm).toFixed(1)} | 1/${((full + market) / warm).toFixed(1)} |`;
}

function sayCells(told: readonly Told[]): void {
  for (const { product, back, sold, stale, warm, full } of told.toSorted((a, b) => b.warm - b.full - a.warm + a.full)) {
    const errors = [stale, warm, full].map((error) => error.toFixed(1)).join(' · ');
    console.log(`${product}, ${back} days before the last: sold ${sold.toFixed(0)}, errors ${errors}`);
  }
}

async function benchWarmUpdate(byCell: boolean): Promise<void> {
  const sets = [await m5Cells(ITEMS), await produceCells()];
  console.log(
    '| data | updates | windows | WAPE not updated | warm | full | warm over full | median of windows | CPU ms warm | full | market and search | share of full | with market |',
  );
  console.log('|---|---|---|---|---|---|---|---|---|---|---|---|---|');
  for (const set of sets) {
    if (!set) {
      console.log('not run: the data are not there');
      continue;
    }
    for (const [updates, step] of [
      [1, STEP],
      [STEP, 1],
      [12, STEP],
    ] as const) {
      const told = await run(set, updates, step);
      console.log(row(set.name, `${updates} of ${step} day${step === 1 ? '' : 's'}`, told));
      if (byCell) sayCells(told);
    }
  }
}

await benchWarmUpdate(process.argv[2] === 'cells');
