/** What engines that keep the overview as columns have in common: by which it is sorted, and sums over groups of cells. */

import type { OverviewSort } from '../contract/api.ts';
import type { CellBin, OverviewChoice, OverviewDistribution, OverviewTotals } from '../contract/store/cells.ts';
import { isBlocking, isUntold } from '../core/pricing/reasons.ts';
import type { Horizon } from '../core/series/periods.ts';
import {
  CELL_STATES,
  type CellState,
  type PeriodUnit,
  PRICE_STAGES,
  type PriceStage,
  type ReasonCode,
} from '../core/vocabulary.ts';

export const SORT_COLUMNS: Readonly<Record<OverviewSort, string>> = {
  merchant: 'merchant',
  product: 'product',
  currentPrice: 'current_price',
  recommendedPrice: 'recommended_price',
  expectedGain: 'gain',
  probabilityBetter: 'probability_better',
  wape: 'wape',
  elasticity: 'elasticity',
  lastDay: 'last_day',
  trainedAt: 'trained_at',
  lastPrice: 'last_price',
  stage: 'stage',
};

/** Conditions on figures, with `?` for the value. */
export const RANGES = {
  minGain: "(stage = 'change' AND gain >= ?)",
  minProbability: 'probability_better >= ?',
  errorFrom: 'wape >= ?',
  errorTo: 'wape < ?',
  elasticityFrom: 'elasticity >= ?',
  elasticityTo: 'elasticity < ?',
  doubtFrom: '(elasticity_high - elasticity_low) / 2 >= ?',
  doubtTo: '(elasticity_high - elasticity_low) / 2 < ?',
} as const satisfies Partial<Record<keyof OverviewChoice, string>>;

/** Cells of one stage and state with the same reasons. */
export interface OverviewGroup {
  readonly stage: PriceStage;
  readonly state: CellState;
  readonly reasons: readonly ReasonCode[];
  readonly cells: number;
  readonly models: number;
  /** Of changes that nobody has decided on. */
  readonly gain: number;
  /** Cells that have one. */
  readonly wapes: number;
  /** Their sum. */
  readonly wape: number;
  readonly lastDay: number | null;
  readonly horizonDays: number | null;
  readonly leastHorizonDays: number | null;
  readonly horizonCount: number | null;
  readonly horizonUnit: PeriodUnit | null;
  /** First and last day since when they are sold at their price. */
  readonly earliest: number | null;
  readonly latest: number | null;
}

export function totalsOf(
  groups: readonly OverviewGroup[],
): Omit<OverviewTotals, 'total' | 'merchants' | 'productTypes'> {
  const sum = (of: (group: OverviewGroup) => number): number => groups.reduce((total, group) => total + of(group), 0);
  const states = Object.fromEntries(CELL_STATES.map((state) => [state, 0])) as Record<CellState, number>;
  const byReason: Record<string, number> = {};
  const stages = Object.fromEntries(PRICE_STAGES.map((stage) => [stage, 0])) as Record<PriceStage, number>;
  for (const { stage, state, reasons, cells } of groups) {
    stages[stage] += cells;
    states[state] += cells;
    for (const code of reasons) byReason[code] = (byReason[code] ?? 0) + cells;
  }
  const most = (
    of: (group: OverviewGroup) => number | null,
    pick: (...all: number[]) => number,
    among: readonly OverviewGroup[] = groups,
  ): number | null => {
    const values = among.map(of).filter((value) => value !== null);
    return values.length === 0 ? null : values.reduce((a, b) => pick(a, b));
  };
  const inForce = groups.filter(({ stage }) => stage === 'in-force');
  const refusals = refusalsOf(groups);
  const wapes = sum((g) => g.wapes);
  return {
    cells: sum((g) => g.cells),
    models: sum((g) => g.models),
    states,
    byReason,
    stages,
    ...refusals,
    horizons: horizonsOf(groups),
    changes: stages.change,
    gain: sum((g) => g.gain),
    warnings: sum((g) => (g.reasons.length === 0 ? 0 : g.cells)),
    meanWape: wapes === 0 ? null : sum((g) => g.wape) / wapes,
    lastDay: most((g) => g.lastDay, Math.max),
    inForceFrom: most((g) => g.earliest, Math.min, inForce),
    inForceTo: most((g) => g.latest, Math.max, inForce),
    horizonDays: most((g) => g.horizonDays, Math.max),
    leastHorizonDays: most((g) => g.leastHorizonDays, Math.min),
  };
}

