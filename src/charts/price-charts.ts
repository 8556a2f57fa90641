/** Demand and profit by price: the curve with its interval, today's price, the best one and the prices tried. */

import type { CellView } from '../contract/documents.ts';
import type { Lang } from '../core/vocabulary.ts';
import { horizonWord, unitWord } from '../i18n/code-words.ts';
import { cutScale, decimalsOf, roundEnds } from './axis-scale.ts';
import {
  asOption,
  axis,
  band,
  base,
  type Chart,
  fixedFormat,
  onGround,
  type Palette,
  scaledAxis,
} from './chart-base.ts';
import { type ChartWords, chartWords } from './words.ts';

/** One figure of a curve by price. */
interface PriceCurve {
  readonly title: 'demandTitle' | 'profitTitle';
  readonly description: 'demandText' | 'profitText';
  readonly axis: 'demandAxis' | 'profitAxis';
  readonly line: 'demand' | 'profit';
  readonly value: (point: CurvePoint) => number;
  readonly low: (point: CurvePoint) => number;
  readonly high: (point: CurvePoint) => number;
  readonly colour: (palette: Palette) => string;
}
type CurvePoint = CellView['show']['curve'][number];

const DEMAND: PriceCurve = {
  title: 'demandTitle',
  description: 'demandText',
  axis: 'demandAxis',
  line: 'demand',
  value: (point) => point.demand,
  low: (point) => point.low,
  high: (point) => point.high,
  colour: (palette) => palette.demand,
};
const PROFIT: PriceCurve = {
  title: 'profitTitle',
  description: 'profitText',
  axis: 'profitAxis',
  line: 'profit',
  value: (point) => point.profit,
  low: (point) => point.profitLow,
  high: (point) => point.profitHigh,
  colour: (palette) => palette.profit,
};

/**
 * Units of one trading day beside a curve over the horizon: what was sold on observed days, times the days of the
 * horizon.
 */
export function demandChart(view: CellView, lang: Lang, palette: Palette): Chart {
  const { curve } = view.show;
  const tradingDays = view.forecast.length;
  const top = Math.max(...curve.map((c) => c.high)) * 1.6;
  const observed = view.observed
    .slice(-200)
    .map((o) => [o.price, o.quantity * tradingDays])
    .filter((o) => o[1] <= top);
  const observedDays = {
    name: chartWords(lang)('observed'),
    type: 'scatter',
    data: observed,
    symbolSize: 4,
    itemStyle: { color: palette.faint, opacity: 0.35 },
    color: palette.faint,
    z: 2,
  };
  const ends = roundEnds(0, Math.max(...curve.map((c) => c.high), ...observed.map((o) => o[1])));
  return priceCurveChart(DEMAND, view, lang, palette, { ends, beside: observed.length === 0 ? [] : [observedDays] });
}

export function profitChart(view: CellView, lang: Lang, palette: Palette): Chart {
  const { curve } = view.show;
  // The library sees lines and points, not the band.
  const ends = roundEnds(Math.min(...curve.map((c) => c.profitLow)), Math.max(...curve.map((c) => c.profitHigh)));
  return priceCurveChart(PROFIT, view, lang, palette, { ends, beside: [] });
}

interface Surroundings {
  /** Of the vertical axis. */
  readonly ends: ReturnType<typeof roundEnds>;
  /** Series between band and line. */
  readonly beside: readonly Record<string, unknown>[];
}

