/**
 * The hyper-parameters of one component of a demand model: what they mean, the values that each may take, those that a
 * search tries, and the libraries that it starts from.
 */

import { checkFlag, checkNumber, checkObject, checkOneOf, checkWhole } from '../checks.ts';
import type { DesignShape } from '../series/design.ts';
import { BOX_COX_LAMBDAS } from '../series/price-transform.ts';
import { FAMILIES, type FamilyName } from '../vocabulary.ts';

export interface Spec extends DesignShape {
  /** Discounts of the level filter per period, in (0, 1]; 1 keeps the level constant. */
  readonly fastDiscount: number;
  readonly slowDiscount: number;
  /** Pull of the level towards 1 at every row, in equivalent mean rows; ≥ 0. */
  readonly relaxation: number;
  /** ρ of the forecast level slow · (fast/slow)^(ρ^h); in [0, 1]. */
  readonly reversion: number;
  /** Weight of a row halves every so many periods. */
  readonly halfLifePeriods: number;
  /** `power`: variance φ·μ^k; `nb2`: the negative binomial's μ + μ²/size, for goods sold by the piece. */
  readonly family: FamilyName;
  /** Exponent k of the variance φ·μ^k, 1-2; not used by `nb2`. */
  readonly variancePower: number;
  /** Multiplies the prior precision of every group but price (1 = as the market model says). */
  readonly ridgeScale: number;
  /** Own rows are capped at this multiple of the cell's training mean. */
  readonly capMultiple: number;
}

/** Values that a hyper-parameter may take: one of a few, yes or no, or a number in [low, high]. */
export type Axis =
  | { readonly kind: 'choice'; readonly values: readonly (string | number)[] }
  | { readonly kind: 'flag' }
  | { readonly kind: 'number' | 'whole'; readonly low: number; readonly high: number };

/**
 * Every hyper-parameter with its values. `ladder`: what a search tries, ascending; it moves to the next lower or higher
 * value than the present one. A flag is tried both ways, an axis without a ladder is left as the library has it.
 */
export const AXES: { readonly [K in keyof Spec]: Axis & { readonly ladder?: readonly number[] } } = {
  boxCoxLambda: { kind: 'choice', values: BOX_COX_LAMBDAS, ladder: [0, 0.5, 1] },
  fourierOrder: { kind: 'whole', low: 0, high: 6, ladder: [0, 1, 2, 3, 4, 5, 6] },
  trend: { kind: 'flag' },
  fastDiscount: {
    kind: 'number',
    low: Number.MIN_VALUE,
    high: 1,
    ladder: [0.4, 0.55, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98, 0.99, 1],
  },
  slowDiscount: { kind: 'number', low: Number.MIN_VALUE, high: 1, ladder: [0.9, 0.95, 0.97, 0.98, 0.99, 0.995, 1] },
  relaxation: { kind: 'number', low: 0, high: Number.MAX_VALUE, ladder: [0.02, 0.05, 0.1, 0.2, 0.4] },
  reversion: { kind: 'number', low: 0, high: 1, ladder: [0.8, 0.9, 0.95, 0.98] },
  halfLifePeriods: {
    kind: 'number',
    low: Number.MIN_VALUE,
    high: Number.MAX_VALUE,
    ladder: [60, 120, 250, 500, 1000, 4000],
  },
  family: { kind: 'choice', values: FAMILIES },
  variancePower: { kind: 'number', low: 1, high: 2, ladder: [1, 1.5, 2] },
  ridgeScale: { kind: 'number', low: 0, high: Number.MAX_VALUE, ladder: [0.25, 0.5, 1, 2, 4] },
  capMultiple: { kind: 'number', low: Number.MIN_VALUE, high: Number.MAX_VALUE },
};
export const SPEC_FIELDS = Object.keys(AXES) as readonly (keyof Spec)[];

/** @throws TypeError, RangeError naming the field that is wrong */
export function checkSpec(name: string, spec: Spec): void {
  checkObject(name, spec);
  for (const field of SPEC_FIELDS) {
    const axis = AXES[field];
    const at = `${name}.${field}`;
    if (axis.kind === 'choice') checkOneOf(at, spec[field], axis.values);
    else if (axis.kind === 'flag') checkFlag(at, spec[field]);
    else if (axis.kind === 'whole') checkWhole(at, spec[field], axis.low, axis.high);
    else checkNumber(at, spec[field], axis.low, axis.high);
  }
}

