/** What a fleet learns of its cells together before it fits each: the market, and the specs that suit a type. */

import { FOLD_HORIZON_DAYS } from '../core/demand/cross-validation.ts';
import type { ShapeEvidence } from '../core/demand/price-shape.ts';
import type { PriceSlope } from '../core/demand/price-slope.ts';
import { truncateSeries } from '../core/evaluation/backtest.ts';
import type { Spec } from '../core/regression/hyper-parameters.ts';
import type { CellSeries } from '../core/series/cell-series.ts';
import type { Frequency } from '../core/vocabulary.ts';
import { type Fleet, type FleetSource, runCells } from './fleet-run.ts';
import { knowledgeBefore, type MarketKnowledge, specKey, specKeys, specsOf } from './knowledge.ts';
import {
  type CellName,
  compareNames,
  MAX_POOLED_CELLS,
  MarketCalendar,
  nameOf,
  trainingOrigins,
} from './market-calendar.ts';
import { instrumentTold, sellsMoreDearer } from './price-instrument.ts';
import type { EstimateResult } from './work.ts';

/** Cells of a product type that the shared search looks at. */
const SEARCH_SAMPLE = 6;
/** Specs that survive the shared search. */
const SURVIVORS = 6;
/** Rows without which a cell is not looked at by the shared search. */
const SEARCH_ROWS = 60;
/** Cells of a product type, and of all, whose sales the shared search reads to find those that it looks at. */
const MOST_READ_OF_TYPE = 1_000;
const MOST_READ = 10_000;

/**
 * Fits the market at every origin, with the cost as instrument where prices are found to follow demand and none is told.
 * A cell that cannot be estimated says nothing of the market: its own fit tells why.
 *
 * @param origins latest first; by default those that training needs
 * @returns knowledge of the market, with the whole library of specs for every cell
 */
export async function learnMarket(fleet: Fleet, origins?: readonly number[]): Promise<MarketKnowledge> {
  const { source, options } = fleet;
  const days = origins ?? (await originsOf(source));
  if (days.length === 0) return knowledgeBefore(options);
  // What is tested at an origin knows nothing of later days, here and below; the models of a training are those of the
  // latest.
  const told = options.instrument ?? (await instrumentTold(fleet, (origins ? days.at(-1) : days[0]) as number));
  const before = knowledgeBefore({ ...options, ...(told !== null && { instrument: told }) });
  if (options.pooling === 'none') return before;
  const total = Math.min(source.count, MAX_POOLED_CELLS);
  const estimates = await estimatesOf({ ...fleet, knowledge: before }, days, (done) =>
    options.onProgress?.({ stage: 'market', done, total }),
  );
  const known = origins ? await estimatesOf({ ...fleet, knowledge: before }, days.slice(-1), () => {}) : estimates;
  const pricesFollow =
    sellsMoreDearer(known.flatMap(({ byOrigin }) => byOrigin[0]?.price ?? [])) ||
    sellsMoreDearer(known.flatMap(({ smallMoves }) => smallMoves ?? []));
  return {
    ...before,
    calendar: MarketCalendar.fit(days, estimates, options.pooling),
    ...(pricesFollow && { pricesFollow: true as const }),
  };
}

/** What one cell tells of the market. */
interface CellEstimates {
  readonly cell: CellName;
  /** Of each day that was asked, in their order. */
  readonly byOrigin: EstimateResult['estimates'];
  readonly shape: ShapeEvidence | null;
  /** Of the latest day. */
  readonly smallMoves: PriceSlope | null;
}

/** What cells tell of the market on some days, by name. @param days latest first; @param tell how many cells are done */
async function estimatesOf(
  fleet: Fleet & { readonly knowledge: MarketKnowledge },
  days: readonly number[],
  tell: (done: number) => void,
): Promise<CellEstimates[]> {
  const estimates: CellEstimates[] = [];
  let done = 0;
  await runCells('estimate', fleet, {
    cells: fleet.source.pooled(MAX_POOLED_CELLS),
    input: (series) => ({ series, days }),
    onDone: (series, found) => {
      if (found.ok) {
        const { estimates: byOrigin, shape, smallMoves } = found.value;
        estimates.push({ cell: nameOf(series), byOrigin, shape, smallMoves });
      }
      tell(++done);
    },
  });
  // Threads finish in any order; sums of floating-point numbers must not depend on it.
  return estimates.sort((a, b) => compareNames(a.cell, b.cell));
}

