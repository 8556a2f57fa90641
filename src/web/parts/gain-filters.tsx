/** Filters of lists of prices: by what a change gains, and by how sure that is. */

import { useSession } from '../session.tsx';
import { Select } from './select.tsx';

const CERTAINTIES = [0.6, 0.7, 0.8, 0.9, 0.95];

interface FilterProps {
  /** '' for any. */
  readonly value: string;
}

export function CertaintySelect({ value, onChoose }: FilterProps & { readonly onChoose: (share: string) => void }) {
  const { t, f } = useSession();
  return (
    <Select
      label={t('filterSure')}
      value={value}
      choices={[
        { value: '', label: t('anyCertainty') },
        ...CERTAINTIES.map((share) => ({
          value: String(share),
          label: t('certaintyFrom', { share: f.percent(share) }),
        })),
      ]}
      onChoose={onChoose}
    />
  );
}

export function GainField({ value, onGain }: FilterProps & { readonly onGain: (gain: string) => void }) {
  const { t } = useSession();
  return (
    <input
      class="input gain-filter"
      type="number"
      min="0"
      step="any"
      inputMode="decimal"
      aria-label={t('filterGain')}
      placeholder={t('filterGain')}
      value={value}
      onChange={(event) => onGain(event.currentTarget.value)}
    />
  );
}
