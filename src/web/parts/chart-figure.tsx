/** A picture of src/charts on a page: drawn when it comes near the window, with values under the pointer, zoom, files and the table of its data. */

import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Chart, Palette } from '../../charts/chart-base.ts';
import { csvCell } from '../../contract/csv.ts';
import { onReconnect, reportLost } from '../connection.ts';
import { useSession } from '../session.tsx';
import { Icon } from './icon.tsx';
import { fileName, saveFile } from './save-file.ts';
import { ScrollBox } from './scroll-box.tsx';

type Option = Record<string, unknown>;
type Engine = Awaited<typeof import('./chart-engine.ts')>['echarts'];
type Instance = ReturnType<Engine['init']>;

interface ChartFigureProps {
  readonly chart: Chart;
  readonly palette: Palette;
  /** Pixels. */
  readonly height?: number;
  /** Figures of one group share the line under the pointer and their zoom. */
  readonly group?: string;
  /** Lets a reader narrow the x axis. */
  readonly zoom?: boolean;
  /** A vertical line that follows the user, at this x. */
  readonly marker?: { readonly x: number; readonly label: string } | null;
  /** Controls beside the title. */
  readonly controls?: ComponentChildren;
}

/** A page with pictures is here: what draws them comes beside its data, not after. */
import('./chart-engine.ts').catch(() => {
  // The figure itself sees to it.
});

/** More rows than this make a page heavy: the file has them all. */
const MOST_TABLE_ROWS = 1_000;
/** Pixels that a picture's own title takes, and one line of its legend. */
const TITLE_HEIGHT = 36;
const LEGEND_LINE = 34;
const MOST_NAMES = 6;
const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", Arial, sans-serif';

