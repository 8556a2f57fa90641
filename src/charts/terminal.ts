/**
 * One cell's pictures for a terminal of 80 columns, without colours: curves with interval, observed points and marks,
 * components as bars, forecast.
 */

import asciichart from 'asciichart';
import { dayWord } from '../contract/date-words.ts';
import type { CellView, CompareDocument } from '../contract/documents.ts';
import { visibleText } from '../contract/visible-text.ts';
import type { Lang } from '../core/vocabulary.ts';
import { fieldValue, fieldWord, horizonWord } from '../i18n/code-words.ts';
import { type Chart, fixedFormat, LIGHT } from './chart-base.ts';
import { priceCharts } from './chart-options.ts';
import { modelNames, relativeCurve } from './compare-charts.ts';
import { errorName } from './convergence-charts.ts';
import { patternCharts } from './pattern-charts.ts';
import { priceWord, triedPrices } from './price-charts.ts';
import { chartWords } from './words.ts';

const WIDTH = 60;
const HEIGHT = 11;
/** Where asciichart's first value stands: after labels of 9 characters, a blank and the axis. */
const LABEL_WIDTH = 9;
const BAR_WIDTH = 30;
/** A place that several lines go through. */
const SHARED = '*';

/** The demand curve alone. */
export function terminalDemandCurve(view: CellView, lang: Lang): string {
  return demandLines(view, lang).join('\n');
}

