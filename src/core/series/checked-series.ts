/** Rows and calendars as callers hand them over, checked before any arithmetic. */

import {
  checkColumn,
  checkFlag,
  checkList,
  checkNumber,
  checkObject,
  checkOneOf,
  checkPositive,
  checkText,
  checkWhole,
  LAST_DAY,
} from '../checks.ts';
import { FREQUENCIES } from '../vocabulary.ts';
import type { CellSeries, Holiday, PlannedRows } from './cell-series.ts';

/** A value that no row may have: where it stands and what must hold there. */
export interface InvalidValue {
  readonly column: string;
  readonly row: number;
  readonly value: number;
  readonly rule: string;
}

interface ColumnRule {
  readonly least: number;
  readonly most: number;
  /** NaN means "not given". */
  readonly optional: boolean;
}

const AMOUNT: ColumnRule = { least: 0, most: Number.MAX_VALUE, optional: true };
const SHARE: ColumnRule = { least: 0, most: 1, optional: true };
const ANY: ColumnRule = { least: -Number.MAX_VALUE, most: Number.MAX_VALUE, optional: true };

/** Prices of 0 are taken as not given, like NaN. */
const COLUMNS: Readonly<Record<'quantity' | 'price' | 'cost' | 'promo' | 'waste' | 'marketPrice', ColumnRule>> = {
  quantity: { ...AMOUNT, optional: false },
  price: AMOUNT,
  cost: AMOUNT,
  promo: SHARE,
  waste: SHARE,
  marketPrice: AMOUNT,
};

/**
 * Checks a cell's rows.
 *
 * @returns the first value that no row may have; null when all may
 * @throws TypeError, RangeError naming the part that is missing, of another type or of another length than
 * `series.days`
 */
export function invalidValue(series: CellSeries): InvalidValue | null {
  checkObject('series', series);
  for (const name of ['merchant', 'product', 'productType', 'unit'] as const) checkText(`series.${name}`, series[name]);
  checkOneOf('series.frequency', series.frequency, FREQUENCIES);
  checkColumn('series.days', series.days, 'Int32Array');
  const rows = series.days.length;
  checkColumn('series.soldOut', series.soldOut, 'Uint8Array', rows, 'series.days');
  for (const name of Object.keys(COLUMNS) as (keyof typeof COLUMNS)[])
    checkColumn(`series.${name}`, series[name], 'Float64Array', rows, 'series.days');
  checkList('series.covariates', series.covariates);
  series.covariates.forEach((covariate, c) => {
    checkObject(`series.covariates[${c}]`, covariate);
    checkText(`series.covariates[${c}].name`, covariate.name);
    checkFlag(`series.covariates[${c}].knownAhead`, covariate.knownAhead);
    checkColumn(`series.covariates[${c}].values`, covariate.values, 'Float64Array', rows, 'series.days');
  });
  if (series.test !== undefined) {
    checkObject('series.test', series.test);
    for (const name of ['price', 'base'] as const)
      checkColumn(`series.test.${name}`, series.test[name], 'Float64Array', rows, 'series.days');
  }
  for (let i = 0; i < rows; i++) {
    const day = series.days[i];
    if (Math.abs(day) > LAST_DAY)
      return { column: 'days', row: i, value: day, rule: `between ${-LAST_DAY} and ${LAST_DAY}` };
    if (i > 0 && day <= series.days[i - 1])
      return { column: 'days', row: i, value: day, rule: 'after the day of the row before' };
  }
  for (const name of Object.keys(COLUMNS) as (keyof typeof COLUMNS)[]) {
    const found = outside(name, series[name], COLUMNS[name]);
    if (found) return found;
  }
  for (const name of ['price', 'base'] as const) {
    const found = series.test && outside(`test.${name}`, series.test[name], AMOUNT);
    if (found) return found;
  }
  for (const { name, values } of series.covariates) {
    const found = outside(`covariates.${name}`, values, ANY);
    if (found) return found;
  }
  return null;
}

function outside(column: string, values: Float64Array, { least, most, optional }: ColumnRule): InvalidValue | null {
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if ((value >= least && value <= most) || (optional && Number.isNaN(value))) continue;
    const given = least === -Number.MAX_VALUE ? 'finite' : most === 1 ? 'between 0 and 1' : 'finite and at least 0';
    return { column, row: i, value, rule: optional ? `${given}, or NaN where it is not given` : given };
  }
  return null;
}

/**
 * Checks planned rows: days of any order, prices above 0, promotions 0-1 (NaN counts as none), market prices ≥ 0 or
 * NaN, covariates finite or NaN.
 *
 * @throws TypeError, RangeError naming the part that is wrong
 */
export function checkPlanned(planned: PlannedRows, least = 0): void {
  checkObject('planned', planned);
  checkColumn('planned.days', planned.days, 'Int32Array');
  const rows = planned.days.length;
  if (rows < least) throw new RangeError(`planned.days must have at least ${least} entries, got ${rows}`);
  for (const name of ['price', 'promo', 'marketPrice'] as const)
    checkColumn(`planned.${name}`, planned[name], 'Float64Array', rows, 'planned.days');
  checkObject('planned.covariates', planned.covariates);
  for (let i = 0; i < rows; i++) {
    checkNumber(`planned.days[${i}]`, planned.days[i], -LAST_DAY, LAST_DAY);
    checkPositive(`planned.price[${i}]`, planned.price[i]);
    if (!Number.isNaN(planned.promo[i])) checkNumber(`planned.promo[${i}]`, planned.promo[i], 0, 1);
    if (!Number.isNaN(planned.marketPrice[i])) checkNumber(`planned.marketPrice[${i}]`, planned.marketPrice[i], 0);
  }
  for (const [name, values] of Object.entries(planned.covariates)) {
    checkColumn(`planned.covariates.${name}`, values, 'Float64Array', rows, 'planned.days');
    values.forEach((value, i) => {
      if (!Number.isNaN(value)) checkNumber(`planned.covariates.${name}[${i}]`, value);
    });
  }
}

/** Checks holidays: finite days in ascending order, lengths of at least a day. @throws TypeError, RangeError */
export function checkHolidays(name: string, holidays: readonly Holiday[]): void {
  checkList(name, holidays);
  holidays.forEach((holiday, i) => {
    checkObject(`${name}[${i}]`, holiday);
    checkWhole(`${name}[${i}].day`, holiday.day, i === 0 ? -LAST_DAY : (holidays[i - 1] as Holiday).day, LAST_DAY);
    checkNumber(`${name}[${i}].lengthDays`, holiday.lengthDays, 1, LAST_DAY);
    if (holiday.kind !== undefined) checkOneOf(`${name}[${i}].kind`, holiday.kind, ['observance']);
  });
}
