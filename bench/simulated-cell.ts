/** Daily rows of a simulated shop as a cell, and checkouts to compare on it. */

import { resolve } from 'node:path';
import type { FitContext } from '../src/core/demand/cross-validation.ts';
import { DAILY_SPECS } from '../src/core/regression/hyper-parameters.ts';
import type { CellSeries, PlannedRows } from '../src/core/series/cell-series.ts';

export interface SimulatedRow {
  readonly day: number;
  readonly price: number;
  readonly quantity: number;
  readonly soldOut?: boolean;
}

export function dailyCell(rows: readonly SimulatedRow[]): CellSeries {
  const none = new Float64Array(rows.length).fill(Number.NaN);
  return {
    merchant: 'm',
    product: 'p',
    productType: '',
    unit: 'kg',
    frequency: 'daily',
    days: Int32Array.from(rows, (row) => row.day),
    quantity: Float64Array.from(rows, (row) => row.quantity),
    price: Float64Array.from(rows, (row) => row.price),
    cost: none,
    promo: none,
    soldOut: Uint8Array.from(rows, (row) => (row.soldOut ? 1 : 0)),
    waste: none,
    marketPrice: none,
    covariates: [],
  };
}

/** The same rows as they are planned: what was sold is not looked at. */
export function plannedDays(rows: readonly SimulatedRow[]): PlannedRows {
  const { days, price, promo, marketPrice } = dailyCell(rows);
  return { days, price, promo, marketPrice, covariates: {} };
}

/** A cell by itself, with the published elasticity as its prior. */
export const ALONE: FitContext = {
  holidays: [],
  market: false,
  specs: DAILY_SPECS,
  priorAt: () => ({ price: { mean: -2.62, variance: 1 } }),
};

/** Roots of the checkout of DEMANDA_BEFORE, where one is named, and of this one. */
export const ROOTS: readonly string[] = [
  ...(process.env.DEMANDA_BEFORE ? [resolve(process.env.DEMANDA_BEFORE)] : []),
  resolve(import.meta.dirname, '..'),
];
