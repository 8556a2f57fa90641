/** What pictures are made of: colours, number formats, title, legend and axes. */

import type { EChartsOption } from 'echarts';
import type { Lang } from '../core/vocabulary.ts';

/** Colours that stay apart for colour-blind eyes (Okabe & Ito 2008) and on light or dark ground. */
export interface Palette {
  readonly ground: string;
  readonly ink: string;
  readonly faint: string;
  readonly grid: string;
  readonly demand: string;
  readonly profit: string;
  readonly optimum: string;
  readonly today: string;
}

export const LIGHT: Palette = {
  ground: '#ffffff',
  ink: '#1f2933',
  faint: '#52606d',
  grid: '#e4e7eb',
  demand: '#0072b2',
  profit: '#00795c',
  optimum: '#c2410c',
  today: '#6b4fa0',
};
export const DARK: Palette = {
  ground: '#16191d',
  ink: '#e8eaed',
  faint: '#a8b0b9',
  grid: '#343a41',
  demand: '#56b4e9',
  profit: '#2fc59b',
  optimum: '#f4a261',
  today: '#c4a7f0',
};

/** A picture: what it says, its options and the table of its data. */
export interface Chart {
  readonly title: string;
  /** One sentence that says what the picture shows, for those who do not see it. */
  readonly description: string;
  readonly option: EChartsOption;
  readonly table: {
    readonly columns: readonly string[];
    readonly rows: readonly (readonly (string | number | null)[])[];
    /** Columns of shares: pages show them as percentages, files as they are. */
    readonly shares?: readonly number[];
  };
}

export function numberFormat(lang: Lang, digits: number): (value: number) => string {
  const format = new Intl.NumberFormat(lang, { maximumFractionDigits: digits });
  return (value) => format.format(value);
}

/** Numbers of one column or axis: all with the same digits. */
export function fixedFormat(lang: Lang, digits: number): (value: number) => string {
  const format = new Intl.NumberFormat(lang, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return (value) => format.format(value);
}

export function percentFormat(lang: Lang): (value: number) => string {
  const format = new Intl.NumberFormat(lang, { style: 'percent', maximumFractionDigits: 1 });
  return (value) => format.format(value);
}

/**
 * The library's own type knows each kind of axis and series by itself; options put together from parts fit none of
 * them.
 */
export function asOption(option: Readonly<Record<string, unknown>>): EChartsOption {
  return option as unknown as EChartsOption;
}

/** What every picture shares: ground, title, legend, accessible text. */
export function base(title: string, description: string, palette: Palette): EChartsOption {
  return {
    animation: false,
    backgroundColor: palette.ground,
    textStyle: { fontFamily: 'DejaVu Sans, system-ui, sans-serif', color: palette.ink },
    title: { text: title, left: 12, top: 8, textStyle: { color: palette.ink, fontSize: 15, fontWeight: 600 } },
    aria: { enabled: true, label: { description } },
    grid: belowLegend([]),
    legend: {
      top: 38,
      left: 12,
      itemWidth: 18,
      itemGap: 26,
      textStyle: { color: palette.faint, fontSize: 12 },
      icon: 'roundRect',
    },
  };
}

/** Where a picture's axes lie: below a legend of these names, their labels and names inside, so that none is cut. */
export function belowLegend(names: readonly string[]): Record<string, unknown> {
  // On a picture of the report, the narrowest: about 7 pixels a letter and 54 around each name.
  let lines = 1;
  let used = 0;
  for (const name of names) {
    const width = 54 + 7 * name.length;
    if (used > 0 && used + width > 496) {
      lines++;
      used = 0;
    }
    used += width;
  }
  return { left: 12, right: 20, top: 46 + 34 * lines, bottom: 10, outerBoundsMode: 'same', outerBoundsContain: 'all' };
}

/**
 * Round ends of an axis around its values, with the distance of its labels: 1, 2 or 5 times a power of ten, six labels
 * at most.
 */
export function roundEnds(
  low: number,
  high: number,
): { readonly min: number; readonly max: number; readonly interval: number } {
  const span = Math.max(high - low, 1e-9);
  const power = 10 ** Math.floor(Math.log10(span));
  const interval = [0.2, 0.5, 1].map((share) => share * power).find((step) => span / step <= 6) ?? 2 * power;
  return { min: Math.floor(low / interval) * interval, max: Math.ceil(high / interval) * interval, interval };
}

/** An axis in a picture's colours. */
export function axis(
  name: string,
  palette: Palette,
  lang: Lang,
  digits: number,
  type: 'value' | 'category' = 'value',
): Record<string, unknown> {
  return {
    type,
    name,
    nameLocation: 'middle',
    nameGap: 10,
    nameMoveOverlap: true,
    nameTextStyle: { color: palette.faint, fontSize: 12, padding: 4 },
    axisLabel: {
      color: palette.faint,
      fontSize: 11,
      hideOverlap: true,
      ...(type === 'value' && { formatter: numberFormat(lang, digits) }),
    },
    axisLine: { lineStyle: { color: palette.grid } },
    splitLine: { lineStyle: { color: palette.grid } },
    scale: true,
  };
}

/** A band between low and high as one closed shape: a stack of two lines breaks where low is below 0. */
export function band(
  name: string,
  xs: readonly number[],
  low: readonly number[],
  high: readonly number[],
  colour: string,
): Record<string, unknown> {
  const outline = [...xs.map((x, i) => [x, high[i]]), ...xs.map((x, i) => [x, low[i]]).reverse()];
  return {
    name,
    type: 'custom',
    color: colour,
    silent: true,
    z: 1,
    data: [[xs[0], low[0]]],
    encode: { x: 0, y: 1 },
    clip: true,
    renderItem: (_: unknown, api: { coord: (point: readonly number[]) => number[] }) => ({
      type: 'polygon',
      shape: { points: outline.map((p) => api.coord(p)) },
      style: { fill: colour, opacity: 0.18 },
    }),
  };
}
