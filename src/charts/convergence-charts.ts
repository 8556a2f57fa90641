/** Pictures of how an error converges: held-out and training error by iteration, on even and on logarithmic axes, with searches and checkpoints marked. */

import type { EChartsOption } from 'echarts';
import type { ShowDocument } from '../contract/documents.ts';
import type { Lang } from '../contract/words.ts';
import { axis, base, belowLegend, type Chart, type Palette, percentFormat, roundEnds } from './chart-base.ts';
import { chartWords } from './words.ts';

/** What is drawn of one training's errors. */
export interface Convergence {
  readonly product: string;
  readonly points: ShowDocument['convergence'];
  readonly errorKind: ShowDocument['errorKind'];
  readonly events: ShowDocument['events'];
  readonly checkpointEvery: ShowDocument['checkpointEvery'];
}

/** Both pictures of a training's convergence, on even and on logarithmic axes; none for the exact solver, which has no iterations. */
export function convergenceCharts(training: Convergence, lang: Lang, palette: Palette): Chart[] {
  if (training.points.length === 0) return [];
  return [convergenceChart(training, lang, palette, false), convergenceChart(training, lang, palette, true)];
}

function convergenceChart(
  { product, points: convergence, errorKind, events, checkpointEvery }: Convergence,
  lang: Lang,
  palette: Palette,
  logarithmic: boolean,
): Chart {
  const w = chartWords(lang);
  const simulated = errorKind === 'simulated';
  const title = w(logarithmic ? 'convergenceLogTitle' : 'convergenceTitle', { name: product });
  const description = w('convergenceText', { name: product });
  const errorName = w(simulated ? 'simulatedError' : 'heldOutError');
  const last = convergence.at(-1)?.iteration ?? 1;
  const bounds = errorBounds(convergence.flatMap((p) => [p.error, ...(simulated ? [] : [p.trainError])]));
  const line = (name: string, values: readonly (number | null)[], colour: string, width: number, z: number): Record<string, unknown> => ({
    name,
    type: 'line',
    showSymbol: false,
    data: convergence.map((point, i) => [point.iteration, values[i] ?? null]),
    lineStyle: { color: colour, width },
    color: colour,
    z,
  });
  /** Marks that stand on the iteration axis. */
  const ticks = (name: string, at: readonly number[], symbol: string, size: readonly number[], colour: string): Record<string, unknown>[] =>
    at.length === 0
      ? []
      : [
          {
            name,
            type: 'scatter',
            data: at.map((iteration) => [iteration, bounds.min]),
            symbol,
            symbolSize: size,
            symbolOffset: [0, '-50%'],
            itemStyle: { color: colour },
            color: colour,
            z: 4,
          },
        ];
  const searches = events.filter((event) => event.kind === 'search');
  const marks = searches
    .filter((event) => event.adopted === true)
    .map((event) => ({
      xAxis: event.iteration,
      lineStyle: { color: palette.optimum, type: 'dashed', width: 1.5 },
      label: { formatter: w('adopted'), color: palette.optimum, position: 'insideEndTop', fontSize: 11 },
    }));
  const percent = percentFormat(lang);
  const yAxis = axis(w(simulated ? 'simulatedErrorAxis' : 'errorAxis'), palette, lang, 2);
  const series: Record<string, unknown>[] = [
    ...(simulated
      ? []
      : [
          line(
            w('trainError'),
            convergence.map((p) => p.trainError),
            palette.faint,
            1.5,
            2,
          ),
        ]),
    {
      ...line(
        errorName,
        convergence.map((p) => p.error),
        palette.demand,
        2.5,
        3,
      ),
      markLine: { symbol: 'none', silent: true, data: marks },
    },
    ...ticks(w('checkpoint'), checkpointMarks(checkpointEvery, last, logarithmic), 'rect', [2, 8], palette.today),
    ...ticks(
      w('notAdopted'),
      searches.filter((event) => event.adopted !== true).map((event) => event.iteration),
      'triangle',
      [9, 8],
      palette.optimum,
    ),
  ];
  const option = {
    ...base(title, description, palette),
    grid: belowLegend(series.map((one) => one.name as string)),
    xAxis: { ...axis(w('iterationAxis'), palette, lang, 0), ...iterationEnds(last, logarithmic) },
    yAxis: { ...yAxis, ...bounds, axisLabel: { ...(yAxis.axisLabel as object), formatter: percent } },
    series,
  } as unknown as EChartsOption;
  return {
    title,
    description,
    option,
    table: {
      columns: [w('iterationAxis'), errorName, ...(simulated ? [] : [w('trainError')])],
      rows: convergence.map((p) => [p.iteration, p.error, ...(simulated ? [] : [p.trainError])]),
      shares: [1, 2],
    },
  };
}

/** Checkpoints that can be told apart on the axis: at least a hundredth of its length from one to the next. */
function checkpointMarks(checkpointEvery: ShowDocument['checkpointEvery'], last: number, logarithmic: boolean): number[] {
  if (checkpointEvery === null) return [];
  const place = (iteration: number): number => (logarithmic ? Math.log(iteration) / Math.log(Math.max(2, last)) : iteration / last);
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
 * The error axis, closed around the values. It is logarithmic only where they span a factor of ten: below that a logarithm changes the shape
 * hardly at all, and its powers of ten leave the axis without labels.
 */
export function errorBounds(values: readonly (number | null)[]): { readonly type: 'value' | 'log'; readonly min: number; readonly max: number } {
  const found = values.filter((value): value is number => value !== null);
  const [low, high] = [Math.min(...found), Math.max(...found)];
  if (low > 0 && high / low >= 10) return { type: 'log', min: 10 ** Math.floor(Math.log10(low)), max: 10 ** Math.ceil(Math.log10(high)) };
  // An error that hardly moves is not drawn as if it did: a thousandth is the least that an axis spans.
  return { type: 'value', ...roundEnds(low, Math.max(high, low + 0.001)) };
}

/** One figure of a training by iteration, beside its error: step size, size of the gradient, weight of simulated sales, elasticity. */
export function metricChart(metric: TrainingMetric, iterations: readonly number[], values: readonly (number | null)[], lang: Lang, palette: Palette): Chart {
  const w = chartWords(lang);
  const title = w(METRIC_WORDS[metric]);
  const description = w('metricText', { what: title });
  const logarithmic = metric !== 'elasticity';
  const points = iterations.map((iteration, i) => [iteration, values[i] ?? null] as const).filter(([, value]) => value !== null && (!logarithmic || value > 0));
  const option = {
    ...base(title, description, palette),
    legend: { show: false },
    grid: { ...belowLegend([]), top: 52 },
    xAxis: { ...axis(w('iterationAxis'), palette, lang, 0), ...iterationEnds(iterations.at(-1) ?? 1, false) },
    yAxis: { ...axis('', palette, lang, 4), ...(logarithmic && { type: 'log' }) },
    series: [{ name: title, type: 'line', showSymbol: false, data: points, lineStyle: { color: palette.demand, width: 2 }, color: palette.demand }],
  } as unknown as EChartsOption;
  return { title, description, option, table: { columns: [w('iterationAxis'), title], rows: points.map(([x, y]) => [x, y]) } };
}

/** Figures of a history that are drawn beside its error. */
export const TRAINING_METRICS = ['elasticity', 'stepSize', 'gradientNorm', 'tau'] as const;
export type TrainingMetric = (typeof TRAINING_METRICS)[number];
const METRIC_WORDS = { elasticity: 'metricElasticity', stepSize: 'metricStep', gradientNorm: 'metricGradient', tau: 'metricTau' } as const;
