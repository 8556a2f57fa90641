/** Rows that an import writes again: what becomes of each, what they keep and lose, and what contradicts them. */

import { indicatedColumn } from '../contract/category-name.ts';
import { type CellName, cellKey } from '../contract/cell-name.ts';
import { OPTIONAL_COLUMNS, type OptionalColumn } from '../contract/import-rows.ts';
import type { ImportSummary, SalesCommit } from '../contract/store/sales.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { contradiction, type FigureColumn, isSameRow } from './import-batches.ts';
import { type Covariates, covariatesAfter, type MergedDay } from './merge-tickets.ts';

/** What of an import's options decides about rows that are there. */
export type Replacing = Pick<SalesCommit, 'addTo'> & Required<Pick<SalesCommit, 'columns' | 'covariates'>>;

/** A row that is written again takes the columns and covariates that the import has, and keeps the others. */
export function rowAfter(before: MergedDay, now: MergedDay, { columns, covariates }: Replacing): MergedDay {
  const has = (column: OptionalColumn): boolean => columns.includes(column);
  const lacks = before.covariates === null && now.covariates === null;
  return {
    quantity: now.quantity,
    price: now.price,
    cost: has('cost') ? now.cost : before.cost,
    promo: has('promo') ? now.promo : before.promo,
    soldOut: has('soldOut') ? now.soldOut : before.soldOut,
    waste: has('waste') ? now.waste : before.waste,
    marketPrice: has('marketPrice') ? now.marketPrice : before.marketPrice,
    covariates: lacks ? null : covariatesAfter(before.covariates, now.covariates, covariates),
  };
}

/** Whether an import is added to the row of a day that is there. */
export function isAddedTo(addTo: SalesCommit['addTo'], cell: CellName, day: number): boolean {
  return addTo === 'all' || addTo?.get(cellKey(cell))?.has(day) === true;
}

/** A row that says otherwise than the one that is there. */
interface Against extends CellName {
  readonly day: number;
  readonly column: FigureColumn | 'covariates';
  readonly before: MergedDay;
  readonly after: MergedDay;
}

/** Counts them, one after another; holds no more than one of them. */
export class ReplacedRows {
  private readonly given: Replacing;
  private replaced = 0;
  private unchanged = 0;
  private against = 0;
  private mostAgainst: Against | null = null;
  private lowered = 0;
  private mostLowered: ImportSummary['mostLowered'] = null;
  private readonly kept = new Map<string, number>();
  private readonly emptied = new Map<string, number>();

  constructor(given: Replacing) {
    this.given = given;
  }

  /** @param now the row as the import says it; @param after as it will be; @returns whether it stays as it is */
  count(of: CellName & { day: number }, before: MergedDay, now: MergedDay, after: MergedDay): boolean {
    this.replaced++;
    const isSame = isSameRow(before, after);
    if (isSame) this.unchanged++;
    else this.compare(of, before, after);
    if (now.quantity < before.quantity) {
      this.lowered++;
      const most = this.mostLowered;
      const { merchant, product, day } = of;
      if (most === null || before.quantity - now.quantity > most.before - most.after)
        this.mostLowered = { merchant, product, day, before: before.quantity, after: now.quantity };
    }
    if (before.price !== null && now.price === null) add(this.emptied, 'price');
    for (const column of OPTIONAL_COLUMNS) {
      if (!this.given.columns.includes(column)) {
        if (hasValue(before, column)) add(this.kept, column);
      } else if (before[column] !== null && now[column] === null) add(this.emptied, column);
    }
    if (before.covariates !== null) this.countCovariates(before.covariates, now.covariates);
    return isSame;
  }

  /** The row that is there and whose quantity changes most, of those that the import contradicts; null without any. */
  get contradicted(): (CellName & { readonly day: number }) | null {
    return this.mostAgainst;
  }

  /** IMPORT_DAYS_THERE, naming {@link contradicted}. @param earlier id of the import that wrote it; null: not known */
  refusal(file: string, earlier: string | null): DemandaError {
    const { merchant, product, day, column, before, after } = this.mostAgainst as Against;
    const figure = (row: MergedDay): string | number => {
      const value = row[column];
      return typeof value === 'object' ? JSON.stringify(value) : Number(value);
    };
    return new DemandaError('IMPORT_DAYS_THERE', {
      file,
      days: this.against,
      merchant,
      product,
      date: new Date(day * 86_400_000).toISOString().slice(0, 10),
      figure: column,
      before: figure(before),
      after: figure(after),
      earlier: earlier ?? '–',
    });
  }

  /** @param added rows that were added to, not replaced */
  counts(
    added: number,
  ): Pick<ImportSummary, 'replaced' | 'unchanged' | 'lowered' | 'mostLowered' | 'kept' | 'emptied'> {
    const { lowered, mostLowered, unchanged } = this;
    const replaced = this.replaced - added;
    return {
      replaced,
      unchanged,
      lowered,
      mostLowered,
      kept: Object.fromEntries(this.kept),
      emptied: Object.fromEntries(this.emptied),
    };
  }

  private compare(of: CellName & { day: number }, before: MergedDay, after: MergedDay): void {
    const column = contradiction(before, after);
    if (column === null || isAddedTo(this.given.addTo, of, of.day)) return;
    this.against++;
    const change = ({ before: was, after: will }: Pick<Against, 'before' | 'after'>): number =>
      Math.abs(was.quantity - will.quantity);
    if (this.mostAgainst === null || change({ before, after }) > change(this.mostAgainst))
      this.mostAgainst = { merchant: of.merchant, product: of.product, day: of.day, column, before, after };
  }

  private countCovariates(before: Covariates, now: Covariates | null): void {
    const { covariates } = this.given;
    for (const name of Object.keys(before)) {
      if (now?.[name] !== undefined) continue;
      const column = indicatedColumn(name);
      // Another category of its column has taken its place.
      if (column !== null && covariates.includes(column)) continue;
      add(covariates.includes(name) ? this.emptied : this.kept, name);
    }
  }
}

function add(to: Map<string, number>, name: string): void {
  to.set(name, (to.get(name) ?? 0) + 1);
}

/** A day is sold out or not: that it was is a value, that it was not is none. */
function hasValue(row: MergedDay, column: OptionalColumn): boolean {
  return column === 'soldOut' ? row.soldOut : row[column] !== null;
}
