/** The legend of a picture, as tall as it is: each swatch as its series is drawn, a press takes the series away. */

import type { Chart } from '../../charts/chart-base.ts';

interface Series {
  readonly type: string;
  readonly name?: string;
  readonly color?: string;
  readonly symbol?: string;
  readonly lineStyle?: { readonly type?: string | readonly number[]; readonly width?: number };
}

interface ChartLegendProps {
  readonly chart: Chart;
  readonly label: string;
  readonly hidden: ReadonlySet<string>;
  readonly onToggle: (name: string) => void;
}

export function ChartLegend({ chart, label, hidden, onToggle }: ChartLegendProps) {
  const entries = (chart.option.series as readonly Series[]).filter(({ name }) => name !== undefined && name !== '');
  if (entries.length === 0) return null;
  return (
    <ul class="chart-legend" aria-label={label}>
      {entries.map((series) => {
        const name = series.name as string;
        return (
          <li key={name}>
            <button type="button" aria-pressed={!hidden.has(name)} onClick={() => onToggle(name)}>
              <Swatch series={series} />
              {name}
            </button>
          </li>
        );
      })}
    </ul>
  );
}

const DASHES: Readonly<Record<string, string>> = { dashed: '5 3', dotted: '1.5 2.5' };

function Swatch({ series: { type, color, symbol, lineStyle } }: { readonly series: Series }) {
  const dash = lineStyle?.type;
  return (
    <svg class="swatch" viewBox="0 0 24 10" width="24" height="10" aria-hidden="true">
      {type === 'line' && (
        <line
          x1="0"
          x2="24"
          y1="5"
          y2="5"
          stroke={color}
          stroke-width={lineStyle?.width ?? 2}
          stroke-dasharray={typeof dash === 'string' ? DASHES[dash] : dash?.map((part) => part / 2).join(' ')}
        />
      )}
      {(type === 'custom' || type === 'bar') && (
        <rect width="24" height="10" rx="2" fill={color} fill-opacity={type === 'custom' ? 0.25 : 1} />
      )}
      {type === 'scatter' && symbol === 'rect' && <rect x="11" width="2" height="10" fill={color} />}
      {type === 'scatter' && symbol === 'triangle' && <path d="M7 10 12 1l5 9z" fill={color} />}
      {type === 'scatter' && symbol === undefined && <circle cx="12" cy="5" r="2.5" fill={color} opacity="0.6" />}
    </svg>
  );
}
