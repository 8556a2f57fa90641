/** Which recommendations are shown, and computing them anew. */

import { useState } from 'preact/hooks';
import type { OverviewSummary, Refreshed } from '../../contract/api.ts';
import type { RecommendationStatus } from '../../core/vocabulary.ts';
import { sendJson } from '../api-client.ts';
import { MerchantSelect, ProductTypeSelect } from '../parts/cell-selects.tsx';
import { CertaintySelect, GainField } from '../parts/gain-filters.tsx';
import { Icon } from '../parts/icon.tsx';
import { SearchBox } from '../parts/search-box.tsx';
import { SortSelect } from '../parts/sort-select.tsx';
import type { Sorting } from '../parts/table.tsx';
import { useMedia } from '../parts/use-media.ts';
import { useProblemToast } from '../parts/use-problem-toast.ts';
import { useQuery } from '../parts/use-query.ts';
import { useSession } from '../session.tsx';
import { showToast } from '../toasts.tsx';
import { forgetSeen, useResource } from '../use-resource.ts';

/** Columns that the server sorts by, for a phone, where the list has no head. */
const SORTED = { expectedGain: 'gain', product: 'product' } as const;

interface RecommendationFiltersProps {
  readonly status: RecommendationStatus;
  readonly sorting: Sorting;
}

export function RecommendationFilters({ status, sorting }: RecommendationFiltersProps) {
  const { t } = useSession();
  const phone = useMedia('(max-width: 860px)');
  const { query, change } = useQuery();
  const summary = useResource<OverviewSummary>('/api/overview/summary').data;
  return (
    <div class="toolbar">
      <SearchBox value={query.search ?? ''} label={t('overviewSearch')} onSearch={(search) => change({ search })} />
      {phone && (
        <SortSelect
          columns={Object.entries(SORTED).map(([id, key]) => ({ id, head: t(key), cell: () => null }))}
          sorting={sorting}
        />
      )}
      {summary && summary.merchants.length > 1 && (
        <MerchantSelect
          names={summary.merchants}
          value={query.merchant ?? ''}
          onChoose={(merchant) => change({ merchant })}
        />
      )}
      {summary && summary.productTypes.length > 1 && (
        <ProductTypeSelect
          names={summary.productTypes}
          value={query.productType ?? ''}
          onChoose={(productType) => change({ productType })}
        />
      )}
      <CertaintySelect value={query.minProbability ?? ''} onChoose={(minProbability) => change({ minProbability })} />
      <GainField value={query.minGain ?? ''} onGain={(minGain) => change({ minGain })} />
      {status === 'proposed' && (
        <label class="check">
          <input
            type="checkbox"
            checked={query.all === '1'}
            onChange={(event) => change({ all: event.currentTarget.checked ? '1' : null })}
          />
          {t('showKept')}
        </label>
      )}
      <span class="grow" />
      <a class="button quiet" href="/settings?section=guardrails">
        <Icon name="shield" />
        {t('guardrails')}
      </a>
    </div>
  );
}

interface RefreshButtonProps {
  readonly onDone: () => void;
  readonly label?: string;
  readonly primary?: boolean;
}

export function RefreshButton({ onDone, label, primary = false }: RefreshButtonProps) {
  const { t, f } = useSession();
  const tellProblem = useProblemToast();
  const [refreshing, setRefreshing] = useState(false);
  async function refresh(replaceApproved = false): Promise<void> {
    setRefreshing(true);
    try {
      const { computed, changed, kept } = await sendJson<Refreshed>(
        'POST',
        '/api/recommendations/refresh',
        replaceApproved ? { replaceApproved } : {},
      );
      const counts = {
        computed: f.number(computed),
        changed: f.number(changed),
        standing: f.number(kept.standing.length),
      };
      // A price that somebody approved is taken away when that is asked for, and not before.
      if (kept.standing.length > 0)
        showToast(t('refreshedStanding', counts), { label: t('replaceStanding'), run: () => refresh(true) });
      else showToast(t('refreshed', counts));
    } catch (error) {
      tellProblem(error);
    }
    setRefreshing(false);
    forgetSeen();
    onDone();
  }
  return (
    <button type="button" class={primary ? 'button primary' : 'button'} disabled={refreshing} onClick={() => refresh()}>
      {refreshing ? t('refreshing') : (label ?? t('refresh'))}
    </button>
  );
}
