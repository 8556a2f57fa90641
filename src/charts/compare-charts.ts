/** Pictures of several models side by side: convergence, demand and profit, one line each. */

import type { EChartsOption } from 'echarts';
import type { CompareDocument, ComparedModel } from '../contract/documents.ts';
import type { Lang } from '../contract/words.ts';
import { axis, base, type Chart, type Palette, percentFormat } from './chart-base.ts';
import { logBounds } from './convergence-charts.ts';
import { chartWords } from './words.ts';

/** Line styles repeat after the colours have: colour alone never tells two models apart. */
const DASHES = ['solid', 'dashed', 'dotted'] as const;

/**
 * Every picture of a comparison. Products differ in price and size, so curves of price are drawn relative to each model's own price and quantity of today;
 * convergence is drawn where at least one model has an error history.
 */
export function compareCharts(document: CompareDocument, lang: Lang, palette: Palette): Chart[] {
  const w = chartWords(lang);
  const relative = (field: 'demand' | 'profit') => (model: ComparedModel) => {
    const { price, expectedDemand, expectedProfit } = model.recommendation.current;
    const today = field === 'demand' ? expectedDemand : expectedProfit;
    return today > 0 ? model.curve.map((point) => [point.price / price, point[field] / today] as const) : [];
  };
  const charts = [
    overlay(document, palette, lang, w('compareDemand'), w('relativePrice'), w('relativeDemand'), relative('demand')),
    overlay(document, palette, lang, w('compareProfit'), w('relativePrice'), w('relativeProfit'), relative('profit')),
  ];
  if (document.models.every((model) => model.convergence.length === 0)) return charts;
  const errors = (model: ComparedModel): (readonly [number, number])[] => model.convergence.map(({ iteration, error }) => [iteration, error] as const);
  const even = overlay(document, palette, lang, w('compareConvergence'), w('iterationAxis'), w('errorAxis'), errors, percentFormat(lang));
  const option = even.option as { xAxis: object; yAxis: object };
  const logarithmic: Chart = {
    ...even,
    option: {
      ...even.option,
      xAxis: { ...option.xAxis, type: 'log', min: 1 },
      yAxis: { ...option.yAxis, type: 'log', ...logBounds(document.models.flatMap((m) => m.convergence.map((p) => p.error))) },
    } as EChartsOption,
  };
  return [even, logarithmic, ...charts];
}

function overlay(
  document: CompareDocument,
  palette: Palette,
  lang: Lang,
  title: string,
  xName: string,
  yName: string,
  points: (model: ComparedModel) => readonly (readonly [number, number])[],
  yFormat?: (value: number) => string,
): Chart {
  const w = chartWords(lang);
  const names = document.models.map((model) => model.label).join(', ');
  const description = w('compareText', { what: title, names });
  const colours = [palette.demand, palette.optimum, palette.profit, palette.today, palette.faint];
  const yAxis = axis(yName, palette, lang, 2);
  const option = {
    ...base(title, description, palette),
    legend: { top: 36, left: 12, type: 'scroll', itemWidth: 26, textStyle: { color: palette.faint, fontSize: 12 } },
    xAxis: axis(xName, palette, lang, 2),
    yAxis: { ...yAxis, nameGap: 52, ...(yFormat && { axisLabel: { ...(yAxis.axisLabel as object), formatter: yFormat } }) },
    series: document.models.map((model, m) => ({
      name: model.label,
      type: 'line',
      showSymbol: false,
      data: points(model),
      color: colours[m % colours.length],
      lineStyle: { color: colours[m % colours.length], width: 2.2, type: DASHES[Math.floor(m / colours.length) % DASHES.length] },
    })),
  } as unknown as EChartsOption;
  return {
    title,
    description,
    option,
    table: { columns: ['', xName, yName], rows: document.models.flatMap((model) => points(model).map(([x, y]) => [model.label, x, y])) },
  };
}
