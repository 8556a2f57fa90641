/** Every single prediction of a backtest as a CSV file, for others to score. */

import { csvCell } from '../contract/csv.ts';
import type { CellSeries } from '../core/series/cell-series.ts';
import type { BacktestForecast } from '../fleet/work.ts';
import { isoDate } from './dates.ts';
import { writeOutput } from './output-file.ts';

/** @param cells forecasts of each cell, an entry an origin */
export async function writePredictions(
  file: string,
  cells: readonly {
    readonly series: CellSeries;
    readonly forecasts: readonly BacktestForecast[];
  }[],
): Promise<void> {
  const lines = ['merchant,product,origin,date,price,actual,method,prediction,low,high'];
  for (const { series, forecasts } of cells) {
    for (const { originDay, days, price, actual, methods } of forecasts) {
      for (const { name, prediction, low, high } of methods) {
        days.forEach((day, i) => {
          const dates = [isoDate(originDay), isoDate(day)];
          const figures = [price[i], actual[i], name, prediction[i], low?.[i] ?? '', high?.[i] ?? ''];
          lines.push([csvCell(series.merchant), csvCell(series.product), ...dates, ...figures].join(','));
        });
      }
    }
  }
  await writeOutput(file, `${lines.join('\n')}\n`);
}
