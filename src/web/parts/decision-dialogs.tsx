/** The two decisions that need a word: rejecting, and choosing another price. */

import { useState } from 'preact/hooks';
import type { RecommendationItem } from '../../contract/api.ts';
import { typedNumber } from '../../contract/typed-number.ts';
import { priceDigits } from '../../core/pricing/price-lattice.ts';
import { unitWord } from '../../i18n/code-words.ts';
import { useSession } from '../session.tsx';
import { Dialog } from './dialog.tsx';

export function RejectDialog({
  count,
  onClose,
  onReject,
}: {
  readonly count: number;
  readonly onClose: () => void;
  readonly onReject: (reason: string) => void;
}) {
  const { t } = useSession();
  const [reason, setReason] = useState('');
  const usual = [t('rejectCompetitor'), t('rejectCost'), t('rejectTiming'), t('rejectTrust')];
  return (
    <Dialog
      title={t(count === 1 ? 'rejectTitle' : 'rejectTitleMany', { count })}
      onClose={onClose}
      onSubmit={() => {
        onReject(reason.trim());
        onClose();
      }}
      submit={t('reject')}
      disabled={reason.trim() === ''}
    >
      <div class="chips">
        {usual.map((text) => (
          <button type="button" class="chip" key={text} aria-pressed={reason === text} onClick={() => setReason(text)}>
            {text}
          </button>
        ))}
      </div>
      <label class="field">
        <span>{t('rejectReason')}</span>
        <textarea
          class="input"
          required
          maxLength={1_000}
          value={reason}
          onInput={(event) => setReason(event.currentTarget.value)}
        />
      </label>
    </Dialog>
  );
}

interface OverrideDialogProps {
  readonly item: RecommendationItem;
  /** A price that the page has in mind, as the slider's. */
  readonly price?: number;
  readonly onClose: () => void;
  readonly onOverride: (price: number, reason: string) => void;
}

export function OverrideDialog({ item, price: first, onClose, onOverride }: OverrideDialogProps) {
  const { t, f, lang, session } = useSession();
  const [price, setPrice] = useState(() => {
    const known = first ?? item.price;
    return known.toFixed(priceDigits(known, session.currency));
  });
  const [reason, setReason] = useState('');
  const value = typedNumber(price);
  const valid = Number.isFinite(value) && value > 0;
  return (
    <Dialog
      title={t('overrideTitle', { product: item.product })}
      onClose={onClose}
      onSubmit={() => {
        onOverride(value, reason.trim());
        onClose();
      }}
      submit={t('overrideApprove')}
      disabled={!valid || reason.trim() === ''}
    >
      <p class="muted">
        {t('overrideLead', {
          today: f.price(item.recommendation.current.price),
          price: f.price(item.recommendation.price),
        })}
      </p>
      <label class="field">
        <span>
          {t('overridePrice', { currency: session.currency, unit: unitWord(item.recommendation.unit, 1, lang) })}
        </span>
        <input
          class="input"
          inputMode="decimal"
          required
          value={price}
          onInput={(event) => setPrice(event.currentTarget.value)}
        />
        {valid && value < item.recommendation.unitCost && (
          <span class="hint bad">{t('overrideBelowCost', { cost: f.price(item.recommendation.unitCost) })}</span>
        )}
        {valid && (
          <span class="hint">
            {t('overrideChange', { change: f.change(value / item.recommendation.current.price - 1) })}
          </span>
        )}
      </label>
      <label class="field">
        <span>{t('overrideReason')}</span>
        <textarea
          class="input"
          required
          maxLength={1_000}
          value={reason}
          onInput={(event) => setReason(event.currentTarget.value)}
        />
      </label>
    </Dialog>
  );
}
