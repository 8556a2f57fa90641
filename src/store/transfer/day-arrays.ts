/** Rows of days, one by one, into an array for each column. */

import { DAY_FIGURES, type DayArrays } from './tables.ts';

export class DaysOfRows {
  private readonly days: number[] = [];
  private readonly quantity: number[] = [];
  private readonly soldOut: number[] = [];
  private readonly figures = Object.fromEntries(DAY_FIGURES.map((name) => [name, [] as (number | null)[]]));
  private readonly covariates = new Map<string, (number | null)[]>();

  /** @param row with `covariates` as JSON, values by name */
  add(row: Readonly<Record<string, unknown>>): void {
    for (const [name, value] of Object.entries(
      typeof row.covariates === 'string' ? (JSON.parse(row.covariates) as Record<string, number>) : {},
    )) {
      const values = this.covariates.get(name) ?? [];
      this.covariates.set(name, values);
      while (values.length < this.days.length) values.push(null);
      values.push(value);
    }
    this.days.push(row.day as number);
    this.quantity.push(row.quantity as number);
    this.soldOut.push(Number(row.sold_out));
    for (const name of DAY_FIGURES) this.figures[name]?.push((row[name] as number | null) ?? null);
  }

  arrays(): DayArrays {
    const { days, quantity, soldOut, figures, covariates } = this;
    for (const values of covariates.values()) while (values.length < days.length) values.push(null);
    const some = (values: readonly (number | null)[] | undefined): readonly (number | null)[] | null =>
      values?.some((value) => value !== null) ? values : null;
    return {
      days,
      quantity,
      price: some(figures.price),
      cost: some(figures.cost),
      promo: some(figures.promo),
      sold_out: soldOut.includes(1) ? soldOut : null,
      waste: some(figures.waste),
      market_price: some(figures.market_price),
      covariates: covariates.size === 0 ? null : Object.fromEntries(covariates),
    };
  }
}
