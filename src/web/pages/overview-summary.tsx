/** All cells in one sentence and four figures. */

import type { OverviewSummary } from '../../contract/api.ts';
import { useSession } from '../session.tsx';

/** Days that the gains cover: fewest and most, where some cells are sold by the week or month. */
function daysOf({ leastHorizonDays, horizonDays }: OverviewSummary): string {
  return leastHorizonDays === horizonDays ? String(horizonDays) : `${leastHorizonDays}–${horizonDays}`;
}

/** The page in one sentence. */
export function Headline({ summary }: { readonly summary: OverviewSummary }) {
  const { t, f } = useSession();
  if (summary.models === 0) return <>{t('headlineNoModels')}</>;
  if (summary.changes === 0) return <>{t('headlineNoChanges', { cells: f.number(summary.cells) })}</>;
  const [before, between, after] = t('headline', { cells: f.number(summary.cells), days: daysOf(summary) }).split('|');
  return (
    <>
      {before}
      <b>{t(summary.changes === 1 ? 'headlineChange' : 'headlineChanges', { changes: f.number(summary.changes) })}</b>
      {between}
      <b class="good">{f.gain(summary.expectedGain)}</b>
      {after}
    </>
  );
}

export function Tiles({ summary }: { readonly summary: OverviewSummary }) {
  const { t, f } = useSession();
  const tiles = [
    { label: t('tileChanges'), value: f.number(summary.changes), note: t('tileOf', { all: f.number(summary.cells) }) },
    {
      label: t('tileGain', { days: daysOf(summary) }),
      value: f.gain(summary.expectedGain),
      tone: summary.expectedGain > 0 ? 'good' : '',
    },
    {
      label: t('tileError'),
      value: summary.meanWape === null ? '–' : f.percent(summary.meanWape, 1),
      note: t('tileErrorNote'),
    },
    {
      label: t('tileWarnings'),
      value: f.number(summary.warnings),
      note: summary.lastDay === null ? '' : t('tileLastDay', { date: f.date(summary.lastDay) }),
    },
  ];
  return (
    <dl class="tiles overview-tiles">
      {tiles.map(({ label, value, note, tone }) => (
        <div class="card tile" key={label}>
          <dt>{label}</dt>
          <dd class={tone}>
            {value}
            {note && <span class="small muted block">{note}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