export function ChartFigure({ chart, palette, height = 340, group, zoom = false, marker = null, controls }: ChartFigureProps) {
  const { t, f } = useSession();
  const place = useRef<HTMLDivElement>(null);
  const drawn = useRef<{ engine: Engine; instance: Instance } | null>(null);
  const [near, setNear] = useState(false);
  const [ready, setReady] = useState(false);
  const [table, setTable] = useState(false);

  useEffect(() => {
    const observer = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && setNear(true), { rootMargin: '300px' });
    observer.observe(place.current as HTMLDivElement);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    if (!near) return;
    let gone = false;
    let resize: ResizeObserver | null = null;
    import('./chart-engine.ts').then(
      ({ echarts }) => {
        if (gone) return;
        const element = place.current as HTMLDivElement;
        const instance = echarts.init(element, null, { renderer: 'canvas' });
        instance.on('finished', () => {
          element.dataset.drawn = 'true';
        });
        if (group !== undefined) {
          instance.group = group;
          echarts.connect(group);
        }
        drawn.current = { engine: echarts, instance };
        resize = new ResizeObserver(() => instance.resize());
        resize.observe(element);
        setReady(true);
      },
      () => {
        // A browser does not ask twice for a module that failed: the page is loaded anew when the server is back.
        reportLost();
        onReconnect(() => location.reload());
      },
    );
    return () => {
      gone = true;
      resize?.disconnect();
      drawn.current?.instance.dispose();
      drawn.current = null;
    };
  }, [near, group]);

  useEffect(() => {
    drawn.current?.instance.setOption(pageOption(chart, palette, zoom) as never, { notMerge: true });
  }, [ready, chart, palette, zoom]);

  useEffect(() => {
    if (!ready) return;
    drawn.current?.instance.setOption({ series: [markerSeries(marker, palette)] } as never);
  }, [ready, chart, palette, marker?.x, marker?.label]);

  async function save(kind: 'png' | 'svg' | 'csv'): Promise<void> {
    if (kind === 'csv') {
      const rows = [chart.table.columns, ...chart.table.rows].map((row) => row.map((value) => csvCell(value)).join(','));
      return saveFile(fileName(chart.title, 'csv'), `${rows.join('\n')}\n`, 'text/csv');
    }
    const { echarts } = await import('./chart-engine.ts');
    const size = { width: 900, height: 500 };
    if (kind === 'svg') {
      const picture = echarts.init(null, null, { renderer: 'svg', ssr: true, ...size });
      picture.setOption(chart.option as never);
      saveFile(fileName(chart.title, 'svg'), picture.renderToSVGString(), 'image/svg+xml');
      return picture.dispose();
    }
    const canvas = document.createElement('canvas');
    const picture = echarts.init(canvas as never, null, { renderer: 'canvas', devicePixelRatio: 2, ...size });
    picture.setOption(chart.option as never);
    canvas.toBlob((blob) => blob && saveFile(fileName(chart.title, 'png'), blob, 'image/png'));
    picture.dispose();
  }

  const cellText = (value: string | number | null, isShare: boolean): string => {
    if (value === null) return '–';
    if (typeof value === 'string') return value;
    return isShare ? f.percent(value, 2) : f.number(value, Math.abs(value) < 1 ? 4 : 2);
  };
  const shown = chart.table.rows.slice(0, MOST_TABLE_ROWS);
  return (
    <figure class="card chart">
      <figcaption class="card-head">
        <h3>{chart.title}</h3>
        <div class="row">
          {controls}
          <button type="button" class="button quiet small" aria-expanded={table} onClick={() => setTable(!table)}>
            {t('chartTable')}
          </button>
          <details class="menu" onToggle={closeOnLeave}>
            <summary class="button quiet small" aria-label={t('chartSave', { title: chart.title })}>
              <Icon name="download" />
            </summary>
            <div class="menu-list">
              {(['png', 'svg', 'csv'] as const).map((kind) => (
                <button type="button" key={kind} onClick={() => save(kind)}>
                  {kind.toUpperCase()}
                </button>
              ))}
            </div>
          </details>
        </div>
      </figcaption>
      <div ref={place} class="chart-place" role="img" aria-label={chart.description} style={{ height: `${height}px` }} data-ready={ready} />
      {table && (
        <ScrollBox label={chart.title} class="chart-table">
          <table class="table compact">
            <thead>
              <tr>
                {chart.table.columns.map((column, i) => (
                  <th scope="col" key={column} class={i > 0 ? 'num' : ''}>
                    {column}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {shown.map((row, r) => (
                <tr key={r}>
                  {row.map((value, i) => (
                    <td key={i} class={i > 0 ? 'num' : ''}>
                      {cellText(value, chart.table.shares?.includes(i) ?? false)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
          {chart.table.rows.length > shown.length && <p class="muted small pad">{t('chartMoreRows', { shown: shown.length, all: chart.table.rows.length })}</p>}
        </ScrollBox>
      )}
    </figure>
  );
}

/** An open menu closes when the focus or a click goes elsewhere. */
function closeOnLeave(event: Event): void {
  const menu = event.currentTarget as HTMLDetailsElement;
  if (!menu.open) return;
  const close = (other: Event): void => {
    if (other.type !== 'keydown' && menu.contains(other.target as Node) && (other.target as Element).closest('summary')) return;
    if (other instanceof KeyboardEvent && other.key !== 'Escape') return;
    menu.open = false;
    for (const type of ['click', 'keydown']) document.removeEventListener(type, close);
  };
  for (const type of ['click', 'keydown']) document.addEventListener(type, close);
}

/** The picture's option with what only a page has: no title of its own (the page shows it), values under the pointer, zoom. */
function pageOption(chart: Chart, palette: Palette, zoom: boolean): Option {
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
    grid: { ...grid, top: hasLegend ? (manyNames ? LEGEND_LINE + 12 : (grid.top as number) - TITLE_HEIGHT) : 18, bottom: zoom ? 40 : 8 },
    tooltip: {
      trigger: 'axis',
      // Drawn, not written: a content security policy without inline styles leaves no other way.
      renderMode: 'richText',
      confine: true,
      backgroundColor: palette.ground,
      borderColor: palette.grid,
      textStyle: { color: palette.ink, fontSize: 12, fontFamily: FONT },
      axisPointer: { type: 'line', lineStyle: { color: palette.faint, type: 'dashed' } },
      formatter: tooltipText(option),
    },
    ...(zoom && {
      dataZoom: [
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
      ],
    }),
    series: (option.series as Option[]).map((series) => (series.type === 'custom' ? { ...series, tooltip: { show: false } } : series)),
  };
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

function markerSeries(marker: ChartFigureProps['marker'], palette: Palette): Option {
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
              label: { formatter: marker.label, color: palette.ink, position: 'insideEndTop', fontSize: 11, fontWeight: 600 },
            },
          ]
        : [],
    },
  };
}
