/** The desk: recommendations from proposed to exported, decided one by one or many at once. */

import type { ComponentChildren } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { OverviewSummary, RecommendationItem, RecommendationStatus, Refreshed } from '../../contract/api.ts';
import { REASON_WORDS } from '../../contract/words.ts';
import { ApiProblem, sendJson, withQuery } from '../api-client.ts';
import { capital } from '../formats.ts';
import { decisionKey } from '../parts/badges.tsx';
import { OverrideDialog, RejectDialog } from '../parts/decision-dialogs.tsx';
import { Meter } from '../parts/figures.tsx';
import { Icon } from '../parts/icon.tsx';
import { modelPath } from '../parts/model-path.ts';
import { Page } from '../parts/page.tsx';
import { usePagedList } from '../parts/paged-list.ts';
import { Select } from '../parts/select.tsx';
import { ShowMore } from '../parts/show-more.tsx';
import { Empty, ProblemNote, problemText, Skeleton } from '../parts/states.tsx';
import { useDecisions } from '../parts/use-decisions.ts';
import { useQuery } from '../parts/use-query.ts';
import { useSession } from '../session.tsx';
import { showToast } from '../toasts.tsx';
import { forgetSeen, useResource } from '../use-resource.ts';
import { actorWords } from './audit-words.ts';
import { ExportDialog } from './export-dialog.tsx';
import { OutcomeCell } from './outcome-cell.tsx';

const STATUSES = ['proposed', 'reviewed', 'approved', 'exported', 'rejected'] as const satisfies readonly RecommendationStatus[];
/** Rows that are drawn at once; more on demand. */
const STEP = 200;

