/** Demand and profit by price: the curve with its interval, today's price, the best one and the prices tried. */

import type { CellView } from '../contract/documents.ts';
import type { Lang } from '../core/vocabulary.ts';
import { horizonWord } from '../i18n/code-words.ts';
import { asOption, axis, band, base, type Chart, numberFormat, type Palette, roundEnds } from './chart-base.ts';
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
  const priceAxis = word('priceAxis', { currency, unit });
  const valueAxis = word(axisKey, { unit, currency, period });
  const prices = curve.map((c) => c.price);
  const drawn = {
    name: word(line),
    type: 'line',
    showSymbol: false,
    data: curve.map((c) => [c.price, value(c)]),
    lineStyle: { color: colour(palette), width: 2.5 },
    color: colour(palette),
    z: 3,
    markLine: priceMarks(view, palette, lang, word),
    markArea: triedArea(view, palette),
  };
  const option = asOption({
    ...base(title, description, palette),
    xAxis: axis(priceAxis, palette, lang, 2),
    yAxis: { ...axis(valueAxis, palette, lang, 0), ...ends },
    series: [band(word('interval'), prices, curve.map(low), curve.map(high), colour(palette)), ...beside, drawn],
  });
  const rows = curve.map((c) => [c.price, value(c), low(c), high(c)]);
  return { title, description, option, table: { columns: [priceAxis, valueAxis, word('low'), word('high')], rows } };
}

/** A product without sales has no price of today: its curves start from a published one. */
export function priceWord({ observed }: CellView): 'today' | 'reference' {
  return observed.length === 0 ? 'reference' : 'today';
}

function priceMarks(view: CellView, palette: Palette, lang: Lang, word: ChartWords): Record<string, unknown> {
  const price = numberFormat(lang, 2);
  const { recommendation: r } = view;
  const marks: Record<string, unknown>[] = [
    {
      xAxis: r.current.price,
      lineStyle: { color: palette.today, type: 'dashed', width: 2 },
      label: {
        formatter: `${word(priceWord(view))} ${price(r.current.price)}`,
        color: palette.today,
        position: 'insideEndBottom',
        fontSize: 11,
      },
    },
  ];
  if (r.recommended && Math.abs(r.price - r.current.price) > 1e-6) {
    marks.push({
      xAxis: r.price,
      lineStyle: { color: palette.optimum, width: 2 },
      label: {
        formatter: `${word('recommended')} ${price(r.price)}`,
        color: palette.optimum,
        position: 'insideStartBottom',
        fontSize: 11,
      },
    });
  }
  return { symbol: 'none', silent: true, data: marks };
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
