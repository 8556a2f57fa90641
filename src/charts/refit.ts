/** A part of a picture: its axes fitted to what is seen of it. */

import type { Lang } from '../core/vocabulary.ts';
import { type AxisScale, cutScale, scaleOf } from './axis-scale.ts';
import type { Chart } from './chart-base.ts';
import { MARKS } from './convergence-charts.ts';
import { RAW } from './line-series.ts';

/** Ends of the part of an x axis that is seen. */
export type ChartWindow = readonly [from: number, to: number];

interface Series {
  readonly id?: string;
  readonly type: string;
  readonly name?: string;
  readonly data: readonly (readonly [number, number | null])[];
}
interface Axis {
  readonly min?: number;
  readonly max?: number;
  readonly axisLabel?: object;
}

/** Share of the span that stays free above and below. */
const ROOM = 0.04;
/** Least share of a value that the vertical axis spans. */
const LEAST_SPAN = 0.004;

/**
 * What changes of a picture's options where a part of its x axis is seen, or not all of its lines: ends and ticks of
 * both axes, and the place of the marks that stand on one. Where nothing is seen, the vertical axis stays.
 *
 * @param window null: all of it @param hidden names of series that are not drawn
 */
export function refitted(
  chart: Chart,
  window: ChartWindow | null,
  hidden: ReadonlySet<string>,
  lang: Lang,
): Readonly<Record<string, unknown>> {
  const { xAxis, yAxis, series } = chart.option as unknown as { series: readonly Series[]; xAxis: Axis; yAxis: Axis };
  if (!chart.scales) return {};
  // What is changed back needs each field that was changed: ticks by name among them.
  const whole = { xAxis: { ...NO_TICKS, ...xAxis }, yAxis: { ...NO_TICKS, ...yAxis } };
  if (window === null && hidden.size === 0) return { ...whole, series: movedMarks(series, yAxis.min) };
  const x = window ? ticksWithin(chart.scales.x, window, lang, xAxis) : whole.xAxis;
  const [low, high] = extent(series, window, hidden);
  if (low > high) return { xAxis: x };
  // Lines do not lie on the edge, and what hardly moves is not drawn as if it did.
  const room = Math.max((high - low) * ROOM, (Math.abs(high) * LEAST_SPAN - (high - low)) / 2);
  const bottom = chart.scales.y.log ? Math.max(low - room, low / 2) : low - room;
  const y = { ...NO_TICKS, ...scaleOf(chart.scales.y, bottom, high + room, lang, yAxis.axisLabel) };
  return { xAxis: x, yAxis: y, series: movedMarks(series, (y as Axis).min) };
}

const NO_TICKS = { interval: null, axisTick: { customValues: null }, splitLine: { customValues: null } };

/** Lowest and highest value of the lines that are seen; low above high where there is none. */
function extent(series: readonly Series[], window: ChartWindow | null, hidden: ReadonlySet<string>): ChartWindow {
  const [from, to] = window ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { type, name = '', id = '', data } of series) {
    if (type !== 'line' || hidden.has(name) || hidden.has(id.slice(RAW.length))) continue;
    for (const [x, y] of data) {
      if (x < from || x > to || y === null) continue;
      low = Math.min(low, y);
      high = Math.max(high, y);
    }
  }
  return [low, high];
}

/** Of the whole axis, as the window is cut out of it: only its ticks are the window's own. */
function ticksWithin(
  scale: AxisScale,
  [from, to]: ChartWindow,
  lang: Lang,
  { min, max, axisLabel }: Axis,
): Record<string, unknown> {
  return { ...cutScale(scale, from, to, lang, axisLabel), min, max, interval: null };
}

function movedMarks(series: readonly Series[], bottom: number | undefined): readonly object[] {
  return series.flatMap(({ id, data }) =>
    id?.startsWith(MARKS) && bottom !== undefined ? [{ id, data: data.map(([x]) => [x, bottom]) }] : [],
  );
}
