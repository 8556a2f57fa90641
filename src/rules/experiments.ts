/** Price tests: what is refused, and what of their plan counts for a cell's rows. */

import { type CellName, cellKey } from '../contract/cell-name.ts';
import type { ExperimentChoice, KeptExperiment, NewExperiment } from '../contract/store/experiments.ts';
import type { CellSeries, TestRows } from '../core/series/cell-series.ts';
import { DemandaError } from '../errors/demanda-error.ts';

/** @param others tests that have one of its cells @throws DemandaError EXPERIMENT_OVERLAPS */
export function requireNoOverlap(experiment: NewExperiment, others: readonly KeptExperiment[]): void {
  for (const cell of experiment.cells) {
    const other = others.find(
      ({ cells, firstDay, endedDay }) =>
        firstDay <= experiment.lastDay &&
        endedDay >= experiment.firstDay &&
        cells.some((one) => cellKey(one) === cellKey(cell)),
    );
    if (other !== undefined)
      throw new DemandaError('EXPERIMENT_OVERLAPS', {
        ...{ merchant: cell.merchant, product: cell.product, id: other.id },
        ...{ from: dateOf(other.firstDay), to: dateOf(other.endedDay) },
      });
  }
}

/** @throws DemandaError EXPERIMENT_UNKNOWN, EXPERIMENT_ENDED */
export function requireOpen(kept: KeptExperiment | null, id: number): KeptExperiment {
  if (kept === null) throw new DemandaError('EXPERIMENT_UNKNOWN', { id });
  if (kept.ending !== null) throw new DemandaError('EXPERIMENT_ENDED', { id, date: dateOf(kept.endedDay) });
  return kept;
}

/** Whether a test is one of a choice. */
export function isChosen({ merchant, product, open }: ExperimentChoice): (kept: KeptExperiment) => boolean {
  return ({ cells, ending }) =>
    (open === undefined || ending === null) &&
    (merchant === null || cells.every((cell) => cell.merchant === merchant)) &&
    (product === undefined || cells.some((cell) => cell.product === product));
}

/** Whose a test is: the one merchant's that all of its cells have. */
export function ownerOf(cells: readonly CellName[]): string | null {
  const [first] = cells;
  return first !== undefined && cells.every(({ merchant }) => merchant === first.merchant) ? first.merchant : null;
}

/** A planned price of a cell. */
export interface PlannedRow {
  readonly day: number;
  readonly price: number;
  readonly base: number;
}

/** The series with what tests planned; of several plans of one day, as after names were joined, the first counts. */
export function withTests(series: CellSeries, planned: readonly PlannedRow[]): CellSeries {
  if (planned.length === 0) return series;
  const byDay = new Map<number, PlannedRow>();
  for (const row of planned) if (!byDay.has(row.day)) byDay.set(row.day, row);
  const column = (of: keyof TestRows): Float64Array =>
    Float64Array.from(series.days, (day) => byDay.get(day)?.[of] ?? Number.NaN);
  const test = { price: column('price'), base: column('base') };
  return test.price.some((price) => price > 0) ? { ...series, test } : series;
}

function dateOf(day: number): string {
  return new Date(day * 86_400_000).toISOString().slice(0, 10);
}
