/**
 * Warm updates beside trainings in full, on M5 and produce: error of the 28 days after, CPU seconds of both, which take
 * turns. A training in full is told of twice: after a search of its own, which six cells decide, and with the specs that
 * the model had. What the update does was chosen on every other cell (DEMANDA_CHOOSE=1); those between are reported.
 *
 * node bench/warm-update.ts [m5|produce [month|year [cells]]]: updates of a month, or of a year; with `cells` a line of
 * each window, the dearest first.
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
  /** Absolute errors of the days after, summed; `full` with the specs of `stale`, `searched` with those of a search. */
  readonly stale: number;
  readonly warm: number;
  readonly full: number;
  readonly searched: number;
  /** CPU seconds; of the updates of the last 28 days the mean. */
  readonly warmSeconds: number;
  readonly fullSeconds: number;
  readonly marketSeconds: number;
}

/** Updates of so many days each. */
interface Schedule {
  readonly updates: number;
  readonly step: number;
}

/** Those of one name begin on the same day. */
const SCHEDULES: Readonly<Record<string, readonly Schedule[]>> = {
  month: [
    { updates: 1, step: STEP },
    { updates: STEP, step: 1 },
  ],
  year: [{ updates: 12, step: STEP }],
};

/** Schedules that begin on the same day, side by side. */
async function run(set: WarmSet, schedules: readonly Schedule[]): Promise<Told[][]> {
  const told: Told[][] = schedules.map(() => []);
  const [{ updates, step }] = schedules as [Schedule];
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
      const searched = await trainedCell(at(origin), last);
      const [full, fullSeconds] = await timed(() => trainedCell(at(origin), { ...last, specs: first.specs }));
      if (!stale || !searched || !full) continue;
      for (const [s, schedule] of schedules.entries()) {
        const [warm, warmSeconds] = await updatedOn(schedule, stale, (day) => at(start + day), holidays);
        if (number % 2 !== PARITY) continue;
        const models = { stale, warm, full, searched };
        const errors = errorsOf(cell, rowsUpTo(cell, origin), rowsUpTo(cell, end), models, holidays);
        told[s]?.push({ product: cell.product, back, ...errors, warmSeconds, fullSeconds, marketSeconds });
      }
    }
  }
  return told;
}

async function timed<T>(work: () => T | Promise<T>): Promise<[value: T, seconds: number]> {
  const before = cpuSeconds();
  const value = await work();
  return [value, cpuSeconds() - before];
}

/** @param rowsAfter rows up to so many days after the model's last. @returns seconds of an update of the last 28 days */
async function updatedOn(
  { updates, step }: Schedule,
  stale: DemandModel,
  rowsAfter: (days: number) => CellSeries,
  holidays: readonly Holiday[],
): Promise<[model: DemandModel, seconds: number]> {
  let model = stale;
  const all: number[] = [];
  for (let u = 1; u <= updates; u++) {
    const [next, seconds] = await timed(() => updated(rowsAfter(step * u), model, holidays));
    model = next;
    if (step * (updates - u) < STEP) all.push(seconds);
  }
  return [model, all.reduce((sum, one) => sum + one, 0) / all.length];
}

function errorsOf(
  cell: CellSeries,
  from: number,
  to: number,
  models: Readonly<Record<'stale' | 'warm' | 'full' | 'searched', DemandModel>>,
  holidays: readonly Holiday[],
): Pick<Told, 'stale' | 'warm' | 'full' | 'searched' | 'sold'> {
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
    searched: error(models.searched),
  };
}

type Summed = Exclude<keyof Told, 'product' | 'back'>;

function sumOf(told: readonly Told[], key: Summed): number {
  return told.reduce((sum, one) => sum + one[key], 0);
}

type Other = 'full' | 'searched';

function warmOver(told: readonly Told[], other: Other): number {
  return sumOf(told, 'warm') / sumOf(told, other) - 1;
}

/** Of the sums' ratio, with every cell left out in turn (the jackknife of Quenouille 1956, Biometrika 43). */
function standardError(told: readonly Told[], other: Other): number {
  const products = [...new Set(told.map(({ product }) => product))];
  const without = products.map((left) => {
    const kept = told.filter(({ product }) => product !== left);
    return warmOver(kept, other);
  });
  const mean = without.reduce((sum, one) => sum + one, 0) / without.length;
  const squares = without.reduce((sum, one) => sum + (one - mean) ** 2, 0);
  return Math.sqrt((squares * (without.length - 1)) / without.length);
}

function row(name: string, { updates, step }: Schedule, told: readonly Told[]): string {
  const share = (key: Summed): string => (sumOf(told, key) / sumOf(told, 'sold')).toFixed(4);
  const percent = (value: number): string => `${(100 * value).toFixed(2)} %`;
  const against = (other: Other): string => {
    const ratios = told.filter((one) => one[other] > 0).map((one) => one.warm / one[other]);
    return `${percent(warmOver(told, other))} ± ${percent(standardError(told, other))}, ${percent(median(ratios) - 1)}`;
  };
  const [warm, full, market] = (['warmSeconds', 'fullSeconds', 'marketSeconds'] as const).map(
    (key) => (1_000 * sumOf(told, key)) / told.length,
  ) as [number, number, number];
  const errors = (['stale', 'warm', 'full', 'searched'] as const).map(share).join(' · ');
  const days = `${updates} of ${step} day${step === 1 ? '' : 's'}`;
  return `| ${name}, ${days}, ${told.length} windows | ${errors} | ${against('full')} | ${against('searched')} | ${warm.toFixed(1)} · ${full.toFixed(1)} · ${market.toFixed(1)} | 1/${(full / warm).toFixed(1)}, 1/${((full + market) / warm).toFixed(1)} |`;
}

function sayCells(told: readonly Told[]): void {
  for (const one of told.toSorted((a, b) => b.warm - b.full - a.warm + a.full)) {
    const errors = [one.stale, one.warm, one.full, one.searched].map((error) => error.toFixed(1)).join(' · ');
    console.log(`${one.product}, ${one.back} days before the last: sold ${one.sold.toFixed(0)}, errors ${errors}`);
  }
}

const SETS: Readonly<Record<string, () => Promise<WarmSet | null>>> = {
  m5: () => m5Cells(ITEMS),
  produce: produceCells,
};

async function benchWarmUpdate(names: readonly string[], spans: readonly string[], byCell: boolean): Promise<void> {
  console.log(
    '| data, updates | WAPE not updated · warm · full of the same specs · full after a search | warm over full of the same specs: sum, median | over full after a search | CPU ms warm · full · market and search | share of full, with market |',
  );
  console.log('|---|---|---|---|---|---|');
  for (const name of names) {
    const set = await SETS[name]?.();
    if (!set) {
      console.log(`${name}: not run, the data are not there`);
      continue;
    }
    for (const schedules of spans.map((span) => SCHEDULES[span] as readonly Schedule[])) {
      const told = await run(set, schedules);
      for (const [s, schedule] of schedules.entries()) {
        console.log(row(set.name, schedule, told[s] as Told[]));
        if (byCell) sayCells(told[s] as Told[]);
      }
    }
  }
}

const [name, span, cells] = process.argv.slice(2);
await benchWarmUpdate(name ? [name] : Object.keys(SETS), span ? [span] : Object.keys(SCHEDULES), cells === 'cells');
