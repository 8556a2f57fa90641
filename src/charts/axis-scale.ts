/** Ends, ticks and labels of a value axis: round steps, as many decimals as a step has, on linear or logarithmic scale. */

import type { Lang } from '../core/vocabulary.ts';

/** How an axis is scaled, for whoever draws a part of it. */
export interface AxisScale {
  readonly log: boolean;
  /** Values are shares, shown as percentages. */
  readonly share: boolean;
}

export interface RoundEnds {
  readonly min: number;
  readonly max: number;
  readonly interval: number;
}

/**
 * Round ends of an axis around its values, with the distance of its labels: 1, 2 or 5 times a power of ten, six labels
 * at most.
 */
export function roundEnds(low: number, high: number): RoundEnds {
  const span = Math.max(high - low, 1e-9);
  const power = 10 ** Math.floor(Math.log10(span));
  const interval = [0.2, 0.5, 1].map((share) => share * power).find((step) => span / step <= 6) ?? 2 * power;
  // An end that is round stays: a quotient a hair below a whole number is that number.
  const hair = 1e-9;
  return {
    min: Math.floor(low / interval + hair) * interval,
    max: Math.ceil(high / interval - hair) * interval,
    interval,
  };
}

/** Multiples of a power of ten that are labelled, by the decades that an axis spans: the first that is wide enough. */
const MULTIPLES: readonly (readonly [decades: number, multiples: readonly number[]])[] = [
  [2.5, [1]],
  [1.2, [1, 2, 5]],
  [0.5, [1, 1.5, 2, 3, 5, 7]],
];

/** Round values on a logarithmic axis. @param low above 0 @param high above `low` */
export function logTicks(low: number, high: number): number[] {
  const decades = Math.log10(high / low);
  const multiples = MULTIPLES.find(([least]) => decades >= least)?.[1];
  if (!multiples) return linearTicks(low, high);
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  // Of a hundred decades not each has a label.
  const every = multiples.length > 1 ? 1 : Math.max(1, Math.ceil((last - first) / 8));
  const ticks: number[] = [];
  for (let power = first; power <= last; power += every)
    for (const multiple of multiples) ticks.push(multiple * 10 ** power);
  return within(ticks, low, high);
}

/** Round values on a linear axis, from `low` to `high`. */
function linearTicks(low: number, high: number): number[] {
  const { min, max, interval } = roundEnds(low, high);
  const steps = Math.round((max - min) / interval);
  // Of whole steps, so that no rounding adds up.
  return within(
    Array.from({ length: steps + 1 }, (_, i) => (Math.round(min / interval) + i) * interval),
    low,
    high,
  );
}

function within(ticks: readonly number[], low: number, high: number): number[] {
  const slack = 1e-9 * Math.abs(high);
  return ticks.filter((tick) => tick >= low - slack && tick <= high + slack);
}

/** Decimals that a step needs, at most 8. */
export function decimalsOf(step: number): number {
  for (let digits = 0; digits < 8; digits++) {
    const scaled = Math.abs(step) * 10 ** digits;
    if (Math.abs(scaled - Math.round(scaled)) < 1e-6 * Math.max(1, scaled)) return digits;
  }
  return 8;
}

/** From here on a number is written short beside an axis: 250.000 M. */
const LONG = 1e6;

/** Amounts of so many digits that an axis or a mark has no room for them. @param least below it they are written out */
export function shortFormat(
  lang: Lang,
  digits: number,
  least: number,
  plain: (value: number) => string,
): (value: number) => string {
  const short = new Intl.NumberFormat(lang, { notation: 'compact', maximumFractionDigits: digits });
  return (value) => (Math.abs(value) < least ? plain(value) : short.format(value));
}

/** Labels of an axis whose ticks lie `step` apart. */
function stepFormat(lang: Lang, step: number, share = false): (value: number) => string {
  const digits = decimalsOf(share ? step * 100 : step);
  const format = new Intl.NumberFormat(lang, {
    ...(share && { style: 'percent' }),
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  // Ticks so far apart differ within four digits after the point of their millions.
  const write = shortFormat(lang, 4, step >= LONG ? LONG : Number.POSITIVE_INFINITY, (value) => format.format(value));
  // A step below 0 ends at 0, which has no sign.
  return (value) => write(Math.abs(value) < Math.abs(step) * 1e-6 ? 0 : value);
}

/** A value between ticks, as it is told under the pointer: with two more decimals than their step, where it has them. */
function exactFormat(lang: Lang, step: number, share: boolean): (value: number) => string {
  const digits = Math.min(10, decimalsOf(share ? step * 100 : step) + 2);
  const format = new Intl.NumberFormat(lang, { ...(share && { style: 'percent' }), maximumFractionDigits: digits });
  return (value) => format.format(value);
}

/** Labels of ticks that are no even steps apart, each with the decimals that it has. */
function tickFormat(lang: Lang, share: boolean): (value: number) => string {
  return (value) =>
    new Intl.NumberFormat(lang, {
      ...(share && { style: 'percent' }),
      maximumFractionDigits: decimalsOf(share ? value * 100 : value),
    }).format(value);
}

/**
 * Scale, ends and ticks of an axis, as the chart library takes them: round ends around the values on a linear scale.
 *
 * @param low of the values that are drawn @param high of them
 * @param axisLabel of the axis, to which the labels are added, and `exact`, which writes a value between them
 */
export function scaleOf(
  scale: AxisScale,
  low: number,
  high: number,
  lang: Lang,
  axisLabel: object = {},
): Record<string, unknown> {
  if (scale.log && low > 0) return cutScale(scale, low, high, lang, axisLabel);
  const ends = roundEnds(low, high);
  return {
    type: 'value',
    ...ends,
    axisLabel: {
      ...axisLabel,
      formatter: stepFormat(lang, ends.interval, scale.share),
      exact: exactFormat(lang, ends.interval, scale.share),
    },
  };
}

/**
 * As {@link scaleOf}, but the axis ends where the values do, round or not; its ticks are round all the same.
 *
 * With ends of its own and a step the library would set its ticks off from the lower end, each a little beside the round
 * number that its label says: they are named one by one.
 */
export function cutScale(
  { log, share }: AxisScale,
  low: number,
  high: number,
  lang: Lang,
  axisLabel: object = {},
): Record<string, unknown> {
  const isLog = log && low > 0;
  const [min, max] = low < high ? [low, high] : [low - Math.abs(low) * 0.05, high + Math.abs(high) * 0.05];
  const customValues = isLog ? logTicks(min, max) : linearTicks(min, max);
  const step = isLog ? 10 ** Math.floor(Math.log10(min)) : roundEnds(min, max).interval;
  const formatter = isLog ? tickFormat(lang, share) : stepFormat(lang, step, share);
  return {
    type: isLog ? 'log' : 'value',
    min,
    max,
    axisTick: { customValues },
    splitLine: { customValues },
    axisLabel: { ...axisLabel, customValues, formatter, exact: exactFormat(lang, step, share) },
  };
}
