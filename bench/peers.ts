/**
 * demanda beside the methods that one could pick instead, on the same rows, by one scorer: RMSSE (plain mean over
 * cells, and weighted by what they earned before), WAPE and the interval score, its rank, and its ratio to each peer
 * with a bootstrap interval over cells.
 *
 * DEMANDA_PYTHON=… node bench/peers.ts [panel …]; that Python has lightgbm, xgboost, statsforecast, mlforecast, pandas
 */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stepScale } from '../src/core/evaluation/backtest.ts';
import { RandomStream } from '../src/core/math/random.ts';
import type { CellSeries } from '../src/core/series/cell-series.ts';
import { rowsUpTo } from '../src/core/series/rows.ts';
import { type Forecast, ownForecasts, storedCells } from './backtest-files.ts';
import { PANELS, type Panel } from './panels.ts';
import { cellOf, peersForecasts, writeTask } from './peer-task.ts';

const PYTHON = process.env.DEMANDA_PYTHON ?? 'python3';
const MODULES = 'lightgbm, xgboost, statsforecast, mlforecast, pandas';
const DRAWS = 1_000;
/** Of 90 % intervals: Gneiting & Raftery (2007), Journal of the American Statistical Association 102(477). */
const MISS = 2 / 0.1;

/** A cell's sums under one method. */
interface CellSums {
  squares: number;
  absolute: number;
  actual: number;
  rows: number;
  /** Interval score over the cell's mean demand, summed over rows. */
  score: number;
  inside: number;
  below: number;
  above: number;
  intervals: number;
}

type Figure = 'rmsse' | 'weighted' | 'wape' | 'score';
/** Rows whose revenue a cell weighs by. */
const REVENUE_ROWS = 28;

const NOTHING: CellSums = {
  ...{ squares: 0, absolute: 0, actual: 0, rows: 0, score: 0, inside: 0, below: 0, above: 0, intervals: 0 },
};

class Scores {
  private readonly methods = new Map<string, Map<string, CellSums>>();
  private readonly scale = new Map<string, number>();
  private readonly revenue = new Map<string, number>();

  /** @param scaleRows see Panel */
  constructor(cells: ReadonlyMap<string, CellSeries>, forecasts: readonly Forecast[], scaleRows?: number) {
    const mean = new Map<string, number>();
    for (const [cell, own] of Map.groupBy(forecasts, cellOf)) {
      const series = cells.get(cell) as CellSeries;
      const { quantity, price } = series;
      const origins = [...new Set(own.map(({ origin }) => origin))];
      const scales = origins.map((origin) => stepScale(quantity.slice(0, rowsUpTo(series, origin)), scaleRows));
      this.scale.set(cell, scales.reduce((sum, s) => sum + s, 0) / scales.length);
      const rows = rowsUpTo(series, Math.min(...origins));
      const before = quantity.slice(0, rows);
      const first = Math.max(0, rows - REVENUE_ROWS);
      this.revenue.set(
        cell,
        before.slice(first).reduce((sum, sold, i) => sum + sold * (price[first + i] || 0), 0),
      );
      mean.set(cell, before.reduce((sum, y) => sum + y, 0) / before.length);
    }
    const actual = new Map(
      [...cells].map(([cell, { days, quantity }]) => [cell, new Map([...days].map((day, i) => [day, quantity[i]]))]),
    );
    for (const f of forecasts) {
      const sums = this.sumsOf(f);
      const y = actual.get(cellOf(f))?.get(f.day) as number;
      sums.squares += (y - f.prediction) ** 2;
      sums.absolute += Math.abs(y - f.prediction);
      sums.actual += y;
      sums.rows++;
      if (f.low === null || f.high === null) continue;
      sums.intervals++;
      const missed = Math.max(0, f.low - y, y - f.high);
      sums.score += (f.high - f.low + MISS * missed) / (mean.get(cellOf(f)) as number);
      if (y < f.low) sums.below++;
      else if (y > f.high) sums.above++;
      else sums.inside++;
    }
  }

