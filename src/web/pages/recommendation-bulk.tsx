/** What can be done with all recommendations that were chosen. */

import type { RecommendationItem } from '../../contract/api.ts';
import type { RecommendationStatus } from '../../core/vocabulary.ts';
import { Icon } from '../parts/icon.tsx';
import type { Decide } from '../parts/use-decisions.ts';
import { useSession } from '../session.tsx';

interface RecommendationBulkProps {
  readonly items: readonly RecommendationItem[];
  readonly status: RecommendationStatus;
  readonly onDecide: Decide;
  /** Called for what needs a word more. */
  readonly onAsk: (dialog: 'reject' | 'export') => void;
  readonly onClear: () => void;
}

export function RecommendationBulk({ items, status, onDecide, onAsk, onClear }: RecommendationBulkProps) {
  const { t, f } = useSession();
  const gain = items.reduce((sum, item) => sum + (item.expectedGain ?? 0), 0);
  const unknown = items.filter((item) => item.expectedGain === null).length;
  return (
    <section class="bulk" aria-label={t('bulkLabel')}>
      <span class="strong">{t(items.length === 1 ? 'chosenOne' : 'chosen', { count: f.number(items.length) })}</span>
      <span class="good">{f.gain(gain)}</span>
      {unknown > 0 && <span class="muted">{t('gainUnknownOf', { count: f.number(unknown) })}</span>}
      <span class="grow" />
      {status === 'proposed' && (
        <button type="button" class="button" onClick={() => onDecide(items, { to: 'reviewed' })}>
          {t('review')}
        </button>
      )}
      {(status === 'proposed' || status === 'reviewed') && (
        <button type="button" class="button primary" onClick={() => onDecide(items, { to: 'approved' })}>
          {t('approve')}
        </button>
      )}
      {(status === 'approved' || status === 'exported') && (
        <button type="button" class="button primary" onClick={() => onAsk('export')}>
          <Icon name="download" />
          {t(status === 'exported' ? 'exportAgain' : 'export')}
        </button>
      )}
      {(status === 'proposed' || status === 'reviewed' || status === 'approved') && (
        <button type="button" class="button danger" onClick={() => onAsk('reject')}>
          {t('reject')}
        </button>
      )}
      {status === 'rejected' && (
        <button type="button" class="button" onClick={() => onDecide(items, { to: 'proposed' })}>
          {t('reopen')}
        </button>
      )}
      <button type="button" class="button quiet" onClick={onClear}>
        {t('clearChoice')}
      </button>
    </section>
  );
}
