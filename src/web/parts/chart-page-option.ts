/** What a picture gains on a page: values under the pointer, a part of its axis, a line that follows the user. */

import type { Chart, Palette } from '../../charts/chart-base.ts';
import { directLabels } from '../../charts/direct-labels.ts';
import { RAW } from '../../charts/line-series.ts';
import type { ChartWindow } from '../../charts/refit.ts';

type Option = Record<string, unknown>;

/** A vertical line at this x. */
export interface Marker {
  readonly x: number;
  readonly label: string;
}

/** How much of a picture is shown. */
export interface PageView {
  /** Pixels. */
  readonly width: number;
  /** A reader may narrow the x axis. */
  readonly zoom: boolean;
  /** Null: all of it. */
  readonly window: ChartWindow | null;
  /** Names of series that are not drawn. */
  readonly hidden: ReadonlySet<string>;
}

const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", Arial, sans-serif';
/** Pixels above the axes: room for the labels of marks. */
const TOP = 24;

/**
 * The picture's option with what only a page has: no title or legend of its own (the page shows both), values under the
 * pointer, zoom.
 */
export function pageOption(chart: Chart, palette: Palette, view: PageView): Option {
  const option = chart.option as Option;
  const grid = option.grid as Option;
  const drawn = {
    ...option,
    backgroundColor: 'transparent',
    textStyle: { fontFamily: FONT, color: palette.ink },
    title: { show: false },
    aria: { enabled: false },
    legend: { show: false, selected: Object.fromEntries([...view.hidden].map((name) => [name, false])) },
    grid: { ...grid, right: 20, top: TOP, bottom: view.zoom ? 40 : 8 },
    tooltip: tooltip(option, palette),
    ...(view.zoom && { dataZoom: zoomControls(palette, view.window) }),
    series: (option.series as Option[])
      .filter(({ id }) => typeof id !== 'string' || !view.hidden.has(id.slice(RAW.length)))
      .map((series) =>
        series.type === 'custom'
          ? { ...series, tooltip: { show: false } }
          : { ...series, endLabel: { show: false }, labelLayout: {} },
      ),
  };
  return directLabels(drawn, view.width) as Option;
}

function tooltip(option: Option, palette: Palette): Option {
  return {
    trigger: 'axis',
    // Drawn, not written: a content security policy without inline styles leaves no other way.
    renderMode: 'richText',
    confine: true,
    backgroundColor: palette.ground,
    borderColor: palette.grid,
    textStyle: { color: palette.ink, fontSize: 12, fontFamily: FONT },
    axisPointer: { type: 'line', lineStyle: { color: palette.faint, type: 'dashed' } },
    formatter: tooltipText(option),
  };
}

/** The whole axis below the picture, and fingers or Ctrl and the wheel on it. */
function zoomControls(palette: Palette, window: ChartWindow | null): readonly Option[] {
  const shown = window ? { startValue: window[0], endValue: window[1] } : { start: 0, end: 100 };
  return [
    {
      type: 'inside',
      zoomOnMouseWheel: 'ctrl',
      moveOnMouseWheel: false,
      // A finger that moves up or down scrolls the page.
      preventDefaultMouseMove: false,
      filterMode: 'filter',
      ...shown,
    },
    {
      type: 'slider',
      height: 20,
      bottom: 8,
      filterMode: 'filter',
      borderColor: 'transparent',
      textStyle: { color: palette.faint },
      showDetail: false,
      brushSelect: true,
      ...shown,
    },
  ];
}

/** Values in the axes' own formats, with more digits than their ticks. */
function tooltipText(option: Option): (found: unknown) => string {
  type Format = (value: number) => string;
  const formatOf = (axis: unknown): Format => {
    const label = (axis as Option | undefined)?.axisLabel as Option | undefined;
    return (label?.exact ?? label?.formatter) as Format;
  };
  const formatX = formatOf(option.xAxis);
  const formatY = formatOf(option.yAxis);
  interface Found {
    readonly seriesName: string;
    readonly seriesType: string;
    readonly axisValue: number | string;
    readonly value: number | readonly [number, number];
  }
  return (found) => {
    const items = (found as readonly Found[]).filter((item) => item.seriesType === 'line' || item.seriesType === 'bar');
    if (items.length === 0) return '';
    const x = (items[0] as Found).axisValue;
    const head = typeof x === 'number' && formatX ? formatX(x) : String(x);
    const named = items.filter(({ seriesName }) => !isUnnamed(seriesName));
    return [
      head,
      // A line behind a smoothed one is not told; the picture's only line has no name.
      ...(named.length > 0 ? named : items.slice(0, 1)).map(({ seriesName, value }) => {
        const y = typeof value === 'number' ? value : value[1];
        const words = y === null || !Number.isFinite(y) ? '–' : formatY ? formatY(y) : String(y);
        return isUnnamed(seriesName) ? words : `${seriesName}: ${words}`;
      }),
    ].join('\n');
  };
}

/** The library names a series without a name by its place. */
function isUnnamed(name: string): boolean {
  return name === '' || name.startsWith('series');
}

/** The line that follows the user; without one, an empty series that keeps its place. */
export function markerSeries(marker: Marker | null, palette: Palette): Option {
  return {
    id: 'marker',
    name: '',
    type: 'line',
    data: [],
    tooltip: { show: false },
    markLine: {
      symbol: 'none',
      silent: true,
      precision: 8,
      animation: false,
      data: marker
        ? [
            {
              xAxis: marker.x,
              lineStyle: { color: palette.ink, width: 2, type: 'solid' },
              label: {
                formatter: marker.label,
                color: palette.ink,
                position: 'insideStartTop',
                fontSize: 11,
                fontWeight: 600,
                backgroundColor: palette.ground,
                padding: [2, 4],
              },
            },
          ]
        : [],
    },
  };
}