  private sumsOf({ method, ...of }: Forecast): CellSums {
    const cell = cellOf(of);
    let cells = this.methods.get(method);
    if (!cells) this.methods.set(method, (cells = new Map()));
    let sums = cells.get(cell);
    if (!sums) cells.set(cell, (sums = { ...NOTHING }));
    return sums;
  }

  /** Methods that forecast every row that demanda did, demanda first. */
  names(): string[] {
    const rows = (method: string): number =>
      [...(this.methods.get(method) as Map<string, CellSums>).values()].reduce((sum, c) => sum + c.rows, 0);
    const whole = rows('demanda');
    for (const method of this.methods.keys())
      if (rows(method) !== whole) console.log(`${method} left out: ${rows(method)} of ${whole} rows`);
    return [...this.methods.keys()].filter((method) => rows(method) === whole);
  }

  cells(): string[] {
    // A cell whose sales never changed has no scale to be measured in.
    return [...(this.methods.get('demanda') as Map<string, CellSums>).keys()].filter(
      (cell) => (this.scale.get(cell) as number) > 0,
    );
  }

  /** Over some cells, which may repeat. NaN where a method gives no interval. */
  figure(method: string, kind: Figure, cells: readonly string[]): number {
    const own = this.methods.get(method) as Map<string, CellSums>;
    let [sum, over] = [0, 0];
    for (const cell of cells) {
      const c = own.get(cell) as CellSums;
      if (kind === 'rmsse') {
        sum += Math.sqrt(c.squares / c.rows) / (this.scale.get(cell) as number);
        over++;
      } else if (kind === 'weighted') {
        const weight = this.revenue.get(cell) as number;
        sum += (weight * Math.sqrt(c.squares / c.rows)) / (this.scale.get(cell) as number);
        over += weight;
      } else if (kind === 'wape') {
        sum += c.absolute;
        over += c.actual;
      } else {
        sum += c.score;
        over += c.intervals;
      }
    }
    return sum / over;
  }

  /** Shares of rows within, below and above the intervals, in percent. */
  coverage(method: string): readonly number[] {
    const own = [...(this.methods.get(method) as Map<string, CellSums>).values()];
    const total = own.reduce((sum, c) => sum + c.intervals, 0);
    return (['inside', 'below', 'above'] as const).map((k) => (100 * own.reduce((sum, c) => sum + c[k], 0)) / total);
  }

  /** Of demanda over another: 90 % interval of the ratio, cells drawn anew. */
  bootstrap(method: string, kind: Figure): readonly [number, number] {
    const cells = this.cells();
    const random = new RandomStream(1, 0x70656572);
    const ratios = Array.from({ length: DRAWS }, () => {
      const drawn = cells.map(() => cells[Math.floor(random.uniform() * cells.length)] as string);
      return this.figure('demanda', kind, drawn) / this.figure(method, kind, drawn);
    }).toSorted((a, b) => a - b);
    return [ratios[Math.floor(0.05 * DRAWS)] as number, ratios[Math.floor(0.95 * DRAWS)] as number];
  }
}

