/** How a training's error fell: even or logarithmic axes, smoothing, a part of the iterations. */

import { useMemo, useState } from 'preact/hooks';
import type { Palette } from '../../charts/chart-base.ts';
import { type Convergence, convergenceCharts } from '../../charts/convergence-charts.ts';
import { useSession } from '../session.tsx';
import { ChartFigure } from './chart-figure.tsx';

interface ConvergenceFigureProps {
  readonly training: Convergence;
  readonly palette: Palette;
  readonly group?: string;
}

/** Weight of the past in the smoothed error: the point itself counts 1 − weight. */
const SMOOTHING = [0, 0.6, 0.9] as const;

export function ConvergenceFigure({ training, palette, group }: ConvergenceFigureProps) {
  const { t, lang } = useSession();
  const [logarithmic, setLogarithmic] = useState(false);
  const [weight, setWeight] = useState(0);
  const charts = useMemo(() => convergenceCharts({ ...training, points: smoothed(training.points, weight) }, lang, palette), [training, weight, lang, palette]);
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
          <fieldset class="segmented" aria-label={t('axesLabel')}>
            {[false, true].map((choice) => (
              <button type="button" key={String(choice)} aria-pressed={logarithmic === choice} onClick={() => setLogarithmic(choice)}>
                {t(choice ? 'axesLog' : 'axesEven')}
              </button>
            ))}
          </fieldset>
          <fieldset class="segmented" aria-label={t('smoothingLabel')}>
            {SMOOTHING.map((choice, i) => (
              <button type="button" key={choice} aria-pressed={weight === choice} onClick={() => setWeight(choice)}>
                {t((['smoothingNone', 'smoothingSome', 'smoothingMuch'] as const)[i] as 'smoothingNone')}
              </button>
            ))}
          </fieldset>
        </>
      }
    />
  );
}

/** Exponentially weighted mean of the points so far, without the pull of an arbitrary start (Kingma & Ba 2015, §3: bias correction). */
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
  return points.map((point) => ({ iteration: point.iteration, error: error(point.error), trainError: train(point.trainError) }));
}
