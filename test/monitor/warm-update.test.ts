import { describe, expect, it } from 'vitest';
import { BENCH_CONTEXT, benchCell } from '../../bench/speed-cells.ts';
import { parseModel } from '../../src/contract/model-schema.ts';
import { slopeOf } from '../../src/core/demand/demand-model.ts';
import { fitDemand } from '../../src/core/demand/fit-demand.ts';
import { predictMean } from '../../src/core/demand/mean-forecast.ts';
import type { CellSeries } from '../../src/core/series/cell-series.ts';
import { filledPrices } from '../../src/core/series/design.ts';
import { firstRows, plannedRows } from '../../src/core/series/rows.ts';
import { updateCell, updateRefusal, withUpkeep } from '../../src/fleet/update-cell.ts';

const ALL = benchCell(5, 780);
const BEFORE = 724;

function trained(series: CellSeries) {
  const fitted = fitDemand(series, BENCH_CONTEXT);
  if (!fitted.ok) throw new Error(fitted.code);
  return withUpkeep(fitted.value, series, BENCH_CONTEXT);
}
function updated(series: CellSeries, model = trained(firstRows(ALL, BEFORE))) {
  const done = updateCell(series, model, []);
  if (!done.ok) throw new Error(done.code);
  return done.value;
}
const stale = trained(firstRows(ALL, BEFORE));
const now = firstRows(ALL, 752);
const warm = updated(now, stale);
const full = trained(now);

