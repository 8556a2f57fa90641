/** Rolling-origin cross-validation of a cell's candidates: specs and simple baselines forecast the same held-out rows. */

import type { CellSeries, Frequency, Holiday, PlannedRows } from '../series/cell-series.ts';
import { filledPrices } from '../series/design.ts';
import { type Component, fitComponent, predictComponent } from './component.ts';
import type { ShapeShares } from './price-shape.ts';
import type { CellPrior } from './prior.ts';
import { SIMPLE_FORECASTS, type SimpleForecast, simpleForecast } from './simple-forecast.ts';
import type { Spec } from './spec.ts';

/** Horizon of a fold in days: 14 days, 4 weeks or 3 months (model.md §7). */
export const FOLD_HORIZON_DAYS: Readonly<Record<Frequency, number>> = { daily: 14, weekly: 28, monthly: 92 };
const MAX_FOLDS = 5;
/** A fold leaves at least this many training rows. */
export const MIN_TRAINING_ROWS = 14;

/** Everything that a fit needs besides the cell's own rows. */
export interface FitContext {
  readonly holidays: readonly Holiday[];
  /** Market prices enter as a column. */
  readonly market: boolean;
  /** See DesignOptions. */
  readonly instrument?: string;
  readonly specs: readonly Spec[];
  /** The market's prior as it was known on a day, without this cell: it may use nothing after that day. */
  readonly priorAt: (originDay: number) => CellPrior;
  /** What other cells say of the shape of the price term (price-shape.ts); absent without a market. */
  readonly marketShape?: ShapeShares;
  /** The rows stand for a cell without any sale: they give the calendar and the scale, and count as no sale at all. */
  readonly assumed?: true;
}

/** A candidate of the combination: a fitted spec or a simple forecast. */
export type Candidate = { readonly kind: 'spec'; readonly spec: Spec } | { readonly kind: 'simple'; readonly name: SimpleForecast };

/** Held-out rows of all folds with every candidate's forecast of them. */
export interface HeldOut {
  readonly candidates: readonly Candidate[];
  /** Number of held-out rows over all folds. */
  readonly rows: number;
  readonly actual: Float64Array;
  /** 1 where the row sold out: its demand is at least `actual`. */
  readonly soldOut: Uint8Array;
  /** Fold of each row, 0 = the latest. */
  readonly fold: Int32Array;
  readonly daysAhead: Int32Array;
  /** candidates × rows, row-major. */
  readonly forecasts: Float64Array;
  /** Mean training quantity of each row's fold, for scaling. */
  readonly scale: Float64Array;
  readonly originDays: readonly number[];
}

/** Fold origins of a cell, latest first: last day − horizon, then back by the horizon. */
export function foldOrigins(series: CellSeries, rows: number): { originDay: number; trainingRows: number; endRow: number }[] {
  const horizon = FOLD_HORIZON_DAYS[series.frequency];
  const origins: { originDay: number; trainingRows: number; endRow: number }[] = [];
  let end = rows;
  for (let k = 1; k <= MAX_FOLDS; k++) {
    const originDay = (series.days[rows - 1] as number) - horizon * k;
    let trainingRows = end;
    while (trainingRows > 0 && (series.days[trainingRows - 1] as number) > originDay) trainingRows--;
    if (trainingRows < MIN_TRAINING_ROWS) break;
    if (trainingRows < end) origins.push({ originDay, trainingRows, endRow: end });
    end = trainingRows;
  }
  return origins;
}

/** Rows [from, to) of a cell as planned rows: date, price, promotion and covariates known ahead; market price carried forward. */
export function plannedFromRows(series: CellSeries, from: number, to: number, price: Float64Array): PlannedRows {
  const covariates: Record<string, Float64Array> = {};
  for (const covariate of series.covariates) {
    if (covariate.knownAhead) covariates[covariate.name] = covariate.values.slice(from, to);
  }
  return {
    days: series.days.slice(from, to),
    price: price.slice(from, to),
    promo: series.promo.slice(from, to),
    marketPrice: new Float64Array(to - from).fill(Number.NaN),
    covariates,
  };
}

/** Forecasts every candidate on every fold. Null when the cell has too few rows for a fold. */
export function crossValidate(series: CellSeries, rows: number, context: FitContext): HeldOut | null {
  const origins = foldOrigins(series, rows);
  if (origins.length === 0) return null;
  const candidates: Candidate[] = [
    ...context.specs.map((spec) => ({ kind: 'spec' as const, spec })),
    ...SIMPLE_FORECASTS.map((name) => ({ kind: 'simple' as const, name })),
  ];
  const total = origins.reduce((count, o) => count + o.endRow - o.trainingRows, 0);
  const heldOut = {
    candidates,
    rows: total,
    actual: new Float64Array(total),
    soldOut: new Uint8Array(total),
    fold: new Int32Array(total),
    daysAhead: new Int32Array(total),
    forecasts: new Float64Array(candidates.length * total),
    scale: new Float64Array(total),
    originDays: origins.map((o) => o.originDay),
  };
  const price = filledPrices(series.price, rows);
  let at = 0;
  origins.forEach(({ originDay, trainingRows, endRow }, fold) => {
    const planned = plannedFromRows(series, trainingRows, endRow, price);
    let sum = 0;
    for (let i = 0; i < trainingRows; i++) sum += series.quantity[i] as number;
    const count = endRow - trainingRows;
    for (let i = 0; i < count; i++) {
      heldOut.actual[at + i] = series.quantity[trainingRows + i] as number;
      heldOut.soldOut[at + i] = series.soldOut[trainingRows + i] as number;
      heldOut.fold[at + i] = fold;
      heldOut.daysAhead[at + i] = (planned.days[i] as number) - originDay;
      heldOut.scale[at + i] = sum / trainingRows;
    }
    if (sum > 0) {
      const prior = context.priorAt(originDay);
      candidates.forEach((candidate, c) => {
        const forecast =
          candidate.kind === 'spec'
            ? predictComponent(fitComponent(series, trainingRows, candidate.spec, prior, context), planned, context.holidays)
            : simpleForecast(candidate.name, series, trainingRows, planned.days);
        heldOut.forecasts.set(forecast, c * total + at);
      });
    }
    at += count;
  });
  return heldOut;
}

export type { Component };
