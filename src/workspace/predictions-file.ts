/** Every single prediction of a backtest as a CSV file, for others to score. */

import { csvCell } from '../contract/csv.ts';
import type { CellSeries } from '../core/series/cell-series.ts';
import type { BacktestForecast } from '../fleet/work.ts';
import { isoDate } from './dates.ts';

/** A line for each prediction of a cell. @param forecasts an entry an origin */
export function* predictionLines(series: CellSeries, forecasts: readonly BacktestForecast[]): Iterable<string> {
  for (const { originDay, days, price, actual, methods } of forecasts) {
    for (const { name, prediction, low, high } of methods) {
      for (const [i, day] of days.entries()) {
        const dates = [isoDate(originDay), isoDate(day)];
        const figures = [price[i], actual[i], name, prediction[i], low?.[i] ?? '', high?.[i] ?? ''];
        yield [csvCell(series.merchant), csvCell(series.product), ...dates, ...figures].join(',');
      }
    }
  }
}

/** The file's text, in pieces. */
export function predictionsFile(lines: Iterable<string>): Iterable<string> {
  return {
    *[Symbol.iterator]() {
      yield 'merchant,product,origin,date,price,actual,method,prediction,low,high\n';
      for (const line of lines) yield `${line}\n`;
    },
  };
}
