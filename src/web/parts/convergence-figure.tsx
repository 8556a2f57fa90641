/** How a training's error fell: linear or logarithmic axes, smoothing, a part of the iterations. */

import { useMemo } from 'preact/hooks';
import type { Palette } from '../../charts/chart-base.ts';
import { type Convergence, convergenceChart, ERROR_VIEWS } from '../../charts/convergence-charts.ts';
import { useSession } from '../session.tsx';
import { AxesSwitch } from './axes-switch.tsx';
import { ChartFigure } from './chart-figure.tsx';
import { SmoothingSwitch } from './smoothing-switch.tsx';
import { useChartView } from './use-chart-view.ts';

interface ConvergenceFigureProps {
  readonly training: Convergence;
  readonly palette: Palette;
  readonly group?: string;
}

export function ConvergenceFigure({ training, palette, group }: ConvergenceFigureProps) {
  const { lang } = useSession();
  const { window, setWindow, switched, toggle, smoothing, setSmoothing } = useChartView();
  const [logX, logY] = [switched.has('x'), switched.has('error')];
  const chart = useMemo(
    () =>
      training.points.length === 0
        ? null
        : convergenceChart(training, lang, palette, { ...ERROR_VIEWS[0], logX, logY, smoothing }),
    [training, smoothing, logX, logY, lang, palette],
  );
  if (!chart) return null;
  return (
    <ChartFigure
      chart={chart}
      palette={palette}
      height={380}
      window={window}
      onWindow={setWindow}
      {...(group !== undefined && { group })}
      controls={
        <>
          <AxesSwitch axis="x" logarithmic={logX} onToggle={() => toggle('x')} />
          <AxesSwitch axis="y" logarithmic={logY} onToggle={() => toggle('error')} />
          <SmoothingSwitch weight={smoothing} onChoose={setSmoothing} />
        </>
      }
    />
  );
}
