/** A picture of src/charts on a page: with values under the pointer, zoom, files and the table of its data. */

import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { Chart, Palette } from '../../charts/chart-base.ts';
import type { ChartWindow } from '../../charts/refit.ts';
import { useSession } from '../session.tsx';
import { CHART_FILES, saveChart } from './chart-files.ts';
import { ChartLegend } from './chart-legend.tsx';
import type { Marker } from './chart-page-option.ts';
import { ChartTable } from './chart-table.tsx';
import { Icon } from './icon.tsx';
import { closeOnLeave } from './menu.ts';
import { useDrawing } from './use-drawing.ts';
import { ZoomButtons } from './zoom-buttons.tsx';

interface ChartFigureProps {
  readonly chart: Chart;
  readonly palette: Palette;
  /** Pixels. */
  readonly height?: number;
  /** Figures of one group share the line under the pointer and their zoom. */
  readonly group?: string;
  /** The part of the x axis that is seen; null: all of it. */
  readonly window?: ChartWindow | null;
  /** Lets a reader narrow the x axis. */
  readonly onWindow?: (window: ChartWindow | null) => void;
  /** Follows the user. */
  readonly marker?: Marker | null;
  /** Controls beside the title. */
  readonly controls?: ComponentChildren;
}

export function ChartFigure({
  chart,
  palette,
  height = 340,
  group,
  window = null,
  onWindow,
  marker = null,
  controls,
}: ChartFigureProps) {
  const { t, lang } = useSession();
  const place = useRef<HTMLDivElement>(null);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const ready = useDrawing(place, { chart, palette, lang, group, marker, window, onWindow, hidden });
  const [table, setTable] = useState(false);
  return (
    <figure class="card chart">
      <figcaption class="card-head">
        <h3>{chart.title}</h3>
        <div class="row chart-controls">
          {controls}
          {onWindow && <ZoomButtons chart={chart} window={window} onWindow={onWindow} />}
          <button type="button" class="button quiet small" aria-expanded={table} onClick={() => setTable(!table)}>
            {t('chartTable')}
          </button>
          <FileMenu chart={chart} />
        </div>
      </figcaption>
      <ChartLegend
        chart={chart}
        label={t('chartLegend')}
        hidden={hidden}
        onToggle={(name) => {
          const next = new Set(hidden);
          if (!next.delete(name)) next.add(name);
          setHidden(next);
        }}
      />
      <div
        ref={place}
        class="chart-place"
        role="img"
        aria-label={chart.description}
        style={{ height: `${height}px` }}
        data-ready={ready}
      />
      {table && <ChartTable chart={chart} />}
    </figure>
  );
}

function FileMenu({ chart }: { readonly chart: Chart }) {
  const { t, lang } = useSession();
  return (
    <details class="menu" onToggle={closeOnLeave}>
      <summary class="button quiet small" aria-label={t('chartSave', { title: chart.title })}>
        <Icon name="download" />
      </summary>
      <div class="menu-list">
        {CHART_FILES.map((kind) => (
          <button type="button" key={kind} onClick={() => saveChart(chart, kind, lang)}>
            {kind.toUpperCase()}
          </button>
        ))}
      </div>
    </details>
  );
}