describe('a warm update', () => {
  it('forecasts as a full fit of the same rows does, and not as the model before', () => {
    const planned = plannedRows(ALL, 752, 780, filledPrices(ALL.price, 780));
    const sum = (model: typeof warm): number => predictMean(model, planned, []).reduce((a, b) => a + b, 0);
    expect(Math.abs(sum(warm) / sum(full) - 1)).toBeLessThan(0.02);
    expect(warm.components.map(({ spec }) => spec)).toEqual(stale.components.map(({ spec }) => spec));
  });
  it('says what it is: rows, days, and how many updates since which full fit', () => {
    expect(warm).toMatchObject({ ownRows: now.days.length, lastDay: now.days.at(-1), iterations: 0 });
    expect(warm.upkeep).toMatchObject({ updates: 1, fullDay: stale.lastDay, fullRows: BEFORE });
    expect(parseModel(JSON.parse(JSON.stringify(warm)))).toMatchObject({ ok: true });
  });
  it('gives the same to the last bit every time', () => {
    expect(updated(now, stale)).toEqual(warm);
  });
  it('scores whole folds of new rows by the model that did not know them, in the place of the oldest', () => {
    expect(warm.upkeep?.figuresDay).toBe(stale.lastDay + 28);
    const [first, second, third] = warm.crossValidated.foldSums ?? [];
    const { foldSums: old = [] } = stale.crossValidated;
    expect(warm.crossValidated.folds).toBe(stale.crossValidated.folds);
    expect(third).toEqual(old[0]);
    // The older of the new folds is the old model's own forecast of the fourteen days after it.
    const planned = plannedRows(ALL, BEFORE, BEFORE + (second?.rows ?? 0), filledPrices(ALL.price, 780));
    const forecast = predictMean(stale, planned, []);
    const sold = now.quantity.subarray(BEFORE, BEFORE + forecast.length);
    const signed = forecast.reduce((sum, f, i) => sum + f - sold[i], 0);
    // But for days that sold out, whose demand is worked out anew: within the fold, and before it for simple forecasts.
    const slack = sold.reduce((sum, y, i) => sum + (now.soldOut[BEFORE + i] === 1 ? y : 1e-4 * y), 0);
    expect(Math.abs((second?.signed ?? 0) - signed)).toBeLessThanOrEqual(slack);
    expect(first?.rows).toBeGreaterThan(0);
    const rows = (warm.crossValidated.foldSums ?? []).reduce((total, fold) => total + fold.rows, 0);
    expect(warm.crossValidated.scores).toHaveLength(rows);
  });
  it('keeps the figures, and says of when, until a whole fold has gone by', () => {
    const few = updated(firstRows(ALL, BEFORE + 9), stale);
    expect(few.crossValidated).toEqual(stale.crossValidated);
    expect(few.upkeep?.figuresDay).toBe(stale.lastDay);
    expect(few.lastDay).toBe(firstRows(ALL, BEFORE + 9).days.at(-1));
    expect(parseModel(JSON.parse(JSON.stringify(few)))).toMatchObject({ ok: true });
  });
  it('comes day by day to the last bit to what one update of all days comes to', () => {
    for (const rows of [752, 757]) {
      let daily = stale;
      for (let until = BEFORE + 1; until <= rows; until++) {
        daily = updated(firstRows(ALL, until), JSON.parse(JSON.stringify(daily)));
      }
      const { upkeep, ...model } = updated(firstRows(ALL, rows), stale);
      const { upkeep: dailyUpkeep, ...dailyModel } = daily;
      expect(dailyModel).toEqual(model);
      expect(dailyUpkeep).toEqual({ ...upkeep, updates: rows - BEFORE });
    }
  });
  it('lets no sale tell of the forecast that it is held out from', () => {
    // Days 15-28 make the second fold; days 15-20 are known to the model that is brought up to date at its end.
    const alter = (first: number): CellSeries => ({
      ...ALL,
      quantity: ALL.quantity.map((sold, i) => (i >= first ? 3 * sold + 1 : sold)),
      soldOut: ALL.soldOut.map((out, i) => (i >= first ? 1 - out : out)),
    });
    const second = BEFORE + 14;
    const figures = (all: CellSeries) => {
      const { crossValidated } = updated(firstRows(all, 752), updated(firstRows(all, BEFORE + 20), stale));
      const [late, early] = crossValidated.foldSums ?? [];
      return { late, early, scores: crossValidated.scores.slice(late?.rows, (late?.rows ?? 0) + (early?.rows ?? 0)) };
    };
    const [told, altered] = [figures(ALL), figures(alter(second))];
    expect(altered.early).toEqual(told.early);
    expect(altered.scores).toEqual(told.scores);
    // What was forecast is Σ(f − y) and Σy.
    const forecast = ({ late }: typeof told): number => (late?.signed ?? 0) + (late?.sold ?? 0);
    expect(altered.late?.sold).toBeGreaterThan(2 * (told.late?.sold ?? 0));
    expect(Math.abs(forecast(altered) / forecast(told) - 1)).toBeLessThan(1e-12);
    // One that begins a day earlier is known, and does tell.
    expect(Math.abs(forecast(figures(alter(second - 1))) / forecast(told) - 1)).toBeGreaterThan(1e-4);
  });
  it('carries on what is believed of the price: never less sure, and near what a full fit believes', () => {
    warm.components.forEach((component, c) => {
      const before = stale.components[c];
      if (!before || component.priceWeight === 0) return;
      expect(slopeOf(component).variance).toBeLessThanOrEqual(slopeOf(before).variance);
    });
    const reach = full.elasticity.high - full.elasticity.low;
    expect(Math.abs(warm.elasticity.value - full.elasticity.value)).toBeLessThan(reach / 2);
  });
  it('is refused where the rows that were known have changed, or nothing is there to start from', () => {
    const quantity = now.quantity.slice();
    quantity[100] = quantity[100] + 1;
    expect(updateRefusal({ ...now, quantity }, stale)).toBe('ROWS_CHANGED');
    expect(updateRefusal(firstRows(ALL, BEFORE - 1), stale)).toBe('ROWS_CHANGED');
    const { upkeep, ...earlier } = stale;
    expect(updateRefusal(now, earlier)).toBe('NO_BASIS');
    expect(updateRefusal(now, { ...earlier, ...(upkeep && { upkeep: { ...upkeep, fit: 'other' } }) })).toBe(
      'FIT_CHANGED',
    );
    expect(updateCell(firstRows(ALL, BEFORE), stale, [])).toEqual({ ok: false, code: 'NO_NEW_ROWS' });
    const few = updated(firstRows(ALL, BEFORE + 9), stale);
    const { basis, ...lost } = few.upkeep ?? {};
    expect(basis?.components).toHaveLength(few.components.length);
    expect(updateRefusal(now, { ...few, upkeep: lost as NonNullable<typeof upkeep> })).toBe('NO_BASIS');
  });
});
