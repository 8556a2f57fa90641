/** Documents → echarts options: one pure definition of every picture, for browser, SVG, PNG and report. */

import type { EChartsOption } from 'echarts';
import type { CellView } from '../contract/documents.ts';
import type { Lang } from '../contract/words.ts';
import { axis, base, type Chart, numberFormat, type Palette, roundEnds } from './chart-base.ts';
import { type Convergence, convergenceCharts } from './convergence-charts.ts';
import { type ChartWord, chartWords } from './words.ts';

/** A component that moves demand by less than this everywhere is not drawn. */
const FLAT = 0.005;

type Words = (key: ChartWord, values?: Readonly<Record<string, string | number>>) => string;

/** All pictures of a cell, in reading order. */
export function cellCharts(view: CellView, lang: Lang, palette: Palette): Chart[] {
  return [...priceCharts(view, lang, palette), ...patternCharts(view, lang, palette), ...convergenceCharts(convergenceOf(view), lang, palette)];
}

/** Demand and profit by price. */
export function priceCharts(view: CellView, lang: Lang, palette: Palette): [Chart, Chart] {
  const w = chartWords(lang);
  return [demandChart(view, lang, palette), profitChart(view, lang, palette, w)];
}

/** Weekdays and seasons, as far as the model has them, and the coming days. */
export function patternCharts(view: CellView, lang: Lang, palette: Palette): Chart[] {
  const w = chartWords(lang);
  return [...componentCharts(view, lang, palette, w), forecastChart(view, lang, palette, w)];
}

/** The convergence of a cell's model. */
export function convergenceOf({ show }: CellView): Convergence {
  return { product: show.model.product, points: show.convergence, errorKind: show.errorKind, events: show.events, checkpointEvery: show.checkpointEvery };
}

/** A band between low and high as one closed shape: a stack of two lines breaks where low is below 0. */
function band(name: string, xs: readonly number[], low: readonly number[], high: readonly number[], colour: string): Record<string, unknown> {
  const outline = [...xs.map((x, i) => [x, high[i] as number]), ...xs.map((x, i) => [x, low[i] as number]).reverse()];
  return {
    name,
    type: 'custom',
    color: colour,
    silent: true,
    z: 1,
    data: [[xs[0] as number, low[0] as number]],
    encode: { x: 0, y: 1 },
    clip: true,
    renderItem: (_: unknown, api: { coord: (point: readonly number[]) => number[] }) => ({
      type: 'polygon',
      shape: { points: outline.map((p) => api.coord(p)) },
      style: { fill: colour, opacity: 0.18 },
    }),
  };
}

/** A product without sales has no price of today: its curves start from a published one. */
export function priceWord({ observed }: CellView): 'today' | 'reference' {
  return observed.length === 0 ? 'reference' : 'today';
}

