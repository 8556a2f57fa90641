/** Pictures of several models side by side: convergence, demand and profit, one line each. */

import type { CompareDocument, ComparedModel } from '../contract/documents.ts';
import { visibleText } from '../contract/visible-text.ts';
import type { Lang } from '../core/vocabulary.ts';

import { asOption, axis, base, belowLegend, type Chart, type Palette, percentFormat } from './chart-base.ts';
import { errorBounds, iterationEnds } from './convergence-charts.ts';
import { chartWords } from './words.ts';

/** Line styles repeat after the colours have: colour alone never tells two models apart. */
const DASHES = ['solid', 'dashed', 'dotted'] as const;
/** Longer names are cut in a legend, so that it fits its picture; the table below has them whole. */
const LEGEND_LETTERS = 24;

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
      points: (model) => relativeCurve(model, field),
      yAxis: {},
      xAxis: {},
    }),
  );
  return [...compareConvergenceCharts(document.models, names, lang, palette), ...charts];
}

/**
 * Errors by iteration on even and on logarithmic axes; none where no training has an error history. @param names one a
 * training
 */
export function compareConvergenceCharts(
  trainings: readonly Pick<ComparedModel, 'convergence' | 'errorKind'>[],
  names: readonly string[],
  lang: Lang,
  palette: Palette,
): Chart[] {
  if (trainings.every(({ convergence }) => convergence.length === 0)) return [];
  const word = chartWords(lang);
  const last = Math.max(...trainings.map(({ convergence }) => convergence.at(-1)?.iteration ?? 1));
  const errors = trainings.flatMap(({ convergence }) => convergence.map((p) => p.error));
  return [false, true].map((logarithmic) =>
    overlay(trainings, palette, lang, {
      title: word(logarithmic ? 'compareConvergenceLog' : 'compareConvergence'),
      xName: word('iterationAxis'),
      yName: word('errorAxis'),
      // An error on simulated sales is another thing than one on held-out sales: the line says so.
      names: trainings.map(({ errorKind }, m) =>
        errorKind === 'simulated' ? word('ofSimulated', { name: names[m] as string }) : (names[m] as string),
      ),
      points: ({ convergence }) => convergence.map(({ iteration, error }) => [iteration, error] as const),
      yAxis: errorBounds(errors),
      xAxis: iterationEnds(last, logarithmic),
      yFormat: percentFormat(lang),
    }),
  );
}

/** Names that tell the models apart: products where they differ, else merchants, else both. */
export function modelNames({ models }: CompareDocument): string[] {
  const choices = [models.map((model) => model.product), models.map((model) => model.merchant)];
  const names = choices.find((choice) => new Set(choice).size === choice.length) ?? models.map((model) => model.label);
  return names.map(visibleText);
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
  readonly points: (of: Of) => readonly (readonly [number, number])[];
  readonly xAxis: Record<string, unknown>;
  readonly yAxis: Record<string, unknown>;
  readonly yFormat?: (value: number) => string;
}

function overlay<Of>(drawn: readonly Of[], palette: Palette, lang: Lang, what: Overlay<Of>): Chart {
  const word = chartWords(lang);
  const { title, xName, yName, names, points, yFormat } = what;
  const description = word('compareText', { what: title, names: names.join(', ') });
  const colours = [palette.demand, palette.optimum, palette.profit, palette.today, palette.faint];
  const yAxis = axis(yName, palette, lang, 2);
  const legendNames = distinct(
    names.map((name) => (name.length > LEGEND_LETTERS ? `${name.slice(0, LEGEND_LETTERS - 1)}…` : name)),
  );
  const option = asOption({
    ...base(title, description, palette),
    grid: belowLegend(legendNames),
    // The legend shows each line itself, dashes and all, without the dot that it would put on it.
    legend: {
      top: 38,
      left: 12,
      itemWidth: 28,
      itemGap: 22,
      itemStyle: { opacity: 0 },
      textStyle: { color: palette.faint, fontSize: 12 },
    },
    xAxis: { ...axis(xName, palette, lang, 2), ...what.xAxis },
    yAxis: {
      ...yAxis,
      ...what.yAxis,
      ...(yFormat && { axisLabel: { ...(yAxis.axisLabel as object), formatter: yFormat } }),
    },
    series: drawn.map((model, m) => ({
      name: legendNames[m],
      type: 'line',
      showSymbol: false,
      data: points(model),
      color: colours[m % colours.length],
      lineStyle: {
        color: colours[m % colours.length],
        width: 2.2,
        type: DASHES[Math.floor(m / colours.length) % DASHES.length],
      },
    })),
  });
  return {
    title,
    description,
    option,
    table: {
      columns: [word('model'), xName, yName],
      rows: drawn.flatMap((model, m) => points(model).map(([x, y]) => [names[m] as string, x, y])),
      ...(yFormat && { shares: [2] }),
    },
  };
}

/** Series of one name would be one line of a legend: cut names that became equal are numbered. */
function distinct(names: readonly string[]): string[] {
  return names.map((name, i) =>
    names.indexOf(name) === i ? name : `${name} ${names.slice(0, i + 1).filter((n) => n === name).length}`,
  );
}
