/** What a model has learnt of weekdays and seasons, and the coming days. */

import type { CellView } from '../contract/documents.ts';
import type { Lang } from '../core/vocabulary.ts';
import { horizonWord, unitWord } from '../i18n/code-words.ts';
import { asOption, axis, band, base, type Chart, type Palette, scaledAxis } from './chart-base.ts';
import { type ChartWords, chartWords } from './words.ts';

/** A component that moves demand by less than this everywhere is not drawn. */
const FLAT = 0.005;

type Component = CellView['show']['components'][number];
type Points = Component['points'];

/** The components that are drawn, each in its own way. */
interface Pattern {
  readonly title: 'weekdayTitle' | 'seasonTitle' | 'feastTitle';
  readonly description: 'weekdayText' | 'seasonText' | 'feastText';
  readonly labels: (points: Points, lang: Lang) => string[];
  readonly series: (values: readonly number[], palette: Palette) => Record<string, unknown>;
  readonly xAxis: (labels: readonly string[], palette: Palette) => Record<string, unknown>;
  /** Lengths of bars compare from 0. */
  readonly fromZero: boolean;
}

const WEEKDAY: Pattern = {
  title: 'weekdayTitle',
  description: 'weekdayText',
  labels: (points, lang) => {
    const weekday = new Intl.DateTimeFormat(lang, { weekday: 'short', timeZone: 'UTC' });
    // 1970-01-05 was a Monday.
    return points.map((p) => weekday.format((4 + Number(p.at)) * 86_400_000));
  },
  series: (values, palette) => ({
    type: 'bar',
    data: values,
    itemStyle: { color: palette.demand, borderRadius: [3, 3, 0, 0] },
    barWidth: '55%',
  }),
  xAxis: () => ({}),
  fromZero: true,
};
const SEASON: Pattern = {
  title: 'seasonTitle',
  description: 'seasonText',
  labels: (points, lang) => {
    const month = new Intl.DateTimeFormat(lang, { month: 'short', timeZone: 'UTC' });
    // Day 1 of the year is 1970-01-01.
    return points.map((p) => month.format((Number(p.at) - 1) * 86_400_000));
  },
  series: (values, palette) => ({
    type: 'line',
    data: values,
    showSymbol: false,
    smooth: true,
    lineStyle: { color: palette.demand, width: 2.5 },
  }),
  xAxis: (labels, palette) => ({
    axisLabel: {
      color: palette.faint,
      fontSize: 11,
      interval: (i: number, label: string) => i > 0 && labels[i - 1] !== label,
    },
  }),
  fromZero: false,
};
const FEASTS: Pattern = {
  title: 'feastTitle',
  description: 'feastText',
  labels: (points, lang) => {
    const date = new Intl.DateTimeFormat(lang, { day: 'numeric', month: 'short', timeZone: 'UTC' });
    return points.map(({ at }) => {
      const [, name, from, to] = /^(.*):(-?\d+)(?:\.\.(-?\d+))?$/s.exec(String(at)) ?? [];
      // A date of the year is month and day; 1972 had all of them.
      if (name === undefined) return date.format(Date.parse(`1972-${at}T00:00:00Z`));
      const signed = (offset: number): string => `${offset > 0 ? '+' : offset < 0 ? '−' : ''}${Math.abs(offset)}`;
      if (to !== undefined) return `${name} ${signed(Number(from))}…${signed(Number(to))}`;
      return Number(from) === 0 ? name : `${name} ${signed(Number(from))}`;
    });
  },
  series: WEEKDAY.series,
  xAxis: (labels, palette) => ({
    axisLabel: { color: palette.faint, fontSize: 11, interval: 0, rotate: labels.length > 4 ? 30 : 0 },
  }),
  fromZero: true,
};
/** Null: what the curves, and the forecast, show better. */
const PATTERNS: Readonly<Record<Component['name'], Pattern | null>> = {
  weekday: WEEKDAY,
  season: SEASON,
  trend: null,
  price: null,
  promo: null,
  holiday: FEASTS,
  market: null,
  covariates: null,
  level: null,
};

/** Weekdays and seasons, as far as the model has them, and the coming days. */
export function patternCharts(view: CellView, lang: Lang, palette: Palette): Chart[] {
  const word = chartWords(lang);
  const drawn = view.show.components.flatMap(({ name, points }) => {
    const pattern = PATTERNS[name];
    // Bars that are all of one length say nothing: without sales no weekday is known.
    return pattern === null || points.every((p) => Math.abs(p.multiplier - 1) < FLAT)
      ? []
      : [patternChart(pattern, points, view.show.model.product, lang, palette)];
  });
  return [...drawn, forecastChart(view, lang, palette, word)];
}

