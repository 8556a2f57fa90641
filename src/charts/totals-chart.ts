/** What is expected of a total in each coming day, week or month. */

import type { TotalRow } from '../contract/totals.ts';
import type { Lang } from '../core/vocabulary.ts';
import { asOption, band, base, type Chart, type Palette, scaledAxis } from './chart-base.ts';
import { dayAxis } from './pattern-charts.ts';
import { chartWords } from './words.ts';

/** @returns null of a total without periods */
export function totalsChart(
  { periods }: Pick<TotalRow, 'periods'>,
  name: string,
  currency: string,
  lang: Lang,
  palette: Palette,
): Chart | null {
  if (periods.length === 0) return null;
  const word = chartWords(lang);
  const title = word('totalsTitle', { name });
  const description = word('totalsText');
  const revenue = word('totalsAxis', { currency });
  const xs = periods.map(({ from }) => Date.parse(`${from}T00:00:00Z`));
  const series = [
    band(
      word('interval'),
      xs,
      periods.map((one) => one.revenue.low),
      periods.map((one) => one.revenue.high),
      palette.demand,
    ),
    {
      name: word('forecast'),
      type: 'line',
      data: periods.map((one, i) => [xs[i], one.revenue.value]),
      symbolSize: 5,
      lineStyle: { color: palette.demand, width: 2.5 },
      color: palette.demand,
      z: 3,
    },
  ];
  return {
    title,
    description,
    option: asOption({
      ...base(title, description, palette, series),
      xAxis: dayAxis(xs, lang, palette),
      yAxis: scaledAxis(revenue, palette, lang, [0, Math.max(...periods.map((one) => one.revenue.high))]),
      series,
    }),
    table: {
      columns: [word('when'), revenue, word('low'), word('high')],
      rows: periods.map((one) => [one.from, one.revenue.value, one.revenue.low, one.revenue.high]),
    },
  };
}
