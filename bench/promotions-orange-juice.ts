/**
 * Promotions of orange juice (deal and feature of Dominick's): weeks on promotion and after them that no model saw,
 * forecast without what promotions do beyond their price, with it, and with what is missing after them.
 *
 * node bench/promotions-orange-juice.ts --stores 20
 */

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { predictLogDemand } from '../src/core/demand/predict.ts';
import { truncateSeries } from '../src/core/evaluation/backtest.ts';
import { mean } from '../src/core/math/summary.ts';
import { pastPromotions } from '../src/core/promotions/past-promotions.ts';
import { logLift, type PromotionDraws, promotionEffects } from '../src/core/promotions/promotion-effects.ts';
import {
  DIP_DAYS,
  dipShares,
  type OtherProduct,
  promotionEvidence,
} from '../src/core/promotions/promotion-evidence.ts';
import type { CellSeries, PlannedRows } from '../src/core/series/cell-series.ts';
import { filledPrices } from '../src/core/series/design.ts';
import { rowsUpTo } from '../src/core/series/rows.ts';
import { cellKey, trainAll } from './fleet-of.ts';
import { lastDayOf, readCells } from './orange-juice.ts';

const DATA = resolve(import.meta.dirname, '../../shared/data/dominicks_oj/orangejuice_yx.csv.gz');
const TRAINING_WEEKS = 80;
const TEST_WEEKS = 26;
const DRAWS = 200;

/** Cells of the first stores, with deals as promotions and features as a covariate. */
function cellsOf(stores: number): CellSeries[] {
  const cells = readCells({ promoted: true });
  const kept = new Set([...new Set(cells.map(({ merchant }) => merchant))].slice(0, stores));
  return cells.filter(({ merchant }) => kept.has(merchant));
}

function othersOf(cells: readonly CellSeries[], one: CellSeries): OtherProduct[] {
  const others = cells.filter(({ merchant, product }) => merchant === one.merchant && product !== one.product);
  return others.map((other) => ({
    days: other.days,
    price: filledPrices(other.price, other.days.length),
    flags: pastPromotions(other).flags,
    share: 1 / others.length,
  }));
}

function plannedOf(full: CellSeries, from: number, to: number, price: Float64Array, shown: boolean): PlannedRows {
  const rows = to - from;
  return {
    days: full.days.slice(from, to),
    price,
    promo: shown ? full.promo.slice(from, to) : new Float64Array(rows),
    marketPrice: new Float64Array(rows).fill(Number.NaN),
    covariates: {
      feat: shown ? (full.covariates[0] as { values: Float64Array }).values.slice(from, to) : new Float64Array(rows),
    },
  };
}

/** What is missing of log demand in each row, by the promotions of these rows that ended before it. */
function missing(effects: PromotionDraws, series: CellSeries, usual: number, from: number, to: number): Float64Array {
  const feat = (series.covariates[0] as { values: Float64Array }).values;
  const column = new Float64Array(to - from);
  const shares = DIP_DAYS.map((days) => dipShares('weekly', days));
  let [extra, last] = [new Float64Array(DRAWS), -1];
  for (let i = from; i < to; i++) {
    if (series.promo[i] > 0) {
      if (last !== i - 1) extra = new Float64Array(DRAWS);
      const log = logLift(effects, Math.max(0, 1 - series.price[i] / usual), feat[i]);
      extra = extra.map((sum, d) => sum + Math.max(0, Math.expm1(log[d])));
      last = i;
    } else if (last >= 0) {
      const lag = Math.round((series.days[i] - series.days[last]) / 7) - 1;
      column[i - from] = mean(
        extra.map((sum, d) => effects.advance[d] * sum * ((shares[effects.dip[d]] as Float64Array)[lag] ?? 0)),
      );
    }
  }
  return column;
}

const METHODS = ['price alone', 'price, flag and feature', 'usual week x lift', '… and dip after'] as const;

class Scores {
  private readonly squares = METHODS.map(() => 0);
  private readonly errors = METHODS.map(() => 0);
  private rows = 0;