function priceMarks(view: CellView, palette: Palette, lang: Lang, w: Words): Record<string, unknown> {
  const price = numberFormat(lang, 2);
  const { recommendation: r } = view;
  const marks: Record<string, unknown>[] = [
    {
      xAxis: r.current.price,
      lineStyle: { color: palette.today, type: 'dashed', width: 2 },
      label: { formatter: `${w(priceWord(view))} ${price(r.current.price)}`, color: palette.today, position: 'insideEndBottom', fontSize: 11 },
    },
  ];
  if (r.recommended && Math.abs(r.price - r.current.price) > 1e-6) {
    marks.push({
      xAxis: r.price,
      lineStyle: { color: palette.optimum, width: 2 },
      label: { formatter: `${w('recommended')} ${price(r.price)}`, color: palette.optimum, position: 'insideStartBottom', fontSize: 11 },
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
  return range ? { silent: true, itemStyle: { color: palette.faint, opacity: 0.07 }, data: [[{ xAxis: range[0] }, { xAxis: range[1] }]] } : { data: [] };
}

/** Units of one trading day beside a curve over the horizon: what was sold on observed days, times the days of the horizon. */
export function demandChart(view: CellView, lang: Lang, palette: Palette): Chart {
  const w = chartWords(lang);
  const { curve } = view.show;
  const { unit, currency, days } = facts(view);
  const title = w('demandTitle', { name: view.show.model.product });
  const description = w('demandText', { name: view.show.model.product, days });
  const xs = curve.map((c) => c.price);
  const tradingDays = view.forecast.length;
  const top = Math.max(...curve.map((c) => c.high)) * 1.6;
  const observed = view.observed
    .slice(-200)
    .map((o) => [o.price, o.quantity * tradingDays])
    .filter((o) => (o[1] as number) <= top);
  const observedDays = {
    name: w('observed'),
    type: 'scatter',
    data: observed,
    symbolSize: 4,
    itemStyle: { color: palette.faint, opacity: 0.35 },
    color: palette.faint,
    z: 2,
  };
  const option = {
    ...base(title, description, palette),
    xAxis: axis(w('priceAxis', { currency, unit }), palette, lang, 2),
    yAxis: {
      ...axis(w('demandAxis', { unit, days }), palette, lang, 0),
      ...roundEnds(0, Math.max(...curve.map((c) => c.high), ...observed.map((o) => o[1] as number))),
    },
    series: [
      band(
        w('interval'),
        xs,
        curve.map((c) => c.low),
        curve.map((c) => c.high),
        palette.demand,
      ),
      ...(observed.length === 0 ? [] : [observedDays]),
      {
        name: w('demand'),
        type: 'line',
        showSymbol: false,
        data: curve.map((c) => [c.price, c.demand]),
        lineStyle: { color: palette.demand, width: 2.5 },
        color: palette.demand,
        z: 3,
        markLine: priceMarks(view, palette, lang, w),
        markArea: triedArea(view, palette),
      },
    ],
  } as unknown as EChartsOption;
  return {
    title,
    description,
    option,
    table: {
      columns: [w('priceAxis', { currency, unit }), w('demandAxis', { unit, days }), w('low'), w('high')],
      rows: curve.map((c) => [c.price, c.demand, c.low, c.high]),
    },
  };
}

function profitChart(view: CellView, lang: Lang, palette: Palette, w: Words): Chart {
  const { curve } = view.show;
  const { unit, currency, days } = facts(view);
  const title = w('profitTitle', { name: view.show.model.product });
  const description = w('profitText', { name: view.show.model.product, days });
  const xs = curve.map((c) => c.price);
  const option = {
    ...base(title, description, palette),
    xAxis: axis(w('priceAxis', { currency, unit }), palette, lang, 2),
    yAxis: {
      ...axis(w('profitAxis', { currency, days }), palette, lang, 0),
      // The library sees lines and points, not the band.
      ...roundEnds(Math.min(...curve.map((c) => c.profitLow)), Math.max(...curve.map((c) => c.profitHigh))),
    },
    series: [
      band(
        w('interval'),
        xs,
        curve.map((c) => c.profitLow),
        curve.map((c) => c.profitHigh),
        palette.profit,
      ),
      {
        name: w('profit'),
        type: 'line',
        showSymbol: false,
        data: curve.map((c) => [c.price, c.profit]),
        lineStyle: { color: palette.profit, width: 2.5 },
        color: palette.profit,
        z: 3,
        markLine: priceMarks(view, palette, lang, w),
        markArea: triedArea(view, palette),
      },
    ],
  } as unknown as EChartsOption;
  return {
    title,
    description,
    option,
    table: {
      columns: [w('priceAxis', { currency, unit }), w('profitAxis', { currency, days }), w('low'), w('high')],
      rows: curve.map((c) => [c.price, c.profit, c.profitLow, c.profitHigh]),
    },
  };
}

function componentCharts(view: CellView, lang: Lang, palette: Palette, w: Words): Chart[] {
  const charts: Chart[] = [];
  const weekday = new Intl.DateTimeFormat(lang, { weekday: 'short', timeZone: 'UTC' });
  const month = new Intl.DateTimeFormat(lang, { month: 'short', timeZone: 'UTC' });
  for (const component of view.show.components) {
    if (component.name !== 'weekday' && component.name !== 'season') continue;
    // Bars that are all of one length say nothing: without sales no weekday is known.
    if (component.points.every((p) => Math.abs(p.multiplier - 1) < FLAT)) continue;
    const title = w(component.name === 'weekday' ? 'weekdayTitle' : 'seasonTitle', { name: view.show.model.product });
    const description = w(component.name === 'weekday' ? 'weekdayText' : 'seasonText');
    // 1970-01-05 was a Monday; day 1 of the year is 1970-01-01.
    const labels = component.points.map((p) =>
      component.name === 'weekday' ? weekday.format((4 + Number(p.at)) * 86_400_000) : month.format((Number(p.at) - 1) * 86_400_000),
    );
    const values = component.points.map((p) => p.multiplier);
    const option = {
      ...base(title, description, palette),
      legend: { show: false },
      grid: { ...(base(title, description, palette).grid as object), top: 52 },
      xAxis: {
        ...axis('', palette, lang, 0, 'category'),
        data: labels,
        ...(component.name === 'season' && {
          axisLabel: { color: palette.faint, fontSize: 11, interval: (i: number, label: string) => i > 0 && labels[i - 1] !== label },
        }),
      },
      // Lengths of bars compare from 0.
      yAxis: { ...axis(w('multiplierAxis'), palette, lang, 2), ...(component.name === 'weekday' && { min: 0 }) },
      series: [
        component.name === 'weekday'
          ? {
              type: 'bar',
              data: values,
              itemStyle: { color: palette.demand, borderRadius: [3, 3, 0, 0] },
              barWidth: '55%',
              markLine: { symbol: 'none', silent: true, label: { show: false }, lineStyle: { color: palette.faint }, data: [{ yAxis: 1 }] },
            }
          : {
              type: 'line',
              data: values,
              showSymbol: false,
              smooth: true,
              lineStyle: { color: palette.demand, width: 2.5 },
              markLine: { symbol: 'none', silent: true, label: { show: false }, lineStyle: { color: palette.faint }, data: [{ yAxis: 1 }] },
            },
      ],
    } as unknown as EChartsOption;
    charts.push({
      title,
      description,
      option,
      table: { columns: [w('when'), w('multiplierAxis')], rows: component.points.map((p, i) => [labels[i] as string, p.multiplier]) },
    });
  }
  return charts;
}

function forecastChart(view: CellView, lang: Lang, palette: Palette, w: Words): Chart {
  const { unit } = facts(view);
  const title = w('forecastTitle', { name: view.show.model.product });
  const description = w('forecastText', { name: view.show.model.product });
  const history = view.observed.slice(-42);
  const time = (date: string): number => Date.parse(`${date}T00:00:00Z`);
  const xs = view.forecast.map((f) => time(f.date));
  const day = new Intl.DateTimeFormat(lang, { day: 'numeric', month: 'short', timeZone: 'UTC' });
  const soldDays = {
    name: w('sold'),
    type: 'line',
    data: history.map((o) => [time(o.date), o.quantity]),
    showSymbol: false,
    lineStyle: { color: palette.faint, width: 1.5 },
    color: palette.faint,
  };
  const option = {
    ...base(title, description, palette),
    xAxis: {
      ...axis('', palette, lang, 0),
      axisLabel: { color: palette.faint, fontSize: 11, hideOverlap: true, formatter: (value: number) => day.format(value) },
    },
    yAxis: {
      ...axis(w('dailyAxis', { unit }), palette, lang, 0),
      ...roundEnds(0, Math.max(...view.forecast.map((f) => f.high), ...history.map((o) => o.quantity))),
    },
    series: [
      band(
        w('interval'),
        xs,
        view.forecast.map((f) => f.low),
        view.forecast.map((f) => f.high),
        palette.demand,
      ),
      ...(history.length === 0 ? [] : [soldDays]),
      {
        name: w('forecast'),
        type: 'line',
        data: view.forecast.map((f) => [time(f.date), f.demand]),
        symbolSize: 4,
        lineStyle: { color: palette.demand, width: 2.5 },
        color: palette.demand,
        z: 3,
      },
    ],
  } as unknown as EChartsOption;
  return {
    title,
    description,
    option,
    table: { columns: [w('when'), w('dailyAxis', { unit }), w('low'), w('high')], rows: view.forecast.map((f) => [f.date, f.demand, f.low, f.high]) },
  };
}

function facts(view: CellView): { unit: string; currency: string; days: number } {
  return { unit: view.show.model.unit, currency: view.show.currency, days: view.recommendation.horizonDays };
}
