/** What moves with the coefficients but is held while they are fitted. */

import { type FamilyShape, type ScaledRows, SMALLEST_MEAN } from '../families/family.ts';
import { FAMILY } from '../families/table.ts';
import { PERIOD_DAYS } from '../series/periods.ts';
import { filterLevel, type LevelState } from './level-filter.ts';
import type { Regression } from './plan.ts';

/** Level offsets, and the shape of the family: dispersion, size of pieces. */
export interface Footing extends FamilyShape {
  /** Log level of each own row. */
  readonly offset: Float64Array;
}

/** Variance of scaled demand over its mean that is assumed of a cell without any sale: days differ by a third. */
const ASSUMED_DISPERSION = 0.1;
/** A row's level is never below a fiftieth of the usual one. */
const SMALLEST_LEVEL = 0.02;

/** The rows as far as their scatter tells the shape of the family. */
function scattered({ drawnResponse, weight, meanQuantity }: Regression): ScaledRows {
  return { response: drawnResponse, weight, meanQuantity };
}

/** Before any fit: the level 1 throughout, φ around the plain mean. */
export function firstFooting(regression: Regression): Footing {
  const { rows, spec } = regression;
  const shape = FAMILY[spec.family].firstShape(scattered(regression), spec.variancePower);
  return {
    ...shape,
    offset: new Float64Array(rows),
    dispersion: rows === 0 ? ASSUMED_DISPERSION : shape.dispersion,
  };
}

/** The level given means, as offsets; the same φ and α. @param mean without level, one an own row */
export function filteredFooting(regression: Regression, mean: Float64Array, footing: Footing): Footing {
  const { rows, spec } = regression;
  if (spec.fastDiscount >= 1) return footing;
  const levels = new Float64Array(rows);
  levelAt(regression, mean, spec.fastDiscount, levels);
  return { ...footing, offset: levels.map((level) => Math.log(Math.max(level, SMALLEST_LEVEL))) };
}

/** φ and α given means and offsets. @param mean without level, one an own row */
export function dispersedFooting(regression: Regression, mean: Float64Array, footing: Footing): Footing {
  const means = oneStepMeans(mean, footing.offset);
  return { ...FAMILY[regression.spec.family].shapeAt(scattered(regression), means, footing), offset: footing.offset };
}

/** One-step-ahead means of the own rows, level included, none below {@link SMALLEST_MEAN}. */
export function oneStepMeans(mean: Float64Array, offset: Float64Array): Float64Array {
  const means = new Float64Array(mean.length);
  for (let i = 0; i < mean.length; i++) means[i] = Math.max(mean[i] * Math.exp(offset[i]), SMALLEST_MEAN);
  return means;
}

/** The level after the last own row, at both speeds. @param mean without level, one an own row */
export function lastLevel(regression: Regression, mean: Float64Array): LevelState {
  const { rows, spec } = regression;
  if (spec.fastDiscount >= 1) return { fast: 1, slow: 1 };
  const levels = new Float64Array(rows);
  return {
    fast: levelAt(regression, mean, spec.fastDiscount, levels),
    slow: levelAt(regression, mean, spec.slowDiscount, levels),
  };
}

/** @param levels out: the level before each own row. @returns the level after the last */
function levelAt(regression: Regression, mean: Float64Array, discount: number, levels: Float64Array): number {
  const { series, rows, spec, expectedResponse } = regression;
  const periodDays = PERIOD_DAYS[series.frequency];
  const speed = { discount, relaxation: spec.relaxation, periodDays };
  return filterLevel({ days: series.days, quantity: expectedResponse, mean, rows }, speed, levels);
}
