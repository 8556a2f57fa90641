/** Elasticities of all products in one picture: how strong across, how doubtful upwards, how many by the circle. */

import type { OverviewDistribution } from '../../contract/api.ts';
import { binWord } from '../parts/bin-word.ts';
import { useSession } from '../session.tsx';

const SIZE = { width: 960, height: 300, left: 46, bottom: 34, top: 10, right: 10 };
/** Where the open bins stand. */
const OPEN = { elasticity: -6.125, elasticityTo: 0.375, doubt: 2.875 };
const LARGEST = 16;

interface ElasticityMapProps {
  readonly map: OverviewDistribution['map'];
  readonly drill: (filter: Readonly<Record<string, number | string | null>>) => string;
}

function middle({ from, to }: { from: number | null; to: number | null }, below: number, above: number): number {
  if (from === null) return below;
  return to === null ? above : (from + to) / 2;
}

export function ElasticityMap({ map, drill }: ElasticityMapProps) {
  const { t, f } = useSession();
  const { width, height, left, bottom, top, right } = SIZE;
  const at = map.map((bin) => middle(bin.elasticity, OPEN.elasticity, OPEN.elasticityTo));
  const from = Math.floor(Math.min(-3, ...at) - 0.2);
  const to = Math.max(0, ...at) + 0.25;
  const highest = Math.ceil(Math.max(1, ...map.map(({ doubt }) => middle(doubt, 0, OPEN.doubt))));
  const x = (value: number): number => left + ((value - from) / (to - from)) * (width - left - right);
  const y = (doubt: number): number => height - bottom - (doubt / highest) * (height - bottom - top);
  const most = Math.max(1, ...map.map(({ cells }) => cells));
  return (
    <div class="map-scroll">
      <svg class="fleet-chart" viewBox={`0 0 ${width} ${height}`}>
        <title>{t('fleetMap')}</title>
        {Array.from({ length: -from + 1 }, (_, i) => from + i).map((value) => (
          <g key={value}>
            <line x1={x(value)} x2={x(value)} y1={top} y2={height - bottom} class="grid" />
            <text x={x(value)} y={height - bottom + 18} text-anchor="middle">
              {f.number(value)}
            </text>
          </g>
        ))}
        {Array.from({ length: highest + 1 }, (_, value) => (
          <g key={value}>
            <line x1={left} x2={width - right} y1={y(value)} y2={y(value)} class="grid" />
            <text x={left - 8} y={y(value) + 4} text-anchor="end">
              ± {f.number(value)}
            </text>
          </g>
        ))}
        {map.map(({ elasticity, doubt, cells }, i) => {
          const label = t('fleetBar', {
            label: `${t('elasticity')} ${binWord(elasticity, (value) => f.number(value, 2), t)} · ${t('fleetDoubt')} ${binWord(doubt, (value) => f.number(value, 2), t)}`,
            cells: f.number(cells),
          });
          const href = drill({
            ...{ elasticityFrom: elasticity.from, elasticityTo: elasticity.to, doubtFrom: doubt.from },
            ...{ doubtTo: doubt.to, sort: 'elasticity' },
          });
          return (
            <a key={`${elasticity.from} ${doubt.from}`} href={href} aria-label={label}>
              <title>{label}</title>
              <circle
                cx={x(at[i] as number)}
                cy={y(middle(doubt, 0, OPEN.doubt))}
                r={4 + (LARGEST - 4) * Math.sqrt(cells / most)}
              />
            </a>
          );
        })}
      </svg>
    </div>
  );
}
