/**
 * Drift on simulated cells, looked at every day as `demanda watch` does it: false alarms a cell and year where nothing
 * changes, days until a fall of the level of 30 % and a halved elasticity are found. Thresholds were chosen on cells of
 * seeds 1-99; cells of seeds from 1,000 on are reported.
 *
 * node bench/drift.ts [FIRST_SEED [CELLS]] prints a line a cell, so that parts can run by themselves;
 * node bench/drift.ts sum FILE... says what all lines of such files come to.
 */

import { readFileSync } from 'node:fs';
import type { DemandModel } from '../src/core/demand/fit-demand.ts';
import { type CellRecipe, simulateCell } from '../src/core/market/simulate-market.ts';
import { RandomStream } from '../src/core/math/random.ts';
import { THRESHOLDS } from '../src/core/monitor/drift.ts';
import type { CellSeries } from '../src/core/series/cell-series.ts';
import { firstRows, rowsUpTo } from '../src/core/series/rows.ts';
import { DRIFT_KINDS, type DriftKind } from '../src/core/vocabulary.ts';
import { knowledgeBefore } from '../src/fleet/knowledge.ts';
import { watchCell } from '../src/fleet/watch-cell.ts';
import { trainedCell } from './fleet-of.ts';

const FIRST_DAY = 19_000;
/** Days of sales before the model is trained, and watched after. */
const HISTORY = 730;
const YEAR = 365;
/** Days after training on which a change comes, and days after it on which it is looked for. */
const CHANGE = 40;
const LOOKED_FOR = 120;
/**
 * A look brings the model up to date; here one in so many does, which is an eighth of the time. What a look finds rests on
 * all rows, and on coefficients that are then up to six days older.
 */
const UPDATE = 7;

const KNOWLEDGE = knowledgeBefore({ holidays: [], market: false, pooling: 'none' });

/** Shops as in the demo's market and around it. */
function cellOf(seed: number): { readonly series: CellSeries; readonly recipe: CellRecipe } {
  const random = new RandomStream(seed, 0x64726966);
  const between = (low: number, high: number): number => low + (high - low) * random.uniform();
  const recipe: CellRecipe = {
    merchant: `shop ${seed}`,
    product: 'product',
    productType: 'type',
    unit: 'kg',
    days: HISTORY + YEAR,
    firstDay: FIRST_DAY,
    elasticity: -between(1.6, 3),
    lambda: 0,
    referencePrice: 5,
    unitCost: 3,
    baseDemand: between(8, 60),
    weekdaySpread: 0.2,
    seasonAmplitude: between(0, 0.2),
    levelDrift: between(0.002, 0.01),
    priceSpread: between(0.05, 0.1),
    costPassThrough: 0.8,
    costDrift: 0.006,
    endogeneity: 0,
    noiseShape: between(8, 25),
    promoShare: 0.06,
    stockOutShare: 0.03,
    closedWeekday: random.uniform() < 0.5 ? 6 : null,
  };
  return { series: simulateCell(recipe, seed, 1).series, recipe };
}

/** Sales from a day on times what a change makes of them. */
function changed(series: CellSeries, from: number, factor: (price: number) => number): CellSeries {
  const quantity = series.quantity.map((sold, i) => (series.days[i] < from ? sold : sold * factor(series.price[i])));
  return { ...series, quantity };
}

async function trained(series: CellSeries): Promise<DemandModel> {
  const model = await trainedCell(series, KNOWLEDGE);
  if (!model) throw new Error(`${series.merchant}: not trained`);
  return model;
}

/** What a day's look found, and the model that is live after it. */
interface Looked {
  readonly kinds: readonly DriftKind[];
  readonly model: DemandModel;
  /** The look asked for a training in full: by itself, or because the cell drifted. */
  readonly full: boolean;
}

function looked(series: CellSeries, model: DemandModel, day: number): Looked {
  const now = firstRows(series, rowsUpTo(series, day));
  const input = { series: now, model, pool: null, dryRun: day % UPDATE !== 0 };
  const { report, model: updated, action } = watchCell(input, KNOWLEDGE);
  return { kinds: report.drifts.map(({ kind }) => kind), model: updated ?? model, full: action === 'full' };
}

/** What became of a cell. */
interface Found {
  readonly seed: number;
  /** Alarms of a year in which nothing changes, by kind. */
  readonly alarms: Partial<Record<DriftKind, number>>;
  /** Alarms, of one kind or of several at once. */
  readonly all: number;
  /**
   * Days from a change to its first alarm, and to one that calls it what it is; null where there was none. Missing where
   * a false alarm came before it.
   */
  readonly level?: number | null;
  readonly slope?: number | null;
  readonly named?: number | null;
}

/**
 * A year in which nothing changes: every find is a false alarm, told once until the cell is trained in full, which a look
 * does where it says so.
 */
