/** What a workspace of a bench holds, and what it foretold in a backtest. */

import { readFileSync } from 'node:fs';
import Papa from 'papaparse';
import type { CellSeries } from '../src/core/series/cell-series.ts';
import { openStore } from '../src/store/open.ts';
import { dayOf } from './training-cells.ts';

/** One row as one method foretold it. */
export interface Forecast {
  readonly merchant: string;
  readonly product: string;
  /** Days since 1970-01-01. */
  readonly origin: number;
  readonly day: number;
  readonly method: string;
  readonly prediction: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** Lines of a file of CSV by the names in its head. */
export function csvRecords(file: string): Record<string, string>[] {
  return Papa.parse<Record<string, string>>(readFileSync(file, 'utf8').trim(), { header: true }).data;
}

export const numberOrNull = (text: string): number | null => (text === '' ? null : Number(text));

/** demanda's own forecasts in a file of predictions, in order of their cells, origins and days. */
export function ownForecasts(file: string): Forecast[] {
  return csvRecords(file)
    .filter(({ method }) => method === 'demanda')
    .map((line) => ({
      merchant: line.merchant as string,
      product: line.product as string,
      origin: dayOf(line.origin as string),
      day: dayOf(line.date as string),
      method: 'demanda',
      prediction: Number(line.prediction),
      low: numberOrNull(line.low as string),
      high: numberOrNull(line.high as string),
    }));
}

/** Every cell of a workspace's store. */
export async function storedCells(folder: string): Promise<CellSeries[]> {
  const store = await openStore(folder);
  try {
    const cells: CellSeries[] = [];
    for await (const series of store.sales.stream({})) cells.push(series);
    return cells;
  } finally {
    await store.close();
  }
}
