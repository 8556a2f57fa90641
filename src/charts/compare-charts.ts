/** Pictures of several models side by side: convergence, demand and profit, one line each. */

import type { CompareDocument, ComparedModel } from '../contract/documents.ts';
import { visibleText } from '../contract/visible-text.ts';
import type { Lang } from '../core/vocabulary.ts';

import type { AxisScale } from './axis-scale.ts';
import { asOption, base, type Chart, type Palette, scaledAxis } from './chart-base.ts';
import { ERROR_VIEWS, type ErrorView, errorBounds, FILE_WIDTH, iterationAxis } from './convergence-charts.ts';
import { directLabels } from './direct-labels.ts';
import { distinctNames, sharedName } from './distinct-names.ts';
import { lineSeries } from './line-series.ts';
import { chartWords } from './words.ts';

/** Line styles repeat after the colours have: colour alone never tells two models apart. */
const DASHES = ['solid', 'dashed', 'dotted', [14, 4, 3, 4]] as const;
/** A longer name is cut in a legend: a line of it is no longer; the table has it whole. */
const LEGEND_LETTERS = 60;

/**
 * Every picture of a comparison. Products differ in price and size, so curves of price are drawn relative to each
 * model's own price and quantity of today; convergence is drawn where at least one model has an error history.
 */
export function compareCharts(document: CompareDocument, lang: Lang, palette: Palette): Chart[] {
  const word = chartWords(lang);
  const names = modelNames(document);
  const charts = (['demand', 'profit'] as const).map((field) =>
    overlay(document.models, palette, lang, {
      title: word(field === 'demand' ? 'compareDemand' : 'compareProfit'),
      xName: word('relativePrice'),
      yName: word(field === 'demand' ? 'relativeDemand' : 'relativeProfit'),
      names,
      shared: sharedName(document.models.map(namedOf)),
      points: (model) => relativeCurve(model, field),
    }),
  );
  return [...compareConvergenceCharts(document.models, names, lang, palette), ...charts];
}

/** The convergence of both views that files have; none where no training has an error history. */
function compareConvergenceCharts(
  trainings: readonly Pick<ComparedModel, 'convergence' | 'errorKind'>[],
  names: readonly string[],
  lang: Lang,
  palette: Palette,
): Chart[] {
  if (trainings.every(({ convergence }) => convergence.length === 0)) return [];
  return ERROR_VIEWS.map((view) => compareConvergenceChart(trainings, names, lang, palette, view));
}

/** Errors by iteration, at least one of them with a history. @param names one a training */
export function compareConvergenceChart(
  trainings: readonly Pick<ComparedModel, 'convergence' | 'errorKind'>[],
  names: readonly string[],
  lang: Lang,
  palette: Palette,
  view: ErrorView,
): Chart {
  const word = chartWords(lang);
  const last = Math.max(...trainings.map(({ convergence }) => convergence.at(-1)?.iteration ?? 1));
  const errors = trainings.flatMap(({ convergence }) => convergence.map((p) => p.error));
  const { type, min, max } = errorBounds(errors, view.logY);
  return overlay(trainings, palette, lang, {
    title: word(view.logX ? 'compareConvergenceLog' : 'compareConvergence'),
    xName: word('iterationAxis'),
    yName: word('errorAxis'),
    // An error on simulated sales is another thing than one on held-out sales: the line says so.
    names: trainings.map(({ errorKind }, m) =>
      errorKind === 'simulated' ? word('ofSimulated', { name: names[m] as string }) : (names[m] as string),
    ),
    points: ({ convergence }) => convergence.map(({ iteration, error }) => [iteration, error] as const),
    ends: [min, max],
    yScale: { log: type === 'log', share: true },
    xAxis: iterationAxis(last, view.logX, lang, palette),
    xScale: { log: view.logX, share: false },
    smoothing: view.smoothing,
  });
}

/** Names that tell the models apart, without what all share. */
export function modelNames({ models }: Pick<CompareDocument, 'models'>): string[] {
  return distinctNames(models.map(namedOf)).map(visibleText);
}

function namedOf({ product, merchant, version, modelId }: ComparedModel) {
  return { product, merchant, version: `v${version}`, id: modelId };
}

/** Demand or profit by price, both as multiples of today's; empty where there is none today. */
export function relativeCurve(model: ComparedModel, field: 'demand' | 'profit'): (readonly [number, number])[] {
  const { price, expectedDemand, expectedProfit } = model.recommendation.current;
  const today = field === 'demand' ? expectedDemand : expectedProfit;
  return today > 0 ? model.curve.map((point) => [point.price / price, point[field] / today] as const) : [];
}

interface Overlay<Of> {
  readonly title: string;
  readonly xName: string;
  readonly yName: string;
  /** One a model. */
  readonly names: readonly string[];
  /** What all of them share. */
  readonly shared?: string;
  readonly points: (of: Of) => readonly (readonly [number, number])[];
  /** Of the vertical axis; those of the values unless told. */
  readonly ends?: readonly [number, number];
  readonly yScale?: AxisScale;
  readonly xAxis?: Record<string, unknown>;
  readonly xScale?: AxisScale;
  readonly smoothing?: number;
}

const LINEAR: AxisScale = { log: false, share: false };

function overlay<Of>(drawn: readonly Of[], palette: Palette, lang: Lang, what: Overlay<Of>): Chart {
  const word = chartWords(lang);
  const { xName, yName, names, shared = '', points, smoothing = 0, yScale = LINEAR, xScale = LINEAR } = what;
  const title = shared === '' ? what.title : `${what.title} · ${visibleText(shared)}`;
  const description = word('compareText', { what: title, names: names.join(', ') });
  const colours = [palette.demand, palette.optimum, palette.profit, palette.today, palette.faint];
  const legendNames = distinct(
    names.map((name) => (name.length > LEGEND_LETTERS ? `${name.slice(0, LEGEND_LETTERS - 1)}…` : name)),
  );
  const all = drawn.map(points);
  const ends = (of: 0 | 1): readonly [number, number] => {
    const values = all.flatMap((line) => line.map((point) => point[of]));
    return [Math.min(...values), Math.max(...values)];
  };
  const series = all.flatMap((line, m) =>
    lineSeries(
      legendNames[m] as string,
      line.map(([x]) => x),
      line.map(([, y]) => y),
      {
        colour: colours[m % colours.length] as string,
        width: 2.2,
        dash: DASHES[Math.floor(m / colours.length) % DASHES.length] as string,
        smoothing,
      },
    ),
  );
  const option = asOption(
    directLabels(
      {
        ...base(title, description, palette, series),
        xAxis: what.xAxis ?? scaledAxis(xName, palette, lang, ends(0)),
        yAxis: scaledAxis(yName, palette, lang, what.ends ?? ends(1), yScale),
        series,
      },
      FILE_WIDTH,
    ),
  );
  return {
    title,
    description,
    option,
    scales: { x: xScale, y: yScale },
    table: {
      columns: [word('model'), xName, yName],
      rows: all.flatMap((line, m) => line.map(([x, y]) => [names[m] as string, x, y])),
      ...(yScale.share && { shares: [2] }),
    },
  };
}

/** Series of one name would be one line of a legend: cut names that became equal are numbered. */
function distinct(names: readonly string[]): string[] {
  return names.map((name, i) =>
    names.indexOf(name) === i ? name : `${name} ${names.slice(0, i + 1).filter((n) => n === name).length}`,
  );
}