const base: Spec = {
  boxCoxLambda: 0,
  fourierOrder: 3,
  trend: true,
  fastDiscount: 0.7,
  slowDiscount: 0.95,
  relaxation: 0.1,
  reversion: 0.95,
  halfLifePeriods: 1000,
  family: 'power',
  variancePower: 1,
  ridgeScale: 1,
  capMultiple: 4,
};

/**
 * Specs for daily cells: the axes that matter are the speed of the level, the season, the spread and the shape of the
 * price term.
 */
export const DAILY_SPECS: readonly Spec[] = [
  base,
  { ...base, fourierOrder: 1, trend: false },
  { ...base, fourierOrder: 5, variancePower: 1.5 },
  { ...base, fastDiscount: 0.85, slowDiscount: 0.97 },
  { ...base, fastDiscount: 0.55 },
  { ...base, variancePower: 2, trend: false },
  { ...base, halfLifePeriods: 250, fourierOrder: 2 },
  { ...base, fourierOrder: 0, trend: false, fastDiscount: 0.8, slowDiscount: 0.97, variancePower: 1.5 },
  { ...base, fourierOrder: 1, trend: false, fastDiscount: 0.95, slowDiscount: 0.99 },
  { ...base, fourierOrder: 2, trend: false, fastDiscount: 0.9, slowDiscount: 0.98, variancePower: 1.5 },
  {
    ...base,
    fourierOrder: 1,
    trend: false,
    fastDiscount: 0.99,
    slowDiscount: 0.995,
    relaxation: 0.02,
    variancePower: 1.5,
  },
  { ...base, fourierOrder: 0, trend: false, fastDiscount: 1, slowDiscount: 1, variancePower: 2 },
];

/** The library of daily cells sold by the piece: counts get the negative binomial beside the power variances. */
export const DAILY_COUNT_SPECS: readonly Spec[] = [
  ...DAILY_SPECS,
  { ...base, family: 'nb2', fourierOrder: 1, trend: false, fastDiscount: 0.95, slowDiscount: 0.99 },
  { ...base, family: 'nb2', fourierOrder: 2, trend: false, fastDiscount: 0.99, slowDiscount: 0.995, relaxation: 0.02 },
];

/**
 * Specs for weekly and monthly cells: rows are few and far between, so most levels are slow and seasons short. Some sell
 * at another level within two or three rows, or have a season of several peaks: the last four are for them.
 */
export const COARSE_SPECS: readonly Spec[] = [
  { ...base, fourierOrder: 1, trend: false, fastDiscount: 0.9, slowDiscount: 0.97, relaxation: 0.05 },
  { ...base, fourierOrder: 0, trend: false, fastDiscount: 0.9, slowDiscount: 0.97, relaxation: 0.05 },
  {
    ...base,
    fourierOrder: 2,
    trend: false,
    fastDiscount: 0.95,
    slowDiscount: 0.99,
    variancePower: 1.5,
    relaxation: 0.05,
  },
  {
    ...base,
    fourierOrder: 0,
    trend: false,
    fastDiscount: 0.97,
    slowDiscount: 0.99,
    variancePower: 1.5,
    relaxation: 0.05,
  },
  {
    ...base,
    fourierOrder: 1,
    trend: false,
    fastDiscount: 0.75,
    slowDiscount: 0.95,
    variancePower: 2,
    relaxation: 0.05,
  },
  {
    ...base,
    fourierOrder: 0,
    trend: false,
    fastDiscount: 0.5,
    slowDiscount: 0.85,
    variancePower: 1.5,
    relaxation: 0.05,
  },
  { ...base, fourierOrder: 1, trend: false, fastDiscount: 0.6, slowDiscount: 0.9, relaxation: 0.05 },
  {
    ...base,
    fourierOrder: 4,
    trend: false,
    fastDiscount: 0.9,
    slowDiscount: 0.97,
    variancePower: 1.5,
    relaxation: 0.05,
  },
  {
    ...base,
    fourierOrder: 4,
    trend: false,
    fastDiscount: 0.75,
    slowDiscount: 0.95,
    variancePower: 2,
    relaxation: 0.05,
  },
];

/** The same with a negative binomial for pieces. */
export const COARSE_COUNT_SPECS: readonly Spec[] = [
  ...COARSE_SPECS,
  { ...base, family: 'nb2', fourierOrder: 1, trend: false, fastDiscount: 0.95, slowDiscount: 0.99, relaxation: 0.05 },
];
