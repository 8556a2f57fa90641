/**
 * 90 % intervals of single rows on produce and M5, by the interval score of Gneiting & Raftery (2007), Journal of the
 * American Statistical Association 102(477): width + 20 times what is missed, all rows over all that was sold, and by
 * cell over its mean before. Beside quantiles of LightGBM over all cells where DEMANDA_PYTHON names a Python that has it.
 * DEMANDA_KEPT names a folder that forecasts are kept in.
 *
 * node bench/intervals.ts [produce|m5|window …]
 */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CellSeries } from '../src/core/series/cell-series.ts';
import { rowsUpTo } from '../src/core/series/rows.ts';
import { type Forecast, ownForecasts, storedCells } from './backtest-files.ts';
import { HORIZON, m5Workspace, readM5, scoredItems } from './m5.ts';
import { cellOf, type PeerTask, peersForecasts, writeTask } from './peer-task.ts';
import { produceLines, produceWorkspace } from './produce.ts';

const MISS = 2 / 0.1;
const PYTHON = process.env.DEMANDA_PYTHON;
const PRODUCE: PeerTask = {
  frequency: 'daily',
  country: 'CN',
  minRows: 120,
  training: { step: 7, origins: 100 },
};
const M5: PeerTask & { readonly pieces: true } = {
  ...{ frequency: 'daily', country: 'US', minRows: 100, pieces: true },
  training: { step: 14, origins: 27 },
};

interface Window {
  readonly name: string;
  readonly chosenOn: boolean;
  readonly task: PeerTask;
  /** Forecasts into a folder: `predictions.csv` and the workspace `ws`. False where the data is not there. */
  forecast(folder: string): Promise<boolean>;
}

const WINDOWS: readonly Window[] = [
  ...['2022-05-06', '2022-09-23', '2023-02-10', '2023-06-30'].map(
    (until, w): Window => ({
      name: `produce ${until}`,
      chosenOn: w < 2,
      task: PRODUCE,
      async forecast(folder) {
        const lines = produceLines();
        if (!lines) return false;
        const { workspace } = await produceWorkspace(folder, lines, until);
        await workspace.backtest({ merchant: 'kept', until, predictionsFile: join(folder, 'predictions.csv') });
        await workspace.close();
        return true;
      },
    }),
  ),
  ...[1857, 1885, 1913, 1941].map(
    (origin, w): Window => ({
      name: `m5 d_${origin + 1}`,
      chosenOn: w < 2,
      task: M5,
      async forecast(folder) {
        const data = readM5();
        if (!data) return false;
        const workspace = await m5Workspace(folder, data, scoredItems(data, origin), origin);
        const until = data.calendar[origin + HORIZON - 1].date;
        const horizon = { horizonDays: HORIZON, origins: 1, stepDays: HORIZON, minRows: M5.minRows };
        await workspace.backtest({ until, ...horizon, predictionsFile: join(folder, 'predictions.csv') });
        await workspace.close();
        return true;
      },
    }),
  ),
];

/** Score over what was sold, by cell over its mean, and shares of rows within, below and above. */
function figures(cells: ReadonlyMap<string, CellSeries>, forecasts: readonly Forecast[]): string {
  let [score, sold, byCell, below, above] = [0, 0, 0, 0, 0];
  for (const [cell, own] of Map.groupBy(forecasts, cellOf)) {
    const series = cells.get(cell) as CellSeries;
    const rows = rowsUpTo(series, Math.min(...own.map(({ origin }) => origin)));
    const mean = series.quantity.subarray(0, rows).reduce((sum, y) => sum + y, 0) / rows;
    const actual = new Map(Array.from(series.days, (day, i) => [day, series.quantity[i]]));
    for (const { day, low, high } of own as readonly { day: number; low: number; high: number }[]) {
      const y = actual.get(day) as number;
      const lost = high - low + MISS * Math.max(0, low - y, y - high);
      score += lost;
      byCell += lost / mean;
      sold += y;
      if (y < low) below++;
      if (y > high) above++;
    }
  }
  const share = (count: number): string => ((100 * count) / forecasts.length).toFixed(1);
  const inside = share(forecasts.length - below - above);
  return `${(score / sold).toFixed(3)} / ${(byCell / forecasts.length).toFixed(3)} | ${inside}, ${share(below)}, ${share(above)}`;
}

async function run({ name, chosenOn, task, forecast }: Window): Promise<void> {
  const kept = process.env.DEMANDA_KEPT;
  const folder = kept ? join(kept, name.replaceAll(' ', '-')) : mkdtempSync(join(tmpdir(), 'demanda-intervals-'));
  mkdirSync(folder, { recursive: true });
  try {
    if (!existsSync(join(folder, 'predictions.csv')) && !(await forecast(folder))) return;
    const cells = new Map((await storedCells(join(folder, 'ws'))).map((series) => [cellOf(series), series]));
    const ours = ownForecasts(join(folder, 'predictions.csv'));
    const print = (method: string, rows: readonly Forecast[]): void =>
      console.log(`| ${name}${chosenOn ? ' (chosen on)' : ''} | ${method} | ${figures(cells, rows)} |`);
    print('demanda', ours);
    if (!PYTHON) return;
    if (!existsSync(join(folder, 'forecasts.csv'))) {
      await writeTask(folder, task, cells, ours);
      const script = join(import.meta.dirname, 'peers/forecasts.py');
      const { status } = spawnSync(PYTHON, [script, folder, 'quantiles'], { stdio: ['ignore', 'inherit', 'inherit'] });
      if (status !== 0) throw new Error(`forecasts.py ended with ${status}`);
    }
    print('LightGBM quantiles', peersForecasts(folder, cells));
  } finally {
    if (!kept) rmSync(folder, { recursive: true, force: true });
  }
}

const asked = process.argv.slice(2);
console.log('| window | method | interval score: over what was sold / by cell | within, below, above, % |');
console.log('|---|---|---|---|');
for (const window of WINDOWS)
  if (asked.length === 0 || asked.some((name) => window.name.includes(name))) await run(window);
