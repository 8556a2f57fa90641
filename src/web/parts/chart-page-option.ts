/** What a picture gains on a page: values under the pointer, zoom, a line that follows the user. */

import type { Chart, Palette } from '../../charts/chart-base.ts';

type Option = Record<string, unknown>;

/** A vertical line at this x. */
export interface Marker {
  readonly x: number;
  readonly label: string;
}

/** Pixels that a picture's own title takes, and one line of its legend. */
const TITLE_HEIGHT = 36;
const LEGEND_LINE = 34;
const MOST_NAMES = 6;
const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", Arial, sans-serif';

/**
 * The picture's option with what only a page has: no title of its own (the page shows it), values under the pointer,
 * zoom.
 */
export function pageOption(chart: Chart, palette: Palette, zoom: boolean): Option {
  const option = chart.option as Option;
  const grid = option.grid as Option;
  const legend = option.legend as Option;
  const hasLegend = legend.show !== false;
  // So many names would leave no room for the lines: their legend is leafed through.
  const manyNames = (option.series as Option[]).length > MOST_NAMES;
  return {
    ...option,
    backgroundColor: 'transparent',
    textStyle: { fontFamily: FONT, color: palette.ink },
    title: { show: false },
    aria: { enabled: false },
    legend: { ...legend, top: 6, left: 14, ...(manyNames && { type: 'scroll', right: 14 }) },
    grid: {
      ...grid,
      top: hasLegend ? (manyNames ? LEGEND_LINE + 12 : (grid.top as number) - TITLE_HEIGHT) : 18,
      bottom: zoom ? 40 : 8,
    },
    tooltip: tooltip(option, palette),
    ...(zoom && { dataZoom: zoomControls(palette) }),
    series: (option.series as Option[]).map((series) =>
      series.type === 'custom' ? { ...series, tooltip: { show: false } } : series,
    ),
  };
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

function zoomControls(palette: Palette): readonly Option[] {
  return [
    { type: 'inside', zoomOnMouseWheel: 'ctrl', moveOnMouseWheel: false, filterMode: 'none' },
    {
      type: 'slider',
      height: 20,
      bottom: 8,
      filterMode: 'none',
      borderColor: 'transparent',
      textStyle: { color: palette.faint },
      showDetail: false,
      brushSelect: true,
    },
  ];
}

/** Values in the axes' own formats. */
function tooltipText(option: Option): (found: unknown) => string {
  const formatOf = (axis: unknown): ((value: number) => string) =>
    ((axis as Option | undefined)?.axisLabel as Option | undefined)?.formatter as (value: number) => string;
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
    return [
      head,
      ...items.map(({ seriesName, value }) => {
        const y = typeof value === 'number' ? value : value[1];
        const words = y === null || !Number.isFinite(y) ? '–' : formatY ? formatY(y) : String(y);
        // A series without a name of its own is the picture's only one.
        return seriesName.startsWith('series') ? words : `${seriesName}: ${words}`;
      }),
    ].join('\n');
  };
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
      animation: false,
      data: marker
        ? [
            {
              xAxis: marker.x,
              lineStyle: { color: palette.ink, width: 2, type: 'solid' },
              label: {
                formatter: marker.label,
                color: palette.ink,
                position: 'insideEndTop',
                fontSize: 11,
                fontWeight: 600,
              },
            },
          ]
        : [],
    },
  };
}
