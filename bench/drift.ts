/**
 * Drift on simulated cells: false alarms a cell and year where nothing changes, days until a fall of the level of 30 %
 * and a halved elasticity are found. Thresholds were chosen on cells of seeds 1-99 (DEMANDA_CHOOSE=1).
 */

import type { DemandModel } from '../src/core/demand/fit-demand.ts';
import { type CellRecipe, simulateCell } from '../src/core/market/simulate-market.ts';
import { RandomStream } from '../src/core/math/random.ts';
import { driftOf, THRESHOLDS } from '../src/core/monitor/drift.ts';
import type { CellSeries } from '../src/core/series/cell-series.ts';
import { firstRows, rowsUpTo } from '../src/core/series/rows.ts';
import { DRIFT_KINDS, type DriftKind } from '../src/core/vocabulary.ts';
import { knowledgeBefore } from '../src/fleet/knowledge.ts';
import { perform } from '../src/fleet/perform.ts';
import { updateCell } from '../src/fleet/update-cell.ts';

const CHOOSE = Boolean(process.env.DEMANDA_CHOOSE);
const CELLS = Number(process.env.DEMANDA_CELLS ?? (CHOOSE ? 99 : 500));
const FIRST_SEED = CHOOSE ? 1 : 1_000;
const FIRST_DAY = 19_000;
/** Days of sales before the model is trained, and watched after. */
const HISTORY = 730;
const YEAR = 365;
/** Days after training on which a change comes. */
const CHANGE = 40;
/** Days between updates of the model while it is watched. */
const UPDATE = 28;

const KNOWLEDGE = knowledgeBefore({ holidays: [], market: false, pooling: 'none' });
const GIVEN = { knowledge: () => KNOWLEDGE, stopped: () => false, tell: async () => {} };

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
  const done = await perform({ kind: 'train', id: '', knowledge: null as never, input: { series } }, GIVEN);
  if (!done.ok || !done.value.ok) throw new Error('not trained');
  return done.value.value;
}

function updated(series: CellSeries, model: DemandModel): DemandModel {
  const done = updateCell(series, model, []);
  if (!done.ok) throw new Error(done.code);
  return done.value;
}

/**
 * Watched so often: the day after `from` on which each kind is first found, until one of `enough` is. Updated every four
 * weeks.
 */
function watched(
  series: CellSeries,
  model: DemandModel,
  from: number,
  days: number,
  { enough, every = 1 }: { readonly enough: readonly DriftKind[]; readonly every?: number },
): ReadonlyMap<DriftKind, number> {
  const found = new Map<DriftKind, number>();
  let live = model;
  for (let day = every; day <= days; day += every) {
    const now = firstRows(series, rowsUpTo(series, from + day));
    for (const { kind } of driftOf(live, now, []).drifts) if (!found.has(kind)) found.set(kind, day);
    if (enough.some((kind) => found.has(kind))) return found;
    if (day % UPDATE === 0) live = updated(now, live);
  }
  return found;
}

function first(found: ReadonlyMap<DriftKind, number>): number | null {
  return found.size === 0 ? null : Math.min(...found.values());
}

function quantiles(values: readonly (number | null)[]): string {
  const sorted = values.map((v) => v ?? Number.POSITIVE_INFINITY).sort((a, b) => a - b);
  const at = (share: number): string => {
    const value = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] as number;
    return Number.isFinite(value) ? String(value) : 'not found';
  };
  return `${at(0.5)} | ${at(0.9)} | ${((100 * values.filter((v) => v !== null).length) / values.length).toFixed(1)} %`;
}

export async function benchDrift(): Promise<void> {
  const alarms = Object.fromEntries(DRIFT_KINDS.map((kind) => [kind, 0])) as Record<DriftKind, number>;
  let all = 0;
  const level: (number | null)[] = [];
  const slope: (number | null)[] = [];
  const named: (number | null)[] = [];
  const trainedOn = FIRST_DAY + HISTORY - 1;
  const change = trainedOn + CHANGE;
  for (let k = 0; k < CELLS; k++) {
    const { series, recipe } = cellOf(FIRST_SEED + k);
    let model = await trained(firstRows(series, rowsUpTo(series, trainedOn)));
    const start = model;
    // A year of nothing new: every find is a false alarm, after which the cell is trained in full.
    for (let from = trainedOn; from < trainedOn + YEAR; ) {
      const alarm = watched(series, model, from, trainedOn + YEAR - from, { enough: DRIFT_KINDS, every: 7 });
      const day = first(alarm);
      if (day === null) break;
      all++;
      for (const kind of alarm.keys()) alarms[kind]++;
      from += day;
      model = await trained(firstRows(series, rowsUpTo(series, from)));
    }
    const quiet = updated(firstRows(series, rowsUpTo(series, trainedOn + UPDATE)), start);
    // A false alarm before the change is counted above; it is no find of the change.
    if (driftOf(quiet, firstRows(series, rowsUpTo(series, change)), []).drifts.length > 0) continue;
    const less = changed(series, change + 1, () => 0.7);
    level.push(first(watched(less, quiet, change, 100, { enough: DRIFT_KINDS })));
    const { elasticity, referencePrice } = recipe;
    const half = changed(series, change + 1, (price) => (price / referencePrice) ** (-elasticity / 2));
    const found = watched(half, quiet, change, 200, { enough: ['elasticity'] });
    slope.push(first(found));
    named.push(found.get('elasticity') ?? null);
  }
  console.log(
    `${CELLS} simulated cells, seeds ${FIRST_SEED}-${FIRST_SEED + CELLS - 1}; thresholds ${JSON.stringify(THRESHOLDS)}`,
  );
  console.log('| what | reach | found: median days | 90 % within | found at all |');
  console.log('|---|---|---|---|---|');
  console.log(`| level −30 % | 10 | ${quantiles(level)} |`);
  console.log(`| elasticity halved | 60 | ${quantiles(slope)} |`);
  console.log(`| elasticity halved, found as such | 60 | ${quantiles(named)} |`);
  console.log(
    `no change: ${(all / CELLS).toFixed(3)} false alarms a cell and year (reach 1), by kind ${DRIFT_KINDS.map((kind) => `${kind} ${(alarms[kind] / CELLS).toFixed(3)}`).join(', ')}`,
  );
}

if (import.meta.main) await benchDrift();
