/** The hyper-parameters of one component of a demand model, and the library of specs that search starts from. */

import type { BoxCoxLambda } from '../series/price-transform.ts';

/** Groups of columns that share a ridge strength. */
export type ColumnGroup = 'level' | 'price' | 'market' | 'trend' | 'weekday' | 'season' | 'holiday' | 'promo' | 'covariate' | 'control';

export interface Spec {
  /** Shape of the price term. Forecasts barely tell shapes apart, so the library has 0 and the shape is averaged over afterwards (price-shape.ts). */
  readonly boxCoxLambda: BoxCoxLambda;
  /** Annual Fourier pairs, 0-6. */
  readonly fourierOrder: number;
  /** Piecewise-linear trend with changes every half year; without it only the level drifts. */
  readonly trend: boolean;
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
  readonly family: 'power' | 'nb2';
  /** Exponent k of the variance φ·μ^k, 1-2; not used by `nb2`. */
  readonly variancePower: number;
  /** Multiplies the prior precision of every group but price (1 = as the market model says). */
  readonly ridgeScale: number;
  /** Own rows are capped at this multiple of the cell's training mean. */
  readonly capMultiple: number;
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

/** Specs for daily cells: the axes that matter are the speed of the level, the season, the spread and the shape of the price term. */
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
  { ...base, fourierOrder: 1, trend: false, fastDiscount: 0.99, slowDiscount: 0.995, relaxation: 0.02, variancePower: 1.5 },
  { ...base, fourierOrder: 0, trend: false, fastDiscount: 1, slowDiscount: 1, variancePower: 2 },
];

/** The library of daily cells sold by the piece: counts get the negative binomial beside the power variances. */
export const DAILY_COUNT_SPECS: readonly Spec[] = [
  ...DAILY_SPECS,
  { ...base, family: 'nb2', fourierOrder: 1, trend: false, fastDiscount: 0.95, slowDiscount: 0.99 },
  { ...base, family: 'nb2', fourierOrder: 2, trend: false, fastDiscount: 0.99, slowDiscount: 0.995, relaxation: 0.02 },
];

/** Specs for weekly and monthly cells: rows are few and far between, so levels are slower and seasons shorter. */
export const COARSE_SPECS: readonly Spec[] = [
  { ...base, fourierOrder: 1, trend: false, fastDiscount: 0.9, slowDiscount: 0.97, relaxation: 0.05 },
  { ...base, fourierOrder: 0, trend: false, fastDiscount: 0.9, slowDiscount: 0.97, relaxation: 0.05 },
  { ...base, fourierOrder: 2, trend: false, fastDiscount: 0.95, slowDiscount: 0.99, variancePower: 1.5, relaxation: 0.05 },
  { ...base, fourierOrder: 0, trend: false, fastDiscount: 0.97, slowDiscount: 0.99, variancePower: 1.5, relaxation: 0.05 },
  { ...base, fourierOrder: 1, trend: false, fastDiscount: 0.75, slowDiscount: 0.95, variancePower: 2, relaxation: 0.05 },
];

/** The same with a negative binomial for pieces. */
export const COARSE_COUNT_SPECS: readonly Spec[] = [
  ...COARSE_SPECS,
  { ...base, family: 'nb2', fourierOrder: 1, trend: false, fastDiscount: 0.95, slowDiscount: 0.99, relaxation: 0.05 },
];
