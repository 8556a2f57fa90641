/** Chart options → SVG and PNG, without a browser. */

import { fileURLToPath } from 'node:url';
import * as echarts from 'echarts';
import { visibleLines, visibleText } from '../contract/visible-text.ts';
import type { Chart } from './chart-base.ts';

/** An SVG that scales to its place, with title and description inside. */
export function renderSvg(chart: Chart, width = 760, height = 420): string {
  const instance = echarts.init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    instance.setOption(chart.option);
    const svg = instance.renderToSVGString();
    const open = svg.indexOf('>');
    const head = svg.slice(0, open).replace(/ width="\d+" height="\d+"/, '');
    const viewBox = head.includes('viewBox') ? '' : ` viewBox="0 0 ${width} ${height}"`;
    const picture = uniqueIds(
      `${head}${viewBox} role="img">${`<title>${escapeXml(chart.title)}</title><desc>${escapeXml(chart.description)}</desc>`}${svg.slice(open + 1)}`,
      chart.title,
    );
    // A control character would leave the file no XML, and a name that turns lines around would turn the picture's.
    return visibleLines(picture);
  } finally {
    instance.dispose();
  }
}

/**
 * echarts numbers clip paths and classes by a counter of the process: pictures on one page must not share them, nor
 * depend on the count.
 */
function uniqueIds(svg: string, title: string): string {
  let hash = 2_166_136_261;
  for (const char of title + svg.length) hash = Math.imul(hash ^ (char.codePointAt(0) as number), 16_777_619);
  return svg.replace(/\bzr\d+-/g, `c${(hash >>> 0).toString(36)}-`);
}

/** A PNG at twice the size of the SVG, with a font of its own: a bare server has none. */
export async function renderPng(chart: Chart, width = 760, height = 420): Promise<Uint8Array> {
  const { Resvg } = await import('@resvg/resvg-js');
  const font = fileURLToPath(import.meta.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'));
  const image = new Resvg(renderSvg(chart, width, height), {
    fitTo: { mode: 'width', value: width * 2 },
    font: { fontFiles: [font], loadSystemFonts: false, defaultFontFamily: 'DejaVu Sans' },
  });
  return image.render().asPng();
}

/** A value as text of XML or HTML: no markup, and no character that neither can hold or that hides. */
export function escapeXml(text: string): string {
  return visibleText(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}
