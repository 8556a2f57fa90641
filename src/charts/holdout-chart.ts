/** What shops sold or earned, beside what they would have by those that kept their prices. */

import type { HoldoutDocument } from '../contract/holdout.ts';
import type { Lang } from '../core/vocabulary.ts';
import { asOption, band, base, type Chart, type Palette, scaledAxis } from './chart-base.ts';
import { lineSeries } from './line-series.ts';
import { dayAxis } from './pattern-charts.ts';
import { chartWords } from './words.ts';

/** Periods before the start that are drawn. */
const MOST_BEFORE = 26;

/** @returns null where nothing is compared */
export function holdoutChart(
  { result, measure, currency, from }: HoldoutDocument,
  lang: Lang,
  palette: Palette,
): Chart | null {
  if (result === null) return null;
  const path = result.path.slice(Math.max(0, result.before - MOST_BEFORE));
  const word = chartWords(lang);
  const title = word(measure === 'profit' ? 'holdoutProfitTitle' : 'holdoutSalesTitle');
  const description = word('holdoutText');
  const xs = path.map(({ date }) => Date.parse(`${date}T00:00:00Z`));
  const without = word('holdoutWithout');
  const actual = word('holdoutActual');
  const start = Date.parse(`${from}T00:00:00Z`);
  const series = [
    band(
      word('interval'),
      xs,
      path.map(({ low }) => low),
      path.map(({ high }) => high),
      palette.demand,
    ),
    ...lineSeries(
      without,
      xs,
      path.map(({ value }) => value),
      { colour: palette.demand, width: 2, dash: 'dashed', smoothing: 0 },
    ),
    ...lineSeries(
      actual,
      xs,
      path.map((one) => one.actual),
      { colour: palette.profit, width: 2.5, z: 4, smoothing: 0 },
    ),
    startLine(xs, start, word('holdoutStart'), palette),
  ];
  const values = path.flatMap(({ low, high, actual: one }) => [low, high, one]);
  return {
    title,
    description,
    option: asOption({
      ...base(title, description, palette, series),
      xAxis: dayAxis(xs, lang, palette),
      yAxis: scaledAxis(currency, palette, lang, [Math.min(...values), Math.max(...values)]),
      series,
    }),
    table: {
      columns: [word('when'), actual, without, word('low'), word('high')],
      rows: path.map((one) => [one.date, one.actual, one.value, one.low, one.high]),
    },
  };
}

/** An upright line where prices began to be recommended; none where that is still to come. */
function startLine(xs: readonly number[], start: number, name: string, palette: Palette): Record<string, unknown> {
  return {
    name: '',
    type: 'line',
    data: [],
    silent: true,
    markLine: {
      symbol: 'none',
      silent: true,
      lineStyle: { color: palette.today, type: 'dashed' },
      label: { formatter: name, color: palette.today, position: 'insideEndTop' },
      data: xs.some((x) => x >= start) ? [{ xAxis: start }] : [],
    },
  };
}
