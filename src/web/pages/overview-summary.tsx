/** All cells in a sentence, how far each is, and four figures. */

import type { ComponentChildren } from 'preact';
import type { OverviewSummary } from '../../contract/api.ts';
import type { Lang, ReasonCode } from '../../core/vocabulary.ts';
import { codeWords, periodWord } from '../../i18n/code-words.ts';
import { stageParts } from '../../i18n/stage-words.ts';
import { useSession } from '../session.tsx';
import { RefreshButton } from './recommendation-filters.tsx';

/** Periods that the gains are of: weeks and months are not days. */
function periodOf({ horizons, horizonDays }: OverviewSummary, lang: Lang): string {
  const words = horizons.map((horizon) => periodWord(horizon, lang));
  return words.length === 0 ? periodWord({ count: horizonDays, unit: 'day' }, lang) : words.join(' / ');
}

/** The page in one sentence: what was not calculated is not called fine, and what is decided is not called open. */
export function Headline({ summary }: { readonly summary: OverviewSummary }) {
  const { t, f, lang } = useSession();
  const { stages, changes, models } = summary;
  const cells = f.number(summary.cells);
  const say = (key: Parameters<typeof t>[0], count: number, more = {}): ComponentChildren => (
    <>{t(key, { cells, count: f.number(count), ...more })}</>
  );
  if (models === 0) return <>{t('headlineNoModels')}</>;
  if (changes > 0) {
    const [before, between, after] = t('headline', { cells, period: periodOf(summary, lang) }).split('|');
    return (
      <>
        {before}
        <b>{t('headlineChanges', { changes: f.number(changes) })}</b>
        {between}
        <b class="good">{f.gain(summary.expectedGain)}</b>
        {after}
      </>
    );
  }
  if (stages.outdated > 0) return say('headlineOutdated', stages.outdated);
  if (stages.uncalculated > 0) return say('headlineUncalculated', stages.uncalculated);
  if (stages.waiting > 0) return say('headlineWaiting', stages.waiting);
  if (stages.untold > stages.keep) return say('headlineUntold', stages.untold, { why: whyUntold(summary, lang) });
  if (stages['in-force'] > stages.keep) return say('headlineInForce', stages['in-force']);
  return <>{t('headlineNoChanges', { cells: f.number(stages.keep) })}</>;
}

/** The two commonest reasons, with how many products each is of. */
function whyUntold({ untoldBy }: OverviewSummary, lang: Lang): string {
  const number = new Intl.NumberFormat(lang);
  return Object.entries(untoldBy)
    .toSorted(([, a], [, b]) => (b ?? 0) - (a ?? 0))
    .slice(0, 2)
    .map(([code, count]) => `${codeWords(lang).reasons[code as ReasonCode]} (${number.format(count ?? 0)})`)
    .join('; ');
}

/** How many cells are how far; each leads to its own, and what waits to be calculated is, on request. */
export function Stages({ summary, onDone }: { readonly summary: OverviewSummary; readonly onDone: () => void }) {
  const { t, f, lang, may } = useSession();
  const { stages, models } = summary;
  const parts = stageParts(summary, lang);
  const open = stages.uncalculated + stages.outdated;
  return (
    <div class="row">
      {parts.length > 1 && (
        <ul class="chips stages" aria-label={t('headlineStages', { cells: f.number(summary.cells) })}>
          {parts.map(({ stage, text }) => (
            <li key={stage}>
              <a class={`chip stage-${stage}`} href={`/?stage=${stage}`}>
                {text}
              </a>
            </li>
          ))}
        </ul>
      )}
      {models > 0 && open > 0 && may('approve') && (
        <RefreshButton label={t(stages.outdated > 0 ? 'calculateAgain' : 'calculate')} onDone={onDone} primary />
      )}
    </div>
  );
}

export function Tiles({ summary }: { readonly summary: OverviewSummary }) {
  const { t, f, lang } = useSession();
  const { changes, models, cells, stages } = summary;
  // What waits to be calculated may be more than nothing.
  const isTold = changes > 0 || (models > 0 && stages.outdated === 0 && cells > stages.uncalculated + stages.untrained);
  const tiles = [
    {
      label: t('tileChanges'),
      value: isTold ? f.number(summary.changes) : '–',
      note: t('tileOf', { all: f.number(summary.cells) }),
    },
    {
      label: t('tileGain', { period: periodOf(summary, lang) }),
      value: isTold ? f.gain(summary.expectedGain) : '–',
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
