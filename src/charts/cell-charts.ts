/** One cell's pictures in every form: SVG, PNG, HTML, CSV and the terminal. */

import { BYTE_ORDER_MARK, csvRows } from '../contract/data-table.ts';
import type { CellView, CompareDocument } from '../contract/documents.ts';
import type { Lang, PictureFormat } from '../core/vocabulary.ts';

import { type Chart, LIGHT } from './chart-base.ts';
import { cellCharts } from './chart-options.ts';
import { compareCharts } from './compare-charts.ts';
import { demandChart } from './price-charts.ts';
import { renderPng, renderSvg } from './render.ts';
import { renderCellPage, renderComparisonPage, renderDemandPage } from './report.ts';

/** SVG and PNG hold every picture, one below the other; HTML has them as a page; CSV their tables. */
export async function renderCell(view: CellView, lang: Lang, format: PictureFormat): Promise<string | Uint8Array> {
  if (format === 'html') return renderCellPage(view, lang);
  return renderCharts(cellCharts(view, lang, LIGHT), format, lang);
}

/** The demand curve alone, in every form. */
export async function renderDemandCurve(
  view: CellView,
  lang: Lang,
  format: PictureFormat,
): Promise<string | Uint8Array> {
  if (format === 'html') return renderDemandPage(view, lang);
  return renderCharts([demandChart(view, lang, LIGHT)], format, lang);
}

/** A comparison's pictures in every form. */
export async function renderComparison(
  document: CompareDocument,
  lang: Lang,
  format: PictureFormat,
): Promise<string | Uint8Array> {
  if (format === 'html') return renderComparisonPage(document, lang);
  return renderCharts(compareCharts(document, lang, LIGHT), format, lang);
}

async function renderCharts(
  charts: readonly Chart[],
  format: Exclude<PictureFormat, 'html'>,
  lang: Lang,
): Promise<string | Uint8Array> {
  if (format === 'csv') return BYTE_ORDER_MARK + charts.map((chart) => tableCsv(chart, lang)).join('\r\n');
  const picture = stacked(charts);
  const height = charts.length * CHART_HEIGHT;
  return format === 'svg' ? renderSvg(picture, 760, height) : renderPng(picture, 760, height);
}

function tableCsv({ title, table }: Chart, lang: Lang): string {
  return csvRows([[title], table.columns, ...table.rows], lang);
}

/** Height of one chart of a picture, in pixels. */
const CHART_HEIGHT = 404;

/** Charts as one picture, one below the other. */
function stacked(charts: readonly Chart[]): Chart {
  const options = charts.map((chart) => chart.option as Record<string, unknown>);
  const top = (i: number, offset: number): { top: number } => ({ top: i * CHART_HEIGHT + offset });
  return {
    title: charts.map((c) => c.title).join(' · '),
    description: charts.map((c) => c.description).join(' '),
    option: {
      ...options[0],
      title: options.map((o, i) => ({ ...(o.title as object), ...top(i, 8) })),
      legend: options.map((o, i) => ({ ...(o.legend as object), ...top(i, 38), data: names(o) })),
      grid: options.map((o, i) => {
        // A legend of several lines pushes its picture down.
        const offset = Math.max(76, (o.grid as { top: number }).top);
        return { ...(o.grid as object), ...top(i, offset), bottom: undefined, height: CHART_HEIGHT - 14 - offset };
      }),
      xAxis: options.map((o, i) => ({ ...(o.xAxis as object), gridIndex: i })),
      yAxis: options.map((o, i) => ({ ...(o.yAxis as object), gridIndex: i })),
      series: options.flatMap((o, i) =>
        (o.series as Record<string, unknown>[]).map((s) => ({
          ...s,
          // Charts one below the other are one picture, in which an id stands once.
          ...(s.id !== undefined && { id: `${s.id}-${i}` }),
          ...{ xAxisIndex: i, yAxisIndex: i },
        })),
      ),
    } as Chart['option'],
    table: (charts[0] as Chart).table,
  };
}

function names(option: Record<string, unknown>): string[] {
  return (option.series as { name?: string }[]).flatMap((s) => s.name ?? []);
}
