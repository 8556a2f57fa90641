/**
 * Draws of what every day will sell, one by one: what lasts moves all days of a draw together, the noise of single rows
 * each day alone.
 */

import { checkNumber, checkWhole, finite } from '../checks.ts';
import { RandomStream } from '../math/random.ts';
import type { PlannedRows } from '../series/cell-series.ts';
import { checkPlanned } from '../series/checked-series.ts';
import { checkModel } from './checked-model.ts';
import type { DemandModel } from './demand-model.ts';
import { forecastParts } from './mean-forecast.ts';
import { halfDegrees, logNormal, spreadOfDraw } from './total-draws.ts';
import { totalSpreads } from './total-spread.ts';

const LEVEL_STREAM = 0x64617973;
const SOLD_STREAM = 0x736f6c64;

/** What part of which planned row a day is: a week that is told as one row has seven days of a seventh each. */
export interface DayShare {
  /** Place of the row; −1: nothing is sold on the day. */
  readonly row: number;
  /** 0-1. */
  readonly share: number;
}

/** One of each draw and day, row-major. */
export interface DayDraws {
  readonly draws: number;
  readonly days: number;
  /** Expected sales of the day, what lasts included, in the cell's unit. */
  readonly expected: Float64Array;
  /** Relative variance of the gamma that the day's own rate has around it; 0: none. */
  readonly spread: Float64Array;
  /** Whole pieces: Poisson around the rate. */
  readonly whole: boolean;
}

/**
 * @param planned rows at their prices, at least one; @param shares one a day, ascending; @param draws ≥ 1;
 * @param seed a whole number
 * @throws TypeError, RangeError naming the argument that is wrong; NotFiniteError where forecasts leave the finite
 * numbers
 */
export function dayDraws(
  model: DemandModel,
  planned: PlannedRows,
  shares: readonly DayShare[],
  draws: number,
  seed: number,
): DayDraws {
  checkModel(model);
  checkPlanned(planned, 1);
  checkWhole('draws', draws, 1);
  checkWhole('seed', seed);
  shares.forEach(({ row, share }, i) => {
    checkWhole(`shares[${i}].row`, row, -1, planned.days.length - 1);
    checkNumber(`shares[${i}].share`, share, 0, 1);
  });
  const parts = forecastParts(model, planned);
  const { spreads, effects, degrees, whole } = totalSpreads(model, planned, parts);
  const random = new RandomStream(seed, LEVEL_STREAM);
  const free = halfDegrees(degrees);
  const days = shares.length;
  const expected = new Float64Array(draws * days);
  const spread = new Float64Array(draws * days);
  for (let d = 0; d < draws; d++) {
    const drawn = spreadOfDraw(spreads, d);
    // The variance itself is known by its degrees of freedom only: a normal becomes a t.
    const scale = free / random.gamma(free);
    const lasting = logNormal(effects + scale * drawn.level, random) * logNormal(scale * drawn.lasting, random);
    shares.forEach(({ row, share }, i) => {
      if (row < 0 || share === 0) return;
      const mean = parts.mean[row] * lasting;
      // Counts of a mean μ scatter by 1/μ as it is; parts of a row are independent and add up to it.
      const beyond = scale * drawn.rows[row] - (whole ? 1 / mean : 0);
      expected[d * days + i] = mean * share;
      spread[d * days + i] = Math.max(0, beyond) / share;
    });
  }
  return finite('day draws', { draws, days, expected, spread, whole });
}

/** What each draw sells each day: draws × days, row-major, in the cell's unit. @param seed a whole number */
export function soldByDay({ expected, spread, whole }: DayDraws, seed: number): Float64Array {
  const random = new RandomStream(seed, SOLD_STREAM);
  return expected.map((mean, i) => {
    if (mean === 0) return 0;
    const rate = spread[i] > SMALLEST ? mean * spread[i] * random.gamma(1 / spread[i]) : mean;
    return whole ? random.poisson(rate) : rate;
  });
}

/** Relative variance below which gamma noise is none. */
const SMALLEST = 1e-9;
