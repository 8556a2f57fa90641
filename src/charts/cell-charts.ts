/** One cell's pictures in every form: SVG, PNG, HTML, CSV and the terminal. */

import asciichart from 'asciichart';
import type { CellView } from '../contract/documents.ts';
import type { Lang } from '../contract/words.ts';
import { type Chart, cellCharts, LIGHT, numberFormat } from './chart-options.ts';
import { renderPng, renderSvg } from './render.ts';
import { renderCellPage } from './report.ts';

/** SVG and PNG hold the demand curve above the profit curve; HTML has every picture; CSV every table. */
export async function renderCell(view: CellView, lang: Lang, format: 'svg' | 'png' | 'html' | 'csv'): Promise<string | Uint8Array> {
  if (format === 'html') return renderCellPage(view, lang);
  const charts = cellCharts(view, lang, LIGHT);
  if (format === 'csv') return charts.map(tableCsv).join('\n');
  const both = stacked(charts[0] as Chart, charts[1] as Chart);
  return format === 'svg' ? renderSvg(both, 760, 840) : renderPng(both, 760, 840);
}

function tableCsv(chart: Chart): string {
  const rows = [chart.table.columns, ...chart.table.rows].map((row) =>
    row.map((value) => (typeof value === 'number' ? String(value) : `"${value.replaceAll('"', '""')}"`)).join(','),
  );
  return `"${chart.title.replaceAll('"', '""')}"\n${rows.join('\n')}\n`;
}

/** Two charts as one picture, the second below the first. */
function stacked(top: Chart, bottom: Chart): Chart {
  const a = top.option as Record<string, unknown>;
  const b = bottom.option as Record<string, unknown>;
  const moved = (series: unknown): unknown => (series as Record<string, unknown>[]).map((s) => ({ ...s, xAxisIndex: 1, yAxisIndex: 1 }));
  return {
    title: `${top.title} · ${bottom.title}`,
    description: `${top.description} ${bottom.description}`,
    option: {
      ...a,
      title: [a.title, { ...(b.title as object), top: 428 }],
      legend: [
        { ...(a.legend as object), data: names(a) },
        { ...(b.legend as object), top: 458, data: names(b) },
      ],
      grid: [
        { ...(a.grid as object), height: 270 },
        { ...(b.grid as object), top: 496, height: 270 },
      ],
      xAxis: [a.xAxis, { ...(b.xAxis as object), gridIndex: 1 }],
      yAxis: [a.yAxis, { ...(b.yAxis as object), gridIndex: 1 }],
      series: [...(a.series as unknown[]), ...(moved(b.series) as unknown[])],
    } as Chart['option'],
    table: top.table,
  };
}

function names(option: Record<string, unknown>): string[] {
  return (option.series as { name: string }[]).map((s) => s.name);
}

/** Demand and profit curve for an 80-column terminal, each with its range of prices below. */
export function terminalCell(view: CellView, lang: Lang): string {
  const format = numberFormat(lang, 2);
  const { curve } = view.show;
  const block = (title: string, values: readonly number[]): string => {
    const digits = Math.max(...values.map(Math.abs)) >= 100 ? 0 : 1;
    const plot = asciichart.plot(stretched(values, 60), { height: 9, format: (v: number) => numberFormat(lang, digits)(v).padStart(9) });
    const from = format((curve[0] as { price: number }).price);
    const to = format((curve.at(-1) as { price: number }).price);
    return `${title}\n${plot}\n${' '.repeat(11)}${from}${' '.repeat(Math.max(1, 60 - from.length - to.length))}${to}`;
  };
  const [demand, profit] = cellCharts(view, lang, LIGHT) as [Chart, Chart];
  return [
    block(
      `${demand.title} — ${demand.table.columns[1]}`,
      curve.map((c) => c.demand),
    ),
    '',
    block(
      `${profit.title} — ${profit.table.columns[1]}`,
      curve.map((c) => c.profit),
    ),
  ].join('\n');
}

/** Values at `length` even places, by linear interpolation. */
function stretched(values: readonly number[], length: number): number[] {
  return Array.from({ length }, (_, i) => {
    const at = (i / (length - 1)) * (values.length - 1);
    const left = Math.min(values.length - 2, Math.floor(at));
    return (values[left] as number) + (at - left) * ((values[left + 1] as number) - (values[left] as number));
  });
}
