/** Month by month, the share of new sales that lay within what had been forecast for them. */

import type { OverviewDistribution } from '../../contract/api.ts';
import { ScrollBox } from '../parts/scroll-box.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { useSession } from '../session.tsx';

type Month = OverviewDistribution['intervals'][number];
interface Months {
  readonly months: readonly Month[];
}

const SIZE = { width: 960, height: 240, left: 72, bottom: 34, top: 12, right: 46 };
/** Months whose names have room below. */
const NAMED = 8;

export function HeldIntervals({ months }: Months) {
  const { t, f } = useSession();
  const [first] = months;
  if (!first)
    return (
      <p class="muted">
        {t('fleetHeldNone')} <a href="/watch">{t('navWatch')}</a>
      </p>
    );
  return (
    <>
      <p class="small muted">{t('fleetHeldNote', { level: f.percent(first.level) })}</p>
      <Picture months={months} level={first.level} />
      <p class="small muted">{t('fleetHeldChance')}</p>
      <details>
        <summary>{t('chartTable')}</summary>
        <MonthTable months={months} />
      </details>
    </>
  );
}

/** Months since the year 0: those of which nothing was judged leave a gap. */
function monthNumber({ month }: Month): number {
  return Number(month.slice(0, 4)) * 12 + Number(month.slice(5)) - 1;
}

function Picture({ months, level }: Months & { readonly level: number }) {
  const { t, f } = useSession();
  const { width, height, left, bottom, top, right } = SIZE;
  const from = monthNumber(months[0] as Month);
  const span = monthNumber(months.at(-1) as Month) - from;
  const least = Math.min(0.8, Math.floor(Math.min(...months.map(({ low }) => low)) * 10) / 10);
  const step = least < 0.5 ? 0.2 : 0.1;
  const x = (month: Month): number =>
    left + (span === 0 ? 0.5 : (monthNumber(month) - from) / span) * (width - left - right);
  const y = (share: number): number => top + ((1 - share) / (1 - least)) * (height - bottom - top);
  const every = Math.ceil((span + 1) / NAMED);
  return (
    <ScrollBox label={t('fleetHeld')} class="map-scroll">
      <svg class="fleet-chart" viewBox={`0 0 ${width} ${height}`}>
        <title>{t('fleetHeld')}</title>
        {Array.from({ length: Math.floor((1 - least) / step + 1.001) }, (_, i) => 1 - i * step).map((share) => (
          <g key={share}>
            <line x1={left} x2={width - right} y1={y(share)} y2={y(share)} class="grid" />
            <text x={left - 8} y={y(share) + 4} text-anchor="end">
              {f.percent(share)}
            </text>
          </g>
        ))}
        <line x1={left} x2={width - right} y1={y(level)} y2={y(level)} class="level" />
        <text x={width - right + 6} y={y(level) + 4}>
          {f.percent(level)}
        </text>
        {months.map((month) => {
          const { inside, rows, low, high } = month;
          const name = f.month(month.month);
          const label = t('fleetHeldMonth', {
            ...{ month: name, share: f.percent(inside / rows, 1), rows: f.number(rows) },
            ...{ low: f.percent(low, 1), high: f.percent(high, 1) },
          });
          return (
            <g key={month.month} class={high < level ? 'short' : undefined}>
              <title>{label}</title>
              <line x1={x(month)} x2={x(month)} y1={y(high)} y2={y(low)} class="chance" />
              <circle cx={x(month)} cy={y(inside / rows)} r={5} />
              {(monthNumber(month) - from) % every === 0 && (
                <text x={x(month)} y={height - bottom + 18} text-anchor="middle">
                  {name}
                </text>
              )}
            </g>
          );
        })}
      </svg>
    </ScrollBox>
  );
}

function MonthTable({ months }: Months) {
  const { t, f } = useSession();
  const columns: readonly Column<Month>[] = [
    { id: 'month', head: t('fleetMonth'), namesRow: true, cell: ({ month }) => f.month(month) },
    { id: 'rows', head: t('rows'), num: true, cell: ({ rows }) => f.number(rows) },
    { id: 'inside', head: t('fleetInside'), num: true, cell: ({ inside, rows }) => f.percent(inside / rows, 1) },
    {
      id: 'chance',
      head: t('fleetChance'),
      num: true,
      cell: ({ low, high }) => `${f.percent(low, 1)} – ${f.percent(high, 1)}`,
    },
    { id: 'above', head: t('fleetAbove'), num: true, cell: ({ above }) => f.number(above) },
    { id: 'below', head: t('fleetBelow'), num: true, cell: ({ below }) => f.number(below) },
  ];
  return (
    <ScrollBox label={t('fleetHeld')}>
      <Table columns={columns} rows={months.toReversed()} keyOf={({ month }) => month} class="compact" />
    </ScrollBox>
  );
}
