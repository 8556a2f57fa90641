/** How much of its jitter a curve loses. */

import type { WebKey } from '../../i18n/web-messages.ts';
import { useSession } from '../session.tsx';
import { Segmented } from './segmented.tsx';

/** Weight of the past in the smoothed error: the point itself counts 1 − weight. */
const WEIGHTS: readonly (readonly [weight: number, words: WebKey])[] = [
  [0, 'smoothingNone'],
  [0.6, 'smoothingSome'],
  [0.9, 'smoothingMuch'],
];

interface SmoothingSwitchProps {
  readonly weight: number;
  readonly onChoose: (weight: number) => void;
}

export function SmoothingSwitch({ weight, onChoose }: SmoothingSwitchProps) {
  const { t } = useSession();
  return (
    <Segmented
      label={t('smoothingLabel')}
      value={weight}
      choices={WEIGHTS.map(([value, words]) => ({ value, label: t(words) }))}
      onChoose={onChoose}
    />
  );
}
