/** One cell's pictures for a terminal of 80 columns, without colours: curves with interval, observed points and marks, components as bars, forecast. */

import asciichart from 'asciichart';
import type { CellView } from '../contract/documents.ts';
import type { Lang } from '../contract/words.ts';
import { type Chart, cellCharts, LIGHT, numberFormat } from './chart-options.ts';
import { chartWords } from './words.ts';

const WIDTH = 60;
const HEIGHT = 11;
/** Where asciichart's first value stands: after labels of 9 characters, a blank and the axis. */
const LABEL_WIDTH = 9;
const BAR_WIDTH = 30;

export function terminalCell(view: CellView, lang: Lang): string {
  const { curve, triedRange, components } = view.show;
  const { recommendation } = view;
  const w = chartWords(lang);
  const format = numberFormat(lang, 2);
  const [demand, profit, ...others] = cellCharts(view, lang, LIGHT) as [Chart, Chart, ...Chart[]];
  const [from, to] = [(curve[0] as { price: number }).price, (curve.at(-1) as { price: number }).price];
  const column = (price: number): number => Math.round(((price - from) / (to - from)) * (WIDTH - 1));
  const priceAxis = (): string[] => {
    const marks = new Array<string>(WIDTH).fill(' ');
    if (triedRange) {
      for (let x = Math.max(0, column(triedRange[0])); x <= Math.min(WIDTH - 1, column(triedRange[1])); x++) marks[x] = '─';
      marks[Math.max(0, column(triedRange[0]))] = '├';
      marks[Math.min(WIDTH - 1, column(triedRange[1]))] = '┤';
    }
    marks[column(recommendation.current.price)] = '▲';
    if (recommendation.recommended) marks[column(recommendation.price)] = '★';
    return [marks.join(''), `${format(from)}${format(to).padStart(WIDTH - format(from).length)}`].map((line) => ' '.repeat(LABEL_WIDTH + 2) + line.trimEnd());
  };
  const legend = [
    `▲ ${w('today')} ${format(recommendation.current.price)}`,
    ...(recommendation.recommended ? [`★ ${w('recommended')} ${format(recommendation.price)}`] : []),
    `├─┤ ${w('tried')}`,
    `░ ${w('interval')}`,
  ];
  // A day's sales stand beside the curve of the whole horizon as that day's pace.
  const pace = recommendation.current.expectedDemand / Math.max(1, average(view.observed.map((o) => o.quantity)));
  const points = view.observed.slice(-120).map((o) => ({ x: column(o.price), y: o.quantity * pace }));
  const blocks = [
    [
      heading(demand),
      ...plotted(
        curve.map((c) => c.demand),
        curve.map((c) => c.low),
        curve.map((c) => c.high),
        lang,
        points,
      ),
      ...priceAxis(),
      `${legend.join('  ')}  · ${w('observed')}`,
    ],
    [
      heading(profit),
      ...plotted(
        curve.map((c) => c.profit),
        curve.map((c) => c.profitLow),
        curve.map((c) => c.profitHigh),
        lang,
      ),
      ...priceAxis(),
      legend.join('  '),
    ],
  ];
  for (const chart of others) {
    const component = components.find((c) => chart.title === w(c.name === 'weekday' ? 'weekdayTitle' : 'seasonTitle', { name: view.show.model.product }));
    if (component) blocks.push([chart.title, ...bars(chart, lang)]);
  }
  const { forecast } = view;
  if (forecast.length > 1) {
    const title = w('forecastTitle', { name: view.show.model.product });
    const ends = `${forecast[0]?.date}${(forecast.at(-1)?.date ?? '').padStart(WIDTH - 10)}`;
    blocks.push([
      title,
      ...plotted(
        forecast.map((f) => f.demand),
        forecast.map((f) => f.low),
        forecast.map((f) => f.high),
        lang,
      ),
      ' '.repeat(LABEL_WIDTH + 2) + ends,
      `░ ${w('interval')}`,
    ]);
  }
  return blocks.map((lines) => lines.join('\n')).join('\n\n');
}

function heading(chart: Chart): string {
  return `${chart.title} — ${chart.table.columns[1]}`;
}

/** A line with its interval as shade and points where nothing else stands. */
function plotted(
  mean: readonly number[],
  low: readonly number[],
  high: readonly number[],
  lang: Lang,
  points: readonly { readonly x: number; readonly y: number }[] = [],
): string[] {
  const bottom = Math.min(...low);
  const top = Math.max(...high, bottom + 1e-9);
  const digits = Math.max(Math.abs(bottom), Math.abs(top)) >= 100 ? 0 : 1;
  const format = numberFormat(lang, digits);
  const lines = asciichart
    .plot(stretched(mean, WIDTH), { height: HEIGHT, min: bottom, max: top, format: (v: number) => format(v).padStart(LABEL_WIDTH) })
    .split('\n')
    .map((line) => [...line.padEnd(LABEL_WIDTH + 2 + WIDTH)]);
  const row = (value: number): number => Math.round(((top - value) / (top - bottom)) * (lines.length - 1));
  const put = (x: number, y: number, mark: string): void => {
    const line = lines[y];
    if (line && x >= 0 && x < WIDTH && (line[LABEL_WIDTH + 2 + x] === ' ' || (mark === '·' && line[LABEL_WIDTH + 2 + x] === '░')))
      line[LABEL_WIDTH + 2 + x] = mark;
  };
  const [lows, highs] = [stretched(low, WIDTH), stretched(high, WIDTH)];
  for (let x = 0; x < WIDTH; x++) for (let y = row(highs[x] as number); y <= row(lows[x] as number); y++) put(x, y, '░');
  for (const point of points) put(point.x, row(point.y), '·');
  return lines.map((line) => line.join('').trimEnd());
}

/** A chart's table as bars: label and value; of rows with one label (weeks of a month) the first. */
function bars(chart: Chart, lang: Lang): string[] {
  const rows = chart.table.rows
    .map(([label, value]) => ({ label: String(label), value: Number(value) }))
    .filter((row, i, all) => all.findIndex((r) => r.label === row.label) === i);
  const most = Math.max(...rows.map((r) => r.value));
  const width = Math.max(...rows.map((r) => r.label.length));
  const format = numberFormat(lang, 2);
  return rows.map(({ label, value }) => `  ${label.padEnd(width)} ${'█'.repeat(Math.max(1, Math.round((value / most) * BAR_WIDTH)))} ${format(value)}`);
}

function average(values: readonly number[]): number {
  return values.reduce((sum, v) => sum + v, 0) / Math.max(1, values.length);
}

/** Values at `length` even places, by linear interpolation. */
function stretched(values: readonly number[], length: number): number[] {
  return Array.from({ length }, (_, i) => {
    const at = (i / (length - 1)) * (values.length - 1);
    const left = Math.min(values.length - 2, Math.floor(at));
    return (values[left] as number) + (at - left) * ((values[left + 1] as number) - (values[left] as number));
  });
}
