/** What can be done with all recommendations that were chosen. */

import { useState } from 'preact/hooks';
import type { RecommendationItem, RecommendationTotals } from '../../contract/api.ts';
import type { DecisionTarget, RecommendationStatus } from '../../core/vocabulary.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Icon } from '../parts/icon.tsx';
import { type Decide, useMatchingDecision } from '../parts/use-decisions.ts';
import { useSession } from '../session.tsx';

/** What can be done with all that match, in one step. */
const NEXT: Readonly<Record<RecommendationStatus, readonly DecisionTarget[]>> = {
  proposed: ['reviewed', 'approved'],
  reviewed: ['approved'],
  approved: ['proposed'],
  rejected: ['proposed'],
  exported: [],
  superseded: [],
};
const NEXT_WORDS = { reviewed: 'review', approved: 'approve', proposed: 'reopen', rejected: 'reject' } as const;

interface RecommendationBulkProps {
  readonly items: readonly RecommendationItem[];
  readonly status: RecommendationStatus;
  readonly onDecide: Decide;
  /** Called for what needs a word more. */
  readonly onAsk: (dialog: 'reject' | 'export') => void;
  readonly onClear: () => void;
  /** What all that match the filters come to; null while it is on its way. */
  readonly all: RecommendationTotals | null;
  readonly filter: Readonly<Record<string, string | undefined>>;
  readonly onDone: () => void;
}

export function RecommendationBulk(props: RecommendationBulkProps) {
  const { items, status, onDecide, onAsk, onClear, all } = props;
  const { t, f } = useSession();
  const [everything, setEverything] = useState(false);
  if (everything && all) return <EverythingBulk {...props} all={all} onLess={() => setEverything(false)} />;
  const gain = items.reduce((sum, item) => sum + (item.expectedGain ?? 0), 0);
  const unknown = items.filter((item) => item.expectedGain === null).length;
  return (
    <section class="bulk" aria-label={t('bulkLabel')}>
      <span class="strong">
        {all && all.count > items.length
          ? t('chosenOf', { count: f.number(items.length), all: f.number(all.count) })
          : t('chosen', { count: f.number(items.length) })}
      </span>
      {all && all.count > items.length && NEXT[status].length > 0 && (
        <button type="button" class="link-button" onClick={() => setEverything(true)}>
          {t('chooseAllMatching', { count: f.number(all.count) })}
        </button>
      )}
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

interface EverythingBulkProps extends RecommendationBulkProps {
  readonly all: RecommendationTotals;
  readonly onLess: () => void;
}

/** Everything that matches the filters, also what the page has not loaded: decided on after a summary. */
function EverythingBulk({ status, all, filter, onDone, onLess }: EverythingBulkProps) {
  const { t, f } = useSession();
  const [asked, setAsked] = useState<DecisionTarget | null>(null);
  const decide = useMatchingDecision(onDone);
  return (
    <section class="bulk" aria-label={t('bulkLabel')}>
      <span class="strong">{t('chosenOf', { count: f.number(all.count), all: f.number(all.count) })}</span>
      <span class="good">{f.gain(all.gain)}</span>
      <span class="grow" />
      {NEXT[status].map((to) => (
        <button
          type="button"
          key={to}
          class={to === 'approved' ? 'button primary' : 'button'}
          onClick={() => setAsked(to)}
        >
          {t(NEXT_WORDS[to])}
        </button>
      ))}
      <button type="button" class="button quiet" onClick={onLess}>
        {t('clearChoice')}
      </button>
      {asked && (
        <Dialog
          title={t('confirmAllTitle', { count: f.number(all.count) })}
          submit={t(NEXT_WORDS[asked])}
          onClose={() => setAsked(null)}
          onSubmit={() => {
            decide({ ...filter, count: all.count, mark: all.mark }, asked);
            setAsked(null);
          }}
        >
          <p>
            {t('confirmAllLead', {
              raised: f.number(all.raised),
              lowered: f.number(all.lowered),
              change: f.percent(all.largestChange),
              gain: f.gain(all.gain),
            })}
          </p>
          {all.unknownGain > 0 && <p>{t('confirmAllUnknown', { count: f.number(all.unknownGain) })}</p>}
          {asked !== 'proposed' && <p class="muted">{t('confirmAllUndo')}</p>}
        </Dialog>
      )}
    </section>
  );
}
