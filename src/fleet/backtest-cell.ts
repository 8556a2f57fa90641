/** One cell's forecasts at each origin, by the model and by the simple methods. */

import { fitDemand } from '../core/demand/fit-demand.ts';
import { predictDemand } from '../core/demand/predict.ts';
import { simpleForecast, simpleForecastsOf } from '../core/demand/simple-forecast.ts';
import {
  actualAfter,
  plannedRowsAfter,
  seasonalNaive,
  stepScale,
  truncateSeries,
} from '../core/evaluation/backtest.ts';
import { fitContext } from './cell-fit.ts';
import { fitSettings, type MarketKnowledge, priorsOf } from './knowledge.ts';
import { treesForecast } from './trees-forecast.ts';
import type { BacktestForecast, BacktestInput } from './work.ts';

export function backtestCell(
  { series, origins, minRows }: BacktestInput,
  knowledge: MarketKnowledge,
): BacktestForecast[] {
  const priors = priorsOf(knowledge, series);
  const trees = treesForecast(knowledge, series);
  const forecasts: BacktestForecast[] = [];
  for (const origin of origins) {
    const { originDay } = origin;
    const training = truncateSeries(series, originDay);
    const rows = training.days.length;
    const planned = plannedRowsAfter(series, origin);
    if (rows < minRows || planned.days.length === 0) continue;
    // Whether a cell is sold by the piece is told by the rows until the origin alone.
    const fitted = fitDemand(training, fitContext(fitSettings(knowledge, training), priors, trees));
    const methods: BacktestForecast['methods'][number][] = [];
    if (fitted.ok) {
      const { demand, low, high } = predictDemand(fitted.value, planned);
      methods.push({ name: 'demanda', prediction: demand, low, high });
    }
    for (const name of simpleForecastsOf(series.frequency)) {
      methods.push({ name, prediction: simpleForecast(name, training, rows, planned.days), low: null, high: null });
    }
    methods.push({
      name: 'naive',
      prediction: new Float64Array(planned.days.length).fill(training.quantity[rows - 1]),
      low: null,
      high: null,
    });
    methods.push({ name: 'seasonal-naive', prediction: seasonalNaive(training, planned.days), low: null, high: null });
    forecasts.push({
      originDay,
      days: planned.days,
      price: planned.price,
      actual: actualAfter(series, origin),
      stepScale: stepScale(training.quantity),
      methods,
      refusal: fitted.ok ? null : fitted.code,
    });
  }
  return forecasts;
}
