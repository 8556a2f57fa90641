/**
 * Warm updates beside full refits, on M5 and produce: error of the 28 days after, CPU seconds of both. Constants of the
 * update were chosen on windows that end a year and more before the last (DEMANDA_CHOOSE=1).
 */

import type { DemandModel } from '../src/core/demand/fit-demand.ts';
import { predictMean } from '../src/core/demand/mean-forecast.ts';
import type { CellSeries, Holiday } from '../src/core/series/cell-series.ts';
import { filledPrices } from '../src/core/series/design.ts';
import { firstRows, plannedRows, rowsUpTo } from '../src/core/series/rows.ts';
import { holidaysOf } from '../src/data/holidays.ts';
import type { Fleet, FleetSource } from '../src/fleet/fleet-run.ts';
import { inlineExecutor } from '../src/fleet/inline.ts';
import type { MarketKnowledge } from '../src/fleet/knowledge.ts';
import { learnMarket, searchSpecs } from '../src/fleet/learn-market.ts';
import { perform } from '../src/fleet/perform.ts';
import { updateCell } from '../src/fleet/update-cell.ts';
import { m5Cells, produceCells, type WarmSet } from './warm-cells.ts';

/** Days of an update and of the forecast after it. */
const STEP = 28;
const ROWS = 300;
const ITEMS = Number(process.env.DEMANDA_ITEMS ?? 60);
/** Days before the last at which the windows end: those that constants were chosen on, and the others. */
const ENDS = process.env.DEMANDA_CHOOSE ? [364, 420, 476] : [0, 56, 112];

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function sourceOf(cells: readonly CellSeries[]): FleetSource {
  return {
    count: cells.length,
    async *cells() {
      yield* cells;
    },
    async *named() {
      yield* cells;
    },
    read: async ({ product }) => cells.find((cell) => cell.product === product) ?? null,
    async *pooled(limit) {
      yield* cells.slice(0, limit);
    },
  };
}

async function learned(cells: readonly CellSeries[], holidays: readonly Holiday[]): Promise<MarketKnowledge> {
  const options = { holidays, market: false, pooling: 'workspace' } as const;
  const fleet: Fleet = { source: sourceOf(cells), executor: inlineExecutor(), options };
  return searchSpecs(fleet, await learnMarket(fleet));
}

const given = (knowledge: MarketKnowledge) => ({
  knowledge: () => knowledge,
  stopped: () => false,
  tell: async () => {},
});

async function trained(series: CellSeries, knowledge: MarketKnowledge): Promise<DemandModel | null> {
  const done = await perform({ kind: 'train', id: '', knowledge: null as never, input: { series } }, given(knowledge));
  return done.ok && done.value.ok ? done.value.value : null;
}

function updated(series: CellSeries, model: DemandModel, holidays: readonly Holiday[]): DemandModel {
  const done = updateCell(series, model, holidays);
  if (done.ok) return done.value;
  if (done.code === 'NO_NEW_ROWS') return model;
  throw new Error(`${series.product}: ${done.code}`);
}

interface Sums {
  cells: number;
  sold: number;
  stale: number;
  warm: number;
  full: number;
  warmSeconds: number;
  fullSeconds: number;
  marketSeconds: number;
  /** Ratio of each cell's errors, warm over full. */
  readonly ratios: number[];
}

async function run(set: WarmSet, updates: number, step = STEP): Promise<Sums> {
  const sums: Sums = {
    cells: 0,
    sold: 0,
    stale: 0,
    warm: 0,
    full: 0,
    warmSeconds: 0,
    fullSeconds: 0,
    marketSeconds: 0,
    ratios: [],
  };
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
    sums.marketSeconds += cpuSeconds() - before;
    for (const cell of set.cells) {
      const at = (day: number): CellSeries => firstRows(cell, rowsUpTo(cell, day));
      if (rowsUpTo(cell, start) < ROWS || rowsUpTo(cell, end) - rowsUpTo(cell, origin) < 7) continue;
      const stale = await trained(at(start), first);
      let now = cpuSeconds();
      const full = await trained(at(origin), last);
      const fullSeconds = cpuSeconds() - now;
      if (!stale || !full) continue;
      let warm = stale;
      let warmSeconds = 0;
      for (let u = 1; u <= updates; u++) {
        now = cpuSeconds();
        warm = updated(at(start + step * u), warm, holidays);
        warmSeconds = cpuSeconds() - now;
      }
      sums.fullSeconds += fullSeconds;
      sums.warmSeconds += warmSeconds;
      add(sums, cell, rowsUpTo(cell, origin), rowsUpTo(cell, end), { stale, warm, full }, holidays);
    }
  }
  return sums;
}

/** Absolute errors over the mean of what was sold, so that every cell counts alike. */
function add(
  sums: Sums,
  cell: CellSeries,
  from: number,
  to: number,
  models: Readonly<Record<'stale' | 'warm' | 'full', DemandModel>>,
  holidays: readonly Holiday[],
): void {
  const planned = plannedRows(cell, from, to, filledPrices(cell.price, to));
  const error = (model: DemandModel): number => {
    const forecast = predictMean(model, planned, holidays);
    return forecast.reduce((sum, f, i) => sum + Math.abs(f - cell.quantity[from + i]), 0);
  };
  const [stale, warm, full] = [error(models.stale), error(models.warm), error(models.full)];
  sums.cells++;
  for (let i = from; i < to; i++) sums.sold += cell.quantity[i];
  sums.stale += stale;
  sums.warm += warm;
  sums.full += full;
  if (full > 0) sums.ratios.push(warm / full);
}

function row(name: string, updates: string, s: Sums): string {
  const share = (error: number): string => (error / s.sold).toFixed(4);
  const percent = (value: number): string => `${(100 * value).toFixed(2)} %`;
  const middle = s.ratios.toSorted((a, b) => a - b)[Math.floor(s.ratios.length / 2)] as number;
  const warm = s.warmSeconds / s.cells;
  const full = s.fullSeconds / s.cells;
  const market = s.marketSeconds / s.cells;
  return `| ${name} | ${updates} | ${s.cells} | ${share(s.stale)} | ${share(s.warm)} | ${share(s.full)} | ${percent(s.warm / s.full - 1)} | ${percent(middle - 1)} | ${(1000 * warm).toFixed(1)} | ${(1000 * full).toFixed(1)} | ${(1000 * market).toFixed(1)} | 1/${(full / warm).toFixed(1)} | 1/${((full + market) / warm).toFixed(1)} |`;
}

export async function benchWarmUpdate(): Promise<void> {
  const sets = [await m5Cells(ITEMS), await produceCells()];
  console.log(
    '| data | updates | cells | WAPE not updated | warm | full | warm over full | median of cells | CPU ms warm | full | market and search | share of full | with market |',
  );
  console.log('|---|---|---|---|---|---|---|---|---|---|---|---|---|');
  for (const set of sets) {
    if (!set) {
      console.log('not run: the data are not there');
      continue;
    }
    console.log(row(set.name, '1 of 28 days', await run(set, 1)));
    console.log(row(set.name, '12 of 28 days', await run(set, 12)));
  }
}

if (import.meta.main) await benchWarmUpdate();
