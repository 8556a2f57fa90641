/** What peers are given, and what they foretold. */

import { createWriteStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Papa from 'papaparse';
import type { CellSeries } from '../src/core/series/cell-series.ts';
import type { Frequency } from '../src/core/vocabulary.ts';
import { holidaysOf } from '../src/data/holidays.ts';
import { csvRecords, type Forecast, numberOrNull } from './backtest-files.ts';
import { dayOf } from './training-cells.ts';

/** What is asked of peers, beside the rows. */
export interface PeerTask {
  readonly frequency: Frequency;
  /** ISO 3166 code. */
  readonly country: string;
  readonly minRows: number;
  /** Peers that learn of all cells: days between training origins, and how many. */
  readonly training: { readonly step: number; readonly origins: number };
  /** All that is sold comes in few pieces. */
  readonly pieces?: boolean;
}

export const cellOf = ({ merchant, product }: Pick<CellSeries, 'merchant' | 'product'>): string =>
  `${merchant}|${product}`;

/** What forecasts.py foretold. */
export function peersForecasts(folder: string, cells: ReadonlyMap<string, CellSeries>): Forecast[] {
  return csvRecords(join(folder, 'forecasts.csv')).map((line) => {
    const { merchant, product } = cells.get(line.cell as string) as CellSeries;
    return {
      ...{ merchant, product, origin: Number(line.origin), day: Number(line.day), method: line.method as string },
      prediction: Number(line.prediction),
      low: numberOrNull(line.low as string),
      high: numberOrNull(line.high as string),
    };
  });
}

/** What peers are given: every row that demanda is given, and the rows that it forecast. */
export async function writeTask(
  folder: string,
  asked: PeerTask,
  cells: ReadonlyMap<string, CellSeries>,
  ours: readonly Forecast[],
): Promise<void> {
  const known = [...new Set([...cells.values()].flatMap(({ covariates }) => covariates.map(({ name }) => name)))];
  const out = createWriteStream(join(folder, 'rows.csv'));
  const names = ['cell', 'type', 'day', 'quantity', 'price', 'promo', ...known];
  out.write(`${Papa.unparse([names])}\n`);
  const figure = (value: number | undefined): string => (value === undefined || Number.isNaN(value) ? '' : `${value}`);
  for (const [cell, series] of cells) {
    const columns = known.map((name) => series.covariates.find((c) => c.name === name)?.values);
    const rows = Array.from(series.days, (day, i) => {
      const figures = [series.quantity[i], series.price[i], series.promo[i], ...columns.map((c) => c?.[i])].map(figure);
      return [cell, series.productType, day, ...figures];
    });
    out.write(`${Papa.unparse(rows)}\n`);
  }
  await new Promise<void>((closed) => out.end(() => closed()));
  const last = Math.max(...ours.map(({ day }) => day));
  // Whole months are more days or fewer than were asked: peers are asked what demanda forecast.
  const origins = [...Map.groupBy(ours, ({ origin }) => origin)]
    .map(([origin, own]) => [origin, Math.max(...own.map(({ day }) => day))] as const)
    .toSorted(([a], [b]) => a - b);
  writeFileSync(
    join(folder, 'task.json'),
    JSON.stringify({
      frequency: asked.frequency,
      minRows: asked.minRows,
      origins,
      scored: [...new Set(ours.map(cellOf))],
      holidays: holidaysOf(asked.country, dayOf('1989-01-01'), last + 60)
        .filter(({ kind }) => kind !== 'observance')
        .map(({ day }) => day),
      trainingStep: asked.training.step,
      trainingOrigins: asked.training.origins,
      pieces: asked.pieces ?? false,
    }),
  );
}