/** Origins that serve the training of every cell; none without rows. */
async function originsOf(source: FleetSource): Promise<readonly number[]> {
  let last = Number.NEGATIVE_INFINITY;
  let first = Number.POSITIVE_INFINITY;
  let horizon = Number.POSITIVE_INFINITY;
  for await (const series of source.pooled(MAX_POOLED_CELLS)) {
    if (series.days.length === 0) continue;
    last = Math.max(last, series.days.at(-1) as number);
    first = Math.min(first, series.days[0]);
    horizon = Math.min(horizon, FOLD_HORIZON_DAYS[series.frequency]);
  }
  return Number.isFinite(last) ? trainingOrigins(last, first, horizon) : [];
}

/** What the search found of one cell: the mean deviance of each spec of its library. */
interface Searched {
  readonly cell: CellName;
  readonly key: string;
  readonly library: readonly Spec[];
  readonly deviances: readonly number[];
}

/**
 * Shared search: the first cells of each product type are cross-validated on the whole library, and the specs with the
 * lowest summed deviance stay for the type. Types with no cell that can be cross-validated keep the whole library.
 *
 * @param until last day that is looked at, by frequency; all rows unless told
 * @returns the knowledge given, with the specs that stay
 */
export async function searchSpecs(
  fleet: Fleet,
  knowledge: MarketKnowledge,
  until: ReadonlyMap<Frequency, number> = new Map(),
): Promise<MarketKnowledge> {
  const found: Searched[] = [];
  let done = 0;
  await runCells(
    'search',
    { ...fleet, knowledge },
    {
      cells: searchSample(fleet.source, until),
      input: (series) => ({ series }),
      onDone: (series, searched) => {
        if (searched.ok && searched.value.deviances) {
          const { deviances, rows } = searched.value;
          found.push({
            cell: nameOf(series),
            key: specKey(series),
            library: specsOf(series),
            deviances: deviances.map((d) => d / rows),
          });
        }
        fleet.options.onProgress?.({ stage: 'search', done: ++done, total: done });
      },
    },
  );
  return { ...knowledge, specs: survivors(found) };
}

/**
 * The first cells of each type that have rows enough. Sales are read of a bounded number of cells, however many there
 * are; a type that has none among those keeps the whole library.
 */
async function* searchSample(source: FleetSource, until: ReadonlyMap<Frequency, number>): AsyncIterable<CellSeries> {
  const taken = new Map<string, number>();
  const read = new Map<string, number>();
  let all = 0;
  for await (const cell of source.named()) {
    if (all === MOST_READ) return;
    const keys = specKeys(cell);
    const group = keys[0];
    const readOfGroup = read.get(group) ?? 0;
    if (readOfGroup === MOST_READ_OF_TYPE || keys.every((key) => (taken.get(key) ?? 0) === SEARCH_SAMPLE)) continue;
    read.set(group, readOfGroup + 1);
    all++;
    const whole = await source.read(cell);
    const last = until.get(cell.frequency);
    const series = whole && last !== undefined ? truncateSeries(whole, last) : whole;
    if (series === null || series.days.length < SEARCH_ROWS) continue;
    const key = specKey(series);
    const count = taken.get(key) ?? 0;
    if (count === SEARCH_SAMPLE) continue;
    taken.set(key, count + 1);
    yield series;
  }
}

function survivors(found: Searched[]): Map<string, readonly Spec[]> {
  found.sort((a, b) => compareNames(a.cell, b.cell));
  const sums = new Map<string, { library: readonly Spec[]; sum: number[] }>();
  for (const { key, library, deviances } of found) {
    let entry = sums.get(key);
    if (!entry) sums.set(key, (entry = { library, sum: new Array(deviances.length).fill(0) }));
    for (const [c, d] of deviances.entries()) entry.sum[c] = entry.sum[c] + d;
  }
  const specs = new Map<string, readonly Spec[]>();
  for (const [key, { library, sum }] of sums) {
    const ranked = library.map((spec, s) => ({ spec, deviance: sum[s] })).sort((a, b) => a.deviance - b.deviance);
    specs.set(
      key,
      library.filter((spec) => ranked.slice(0, SURVIVORS).some((r) => r.spec === spec)),
    );
  }
  return specs;
}
