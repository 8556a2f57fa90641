/** Documents → echarts options: one pure definition of every picture, for browser, SVG, PNG and report. */

import type { CellView } from '../contract/documents.ts';
import type { Lang } from '../core/vocabulary.ts';
import type { Chart, Palette } from './chart-base.ts';
import { type Convergence, convergenceCharts } from './convergence-charts.ts';
import { patternCharts } from './pattern-charts.ts';
import { demandChart, profitChart } from './price-charts.ts';

/** All pictures of a cell, in reading order. */
export function cellCharts(view: CellView, lang: Lang, palette: Palette): Chart[] {
  return [
    ...priceCharts(view, lang, palette),
    ...patternCharts(view, lang, palette),
    ...convergenceCharts(convergenceOf(view), lang, palette),
  ];
}

/** Demand and profit by price. */
export function priceCharts(view: CellView, lang: Lang, palette: Palette): [Chart, Chart] {
  return [demandChart(view, lang, palette), profitChart(view, lang, palette)];
}

/** The convergence of a cell's model. */
export function convergenceOf({ show }: CellView): Convergence {
  return {
    product: show.model.product,
    points: show.convergence,
    errorKind: show.errorKind,
    events: show.events,
    checkpointEvery: show.checkpointEvery,
    modelError: show.model.error.wape,
  };
}