/** Every picture of a cell. */
export function terminalCell(view: CellView, lang: Lang): string {
  const pictures = [
    demandLines(view, lang),
    profitLines(view, lang),
    ...patternLines(view, lang),
    forecastLines(view, lang),
    errorLines(view, lang),
  ];
  return pictures
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

/** Column of a price below a curve. */
function columnOf({ show: { curve } }: CellView): (price: number) => number {
  const [from, to] = [curve[0].price, curve[curve.length - 1].price];
  return (price) => Math.round(((price - from) / (to - from)) * (WIDTH - 1));
}

/** What stands below a curve by price: today's price, the best one, the prices tried, and the ends. */
function priceAxis(view: CellView, lang: Lang): string[] {
  const { recommendation, show } = view;
  const format = fixedFormat(lang, 2);
  const column = columnOf(view);
  const marks = new Array<string>(WIDTH).fill(' ');
  const tried = triedPrices(view);
  if (tried) {
    const [left, right] = [Math.max(0, column(tried[0])), Math.min(WIDTH - 1, column(tried[1]))];
    marks.fill('─', left, right + 1);
    marks[left] = '├';
    marks[right] = '┤';
  }
  marks[column(recommendation.current.price)] = '▲';
  if (recommendation.recommended) marks[column(recommendation.price)] = '★';
  const [from, to] = [format(show.curve[0].price), format(show.curve[show.curve.length - 1].price)];
  return [marks.join(''), `${from}${to.padStart(WIDTH - from.length)}`].map(
    (line) => ' '.repeat(LABEL_WIDTH + 2) + line.trimEnd(),
  );
}

function priceLegend(view: CellView, lang: Lang): string[] {
  const word = chartWords(lang);
  const format = fixedFormat(lang, 2);
  const { recommendation } = view;
  return [
    `▲ ${word(priceWord(view))} ${format(recommendation.current.price)}`,
    ...(recommendation.recommended ? [`★ ${word('recommended')} ${format(recommendation.price)}`] : []),
    ...(triedPrices(view) ? [`├─┤ ${word('tried')}`] : []),
    `░ ${word('interval')}`,
  ];
}

function demandLines(view: CellView, lang: Lang): string[] {
  const { curve } = view.show;
  const column = columnOf(view);
  // A day's sales stand beside the curve of the whole horizon as that day's pace.
  const sold = average(view.observed.map((o) => o.quantity));
  const pace = view.recommendation.current.expectedDemand / Math.max(1, sold);
  const points = view.observed.slice(-120).map((o) => ({ x: column(o.price), y: o.quantity * pace }));
  const observed = points.length > 0 ? [`· ${chartWords(lang)('observed')}`] : [];
  return [
    heading(priceCharts(view, lang, LIGHT)[0]),
    ...plotted(
      curve.map((c) => c.demand),
      curve.map((c) => c.low),
      curve.map((c) => c.high),
      lang,
      points,
    ),
    ...priceAxis(view, lang),
    wrapped([...priceLegend(view, lang), ...observed]),
  ];
}

function profitLines(view: CellView, lang: Lang): string[] {
  const { curve } = view.show;
  return [
    heading(priceCharts(view, lang, LIGHT)[1]),
    ...plotted(
      curve.map((c) => c.profit),
      curve.map((c) => c.profitLow),
      curve.map((c) => c.profitHigh),
      lang,
    ),
    ...priceAxis(view, lang),
    wrapped(priceLegend(view, lang)),
  ];
}

/** Weekdays and seasons as bars. */
function patternLines(view: CellView, lang: Lang): string[][] {
  const forecast = chartWords(lang)('forecastTitle', {
    name: view.show.model.product,
    period: horizonWord([view.recommendation], lang),
  });
  return patternCharts(view, lang, LIGHT)
    .filter((chart) => chart.title !== forecast)
    .map((chart) => [chart.title, ...bars(chart, lang)]);
}

function forecastLines({ show, forecast, recommendation }: CellView, lang: Lang): string[] {
  if (forecast.length < 2) return [];
  const word = chartWords(lang);
  const [first = '', last = ''] = [forecast[0], forecast.at(-1)].map((f) => (f ? dayWord(f.date, lang) : ''));
  return [
    word('forecastTitle', { name: show.model.product, period: horizonWord([recommendation], lang) }),
    ...plotted(
      forecast.map((f) => f.demand),
      forecast.map((f) => f.low),
      forecast.map((f) => f.high),
      lang,
    ),
    `${' '.repeat(LABEL_WIDTH + 2)}${first}${last.padStart(WIDTH - first.length)}`,
    `░ ${word('interval')}`,
  ];
}

/** How the error of a training by iterations converged. */
function errorLines({ show: { convergence, errorKind, events, model } }: CellView, lang: Lang): string[] {
  const word = chartWords(lang);
  const errors = convergence.flatMap(({ iteration, error }) => (error === null ? [] : [{ iteration, error }]));
  if (errors.length < 2) return [];
  const changes = events.filter((event) => event.adopted === true).map((event) => event.iteration);
  return [
    `${word('convergenceLogTitle', { name: model.product })} — ${errorName(errorKind, lang)}`,
    ...convergenceLines([errors], lang, changes),
    ...(changes.length > 0 ? [`▲ ${word('adopted')}`] : []),
  ];
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
  const format = fixedFormat(lang, digits);
  const lines = asciichart
    .plot(stretched(mean, WIDTH), {
      height: HEIGHT,
      min: bottom,
      max: top,
      format: (v: number) => format(v).padStart(LABEL_WIDTH),
    })
    .split('\n')
    .map((line) => [...line.padEnd(LABEL_WIDTH + 2 + WIDTH)]);
  const row = (value: number): number => Math.round(((top - value) / (top - bottom)) * (lines.length - 1));
  const put = (x: number, y: number, mark: string): void => {
    const line = lines[y];
    if (
      line &&
      x >= 0 &&
      x < WIDTH &&
      (line[LABEL_WIDTH + 2 + x] === ' ' || (mark === '·' && line[LABEL_WIDTH + 2 + x] === '░'))
    )
      line[LABEL_WIDTH + 2 + x] = mark;
  };
  const [lows, highs] = [stretched(low, WIDTH), stretched(high, WIDTH)];
  for (let x = 0; x < WIDTH; x++) for (let y = row(highs[x]); y <= row(lows[x]); y++) put(x, y, '░');
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
  const format = fixedFormat(lang, 2);
  return rows.map(
    ({ label, value }) =>
      `  ${label.padEnd(width)} ${'█'.repeat(Math.max(1, Math.round((value / most) * BAR_WIDTH)))} ${format(value)}`,
  );
}

function average(values: readonly number[]): number {
  return values.reduce((sum, v) => sum + v, 0) / Math.max(1, values.length);
}

/** Values at `length` even places, by linear interpolation. */
function stretched(values: readonly number[], length: number): number[] {
  return Array.from({ length }, (_, i) => {
    const at = (i / (length - 1)) * (values.length - 1);
    const left = Math.min(values.length - 2, Math.floor(at));
    return values[left] + (at - left) * (values[left + 1] - values[left]);
  });
}

/**
 * Errors by iteration on a logarithmic axis, one mark a line: ●, then letters. @param changes iterations marked below
 * the axis
 */
function convergenceLines(
  lines: readonly (readonly { readonly iteration: number; readonly error: number }[])[],
  lang: Lang,
  changes: readonly number[] = [],
): string[] {
  const last = Math.max(...lines.map((points) => points.at(-1)?.iteration ?? 1));
  const format = new Intl.NumberFormat(lang, { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const count = new Intl.NumberFormat(lang);
  const column = (iteration: number): number =>
    last <= 1 ? 0 : Math.round((Math.log(iteration) / Math.log(last)) * (WIDTH - 1));
  const plotted = lines.map((points) => points.map(({ iteration, error }) => ({ x: column(iteration), y: error })));
  const axis = `1${count.format(last).padStart(WIDTH - 1)}`;
  const below = new Array<string>(changes.length > 0 ? WIDTH : 0).fill(' ');
  for (const iteration of changes) below[column(iteration)] = '▲';
  return [...marked(plotted, (value) => format.format(value)), below.join('').trimEnd(), axis]
    .map((line, i) => (i > HEIGHT && line !== '' ? ' '.repeat(LABEL_WIDTH + 2) + line : line))
    .filter((line) => line !== '');
}

/** Lines of points over even columns, each with its mark: ● for one, letters for several. */
function marked(
  lines: readonly (readonly { readonly x: number; readonly y: number }[])[],
  format: (value: number) => string,
): string[] {
  const ys = lines.flatMap((points) => points.map((p) => p.y));
  const [bottom, top] = [Math.min(...ys), Math.max(...ys, Math.min(...ys) + 1e-9)];
  const grid = Array.from({ length: HEIGHT + 1 }, () => new Array<string>(WIDTH).fill(' '));
  lines.forEach((points, line) => {
    const mark = lines.length === 1 ? '●' : String.fromCharCode(65 + line);
    const put = (x: number, y: number): void => {
      const row = grid[Math.round(((top - y) / (top - bottom)) * HEIGHT)] as string[];
      if (x < 0 || x >= WIDTH) return;
      // Where lines cross or lie on one another no single letter is true.
      row[x] = row[x] === ' ' || row[x] === mark ? mark : SHARED;
    };
    points.forEach(({ x, y }, i) => {
      put(x, y);
      // Columns between two points lie on the line between them.
      const next = points[i + 1];
      for (let between = x + 1; next && between < next.x; between++)
        put(between, y + ((next.y - y) * (between - x)) / (next.x - x));
    });
  });
  return grid.map(
    (row, i) => `${format(top - ((top - bottom) * i) / HEIGHT).padStart(LABEL_WIDTH)} ┤${row.join('').trimEnd()}`,
  );
}

const recommendationOf = ({ recommendation }: CompareDocument['models'][number]) => recommendation;

/** A comparison: what differs as a table, then convergence and profit, a letter for each model. */
export function terminalComparison(document: CompareDocument, lang: Lang): string {
  const word = chartWords(lang);
  const { models, differences } = document;
  const letter = (m: number): string => String.fromCharCode(65 + m);
  const names = modelNames(document);
  const simulated = models.some((model) => model.errorKind === 'simulated');
  const mixed = simulated && models.some((model) => model.errorKind === 'cross-validated');
  const named = (kinds: boolean): string =>
    wrapped([
      ...models.map((model, m) => {
        const name = names[m] as string;
        return `${letter(m)} ${kinds && model.errorKind === 'simulated' ? word('ofSimulated', { name }) : name}`;
      }),
      `${SHARED} ${word('several')}`,
    ]);
  const legend = named(false);
  const period = horizonWord(models.map(recommendationOf), lang);
  const rows = [
    [word('differences'), ...models.map((_, m) => letter(m))],
    ...differences.map(({ field, values }) => [
      fieldWord(field, lang, period),
      ...values.map((v) => fieldValue(field, v, lang)),
    ]),
  ];
  const widths = (rows[0] as string[]).map((_, c) => Math.max(...rows.map((row) => (row[c] as string).length)));
  const table = rows.map((row) =>
    row.map((cell, c) => (c === 0 ? cell.padEnd(widths[c]) : cell.padStart(widths[c]))).join('  '),
  );
  const blocks = [
    models.map((model, m) => `${letter(m)} ${visibleText(model.label)}`),
    differences.length > 0 ? table : [word('noDifferences')],
  ];
  const errors = models.map((model) => model.convergence);
  if (errors.some((points) => points.length > 1)) {
    const kind = mixed ? '' : ` — ${word(simulated ? 'simulatedError' : 'heldOutError')}`;
    blocks.push([`${word('compareConvergenceLog')}${kind}`, ...convergenceLines(errors, lang), named(mixed)]);
  }
  const number = fixedFormat(lang, 2);
  for (const [title, field] of [
    [word('compareDemand'), 'demand'],
    [word('compareProfit'), 'profit'],
  ] as const) {
    const relative = models.map((model) => relativeCurve(model, field).map(([x, y]) => ({ x, y })));
    const xs = relative.flatMap((points) => points.map((p) => p.x));
    if (xs.length === 0) continue;
    const [from, to] = [Math.min(...xs), Math.max(...xs)];
    const lines = relative.map((points) =>
      points.map(({ x, y }) => ({ x: Math.round(((x - from) / (to - from)) * (WIDTH - 1)), y })),
    );
    const axis = `${number(from)}${number(to).padStart(WIDTH - number(from).length)}`;
    blocks.push([
      `${title} — ${word(field === 'demand' ? 'relativeDemand' : 'relativeProfit')}`,
      ...marked(lines, number),
      ' '.repeat(LABEL_WIDTH + 2) + axis,
      word('relativePrice'),
      legend,
    ]);
  }
  return blocks.map((lines) => lines.join('\n')).join('\n\n');
}

/** Names one after another, in lines of a picture's width. */
function wrapped(names: readonly string[]): string {
  const lines: string[] = [];
  for (const name of names) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 3 + name.length <= LABEL_WIDTH + 2 + WIDTH)
      lines[lines.length - 1] = `${last}   ${name}`;
    else lines.push(name);
  }
  return lines.join('\n');
}
