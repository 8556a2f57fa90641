/** A picture as a file, as the report has it, and its data as a table. */

import type { Chart } from '../../charts/chart-base.ts';
import { BYTE_ORDER_MARK, csvRows } from '../../contract/data-table.ts';
import { visibleLines } from '../../contract/visible-text.ts';
import type { Lang } from '../../core/vocabulary.ts';
import { fileName, saveFile } from './save-file.ts';

export const CHART_FILES = ['png', 'svg', 'csv'] as const;
export type ChartFile = (typeof CHART_FILES)[number];

/** Pixels of a picture in a file. */
const SIZE = { width: 900, height: 500 };

/** A picture as SVG, scaled to wherever it stands. */
export async function chartSvg(chart: Chart): Promise<string> {
  const { echarts } = await import('./chart-engine.ts');
  const picture = echarts.init(null, null, { renderer: 'svg', ssr: true, ...SIZE });
  picture.setOption(chart.option as never);
  const svg = picture.renderToSVGString();
  picture.dispose();
  return svg;
}

export async function saveChart(chart: Chart, kind: ChartFile, lang: Lang): Promise<void> {
  if (kind === 'csv') {
    const text = BYTE_ORDER_MARK + csvRows([chart.table.columns, ...chart.table.rows], lang);
    return saveFile(fileName(chart.title, 'csv'), text, 'text/csv');
  }
  if (kind === 'svg')
    return saveFile(fileName(chart.title, 'svg'), visibleLines(await chartSvg(chart)), 'image/svg+xml');
  const { echarts } = await import('./chart-engine.ts');
  const canvas = document.createElement('canvas');
  const picture = echarts.init(canvas as never, null, { renderer: 'canvas', devicePixelRatio: 2, ...SIZE });
  picture.setOption(chart.option as never);
  canvas.toBlob((blob) => blob && saveFile(fileName(chart.title, 'png'), blob, 'image/png'));
  picture.dispose();
}