/** Why no change is recommended, and of these why it cannot be told yet: cells by each reason. */
export function refusalsOf(
  cells: readonly Pick<OverviewGroup, 'stage' | 'reasons' | 'cells'>[],
): Pick<OverviewTotals, 'untoldBy' | 'refusedBy'> {
  const [untoldBy, refusedBy]: Record<string, number>[] = [{}, {}];
  for (const { stage, reasons, cells: count } of cells) {
    if (stage !== 'untold' && stage !== 'keep') continue;
    for (const code of reasons.filter(isBlocking)) {
      refusedBy[code] = (refusedBy[code] ?? 0) + count;
      if (stage === 'untold' && isUntold([code])) untoldBy[code] = (untoldBy[code] ?? 0) + count;
    }
  }
  return { untoldBy, refusedBy };
}

/** Periods that the gains of changes are of; of all recommendations where none is to be decided on. Shortest first. */
export function horizonsOf(
  cells: readonly Pick<OverviewGroup, 'stage' | 'horizonCount' | 'horizonUnit' | 'horizonDays'>[],
): Horizon[] {
  const changes = cells.filter(({ stage }) => stage === 'change');
  const found = new Map<string, Horizon & { readonly days: number }>();
  for (const { horizonCount: count, horizonUnit: unit, horizonDays } of changes.length > 0 ? changes : cells)
    if (count !== null && unit !== null) found.set(`${count} ${unit}`, { count, unit, days: horizonDays ?? 0 });
  return [...found.values()]
    .toSorted((a, b) => a.days - b.days || a.count - b.count)
    .map(({ count, unit }) => ({ count, unit }));
}

/** Bins of equal width; the first and the last hold all beyond. */
export interface Bins {
  readonly from: number;
  readonly width: number;
  readonly count: number;
}
export const ERROR_BINS: Bins = { from: 0, width: 0.05, count: 20 };
export const ELASTICITY_BINS: Bins = { from: -6, width: 0.25, count: 26 };
/** Of half the width of an elasticity's interval. */
export const DOUBT_BINS: Bins = { from: 0, width: 0.25, count: 12 };
/** Types and merchants that are told apart: those with most cells. */
export const MOST_GROUPS = 12;

/** SQL of a value's bin, 0 for the first. */
export function binOf(value: string, { from, width, count }: Bins): string {
  const bin = `floor((${value} - (${from})) / ${width})`;
  return `CAST(CASE WHEN ${bin} < 0 THEN 0 WHEN ${bin} >= ${count} THEN ${count - 1} ELSE ${bin} END AS integer)`;
}

export function binNumber(value: number, { from, width, count }: Bins): number {
  return Math.min(count - 1, Math.max(0, Math.floor((value - from) / width)));
}

/** Every bin, also those of no cell. @param found cells by bin, which may repeat */
export function filledBins(bins: Bins, found: readonly { readonly bin: number; readonly cells: number }[]): CellBin[] {
  const cells = new Map<number, number>();
  for (const row of found) cells.set(row.bin, (cells.get(row.bin) ?? 0) + row.cells);
  return Array.from({ length: bins.count }, (_, bin) => ({ ...edgesOf(bin, bins), cells: cells.get(bin) ?? 0 }));
}

/** A bin of the map. */
export function mapBin({
  elasticity,
  doubt,
  cells,
}: {
  readonly elasticity: number;
  readonly doubt: number;
  readonly cells: number;
}): OverviewDistribution['map'][number] {
  return { elasticity: edgesOf(elasticity, ELASTICITY_BINS), doubt: edgesOf(doubt, DOUBT_BINS), cells };
}

/** Edges of a bin; null where it is open. */
function edgesOf(bin: number, { from, width, count }: Bins): { from: number | null; to: number | null } {
  const edge = (i: number): number => Number((from + i * width).toFixed(6));
  return { from: bin === 0 && from !== 0 ? null : edge(bin), to: bin === count - 1 ? null : edge(bin + 1) };
}
