/** Shops that keep their prices, and what the others earned beside them. */

import { useMemo } from 'preact/hooks';
import { DARK, LIGHT } from '../../charts/chart-base.ts';
import { holdoutChart } from '../../charts/holdout-chart.ts';
import type { HoldoutDocument, HoldoutEffect } from '../../contract/holdout.ts';
import { codeWords } from '../../i18n/code-words.ts';
import { ChartFigure } from '../parts/chart-figure.tsx';
import { Page } from '../parts/page.tsx';
import { Note, ProblemNote, Skeleton } from '../parts/states.tsx';
import { StopButton } from '../parts/stop-button.tsx';
import { Table } from '../parts/table.tsx';
import { useSession } from '../session.tsx';
import { useResource } from '../use-resource.ts';
import { HoldoutPlan } from './holdout-plan.tsx';
import { ComparedShops, useQuarterColumns } from './holdout-shops.tsx';

const HEIGHT = 320;

export function HoldoutPage() {
  const { t, lang } = useSession();
  const { data, problem, loading, reload } = useResource<HoldoutDocument | null>('/api/holdout');
  const isOpen = data !== null && data.status !== 'stopped';
  return (
    <Page
      title={t('holdoutTitle')}
      lead={t('holdoutLead')}
      crumbs={[{ href: '/outcomes', label: t('navOutcomes') }]}
      heading={
        data === null ? undefined : (
          <>
            {t('holdoutTitle')} <span class="badge">{codeWords(lang).holdoutStatuses[data.status]}</span>
          </>
        )
      }
      actions={
        isOpen && (
          <StopButton
            path="/api/holdout/stop"
            title={t('holdoutStopTitle')}
            lead={t('holdoutStopLead')}
            done={t('holdoutStopped')}
            onDone={reload}
          />
        )
      }
    >
      {problem && <ProblemNote problem={problem} retry={reload} />}
      {loading && <Skeleton lines={6} />}
      {data !== null && <Told document={data} />}
      {!loading && !problem && !isOpen && <HoldoutPlan onDone={reload} />}
    </Page>
  );
}

/** What came of it so far. */
function Told({ document }: { readonly document: HoldoutDocument }) {
  const { t, lang, dark } = useSession();
  const palette = dark ? DARK : LIGHT;
  const chart = useMemo(() => holdoutChart(document, lang, palette), [document, lang, palette]);
  const columns = useQuarterColumns(document.measure);
  const { result, notes } = document;
  const total = result?.total ?? null;
  return (
    <>
      {result === null && <Note tone="warn">{t('holdoutTooShort')}</Note>}
      {result !== null && total === null && <Note>{t('holdoutNotYet')}</Note>}
      {result !== null && total !== null && <Tiles document={document} result={result} total={total} />}
      {notes.map(({ code, message }) => (
        <Note key={code}>{message}</Note>
      ))}
      {chart && <ChartFigure chart={chart} palette={palette} height={HEIGHT} />}
      {result !== null && result.quarters.length > 0 && (
        <section class="card">
          <div class="table-wrap">
            <Table
              class="card-rows"
              caption={t('holdoutQuarters')}
              columns={columns}
              rows={result.quarters}
              keyOf={({ from: first }) => first}
            />
          </div>
        </section>
      )}
      <ComparedShops compared={document} />
    </>
  );
}

interface TilesProps {
  readonly document: HoldoutDocument;
  readonly result: NonNullable<HoldoutDocument['result']>;
  readonly total: HoldoutEffect;
}

/** The sum so far, how sure it is, and since when. */
function Tiles({ document: { measure, from, stoppedOn }, result, total }: TilesProps) {
  const { t, f } = useSession();
  const when =
    stoppedOn === null
      ? t('holdoutSince', { date: f.date(from) })
      : t('testSpan', { from: f.date(from), to: f.date(stoppedOn) });
  return (
    <dl class="tiles">
      <div class="card tile">
        <dt>{t(measure === 'profit' ? 'holdoutEarned' : 'holdoutSold')}</dt>
        <dd class={total.gain.low > 0 ? 'good' : total.gain.high < 0 ? 'bad' : ''}>
          {f.gain(total.gain.value)} {total.share && `(${f.change(total.share.value)})`}
          <span class="small muted block">
            {t('outcomesSpan', { low: f.gain(total.gain.low), high: f.gain(total.gain.high) })}
          </span>
        </dd>
      </div>
      <div class="card tile">
        <dt>{t('holdoutCertainty')}</dt>
        <dd>
          {f.likely(total.probabilityBetter)}
          <span class="small muted block">
            {t(total.gain.low > 0 || total.gain.high < 0 ? 'holdoutSure' : 'holdoutUnsure')}
          </span>
        </dd>
      </div>
      <div class="card tile">
        <dt>{t('when')}</dt>
        <dd>
          {when}
          <span class="small muted block">{t('holdoutChanges', { count: result.changes.treated })}</span>
        </dd>
      </div>
    </dl>
  );
}