async function quietYear(series: CellSeries, start: DemandModel, trainedOn: number) {
  const alarms: Partial<Record<DriftKind, number>> = {};
  let [live, all] = [start, 0];
  let known = new Set<DriftKind>();
  let before: DemandModel | null = start;
  for (let day = 1; day <= YEAR; day++) {
    const { kinds, model, full } = looked(series, live, trainedOn + day);
    const fresh = kinds.filter((kind) => !known.has(kind));
    for (const kind of fresh) alarms[kind] = (alarms[kind] ?? 0) + 1;
    known = new Set([...known, ...fresh]);
    if (fresh.length > 0) all++;
    live = model;
    if (full) {
      live = await trained(firstRows(series, rowsUpTo(series, trainedOn + day)));
      known = new Set();
    }
    if (day <= CHANGE) before = all > 0 ? null : live;
  }
  return { alarms, all, before };
}

/** Days until any alarm, and until one of a kind: models are brought up to date all the while, not trained in full. */
function daysUntil(series: CellSeries, start: DemandModel, change: number, kind: DriftKind | null) {
  let [live, first] = [start, null as number | null];
  for (let day = 1; day <= LOOKED_FOR; day++) {
    const { kinds, model } = looked(series, live, change + day);
    if (kinds.length > 0) first ??= day;
    if (kind === null ? first !== null : kinds.includes(kind)) return { first, named: day };
    live = model;
  }
  return { first, named: null };
}

async function watchedCell(seed: number): Promise<Found> {
  const { series, recipe } = cellOf(seed);
  const trainedOn = FIRST_DAY + HISTORY - 1;
  const change = trainedOn + CHANGE;
  const start = await trained(firstRows(series, rowsUpTo(series, trainedOn)));
  const { alarms, all, before } = await quietYear(series, start, trainedOn);
  // A false alarm before the change is counted above; it is no find of the change.
  if (before === null) return { seed, alarms, all };
  const less = changed(series, change + 1, () => 0.7);
  const { elasticity, referencePrice } = recipe;
  const half = changed(series, change + 1, (price) => (price / referencePrice) ** (-elasticity / 2));
  const slope = daysUntil(half, before, change, 'elasticity');
  return {
    seed,
    alarms,
    all,
    level: daysUntil(less, before, change, null).first,
    slope: slope.first,
    named: slope.named,
  };
}

function quantiles(values: readonly (number | null)[]): string {
  const sorted = values.map((v) => v ?? Number.POSITIVE_INFINITY).sort((a, b) => a - b);
  const at = (share: number): string => {
    const value = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] as number;
    return Number.isFinite(value) ? String(value) : 'not found';
  };
  return `${at(0.5)} | ${at(0.9)} | ${((100 * values.filter((v) => v !== null).length) / values.length).toFixed(1)} %`;
}

function say(cells: readonly Found[]): void {
  const seeds = cells.map(({ seed }) => seed).sort((a, b) => a - b);
  const alarms = (kind: DriftKind): number => cells.reduce((sum, cell) => sum + (cell.alarms[kind] ?? 0), 0);
  const all = cells.reduce((sum, cell) => sum + cell.all, 0);
  const changedCells = cells.filter(({ level }) => level !== undefined);
  const days = (what: 'level' | 'slope' | 'named') => quantiles(changedCells.map((cell) => cell[what] ?? null));
  console.log(
    `${cells.length} simulated cells, seeds ${seeds[0]}-${seeds.at(-1)}, a look a day; thresholds ${JSON.stringify(THRESHOLDS)}`,
  );
  console.log(
    `no change: ${(all / cells.length).toFixed(3)} false alarms a cell and year (reach 1; standard error ${standardError(cells).toFixed(3)}), by kind ${DRIFT_KINDS.map((kind) => `${kind} ${(alarms(kind) / cells.length).toFixed(3)}`).join(', ')}`,
  );
  console.log(
    `| what, in ${changedCells.length} cells | reach | found: median days | 90 % within | in ${LOOKED_FOR} days |`,
  );
  console.log('|---|---|---|---|---|');
  console.log(`| level −30 % | 10 | ${days('level')} |`);
  console.log(`| elasticity halved | 60 | ${days('slope')} |`);
  console.log(`| elasticity halved, found as such | 60 | ${days('named')} |`);
}

function standardError(cells: readonly Found[]): number {
  const mean = cells.reduce((sum, { all }) => sum + all, 0) / cells.length;
  const squares = cells.reduce((sum, { all }) => sum + (all - mean) ** 2, 0);
  return Math.sqrt(squares / Math.max(1, cells.length - 1) / cells.length);
}

async function benchDrift(first: number, count: number): Promise<void> {
  const cells: Found[] = [];
  for (let seed = first; seed < first + count; seed++) {
    const found = await watchedCell(seed);
    cells.push(found);
    console.log(JSON.stringify(found));
  }
  say(cells);
}

const [first, ...rest] = process.argv.slice(2);
if (first === 'sum') {
  const lines = rest.flatMap((file) => readFileSync(file, 'utf8').split('\n'));
  say(lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Found));
} else await benchDrift(Number(first ?? 1_000), Number(rest[0] ?? 500));