  add(actual: number, forecasts: readonly number[]): void {
    forecasts.forEach((forecast, k) => {
      this.squares[k] = (this.squares[k] as number) + (forecast - actual) ** 2;
      this.errors[k] = (this.errors[k] as number) + forecast - actual;
    });
    this.rows++;
  }

  line(label: string): string {
    const cells = METHODS.map((_, k) => {
      const [square, error] = [(this.squares[k] as number) / this.rows, (this.errors[k] as number) / this.rows];
      return `${square.toFixed(3)} (${error >= 0 ? '+' : ''}${error.toFixed(3)})`;
    });
    return `| ${label} | ${this.rows} | ${cells.join(' | ')} |`;
  }
}

async function bench(stores: number): Promise<void> {
  const cells = cellsOf(stores);
  const origin = lastDayOf(TRAINING_WEEKS);
  const training = cells.map((one) => truncateSeries(one, origin)).filter((one) => one.days.length >= 30);
  const plain = training.map((one) => ({
    ...one,
    promo: new Float64Array(one.days.length).fill(Number.NaN),
    covariates: [],
  }));
  const [priced, whole] = [await trainAll(plain), await trainAll(training)];
  const effects = promotionEffects(
    training.map((one) => promotionEvidence(one, pastPromotions(one), [], 'feat', othersOf(training, one))),
    DRAWS,
    training.map((_, i) => i),
  );
  const scores = { promoted: new Scores(), after: new Scores(), all: new Scores() };
  training.forEach((series, k) => {
    const full = cells.find((one) => cellKey(one) === cellKey(series)) as CellSeries;
    const [from, to] = [rowsUpTo(full, origin), rowsUpTo(full, origin + TEST_WEEKS * 7)];
    const [own, told] = [priced.get(cellKey(series)), whole.get(cellKey(series))];
    if (!own || !told || from === to) return;
    const prices = full.price.slice(from, to);
    const regular = prices.map((price, i) => (full.promo[from + i] > 0 ? told.todayPrice : price));
    const [alone, modelled, usual] = [
      predictLogDemand(own, plannedOf(full, from, to, prices, false)),
      predictLogDemand(told, plannedOf(full, from, to, prices, true)),
      predictLogDemand(told, plannedOf(full, from, to, regular, false)),
    ];
    const feat = (full.covariates[0] as { values: Float64Array }).values;
    const missed = missing(effects[k] as PromotionDraws, full, told.todayPrice, from, to);
    let since = 99;
    for (let i = from; i < to; i++) {
      const on = full.promo[i] > 0;
      since = on ? 0 : since + 1;
      const depth = Math.max(0, 1 - full.price[i] / told.todayPrice);
      const lift = on ? mean(logLift(effects[k] as PromotionDraws, depth, feat[i])) : 0;
      const lifted = usual[i - from] + lift;
      const forecasts = [alone[i - from], modelled[i - from], lifted, lifted - (on ? 0 : missed[i - from])] as number[];
      const actual = Math.log(full.quantity[i]);
      scores.all.add(actual, forecasts);
      if (on) scores.promoted.add(actual, forecasts);
      else if (since <= 2) scores.after.add(actual, forecasts);
    }
  });
  console.log(`| weeks | cells x weeks | ${METHODS.join(' | ')} |`);
  console.log('|---|---|---|---|---|---|');
  console.log(scores.promoted.line('on promotion'));
  console.log(scores.after.line('one and two after'));
  console.log(scores.all.line('all'));
  const advance = effects.map((one) => mean(one.advance));
  console.log(
    `bought in advance, mean over cells: ${mean(advance).toFixed(3)}; flag ${mean(effects.map((one) => mean(one.flag))).toFixed(3)}, feature ${mean(effects.map((one) => mean(one.display))).toFixed(3)}, elasticity ${mean(effects.map((one) => mean(one.elasticity))).toFixed(2)}`,
  );
  console.log('mean squared error of log ounces (mean error)');
}

const { values } = parseArgs({ options: { stores: { type: 'string', default: '20' } } });
if (existsSync(DATA)) await bench(Number(values.stores));
else console.log(`orange juice: not run, there is no ${DATA}`);