export function RecommendationsPage() {
  const { t, f, may } = useSession();
  const { query, change, hrefWith } = useQuery();
  const status = STATUSES.find((name) => name === query.status) ?? 'proposed';
  // Proposals that keep today's price need no decision: they are shown when asked for.
  const every = query.all === '1' || status !== 'proposed';
  const address = withQuery('/api/recommendations', {
    status,
    merchant: query.merchant,
    productType: query.productType,
    recommended: every ? undefined : 'true',
    sort: 'expectedGain',
  });
  const list = usePagedList<RecommendationItem>(address);
  const summary = useResource<OverviewSummary>('/api/overview/summary');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [dialog, setDialog] = useState<'reject' | 'export' | null>(null);
  const [overridden, setOverridden] = useState<RecommendationItem | null>(null);
  const [rows, setRows] = useState(STEP);
  const [refreshing, setRefreshing] = useState(false);
  const again = (): void => {
    setChosen(new Set());
    list.reload();
  };
  const decide = useDecisions(again);
  // A proposal at today's price is no change.
  const items = useMemo(
    () => list.items.filter((item) => item.status === status && (every || item.recommendation.probabilityBetter !== null)),
    [list.items, status, every],
  );
  const selected = items.filter((item) => chosen.has(item.id));
  const gain = selected.reduce((sum, item) => sum + item.expectedGain, 0);

  async function refresh(): Promise<void> {
    setRefreshing(true);
    try {
      const { computed, changed } = await sendJson<Refreshed>('POST', '/api/recommendations/refresh', {});
      showToast(t('refreshed', { computed: f.number(computed), changed: f.number(changed) }));
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      showToast(problemText(error, t('unreachable')));
    }
    setRefreshing(false);
    forgetSeen();
    again();
  }
  function toggle(id: string): void {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  }
  const allChosen = items.length > 0 && selected.length === items.length;
  const canDecide = may('approve') && status !== 'exported';
  const shown = items.slice(0, rows);
  return (
    <Page
      title={t('navRecommendations')}
      lead={t('recommendationsLead')}
      actions={
        may('approve') && (
          <button type="button" class="button" disabled={refreshing} onClick={refresh}>
            {t(refreshing ? 'refreshing' : 'refresh')}
          </button>
        )
      }
    >
      <nav class="tabs" aria-label={t('status')}>
        {STATUSES.map((name) => (
          <a key={name} href={hrefWith({ status: name === 'proposed' ? null : name })} {...(name === status && { 'aria-current': 'page' })}>
            {t(decisionKey(name))}
          </a>
        ))}
      </nav>
      <div class="toolbar">
        {summary.data && summary.data.merchants.length > 1 && (
          <Select
            label={t('merchant')}
            value={query.merchant ?? ''}
            choices={[{ value: '', label: t('allMerchants') }, ...summary.data.merchants.map((value) => ({ value, label: value }))]}
            onChoose={(merchant) => change({ merchant })}
          />
        )}
        {summary.data && summary.data.productTypes.length > 1 && (
          <Select
            label={t('productType')}
            value={query.productType ?? ''}
            choices={[{ value: '', label: t('allTypes') }, ...summary.data.productTypes.map((value) => ({ value, label: value }))]}
            onChoose={(productType) => change({ productType })}
          />
        )}
        {status === 'proposed' && (
          <label class="check">
            <input type="checkbox" checked={query.all === '1'} onChange={(event) => change({ all: event.currentTarget.checked ? '1' : null })} />
            {t('showKept')}
          </label>
        )}
        <span class="grow" />
        <a class="button quiet" href="/settings?section=guardrails">
          <Icon name="shield" />
          {t('guardrails')}
        </a>
      </div>
      {list.problem && <ProblemNote problem={list.problem} retry={list.reload} />}
      {list.loading && items.length === 0 && !list.problem && (
        <div class="card pad">
          <Skeleton lines={6} />
        </div>
      )}
      {!list.loading && items.length === 0 && !list.problem && (
        <Empty icon="recommendations" title={t('noneInStatus', { status: t(decisionKey(status)).toLowerCase() })}>
          <p>{t(status === 'proposed' ? 'noneProposed' : 'noneDecided')}</p>
        </Empty>
      )}
      {items.length > 0 && (
        <div class="card">
          <table class="table recommendations">
            <caption class="hidden-text">{t('recommendationsCaption', { status: t(decisionKey(status)) })}</caption>
            <thead>
              <tr>
                {may('approve') && (
                  <th scope="col" class="col-check">
                    <input
                      type="checkbox"
                      aria-label={t('chooseAll')}
                      checked={allChosen}
                      onChange={() => setChosen(allChosen ? new Set() : new Set(items.map((item) => item.id)))}
                    />
                  </th>
                )}
                <th scope="col">{t('product')}</th>
                <th scope="col" class="num">
                  {t('priceToday')}
                </th>
                <th scope="col" class="num">
                  {t('priceNew')}
                </th>
                <th scope="col" class="num">
                  {t('gain')}
                </th>
                <th scope="col">{t('howSure')}</th>
                <th scope="col" class="col-why">
                  {t(status === 'exported' ? 'outcome' : status === 'rejected' ? 'rejectReason' : 'notes')}
                </th>
                <th scope="col">
                  <span class="hidden-text">{t('actions')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {shown.map((item) => (
                <Row
                  key={item.id}
                  item={item}
                  chosen={chosen.has(item.id)}
                  onToggle={may('approve') ? () => toggle(item.id) : null}
                  actions={
                    canDecide && (
                      <>
                        {item.status !== 'approved' && item.status !== 'rejected' && (
                          <button type="button" class="button small" onClick={() => decide([item], { to: 'approved' })}>
                            {t('approve')}
                          </button>
                        )}
                        {item.status !== 'rejected' && (
                          <button type="button" class="button quiet small" onClick={() => setOverridden(item)}>
                            {t('override')}
                          </button>
                        )}
                        {(item.status === 'approved' || item.status === 'rejected') && (
                          <button type="button" class="button quiet small" onClick={() => decide([item], { to: 'proposed' })}>
                            {t('reopen')}
                          </button>
                        )}
                      </>
                    )
                  }
                />
              ))}
            </tbody>
          </table>
          <ShowMore list={list} count={items.length} rows={rows} step={STEP} onRows={setRows} />
        </div>
      )}
      {selected.length > 0 && (
        <section class="bulk" aria-label={t('bulkLabel')}>
          <span class="strong">{t(selected.length === 1 ? 'chosenOne' : 'chosen', { count: f.number(selected.length) })}</span>
          <span class="good">{f.gain(gain)}</span>
          <span class="grow" />
          {status === 'proposed' && (
            <button type="button" class="button" onClick={() => decide(selected, { to: 'reviewed' })}>
              {t('review')}
            </button>
          )}
          {(status === 'proposed' || status === 'reviewed') && (
            <button type="button" class="button primary" onClick={() => decide(selected, { to: 'approved' })}>
              {t('approve')}
            </button>
          )}
          {(status === 'approved' || status === 'exported') && (
            <button type="button" class="button primary" onClick={() => setDialog('export')}>
              <Icon name="download" />
              {t(status === 'exported' ? 'exportAgain' : 'export')}
            </button>
          )}
          {(status === 'proposed' || status === 'reviewed' || status === 'approved') && (
            <button type="button" class="button danger" onClick={() => setDialog('reject')}>
              {t('reject')}
            </button>
          )}
          {status === 'rejected' && (
            <button type="button" class="button" onClick={() => decide(selected, { to: 'proposed' })}>
              {t('reopen')}
            </button>
          )}
          <button type="button" class="button quiet" onClick={() => setChosen(new Set())}>
            {t('clearChoice')}
          </button>
        </section>
      )}
      {dialog === 'reject' && (
        <RejectDialog count={selected.length} onClose={() => setDialog(null)} onReject={(reason) => decide(selected, { to: 'rejected', reason })} />
      )}
      {dialog === 'export' && <ExportDialog items={selected} onClose={() => setDialog(null)} onDone={again} />}
      {overridden && (
        <OverrideDialog
          item={overridden}
          onClose={() => setOverridden(null)}
          onOverride={(price, reason) => decide([overridden], { to: 'approved', price, reason })}
        />
      )}
    </Page>
  );
}

interface RowProps {
  readonly item: RecommendationItem;
  readonly chosen: boolean;
  readonly onToggle: (() => void) | null;
  readonly actions: ComponentChildren;
}

function Row({ item, chosen, onToggle, actions }: RowProps) {
  const { t, f, lang } = useSession();
  const { recommendation: r } = item;
  return (
    <tr aria-selected={chosen}>
      {onToggle && (
        <td class="col-check">
          <input type="checkbox" aria-label={t('chooseRow', { product: item.product, merchant: item.merchant })} checked={chosen} onChange={onToggle} />
        </td>
      )}
      <td class="col-product">
        <a class="name" href={modelPath(item.merchant, item.product)}>
          {item.product}
        </a>
        <small>{item.merchant}</small>
      </td>
      <td class="num col-today">{f.price(r.current.price)}</td>
      <td class="num col-new">
        <span class="new-price">{f.price(item.price)}</span>
        <small>
          {f.change(item.price / r.current.price - 1)}
          {item.overridden && ` · ${t('overridden')}`}
        </small>
      </td>
      <td class="num col-gain">
        <span class={item.expectedGain >= 0 ? 'good strong' : 'bad strong'}>{f.gain(item.expectedGain)}</span>
        <small>{t('inDays', { days: r.horizonDays })}</small>
      </td>
      <td class="col-sure">
        {r.probabilityBetter === null ? (
          <span class="muted">–</span>
        ) : (
          <span class="nowrap">
            <Meter share={r.probabilityBetter} /> {f.likely(r.probabilityBetter)}
          </span>
        )}
      </td>
      <td class="col-why">
        {item.status === 'exported' ? (
          <OutcomeCell item={item} />
        ) : item.status === 'rejected' || item.overridden ? (
          <span class="small">{item.reason}</span>
        ) : (
          <span class="small muted">{r.reasons.map((code) => capital(REASON_WORDS[code][lang])).join(' · ')}</span>
        )}
        {item.stale && <span class="badge warn">{t('stale')}</span>}
        {item.activationDate && <small>{t('activeFrom', { date: f.date(item.activationDate) })}</small>}
        {item.decidedBy && (item.status === 'approved' || item.status === 'rejected') && (
          <small>{t('decidedBy', { name: actorWords(item.decidedBy, t), date: item.decidedAt ? f.time(item.decidedAt) : '' })}</small>
        )}
      </td>
      <td class="num col-actions">{actions}</td>
    </tr>
  );
}
