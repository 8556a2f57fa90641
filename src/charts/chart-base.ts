/** What pictures are made of: colours, number formats, title, legend and axes. */

import type { EChartsOption } from 'echarts';
import type { Lang } from '../core/vocabulary.ts';
import { type AxisScale, scaleOf, shortFormat } from './axis-scale.ts';

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
  /** Of a picture whose x axis may be narrowed: how it is scaled, and the series of marks that stand on its axis. */
  readonly scales?: { readonly x: AxisScale; readonly y: AxisScale };
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

/** Pixels of the narrowest picture, that of the report, between its margins. */
const NARROWEST = 496;
const TITLE_LETTER = 8.4;
const TITLE_LINE = 20;
const LEGEND_LINE = 34;

type Series = Readonly<Record<string, unknown>>;

/**
 * What every picture shares: ground, title, accessible text, the legend of its series as they are drawn, and the place
 * of its axes below both, so that nothing lies over anything or is cut.
 *
 * @param series those without a name have no place in the legend
 */
export function base(
  title: string,
  description: string,
  palette: Palette,
  series: readonly Series[] = [],
): EChartsOption {
  const entries = series.filter(({ name }) => typeof name === 'string' && name !== '');
  const titleLines = Math.ceil((title.length * TITLE_LETTER) / NARROWEST);
  const legendTop = 18 + TITLE_LINE * titleLines;
  const legendLines = entries.length === 0 ? 0 : linesOf(entries.map(({ name }) => name as string));
  return {
    animation: false,
    backgroundColor: palette.ground,
    textStyle: { fontFamily: 'DejaVu Sans, system-ui, sans-serif', color: palette.ink },
    title: {
      text: title,
      left: 12,
      top: 8,
      textStyle: {
        color: palette.ink,
        fontSize: 15,
        lineHeight: TITLE_LINE,
        fontWeight: 600,
        width: NARROWEST,
        overflow: 'break',
      },
    },
    aria: { enabled: true, label: { description } },
    grid: {
      left: 12,
      right: 20,
      top: legendTop + (legendLines === 0 ? 14 : 8 + LEGEND_LINE * legendLines),
      bottom: 10,
      outerBoundsMode: 'same',
      outerBoundsContain: 'all',
    },
    legend:
      entries.length === 0
        ? { show: false }
        : {
            top: legendTop,
            left: 12,
            width: NARROWEST,
            itemWidth: 22,
            itemGap: 20,
            textStyle: { color: palette.faint, fontSize: 12 },
            data: entries.map(legendEntry) as never,
          },
  };
}

/** How many lines a legend of these names takes: about 7 pixels a letter and 50 around each name. */
function linesOf(names: readonly string[]): number {
  let lines = 1;
  let used = 0;
  for (const name of names) {
    const width = 50 + 7 * name.length;
    if (used > 0 && used + width > NARROWEST) {
      lines++;
      used = 0;
    }
    used += width;
  }
  return lines;
}

/** A swatch as the series is drawn: a line with its dashes, a band as faint as it is, a point in its form. */
function legendEntry({ name, type, symbol }: Series): Record<string, unknown> {
  if (type === 'custom') return { name, icon: 'roundRect', itemStyle: { opacity: BAND_OPACITY * 1.6 } };
  if (type === 'scatter') return { name, icon: symbol ?? 'circle' };
  if (type !== 'line') return { name };
  // A line without the dot that the library would put on it.
  return { name, itemStyle: { opacity: 0 } };
}

/** Ground of a label that lies on lines. */
export function onGround(palette: Palette): Record<string, unknown> {
  return { backgroundColor: palette.ground, padding: [2, 4], borderRadius: 3 };
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
      ...(type === 'value' && { formatter: shortFormat(lang, 4, 1e7, numberFormat(lang, digits)) }),
    },
    axisLine: { lineStyle: { color: palette.grid } },
    splitLine: { lineStyle: { color: palette.grid } },
    scale: true,
  };
}

/** As {@link axis}, scaled around values: round ends, ticks with the decimals of their step. */
export function scaledAxis(
  name: string,
  palette: Palette,
  lang: Lang,
  [low, high]: readonly [number, number],
  scale: AxisScale = { log: false, share: false },
): Record<string, unknown> {
  const plain = axis(name, palette, lang, 0);
  const { splitLine, axisLabel, ...scaled } = scaleOf(scale, low, high, lang, plain.axisLabel as object);
  return { ...plain, ...scaled, axisLabel, splitLine: { ...(plain.splitLine as object), ...(splitLine as object) } };
}

const BAND_OPACITY = 0.18;

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
      style: { fill: colour, opacity: BAND_OPACITY },
    }),
  };
}
