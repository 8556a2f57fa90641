/** What of a plan serves no forecast: it is named, as nobody would see it. */

import { indicatedColumn, indicatorName } from '../contract/category-name.ts';
import type { ImportIssue } from '../contract/documents.ts';
import type { DemandModel } from '../core/demand/fit-demand.ts';
import type { CellSeries, PlannedRows } from '../core/series/cell-series.ts';
import type { Lang } from '../core/vocabulary.ts';
import type { PlanRow } from '../data/read-plan.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { isoDate } from './dates.ts';
import { noteIn } from './import-notes.ts';
import { covariatesOf, rowHolding } from './planned-rows.ts';

/** Names that are listed. */
const MOST_NAMED = 10;

/** Gathers which rows and columns of a plan the forecasts use. */
export class PlanUse {
  private readonly plan: readonly PlanRow[];
  /** Rows that speak of a cell that has a forecast, and of those the ones that lie after its last sale. */
  private readonly known = new Set<PlanRow>();
  private readonly used = new Set<PlanRow>();
  private readonly beside = new Set<PlanRow>();
  private readonly columns = new Set<string>();
  private readonly indicators = new Set<string>();
  private readonly without: string[] = [];
  /** Whether it has prices where the price is what is asked. */
  private prices = false;
  private twice = 0;
  private firstTwice: number | null = null;

  constructor(plan: readonly PlanRow[]) {
    this.plan = plan;
  }

  /** A cell that is forecast. @param asked rows that its price is for; null where the plan itself says which */
  add(series: CellSeries, model: DemandModel, asked: PlannedRows | null = null): void {
    const { merchant, product } = series;
    const { lastDay } = model;
    const days = new Set<number>();
    for (const row of this.plan) {
      if ((row.merchant ?? merchant) !== merchant || (row.product ?? product) !== product) continue;
      this.known.add(row);
      if (row.day <= lastDay) continue;
      if (asked !== null && rowHolding(asked, series, row.day) < 0) {
        this.beside.add(row);
        continue;
      }
      this.used.add(row);
      this.prices ||= asked !== null && row.price !== null;
      if (days.has(row.day)) {
        this.twice++;
        this.firstTwice ??= row.day;
      }
      days.add(row.day);
    }
    if (days.size === 0 && asked === null) this.without.push(`${merchant} / ${product}`);
    for (const name of covariatesOf(model)) {
      this.indicators.add(name);
      this.columns.add(indicatedColumn(name) ?? name);
    }
  }

  /** Of used rows, categories of a column of words that no model knows. */
  private strangeCategories(): string[] {
    const words = new Set([...this.indicators].map(indicatedColumn));
    const strange = [...this.used].flatMap(({ categories }) =>
      Object.entries(categories).flatMap(([column, category]) =>
        category !== null && words.has(column) && !this.indicators.has(indicatorName(column, category))
          ? [indicatorName(column, category)]
          : [],
      ),
    );
    return [...new Set(strange)];
  }

  /** @param file the plan's */
  notes(file: string, lang: Lang): ImportIssue[] {
    const notes: DemandaError[] = [];
    const unknown = this.plan.filter((row) => !this.known.has(row));
    const names = new Set(unknown.map(({ merchant, product }) => [merchant, product].filter(Boolean).join(' / ')));
    if (unknown.length > 0)
      notes.push(new DemandaError('PLAN_NOTE_UNKNOWN', { file, rows: unknown.length, names: listed([...names]) }));
    const beside = [...this.beside].filter((row) => !this.used.has(row));
    if (beside.length > 0)
      notes.push(new DemandaError('PLAN_NOTE_BESIDE', { file, rows: beside.length, date: isoDate(beside[0].day) }));
    const past = this.plan.filter((row) => this.known.has(row) && !this.used.has(row) && !this.beside.has(row));
    if (past.length > 0)
      notes.push(new DemandaError('PLAN_NOTE_PAST', { file, rows: past.length, date: isoDate(past[0].day) }));
    if (this.firstTwice !== null)
      notes.push(new DemandaError('PLAN_NOTE_TWICE', { file, rows: this.twice, date: isoDate(this.firstTwice) }));
    if (this.prices) notes.push(new DemandaError('PLAN_NOTE_PRICES', { file }));
    const columns = new Set(this.plan.flatMap(({ categories }) => Object.keys(categories)));
    const useless = [...columns].filter((name) => !this.columns.has(name));
    if (useless.length > 0) notes.push(new DemandaError('PLAN_NOTE_COLUMNS', { file, columns: listed(useless) }));
    const strange = this.strangeCategories();
    if (strange.length > 0) notes.push(new DemandaError('PLAN_NOTE_CATEGORIES', { file, categories: listed(strange) }));
    if (this.without.length > 0)
      notes.push(new DemandaError('PLAN_NOTE_WITHOUT', { file, names: listed(this.without) }));
    return notes.map((note) => noteIn(note, lang));
  }
}

/** Covariates whose future is known, and which no plan tells. */
export class UntoldCovariates {
  private readonly given: ReadonlySet<string>;
  private readonly names = new Set<string>();

  constructor(plan: readonly PlanRow[] | null) {
    this.given = new Set(plan?.flatMap(({ categories }) => Object.keys(categories)));
  }

  /** A cell that is forecast. */
  add({ covariates }: CellSeries, model: DemandModel): void {
    const used = covariatesOf(model);
    for (const { name, knownAhead } of covariates) {
      const column = indicatedColumn(name) ?? name;
      if (knownAhead && used.has(name) && !this.given.has(column)) this.names.add(column);
    }
  }

  notes(lang: Lang): ImportIssue[] {
    if (this.names.size === 0) return [];
    return [noteIn(new DemandaError('FORECAST_NOTE_COVARIATES', { columns: listed([...this.names]) }), lang)];
  }
}

/** Prices are said to lie beyond the tried ones from this share on: less is a rounding. */
const LEAST_BEYOND = 0.005;

/** Cells that are forecast at prices that were never charged. */
export class UntriedPrices {
  private readonly cells: {
    readonly name: string;
    readonly price: number;
    readonly range: readonly [number, number];
  }[] = [];

  /** A cell that is forecast, with its planned rows. Without sales no price was ever tried, which is said elsewhere. */
  add({ merchant, product }: CellSeries, { triedRange }: DemandModel, { price }: PlannedRows): void {
    const [low, high] = triedRange;
    const beyond = (asked: number): number => Math.max(asked / high, low / asked) - 1;
    const furthest = price.reduce((most, asked) => (beyond(asked) > beyond(most) ? asked : most), high);
    if (beyond(furthest) > LEAST_BEYOND)
      this.cells.push({ name: `${merchant} / ${product}`, price: furthest, range: triedRange });
  }

  notes(lang: Lang): ImportIssue[] {
    if (this.cells.length === 0) return [];
    const number = new Intl.NumberFormat(lang, { maximumSignificantDigits: 6 });
    const names = this.cells.map(
      ({ name, price, range: [low, high] }) =>
        `${name} ${number.format(price)} (${[...new Set([number.format(low), number.format(high)])].join('–')})`,
    );
    return [noteIn(new DemandaError('FORECAST_NOTE_UNTRIED', { names: listed(names) }), lang)];
  }
}

function listed(names: readonly string[]): string {
  const more = names.length - MOST_NAMED;
  return `${names.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` … (+${more})` : ''}`;
}
