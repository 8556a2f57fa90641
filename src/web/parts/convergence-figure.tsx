/** How a training's error fell: even or logarithmic axes, smoothing, a part of the iterations. */

import { useMemo, useState } from 'preact/hooks';
import type { Palette } from '../../charts/chart-base.ts';
import { type Convergence, convergenceCharts } from '../../charts/convergence-charts.ts';
import type { WebKey } from '../../i18n/web-messages.ts';
import { useSession } from '../session.tsx';
import { AxesSwitch } from './axes-switch.tsx';
import { ChartFigure } from './chart-figure.tsx';
import { Segmented } from './segmented.tsx';

interface ConvergenceFigureProps {
  readonly training: Convergence;
  readonly palette: Palette;
  readonly group?: string;
}

/** Weight of the past in the smoothed error: the point itself counts 1 − weight. */
const SMOOTHING: readonly (readonly [weight: number, words: WebKey])[] = [
  [0, 'smoothingNone'],
  [0.6, 'smoothingSome'],
  [0.9, 'smoothingMuch'],
];

export function ConvergenceFigure({ training, palette, group }: ConvergenceFigureProps) {
  const { t, lang } = useSession();
  const [logarithmic, setLogarithmic] = useState(false);
  const [weight, setWeight] = useState(0);
  const charts = useMemo(
    () => convergenceCharts({ ...training, points: smoothed(training.points, weight) }, lang, palette),
    [training, weight, lang, palette],
  );
  const chart = charts[logarithmic ? 1 : 0];
  if (!chart) return null;
  return (
    <ChartFigure
      chart={chart}
      palette={palette}
      height={380}
      zoom
      {...(group !== undefined && { group })}
      controls={
        <>
          <AxesSwitch logarithmic={logarithmic} onChoose={setLogarithmic} />
          <Segmented
            label={t('smoothingLabel')}
            value={weight}
            choices={SMOOTHING.map(([value, words]) => ({ value, label: t(words) }))}
            onChoose={setWeight}
          />
        </>
      }
    />
  );
}

/**
 * Exponentially weighted mean of the points so far, without the pull of an arbitrary start (Kingma & Ba 2015, §3: bias
 * correction).
 */
function smoothed(points: Convergence['points'], weight: number): Convergence['points'] {
  if (weight === 0) return points;
  const runningMean = (): ((value: number | null) => number | null) => {
    let sum = 0;
    let total = 0;
    return (value) => {
      if (value === null) return null;
      sum = weight * sum + (1 - weight) * value;
      total = weight * total + (1 - weight);
      return sum / total;
    };
  };
  const error = runningMean();
  const train = runningMean();
  return points.map((point) => ({
    iteration: point.iteration,
    error: error(point.error),
    trainError: train(point.trainError),
  }));
}
