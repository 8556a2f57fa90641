/** Tickets of an import as rows of its cells, one cell after another in order of merchant and product. */

import type { CellName } from '../contract/cell-name.ts';
import type { ImportSummary, SalesCommit } from '../contract/store/sales.ts';
import { COSTLY } from './extremes.ts';
import { ASSUMED_UNIT, type CellSettings, settingsAfter, type ToldSettings } from './import-batches.ts';
import { CovariateMerge, type MergedDay, mergeTickets } from './merge-tickets.ts';
import { netReturns } from './net-returns.ts';
import { isAddedTo, ReplacedRows, type Replacing, rowAfter } from './replaced-rows.ts';
import { compareText } from './text-order.ts';

/** Differences that are told. */
const MOST_NAMED = 20;

/** What an import is told of its cells. */
export type GivenSales = Replacing &
  Pick<SalesCommit, 'unit' | 'usualUnit' | 'frequency' | 'missingDays' | 'accept' | 'mayReplace' | 'source' | 'today'> &
  Pick<SalesCommit, 'knownCovariates' | 'knownFor'>;

/** What an import makes of one cell. */
export interface ImportedCell {
  /** In order of day, as the import says them. */
  readonly written: ReadonlyMap<number, MergedDay>;
  /** Rows of these days as they will be, without those that stay as they are. */
  readonly changed: ReadonlyMap<number, MergedDay>;
}

export class ImportedCells {
  private readonly given: GivenSales;
  private readonly replaced: ReplacedRows;
  private readonly differing = new Map<string, number>();
  private readonly differences: ImportSummary['differences'][number][] = [];
  private rows = 0;
  private added = 0;
  private uncovered = 0;
  private firstDay: number | null = null;
  private lastDay: number | null = null;
  private costly: ImportSummary['costly'] = null;

  constructor(given: GivenSales) {
    this.given = given;
    this.replaced = new ReplacedRows(given);
  }

  /** @param tickets by day, each day's in the order in which they came; @param before the row of a day that is there */
  add(
    { merchant, product }: CellName,
    tickets: ReadonlyMap<number, readonly MergedDay[]>,
    before: (day: number) => MergedDay | undefined,
  ): ImportedCell {
    const cell = { merchant, product };
    const stored = new Map<number, MergedDay>();
    const merged = [...tickets.keys()]
      .sort((a, b) => a - b)
      .map((day) => {
        const was = before(day);
        if (was) stored.set(day, was);
        return { day, ...mergeTickets(this.withStored(cell, day, tickets.get(day) ?? [], was)) };
      });
    this.uncovered += netReturns(merged);
    const written = new Map<number, MergedDay>();
    const changed = new Map<number, MergedDay>();
    for (const { day, ...now } of merged) {
      written.set(day, now);
      const was = stored.get(day);
      const after = was ? rowAfter(was, now, this.given) : now;
      if (!was || !this.replaced.count({ merchant, product, day }, was, now, after)) changed.set(day, after);
      this.countCost(cell, day, now);
    }
    this.rows += merged.length;
    const [first, last] = [merged[0]?.day, merged.at(-1)?.day];
    if (first !== undefined) this.firstDay = Math.min(this.firstDay ?? first, first);
    if (last !== undefined) this.lastDay = Math.max(this.lastDay ?? last, last);
    return { written, changed };
  }

  /** @see ReplacedRows */
  get contradicted(): ReplacedRows['contradicted'] {
    const { mayReplace, addTo } = this.given;
    return mayReplace === false && addTo !== 'all' ? this.replaced.contradicted : null;
  }

  /** @see ReplacedRows */
  refusal(earlier: string | null): Error {
    return this.replaced.refusal(this.given.source?.file ?? '', earlier);
  }

  get counts(): Pick<
    ImportSummary,
    | ('rows' | 'replaced' | 'unchanged' | 'added' | 'lowered' | 'mostLowered' | 'uncovered' | 'kept' | 'emptied')
    | ('differing' | 'differences' | 'firstDay' | 'lastDay' | 'costly')
  > {
    const { rows, added, uncovered, differences, firstDay, lastDay, costly } = this;
    const differing = Object.fromEntries(this.differing);
    const counts = this.replaced.counts(added);
    return { rows, ...counts, added, uncovered, differing, differences, firstDay, lastDay, costly };
  }

  /** The row that is there is one ticket more where the import is added to it. */
  private withStored(
    cell: CellName,
    day: number,
    tickets: readonly MergedDay[],
    stored: MergedDay | undefined,
  ): readonly MergedDay[] {
    const all = stored !== undefined && isAddedTo(this.given.addTo, cell, day) ? [...tickets, stored] : tickets;
    if (all.length > tickets.length) this.added++;
    if (all.length > 1) this.countDifferences(cell, day, all);
    return all;
  }

  private countDifferences(cell: CellName, day: number, tickets: readonly MergedDay[]): void {
    if (tickets.every(({ covariates }) => covariates === null)) return;
    const merge = new CovariateMerge();
    for (const { covariates, quantity } of tickets) merge.add(covariates, Math.max(0, quantity));
    for (const covariate of merge.differing().sort(compareText)) {
      this.differing.set(covariate, (this.differing.get(covariate) ?? 0) + 1);
      if (this.differences.length < MOST_NAMED) this.differences.push({ ...cell, day, covariate });
    }
  }

  private countCost(cell: CellName, day: number, { cost, price }: MergedDay): void {
    if (cost === null || price === null || cost <= COSTLY * price) return;
    this.costly = this.costly ? { ...this.costly, days: this.costly.days + 1 } : { days: 1, ...cell, day, cost, price };
  }
}

/** What an import says of a cell's settings. @param productType the last that it gives; null: none */
export function toldSettings(
  productType: string | null,
  { unit, usualUnit, frequency, missingDays }: GivenSales,
): ToldSettings {
  return {
    productType,
    unit: unit || null,
    givenFrequency: frequency ?? null,
    missingDays: missingDays ?? null,
    usualUnit: usualUnit || ASSUMED_UNIT,
  };
}

/** A cell's settings before an import and after it. @param stored undefined: the import makes the cell */
export function settingsBy(
  told: ToldSettings,
  product: string,
  stored: CellSettings | undefined,
): { readonly before: CellSettings; readonly after: CellSettings } {
  const before = stored ?? { productType: product, unit: '', givenFrequency: null, missingDays: 'zero' };
  return { before, after: settingsAfter(before, told) };
}
