/**
 * Pictures of how an error converges: held-out and training error by iteration, on even and on logarithmic axes, with
 * searches and checkpoints marked.
 */

import type { ShowDocument } from '../contract/documents.ts';
import type { ErrorKind, Lang } from '../core/vocabulary.ts';
import type { ChartKey } from '../i18n/catalogue.ts';

import { asOption, axis, base, belowLegend, type Chart, type Palette, percentFormat, roundEnds } from './chart-base.ts';
import { chartWords } from './words.ts';

/** What is drawn of one training's errors. */
export interface Convergence {
  readonly product: string;
  readonly points: ShowDocument['convergence'];
  readonly errorKind: ShowDocument['errorKind'];
  readonly events: ShowDocument['events'];
  readonly checkpointEvery: ShowDocument['checkpointEvery'];
}

/**
 * Both pictures of a training's convergence, on even and on logarithmic axes; none for the exact solver, which has no
 * iterations.
 */
export function convergenceCharts(training: Convergence, lang: Lang, palette: Palette): Chart[] {
  if (training.points.length === 0) return [];
  return [convergenceChart(training, lang, palette, false), convergenceChart(training, lang, palette, true)];
}

/** What each kind of error is called on a line, and on an axis; the exact solver's, which has none, is not drawn. */
const ERROR_NAMES = {
  'cross-validated': 'heldOutError',
  simulated: 'simulatedError',
} as const satisfies Readonly<Record<ErrorKind, ChartKey>>;
const ERROR_AXES = { 'cross-validated': 'errorAxis', simulated: 'simulatedErrorAxis' } as const satisfies Readonly<
  Record<ErrorKind, ChartKey>
>;

/** The name of an error's line. */
export function errorName(kind: Convergence['errorKind'], lang: Lang): string {
  return chartWords(lang)(ERROR_NAMES[kind ?? 'cross-validated']);
}

function convergenceChart(training: Convergence, lang: Lang, palette: Palette, logarithmic: boolean): Chart {
  const { product, points, errorKind } = training;
  const word = chartWords(lang);
  const title = word(logarithmic ? 'convergenceLogTitle' : 'convergenceTitle', { name: product });
  const description = word('convergenceText', { name: product });
  const last = points.at(-1)?.iteration ?? 1;
  // Errors on simulated sales have no training error beside them.
  const ofTraining = errorKind !== 'simulated';
  const bounds = errorBounds(points.flatMap((p) => [p.error, ...(ofTraining ? [p.trainError] : [])]));
  const lines = errorSeries(training, lang, palette, ofTraining);
  const series = [...lines, ...eventSeries(training, lang, palette, { bottom: bounds.min, last, logarithmic })];
  const yAxis = axis(word(ERROR_AXES[errorKind ?? 'cross-validated']), palette, lang, 2);
  const option = asOption({
    ...base(title, description, palette),
    grid: belowLegend(series.map((one) => one.name as string)),
    xAxis: { ...axis(word('iterationAxis'), palette, lang, 0), ...iterationEnds(last, logarithmic) },
    yAxis: { ...yAxis, ...bounds, axisLabel: { ...(yAxis.axisLabel as object), formatter: percentFormat(lang) } },
    series,
  });
  const table = {
    columns: [word('iterationAxis'), errorName(errorKind, lang), ...(ofTraining ? [word('trainError')] : [])],
    rows: points.map((p) => [p.iteration, p.error, ...(ofTraining ? [p.trainError] : [])]),
    shares: [1, 2],
  };
  return { title, description, option, table };
}

/** The error by iteration, marked where a search changed the settings, and the training's own error behind it. */
function errorSeries(
  { points, errorKind, events }: Convergence,
  lang: Lang,
  palette: Palette,
  ofTraining: boolean,
): Record<string, unknown>[] {
  const word = chartWords(lang);
  const line = (
    name: string,
    of: (point: Convergence['points'][number]) => number | null,
    { colour, width, z }: { readonly colour: string; readonly width: number; readonly z: number },
  ): Record<string, unknown> => ({
    name,
    type: 'line',
    showSymbol: false,
    data: points.map((point) => [point.iteration, of(point)]),
    lineStyle: { color: colour, width },
    color: colour,
    z,
  });
  const marks = events
    .filter((event) => event.kind === 'search' && event.adopted === true)
    .map((event) => ({
      xAxis: event.iteration,
      lineStyle: { color: palette.optimum, type: 'dashed', width: 1.5 },
      label: { formatter: word('adopted'), color: palette.optimum, position: 'insideEndTop', fontSize: 11 },
    }));
  const training = line(word('trainError'), (p) => p.trainError, { colour: palette.faint, width: 1.5, z: 2 });
  const error = line(errorName(errorKind, lang), (p) => p.error, { colour: palette.demand, width: 2.5, z: 3 });
  return [...(ofTraining ? [training] : []), { ...error, markLine: { symbol: 'none', silent: true, data: marks } }];
}