function priceCurveChart(
  { title: titleKey, description: descriptionKey, axis: axisKey, line, value, low, high, colour }: PriceCurve,
  view: CellView,
  lang: Lang,
  palette: Palette,
  { ends, beside }: Surroundings,
): Chart {
  const word = chartWords(lang);
  const { curve, currency, model } = view.show;
  const { unit, product: name } = model;
  const period = horizonWord([view.recommendation], lang);
  const title = word(titleKey, { name });
  const description = word(descriptionKey, { name, period });
  const priceAxis = word('priceAxis', { currency, unit: unitWord(unit, 1, lang) });
  const valueAxis = word(axisKey, { unit: unitWord(unit, 2, lang), currency, period });
  const prices = curve.map((c) => c.price);
  const drawn = {
    name: word(line),
    type: 'line',
    symbol: 'none',
    data: curve.map((c) => [c.price, value(c)]),
    lineStyle: { color: colour(palette), width: 2.5 },
    color: colour(palette),
    z: 3,
    markLine: priceMarks(view, palette, lang, word),
    markArea: triedArea(view, palette),
  };
  const series = [band(word('interval'), prices, curve.map(low), curve.map(high), colour(palette)), ...beside, drawn];
  const [lowest, highest] = [Math.min(...prices), Math.max(...prices)];
  const option = asOption({
    ...base(title, description, palette, series),
    xAxis: priceScale(priceAxis, [lowest, highest], lang, palette),
    yAxis: scaledAxis(valueAxis, palette, lang, [ends.min, ends.max]),
    series,
  });
  const rows = curve.map((c) => [c.price, value(c), low(c), high(c)]);
  return { title, description, option, table: { columns: [priceAxis, valueAxis, word('low'), word('high')], rows } };
}

/** Ends where the curve does. */
function priceScale(
  name: string,
  [min, max]: readonly [number, number],
  lang: Lang,
  palette: Palette,
): Record<string, unknown> {
  const plain = axis(name, palette, lang, 2);
  const { splitLine, ...cut } = cutScale({ log: false, share: false }, min, max, lang, plain.axisLabel as object);
  return { ...plain, ...cut, splitLine: { ...(plain.splitLine as object), ...(splitLine as object) } };
}

/** A product without sales has no price of today: its curves start from a published one. */
export function priceWord({ observed }: CellView): 'today' | 'reference' {
  return observed.length === 0 ? 'reference' : 'today';
}

/** Marks nearer than this share of the axis have one label for both. */
const NEAR_MARKS = 0.16;
/** A mark at such a price has its name alone: for the digits there is no room, and the axis tells where it stands. */
const LONG_PRICE = 1e7;

function priceMarks(view: CellView, palette: Palette, lang: Lang, word: ChartWords): Record<string, unknown> {
  const { recommendation: r, show } = view;
  const today = r.current.price;
  const digits = Math.max(2, ...[today, r.price].map((value) => Math.min(3, decimalsOf(value))));
  const format = fixedFormat(lang, digits);
  const priced = (name: string, value: number): string =>
    Math.max(today, r.price) < LONG_PRICE ? `${name} ${format(value)}` : name;
  const isMoved = r.recommended && Math.abs(r.price - today) > 1e-6;
  const prices = show.curve.map((point) => point.price);
  const now = priced(word(priceWord(view)), today);
  const best = priced(word('recommended'), r.price);
  const isNear = Math.abs(r.price - today) < NEAR_MARKS * (Math.max(...prices) - Math.min(...prices));
  const marks = [
    priceMark(today, isMoved && isNear ? '' : now, { colour: palette.today, dashed: true, palette }),
    ...(isMoved ? [priceMark(r.price, isNear ? `${now} → ${best}` : best, { colour: palette.optimum, palette })] : []),
  ];
  return { symbol: 'none', silent: true, precision: 8, data: marks };
}

/** A line at a price. @param label above it, on a ground of its own; none where it is empty */
function priceMark(
  at: number,
  label: string,
  {
    colour,
    dashed = false,
    palette,
  }: { readonly colour: string; readonly dashed?: boolean; readonly palette: Palette },
): Record<string, unknown> {
  return {
    xAxis: at,
    lineStyle: { color: colour, type: dashed ? 'dashed' : 'solid', width: 2 },
    label: {
      show: label !== '',
      formatter: label,
      color: colour,
      position: 'end',
      distance: 2,
      fontSize: 11,
      ...onGround(palette),
    },
  };
}

/** Lowest and highest price that the merchant asked; null where it never sold or never moved its price. */
export function triedPrices({ show, observed }: CellView): readonly [number, number] | null {
  const { triedRange } = show;
  return triedRange && observed.length > 0 && triedRange[0] < triedRange[1] ? triedRange : null;
}

function triedArea(view: CellView, palette: Palette): Record<string, unknown> {
  const range = triedPrices(view);
  return range
    ? {
        silent: true,
        itemStyle: { color: palette.faint, opacity: 0.07 },
        data: [[{ xAxis: range[0] }, { xAxis: range[1] }]],
      }
    : { data: [] };
}