function print(panel: Panel, scores: Scores): Readonly<Record<Figure, number>> {
  const cells = scores.cells();
  const names = scores.names();
  const f = (value: number): string => value.toFixed(3);
  console.log(
    `\n### ${panel.name}${panel.chosenOn ? ' (in view while settings were chosen)' : ''}: ${cells.length} cells\n`,
  );
  console.log(
    '| method | RMSSE | WAPE | by revenue | demanda over it | 90 % interval over cells | interval score | within, below, above |',
  );
  console.log('|---|---|---|---|---|---|---|---|');
  const byError = names.toSorted((a, b) => scores.figure(a, 'rmsse', cells) - scores.figure(b, 'rmsse', cells));
  for (const method of byError) {
    const [rmsse, wape, weighted, score] = (['rmsse', 'wape', 'weighted', 'score'] as const).map((kind) =>
      scores.figure(method, kind, cells),
    ) as [number, number, number, number];
    const ratio = (kind: Figure, value: number): string => f(scores.figure('demanda', kind, cells) / value);
    const [low, high] = scores.bootstrap(method, 'rmsse');
    const beside =
      method === 'demanda'
        ? ' | '
        : `${ratio('rmsse', rmsse)} / ${ratio('wape', wape)} / ${ratio('weighted', weighted)} | ${f(low)}-${f(high)}`;
    const bounds = Number.isNaN(score)
      ? ' | '
      : `${f(score)} | ${scores
          .coverage(method)
          .map((share) => share.toFixed(1))
          .join(', ')}`;
    console.log(`| ${method} | ${f(rmsse)} | ${f(wape)} | ${f(weighted)} | ${beside} | ${bounds} |`);
  }
  const best = (kind: Figure): number =>
    Math.min(
      ...names
        .filter((m) => m !== 'demanda')
        .map((m) => scores.figure(m, kind, cells))
        .filter((v) => !Number.isNaN(v)),
    );
  const rank = 1 + byError.indexOf('demanda');
  const over = (kind: Figure): number => scores.figure('demanda', kind, cells) / best(kind);
  const ratios = { rmsse: over('rmsse'), weighted: over('weighted'), wape: over('wape'), score: over('score') };
  console.log(
    `\ndemanda is number ${rank} of ${names.length} by RMSSE; over the best peer picked afterwards: RMSSE ${f(ratios.rmsse)}, WAPE ${f(ratios.wape)}, RMSSE by revenue ${f(ratios.weighted)}, interval score ${f(ratios.score)}`,
  );
  return ratios;
}

/** Null where the data is not there. */
async function comparePanel(panel: Panel): Promise<Readonly<Record<Figure, number>> | null> {
  const folder = mkdtempSync(join(tmpdir(), 'demanda-peers-'));
  try {
    const workspace = await panel.workspace(folder);
    if (workspace === null) return null;
    const predictionsFile = join(folder, 'predictions.csv');
    const started = performance.now();
    await workspace.backtest({ ...panel.backtest, predictionsFile });
    const seconds = (performance.now() - started) / 1000;
    await workspace.close();
    const cells = new Map((await storedCells(join(folder, 'ws'))).map((series) => [cellOf(series), series]));
    const ours = ownForecasts(predictionsFile);
    await writeTask(folder, { ...panel, minRows: panel.backtest.minRows }, cells, ours);
    const asked = performance.now();
    const { status } = spawnSync(PYTHON, [join(import.meta.dirname, 'peers/forecasts.py'), folder], {
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    if (status !== 0) throw new Error(`forecasts.py ended with ${status}`);
    const figures = print(panel, new Scores(cells, [...ours, ...peersForecasts(folder, cells)], panel.scaleRows));
    console.log(`seconds: demanda ${seconds.toFixed(0)}, all peers ${((performance.now() - asked) / 1000).toFixed(0)}`);
    return figures;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (spawnSync(PYTHON, ['-c', `import ${MODULES}`]).status !== 0)
  console.log(`peers not run: ${PYTHON} has not all of ${MODULES} (name a Python that has by DEMANDA_PYTHON)`);
else {
  const asked = process.argv.slice(2);
  const ratios: Readonly<Record<Figure, number>>[] = [];
  for (const panel of PANELS) {
    if (asked.length > 0 && !asked.some((name) => panel.name.startsWith(name))) continue;
    const found = await comparePanel(panel);
    if (found) ratios.push(found);
  }
  const mean = (kind: Figure): string =>
    Math.exp(ratios.reduce((sum, r) => sum + Math.log(r[kind]), 0) / ratios.length).toFixed(3);
  if (ratios.length > 1)
    console.log(
      `\ngeometric mean over ${ratios.length} panels of demanda over the best peer picked afterwards: RMSSE ${mean('rmsse')}, WAPE ${mean('wape')}, interval score ${mean('score')}`,
    );
}
