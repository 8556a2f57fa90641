/** Nearer, farther, all of it: for whoever has no wheel, no second finger or no mouse. */

import type { Chart } from '../../charts/chart-base.ts';
import type { ChartWindow } from '../../charts/refit.ts';
import { useSession } from '../session.tsx';
import { Icon } from './icon.tsx';

interface ZoomButtonsProps {
  readonly chart: Chart;
  readonly window: ChartWindow | null;
  readonly onWindow: (window: ChartWindow | null) => void;
}

/** By how much a press narrows. */
const FACTOR = 2;

export function ZoomButtons({ chart, window, onWindow }: ZoomButtonsProps) {
  const { t } = useSession();
  const { min = 0, max = 1 } = chart.option.xAxis as { readonly min?: number; readonly max?: number };
  const scale = chart.scales?.x.log ? { to: Math.log, from: Math.exp } : { to: Number, from: Number };
  const whole = [scale.to(min), scale.to(max)] as const;
  const [low, high] = window ? [scale.to(Math.max(window[0], min)), scale.to(window[1])] : whole;
  const zoomed = (factor: number): void => {
    const [middle, half] = [(low + high) / 2, ((high - low) / 2) * factor];
    const [from, to] = [Math.max(whole[0], middle - half), Math.min(whole[1], middle + half)];
    onWindow(from <= whole[0] && to >= whole[1] ? null : [scale.from(from), scale.from(to)]);
  };
  return (
    <span class="zoom-buttons">
      <button
        type="button"
        class="button quiet small"
        title={t('zoomIn')}
        aria-label={t('zoomIn')}
        onClick={() => zoomed(1 / FACTOR)}
      >
        <Icon name="plus" />
      </button>
      <button
        type="button"
        class="button quiet small"
        title={t('zoomOut')}
        aria-label={t('zoomOut')}
        disabled={window === null}
        onClick={() => zoomed(FACTOR)}
      >
        <Icon name="minus" />
      </button>
      <button
        type="button"
        class="button quiet small"
        title={t('zoomReset')}
        aria-label={t('zoomReset')}
        disabled={window === null}
        onClick={() => onWindow(null)}
      >
        <Icon name="whole" />
      </button>
    </span>
  );
}