function patternChart(pattern: Pattern, points: Points, product: string, lang: Lang, palette: Palette): Chart {
  const word = chartWords(lang);
  const title = word(pattern.title, { name: product });
  const description = word(pattern.description);
  const labels = pattern.labels(points, lang);
  const even = {
    symbol: 'none',
    silent: true,
    precision: 8,
    label: { show: false },
    lineStyle: { color: palette.faint },
    data: [{ yAxis: 1 }],
  };
  const values = points.map((p) => p.multiplier);
  const option = asOption({
    ...base(title, description, palette),
    xAxis: { ...axis('', palette, lang, 0, 'category'), data: labels, ...pattern.xAxis(labels, palette) },
    yAxis: { ...scaledAxis(word('multiplierAxis'), palette, lang, multiplierEnds(values, pattern.fromZero)) },
    series: [{ ...pattern.series(values, palette), markLine: even }],
  });
  const rows = points.map((p, i) => [labels[i] as string, p.multiplier]);
  return { title, description, option, table: { columns: [word('when'), word('multiplierAxis')], rows } };
}

/** A pattern that hardly moves is not drawn as if it did: ± 10 % at least. */
function multiplierEnds(values: readonly number[], fromZero: boolean): readonly [number, number] {
  const [low, high] = [Math.min(0.9, ...values), Math.max(1.1, ...values)];
  return [fromZero ? 0 : low, high];
}

function forecastChart(view: CellView, lang: Lang, palette: Palette, word: ChartWords): Chart {
  const unit = unitWord(view.show.model.unit, 2, lang);
  const title = word('forecastTitle', {
    name: view.show.model.product,
    period: horizonWord([view.recommendation], lang),
  });
  const description = word('forecastText', { name: view.show.model.product });
  const history = view.observed.slice(-42);
  const time = (date: string): number => Date.parse(`${date}T00:00:00Z`);
  const xs = view.forecast.map((f) => time(f.date));
  const soldDays = {
    name: word('sold'),
    type: 'line',
    data: history.map((o) => [time(o.date), o.quantity]),
    symbol: 'none',
    lineStyle: { color: palette.faint, width: 1.5 },
    color: palette.faint,
  };
  const highest = Math.max(...view.forecast.map((f) => f.high), ...history.map((o) => o.quantity));
  const series = [
    band(
      word('interval'),
      xs,
      view.forecast.map((f) => f.low),
      view.forecast.map((f) => f.high),
      palette.demand,
    ),
    ...(history.length === 0 ? [] : [soldDays]),
    {
      name: word('forecast'),
      type: 'line',
      data: view.forecast.map((f) => [time(f.date), f.demand]),
      symbolSize: 4,
      lineStyle: { color: palette.demand, width: 2.5 },
      color: palette.demand,
      z: 3,
    },
  ];
  const option = asOption({
    ...base(title, description, palette, series),
    xAxis: dayAxis(
      [...history, ...view.forecast].map(({ date }) => time(date)),
      lang,
      palette,
    ),
    yAxis: scaledAxis(word('dailyAxis', { unit }), palette, lang, [0, highest]),
    series,
  });
  return {
    title,
    description,
    option,
    table: {
      columns: [word('when'), word('dailyAxis', { unit }), word('low'), word('high')],
      rows: view.forecast.map((f) => [f.date, f.demand, f.low, f.high]),
    },
  };
}

const DAY = 86_400_000;

/** From the first day to the last, labels a whole number of days or weeks apart. @param times ascending, in milliseconds */
export function dayAxis(times: readonly number[], lang: Lang, palette: Palette): Record<string, unknown> {
  const [min, max] = [times[0] as number, times.at(-1) as number];
  const days = (max - min) / DAY;
  const step = days < 8 ? 1 : 7 * Math.ceil(days / 63);
  const customValues = Array.from({ length: Math.floor(days / step) + 1 }, (_, i) => max - i * step * DAY).reverse();
  const plain = axis('', palette, lang, 0);
  const day = new Intl.DateTimeFormat(lang, {
    ...(days > 300 ? { month: 'short', year: 'numeric' } : { day: 'numeric', month: 'short' }),
    timeZone: 'UTC',
  });
  return {
    ...plain,
    min,
    max,
    axisTick: { customValues },
    splitLine: { ...(plain.splitLine as object), customValues },
    axisLabel: { ...(plain.axisLabel as object), customValues, formatter: (value: number) => day.format(value) },
  };
}
