/** Pictures of how an error converges: held-out and training error by iteration, on even and on logarithmic axes, with search events marked. */

import type { EChartsOption } from 'echarts';
import type { ShowDocument } from '../contract/documents.ts';
import type { Lang } from '../contract/words.ts';
import { axis, base, type Chart, type Palette, percentFormat } from './chart-base.ts';
import { chartWords } from './words.ts';

/** What is drawn of one training's errors. */
export interface Convergence {
  readonly product: string;
  readonly points: ShowDocument['convergence'];
  readonly errorKind: ShowDocument['errorKind'];
  readonly events: ShowDocument['events'];
}

/** Both pictures of a training's convergence, on even and on logarithmic axes; none for the exact solver, which has no iterations. */
export function convergenceCharts(training: Convergence, lang: Lang, palette: Palette): Chart[] {
  if (training.points.length === 0) return [];
  return [convergenceChart(training, lang, palette, false), convergenceChart(training, lang, palette, true)];
}

function convergenceChart({ product, points: convergence, errorKind, events }: Convergence, lang: Lang, palette: Palette, logarithmic: boolean): Chart {
  const w = chartWords(lang);
  const simulated = errorKind === 'simulated';
  const title = w(logarithmic ? 'convergenceLogTitle' : 'convergenceTitle', { name: product });
  const description = w('convergenceText', { name: product });
  const errorName = w(simulated ? 'simulatedError' : 'heldOutError');
  // A logarithmic axis has no place for 0.
  const positive = (value: number | null): number | null => (value !== null && (!logarithmic || value > 0) ? value : null);
  const adopted = events.filter((event) => event.adopted === true);
  const line = (name: string, values: readonly (number | null)[], colour: string, width: number, z: number): Record<string, unknown> => ({
    name,
    type: 'line',
    showSymbol: false,
    data: convergence.map((point, i) => [point.iteration, positive(values[i] ?? null)]),
    lineStyle: { color: colour, width },
    color: colour,
    z,
  });
  const marks = adopted.map((event) => ({
    xAxis: event.iteration,
    lineStyle: { color: palette.optimum, type: 'dashed', width: 1.5 },
    label: { formatter: w('adopted'), color: palette.optimum, position: 'insideEndTop', fontSize: 11 },
  }));
  const kind = logarithmic ? { type: 'log' } : {};
  const percent = percentFormat(lang);
  const yAxis = axis(w(simulated ? 'simulatedErrorAxis' : 'errorAxis'), palette, lang, 2);
  const option = {
    ...base(title, description, palette),
    xAxis: { ...axis(w('iterationAxis'), palette, lang, 0), ...kind, min: logarithmic ? 1 : 0, max: convergence.at(-1)?.iteration },
    yAxis: {
      ...yAxis,
      ...kind,
      nameGap: 52,
      axisLabel: { ...(yAxis.axisLabel as object), formatter: percent },
      ...(logarithmic && logBounds(convergence.flatMap((p) => [p.error, ...(simulated ? [] : [p.trainError])]))),
    },
    series: [
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
    ],
  } as unknown as EChartsOption;
  return {
    title,
    description,
    option,
    table: {
      columns: [w('iterationAxis'), errorName, w('trainError')],
      rows: convergence.map((p) => [p.iteration, p.error ?? '–', p.trainError ?? '–']),
    },
  };
}

/** Ends of a logarithmic axis close around the values: whole powers of ten would press a curve from 30 % to 25 % flat. */
export function logBounds(values: readonly (number | null)[]): { min: number; max: number } {
  const found = values.filter((value): value is number => value !== null && value > 0);
  const round = (value: number, up: boolean): number => {
    const step = 10 ** Math.floor(Math.log10(value)) / 2;
    return (up ? Math.ceil(value / step) : Math.max(0.5, Math.floor(value / step))) * step;
  };
  return { min: round(Math.min(...found), false), max: round(Math.max(...found), true) };
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
    grid: { left: 40, right: 28, top: 52, bottom: 40, containLabel: true },
    xAxis: { ...axis(w('iterationAxis'), palette, lang, 0), min: 0, max: iterations.at(-1) },
    yAxis: { ...axis('', palette, lang, 4), ...(logarithmic && { type: 'log' }) },
    series: [{ name: title, type: 'line', showSymbol: false, data: points, lineStyle: { color: palette.demand, width: 2 }, color: palette.demand }],
  } as unknown as EChartsOption;
  return { title, description, option, table: { columns: [w('iterationAxis'), title], rows: points.map(([x, y]) => [x, y ?? '–']) } };
}

/** Figures of a history that are drawn beside its error. */
export const TRAINING_METRICS = ['elasticity', 'stepSize', 'gradientNorm', 'tau'] as const;
export type TrainingMetric = (typeof TRAINING_METRICS)[number];
const METRIC_WORDS = { elasticity: 'metricElasticity', stepSize: 'metricStep', gradientNorm: 'metricGradient', tau: 'metricTau' } as const;