interface IterationAxis {
  /** Lowest error of the picture: marks stand on it. */
  readonly bottom: number;
  readonly last: number;
  readonly logarithmic: boolean;
}

/** Checkpoints, and searches that changed nothing, on the iteration axis. */
function eventSeries(
  { events, checkpointEvery }: Convergence,
  lang: Lang,
  palette: Palette,
  { bottom, last, logarithmic }: IterationAxis,
): Record<string, unknown>[] {
  const word = chartWords(lang);
  const marks = (name: string, at: readonly number[], symbol: string, size: readonly number[], colour: string) => ({
    name,
    type: 'scatter',
    data: at.map((iteration) => [iteration, bottom]),
    symbol,
    symbolSize: size,
    symbolOffset: [0, '-50%'],
    itemStyle: { color: colour },
    color: colour,
    z: 4,
  });
  const checkpoints = checkpointMarks(checkpointEvery, last, logarithmic);
  const unchanged = events.filter((event) => event.kind === 'search' && event.adopted !== true);
  const at = unchanged.map((event) => event.iteration);
  return [
    marks(word('checkpoint'), checkpoints, 'rect', [2, 8], palette.today),
    marks(word('notAdopted'), at, 'triangle', [9, 8], palette.optimum),
  ].filter(({ data }) => data.length > 0);
}

/** Checkpoints that can be told apart on the axis: at least a hundredth of its length from one to the next. */
function checkpointMarks(
  checkpointEvery: ShowDocument['checkpointEvery'],
  last: number,
  logarithmic: boolean,
): number[] {
  if (checkpointEvery === null) return [];
  const place = (iteration: number): number =>
    logarithmic ? Math.log(iteration) / Math.log(Math.max(2, last)) : iteration / last;
  const marks: number[] = [];
  // Of millions of checkpoints 2,000 are looked at: far more than an axis can show.
  const step = Math.max(1, Math.ceil(last / checkpointEvery / 2_000)) * checkpointEvery;
  for (let iteration = step; iteration <= last; iteration += step) {
    const before = marks.at(-1);
    if (before === undefined || place(iteration) - place(before) >= 0.01) marks.push(iteration);
  }
  return marks;
}

/** The iteration axis ends where the training did. */
export function iterationEnds(last: number, logarithmic: boolean): Record<string, unknown> {
  return { ...(logarithmic && { type: 'log' }), min: logarithmic ? 1 : 0, max: last };
}

/**
 * The error axis, closed around the values. It is logarithmic only where they span a factor of ten: below that a
 * logarithm changes the shape hardly at all, and its powers of ten leave the axis without labels.
 */
export function errorBounds(values: readonly (number | null)[]): {
  readonly type: 'value' | 'log';
  readonly min: number;
  readonly max: number;
} {
  const found = values.filter((value): value is number => value !== null);
  const [low, high] = [Math.min(...found), Math.max(...found)];
  if (low > 0 && high / low >= 10)
    return { type: 'log', min: 10 ** Math.floor(Math.log10(low)), max: 10 ** Math.ceil(Math.log10(high)) };
  // An error that hardly moves is not drawn as if it did: a thousandth is the least that an axis spans.
  return { type: 'value', ...roundEnds(low, Math.max(high, low + 0.001)) };
}

/**
 * One figure of a training by iteration, beside its error: step size, size of the gradient, weight of simulated sales,
 * elasticity.
 */
export function metricChart(
  metric: TrainingMetric,
  iterations: readonly number[],
  values: readonly (number | null)[],
  lang: Lang,
  palette: Palette,
): Chart {
  const word = chartWords(lang);
  const title = word(METRIC_WORDS[metric]);
  const description = word('metricText', { what: title });
  const logarithmic = metric !== 'elasticity';
  const points = iterations
    .map((iteration, i) => [iteration, values[i] ?? null] as const)
    .filter(([, value]) => value !== null && (!logarithmic || value > 0));
  const option = asOption({
    ...base(title, description, palette),
    legend: { show: false },
    grid: { ...belowLegend([]), top: 52 },
    xAxis: { ...axis(word('iterationAxis'), palette, lang, 0), ...iterationEnds(iterations.at(-1) ?? 1, false) },
    yAxis: { ...axis('', palette, lang, 4), ...(logarithmic && { type: 'log' }) },
    series: [
      {
        name: title,
        type: 'line',
        showSymbol: false,
        data: points,
        lineStyle: { color: palette.demand, width: 2 },
        color: palette.demand,
      },
    ],
  });
  return {
    title,
    description,
    option,
    table: { columns: [word('iterationAxis'), title], rows: points.map(([x, y]) => [x, y]) },
  };
}

/** Figures of a history that are drawn beside its error. */
export const TRAINING_METRICS = ['elasticity', 'stepSize', 'gradientNorm', 'tau'] as const;
export type TrainingMetric = (typeof TRAINING_METRICS)[number];
const METRIC_WORDS = {
  elasticity: 'metricElasticity',
  stepSize: 'metricStep',
  gradientNorm: 'metricGradient',
  tau: 'metricTau',
} as const;
