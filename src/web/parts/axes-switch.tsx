/** Linear or logarithmic: one axis of a picture. */

import { useSession } from '../session.tsx';
import { Segmented } from './segmented.tsx';

export function AxesSwitch({
  axis,
  logarithmic,
  onToggle,
}: {
  readonly axis: 'x' | 'y';
  readonly logarithmic: boolean;
  readonly onToggle: () => void;
}) {
  const { t } = useSession();
  const choices = [
    { value: false, label: t('axesEven') },
    { value: true, label: t('axesLog') },
  ];
  return (
    <span class="axis-switch">
      <span class="muted" aria-hidden="true">
        {axis}
      </span>
      <Segmented
        label={t(axis === 'x' ? 'axesX' : 'axesY')}
        value={logarithmic}
        choices={choices}
        onChoose={(next) => next !== logarithmic && onToggle()}
      />
    </span>
  );
}
