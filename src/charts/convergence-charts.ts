/**
 * Pictures of how an error converges: held-out and training error by iteration, on even and on logarithmic axes, with
 * searches and checkpoints marked.
 */

import type { ShowDocument } from '../contract/documents.ts';
import type { ErrorKind, Lang } from '../core/vocabulary.ts';
import type { ChartKey } from '../i18n/catalogue.ts';

import { type AxisScale, roundEnds } from './axis-scale.ts';
import { asOption, base, type Chart, onGround, type Palette, scaledAxis } from './chart-base.ts';
import { directLabels } from './direct-labels.ts';
import { lineSeries } from './line-series.ts';
import { chartWords } from './words.ts';

/** What is drawn of one training's errors. */
export interface Convergence {
  readonly product: string;
  readonly points: ShowDocument['convergence'];
  readonly errorKind: ShowDocument['errorKind'];
  readonly events: ShowDocument['events'];
  readonly checkpointEvery: ShowDocument['checkpointEvery'];
  /** Error of the model that came of it, of all its specs together; null without one. */
  readonly modelError: number | null;
}

/** How errors are drawn. */
export interface ErrorView {
  /** The iteration axis is logarithmic. */
  readonly logX: boolean;
  /** The error axis is; null: where errors span a factor of ten. */
  readonly logY: boolean | null;
  /** Weight of the past in the smoothed line, 0-1; the raw one stands faint behind it. */
  readonly smoothing: number;
}

/** The two pictures that files have. */
export const ERROR_VIEWS: readonly ErrorView[] = [
  { logX: false, logY: null, smoothing: 0 },
  { logX: true, logY: null, smoothing: 0 },
];

/** Of the narrowest picture in a file. */
export const FILE_WIDTH = 520;

/**
 * Both pictures of a training's convergence, on even and on logarithmic axes; none for the exact solver, which has no
 * iterations.
 */
