/** What a cell will sell in the coming days, and the patterns that the forecast rests on. */

import { useMemo } from 'preact/hooks';
import { patternCharts } from '../../charts/pattern-charts.ts';
import { horizonWord, unitWord } from '../../i18n/code-words.ts';
import { ChartFigure } from '../parts/chart-figure.tsx';
import { useSession } from '../session.tsx';
import type { TabProps } from './model-tab.ts';

export function ForecastTab({ view, palette }: TabProps) {
  const { lang, t, f } = useSession();
  const charts = useMemo(() => patternCharts(view, lang, palette), [view, lang, palette]);
  const total = view.forecastTotal;
  const forecast = charts.at(-1);
  return (
    <>
      <p class="lead">
        {t('forecastLead', {
          period: horizonWord([view.recommendation], lang),
          total: f.number(total.value),
          low: f.number(total.low),
          high: f.number(total.high),
          unit: unitWord(view.show.model.unit, total.value, lang),
          price: f.price(view.forecast[0]?.price ?? view.recommendation.current.price),
        })}
      </p>
      {forecast && <ChartFigure chart={forecast} palette={palette} height={360} />}
      <div class="columns">
        {charts.slice(0, -1).map((chart) => (
          <ChartFigure key={chart.title} chart={chart} palette={palette} height={300} />
        ))}
      </div>
    </>
  );
}
