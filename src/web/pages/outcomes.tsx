/** What the changes of prices earned: the sum with its doubt, a verdict for each, drawn and listed. */

import { useMemo } from 'preact/hooks';
import { DARK, LIGHT } from '../../charts/chart-base.ts';
import { earnedChart, judgedOf, MOST_DRAWN } from '../../charts/outcome-charts.ts';
import type { OutcomesDocument } from '../../contract/api.ts';
import { periodWord } from '../../i18n/code-words.ts';
import { withQuery } from '../api-client.ts';
import { OutcomeBadge } from '../parts/badges.tsx';
import { ChartFigure } from '../parts/chart-figure.tsx';
import { useColumns } from '../parts/columns.tsx';
import { FilterChips, nameFilters } from '../parts/filter-chips.tsx';
import { ListTable } from '../parts/list-table.tsx';
import { modelPath } from '../parts/model-path.ts';
import { Page } from '../parts/page.tsx';
import { usePeriod } from '../parts/period-switch.tsx';
import { Empty, Note } from '../parts/states.tsx';
import type { Column } from '../parts/table.tsx';
import { TableDownload } from '../parts/table-download.tsx';
import { useQuery } from '../parts/use-query.ts';
import { useSession } from '../session.tsx';
import { useResource } from '../use-resource.ts';

type Outcome = OutcomesDocument['outcomes'][number];

/** Pixels of a line of the picture, and of what stands around them. */
const LINE = 26;
const AROUND = 90;

export function OutcomesPage() {
  const { t } = useSession();
  const { query } = useQuery();
  const period = usePeriod(['quarter', 'year', 'all']);
  const asked = { from: period.from, merchant: query.merchant };
  const list = useResource<OutcomesDocument>(withQuery('/api/recommendations/outcomes', asked));
  const columns = useOutcomeColumns();
  return (
    <Page
      title={t('navOutcomes')}
      lead={t('outcomesLead')}
      actions={
        <>
          <a class="button" href="/holdout">
            {t('holdoutTitle')}
          </a>
          <a class="button" href="/prices">
            {t('pricesTitle')}
          </a>
          <TableDownload address="/api/tables/outcomes" query={asked} />
        </>
      }
    >
      <div class="toolbar">
        {period.control}
        <FilterChips filters={nameFilters(query)} />
      </div>
      {list.data && list.data.changes > 0 && <Earned document={list.data} />}
      <ListTable
        list={list}
        textOf={({ merchant, product }) => `${product} ${merchant}`}
        class="card-rows"
        caption={t('outcomesLead')}
        columns={columns}
        rows={list.data?.outcomes ?? []}
        keyOf={(outcome) => outcome.recommendationId}
        empty={
          <Empty icon="outcomes" title={t('outcomesNone')}>
            <p>{t('outcomesNoneLead')}</p>
            <a class="button primary" href="/recommendations">
              {t('navRecommendations')}
            </a>
          </Empty>
        }
      />
      {list.data?.left && <Note>{t('outcomesLeft')}</Note>}
    </Page>
  );
}

/** The sum, how many changes came out how, and the picture. */
function Earned({ document }: { readonly document: OutcomesDocument }) {
  const { t, f, lang, dark } = useSession();
  const palette = dark ? DARK : LIGHT;
  const chart = useMemo(() => earnedChart(document, lang, palette), [document, lang, palette]);
  const { gain, judged, changes, verdicts } = document;
  const lines = 1 + Math.min(MOST_DRAWN, judgedOf(document).length);
  return (
    <>
      <dl class="tiles">
        <div class="card tile">
          <dt>{t('outcomesEarned')}</dt>
          <dd class={gain === null ? '' : gain.low > 0 ? 'good' : gain.high < 0 ? 'bad' : ''}>
            {gain === null ? '–' : f.gain(gain.value)}
            <span class="small muted block">
              {gain && `${t('outcomesSpan', { low: f.gain(gain.low), high: f.gain(gain.high) })} · `}
              {t('outcomesJudged', { judged, changes })}
            </span>
          </dd>
        </div>
        {verdicts
          .filter(({ count }) => count > 0)
          .map(({ verdict, count }) => (
            <div class="card tile" key={verdict}>
              <dt>
                <OutcomeBadge verdict={verdict} />
              </dt>
              <dd>{f.number(count)}</dd>
            </div>
          ))}
      </dl>
      {chart && <ChartFigure chart={chart} palette={palette} height={AROUND + LINE * lines} />}
    </>
  );
}

function useOutcomeColumns(): readonly Column<Outcome>[] {
  const { t, f, lang } = useSession();
  const { cell } = useColumns();
  return [
    cell(({ merchant, product }) => modelPath(merchant, product)),
    {
      id: 'change',
      head: t('change'),
      num: true,
      sortBy: ({ priceBefore, price }) => price / priceBefore,
      cell: ({ priceBefore, price, activationDate }) => (
        <>
          {f.price(priceBefore)} → {f.price(price)}
          {activationDate && <small>{t('activeFrom', { date: f.date(activationDate) })}</small>}
        </>
      ),
    },
    {
      id: 'duration',
      head: t('duration'),
      num: true,
      sortBy: ({ days }) => days,
      cell: ({ days }) => periodWord({ count: days, unit: 'day' }, lang),
    },
    {
      id: 'gain',
      head: t('gain'),
      num: true,
      sortBy: ({ gain }) => gain?.value ?? null,
      cell: ({ gain }) =>
        gain === null ? (
          '–'
        ) : (
          <>
            {f.gain(gain.value)}
            <small>{t('testSpan', { from: f.gain(gain.low), to: f.gain(gain.high) })}</small>
          </>
        ),
    },
    {
      id: 'verdict',
      head: t('outcome'),
      sortBy: ({ verdict }) => verdict,
      cell: ({ verdict }) => <OutcomeBadge verdict={verdict} />,
    },
  ];
}