export function convergenceCharts(training: Convergence, lang: Lang, palette: Palette): Chart[] {
  if (training.points.length === 0) return [];
  return ERROR_VIEWS.map((view) => convergenceChart(training, lang, palette, view));
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

export function convergenceChart(training: Convergence, lang: Lang, palette: Palette, view: ErrorView): Chart {
  const { product, points, errorKind, modelError } = training;
  const word = chartWords(lang);
  const title = word(view.logX ? 'convergenceLogTitle' : 'convergenceTitle', { name: product });
  const description = word('convergenceText', { name: product });
  const last = points.at(-1)?.iteration ?? 1;
  // Errors on simulated sales have no training error beside them.
  const ofTraining = errorKind !== 'simulated';
  const drawn = points.flatMap((p) => [p.error, ...(ofTraining ? [p.trainError] : [])]);
  const bounds = errorBounds([...drawn, modelError], view.logY);
  const series = [
    ...errorSeries(training, lang, palette, { ofTraining, view }),
    ...eventSeries(training, lang, palette, { bottom: bounds.min, last, logarithmic: view.logX }),
  ];
  const scales = { x: { log: view.logX, share: false }, y: { log: bounds.type === 'log', share: true } };
  const option = asOption(
    directLabels(
      {
        ...base(title, description, palette, series),
        xAxis: iterationAxis(last, view.logX, lang, palette),
        yAxis: errorAxis(word(ERROR_AXES[errorKind ?? 'cross-validated']), bounds, lang, palette),
        series,
      },
      FILE_WIDTH,
    ),
  );
  const table = {
    columns: [word('iterationAxis'), errorName(errorKind, lang), ...(ofTraining ? [word('trainError')] : [])],
    rows: points.map((p) => [p.iteration, p.error, ...(ofTraining ? [p.trainError] : [])]),
    shares: [1, 2],
  };
  return { title, description, option, scales, table };
}

/** The error axis of a picture, closed around bounds. */
export function errorAxis(
  name: string,
  { type, min, max }: ReturnType<typeof errorBounds>,
  lang: Lang,
  palette: Palette,
): Record<string, unknown> {
  return scaledAxis(name, palette, lang, [min, max], { log: type === 'log', share: true });
}

/** The iteration axis ends where the training did. */
export function iterationAxis(
  last: number,
  logarithmic: boolean,
  lang: Lang,
  palette: Palette,
): Record<string, unknown> {
  const scale: AxisScale = { log: logarithmic, share: false };
  const name = chartWords(lang)('iterationAxis');
  const scaled = scaledAxis(name, palette, lang, [logarithmic ? 1 : 0, Math.max(last, 2)], scale);
  return { ...scaled, max: last };
}

/** The error by iteration, marked where a search changed the settings, and the training's own error behind it. */
function errorSeries(
  { points, errorKind, events, modelError }: Convergence,
  lang: Lang,
  palette: Palette,
  { ofTraining, view }: { readonly ofTraining: boolean; readonly view: ErrorView },
): Record<string, unknown>[] {
  const word = chartWords(lang);
  const xs = points.map(({ iteration }) => iteration);
  const of = (value: (point: Convergence['points'][number]) => number | null): (number | null)[] => points.map(value);
  const { smoothing } = view;
  const training = lineSeries(
    word('trainError'),
    xs,
    of((p) => p.trainError),
    { colour: palette.faint, width: 1.5, z: 2, smoothing },
  );
  const error = lineSeries(
    errorName(errorKind, lang),
    xs,
    of((p) => p.error),
    { colour: palette.demand, width: 2.5, smoothing },
  );
  const adopted = adoptedMarks(events, palette);
  const inLegend = {
    name: word('adopted'),
    type: 'line',
    symbol: 'none',
    data: [],
    color: palette.optimum,
    lineStyle: { color: palette.optimum, type: 'dashed', width: 1.5 },
  };
  const main = error.at(-1) as Record<string, unknown>;
  return [
    ...(ofTraining ? training : []),
    ...error.slice(0, -1),
    {
      ...main,
      markLine: {
        symbol: 'none',
        silent: true,
        precision: 8,
        data: [...adopted, ...modelMark(modelError, lang, palette)],
      },
    },
    ...(adopted.length > 0 ? [inLegend] : []),
  ];
}

/** Where searches changed the settings: a line each, which the legend names. */
function adoptedMarks(events: Convergence['events'], palette: Palette): Record<string, unknown>[] {
  return events
    .filter((event) => event.kind === 'search' && event.adopted === true)
    .map(({ iteration }) => ({
      xAxis: iteration,
      lineStyle: { color: palette.optimum, type: 'dashed', width: 1.5 },
      label: { show: false },
    }));
}

/** The error, or another figure, of the model that came of the training. */
function modelMark(value: number | null, lang: Lang, palette: Palette, share = true): Record<string, unknown>[] {
  if (value === null) return [];
  const format = new Intl.NumberFormat(lang, {
    ...(share && { style: 'percent' }),
    minimumFractionDigits: share ? 1 : 2,
    maximumFractionDigits: share ? 1 : 2,
  });
  return [
    {
      yAxis: value,
      lineStyle: { color: palette.today, type: 'dotted', width: 1.5 },
      label: {
        formatter: chartWords(lang)('ofModel', { value: format.format(value) }),
        color: palette.today,
        position: 'insideMiddleBottom',
        fontSize: 11,
        ...onGround(palette),
      },
    },
  ];
}

/** Share of the iteration axis at which an iteration lies. */
function placeOn(iteration: number, last: number, logarithmic: boolean): number {
  return logarithmic ? Math.log(iteration) / Math.log(Math.max(2, last)) : iteration / last;
}

interface IterationAxis {
  /** Lowest error of the picture: marks stand on it. */
  readonly bottom: number;
  readonly last: number;
  readonly logarithmic: boolean;
}

/** Ids of series that stand on the iteration axis begin so: they move with its place. */
export const MARKS = 'marks-';

/** Checkpoints, and searches that changed nothing, on the iteration axis. */
function eventSeries(
  { events, checkpointEvery }: Convergence,
  lang: Lang,
  palette: Palette,
  { bottom, last, logarithmic }: IterationAxis,
): Record<string, unknown>[] {
  const word = chartWords(lang);
  const marks = (name: string, at: readonly number[], symbol: string, size: readonly number[], colour: string) => ({
    id: `${MARKS}${symbol}`,
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
  const place = (iteration: number): number => placeOn(iteration, last, logarithmic);
  const marks: number[] = [];
  // Of millions of checkpoints 2,000 are looked at: far more than an axis can show.
  const step = Math.max(1, Math.ceil(last / checkpointEvery / 2_000)) * checkpointEvery;
  for (let iteration = step; iteration <= last; iteration += step) {
    const before = marks.at(-1);
    if (before === undefined || place(iteration) - place(before) >= 0.01) marks.push(iteration);
  }
  return marks;
}

/**
 * The error axis, closed around the values. It is logarithmic only where they span a factor of ten: below that a
 * logarithm changes the shape hardly at all.
 *
 * @param log true or false decides it, as long as all values lie above 0
 */
export function errorBounds(
  values: readonly (number | null)[],
  log: boolean | null = null,
): {
  readonly type: 'value' | 'log';
  readonly min: number;
  readonly max: number;
} {
  const found = values.filter((value): value is number => value !== null);
  const [low, high] = [Math.min(...found), Math.max(...found)];
  if (log === true && low > 0 && high / low < 10) return { type: 'log', min: low, max: Math.max(high, low * 1.02) };
  if (low > 0 && log !== false && high / low >= 10)
    return { type: 'log', min: 10 ** Math.floor(Math.log10(low)), max: 10 ** Math.ceil(Math.log10(high)) };
  // An error that hardly moves is not drawn as if it did: a thousandth is the least that an axis spans.
  return { type: 'value', ...roundEnds(low, Math.max(high, low + 0.001)) };
}

/** How a figure of a training is drawn. */
export interface MetricView {
  readonly logX: boolean;
  /** Null: as the figure usually is. */
  readonly logY: boolean | null;
  /** The same figure of the model that came of it. */
  readonly ofModel?: number | null;
}

/** Elasticities lie below 0: no logarithm. */
export function canBeLog(metric: TrainingMetric): boolean {
  return metric !== 'elasticity';
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
  { logX, logY, ofModel = null }: MetricView = { logX: false, logY: null },
): Chart {
  const word = chartWords(lang);
  const title = word(METRIC_WORDS[metric]);
  const description = word('metricText', { what: title });
  const logarithmic = canBeLog(metric) && logY !== false;
  const points = iterations
    .map((iteration, i) => [iteration, values[i] ?? null] as const)
    .filter((point): point is readonly [number, number] => point[1] !== null && (!logarithmic || point[1] > 0));
  const found = [...points.map(([, value]) => value), ...(ofModel === null ? [] : [ofModel])];
  const scales = { x: { log: logX, share: false }, y: { log: logarithmic, share: false } };
  const ends: readonly [number, number] = [Math.min(...found), Math.max(...found)];
  const series = {
    name: '',
    type: 'line',
    symbol: 'none',
    data: points,
    lineStyle: { color: palette.demand, width: 2 },
    color: palette.demand,
    markLine: { symbol: 'none', silent: true, precision: 8, data: modelMark(ofModel, lang, palette, false) },
  };
  const option = asOption({
    ...base(title, description, palette),
    xAxis: iterationAxis(iterations.at(-1) ?? 1, logX, lang, palette),
    yAxis: scaledAxis('', palette, lang, ends, scales.y),
    series: [series],
  });
  return {
    title,
    description,
    option,
    scales,
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
