import { describe, expect, it } from 'vitest';
import { diagnoseDemand } from '../../../src/core/demand/diagnostics.ts';
import { fitDemand } from '../../../src/core/demand/fit-demand.ts';
import { predictDemand } from '../../../src/core/demand/predict.ts';
import { simulateCell } from '../../../src/core/market/simulate-market.ts';
import { DAILY_SPECS } from '../../../src/core/regression/hyper-parameters.ts';
import type { CellSeries } from '../../../src/core/series/cell-series.ts';
import { firstStage, instrumentValues } from '../../../src/core/series/control-function.ts';
import { buildDesign, pastRows, planDesign } from '../../../src/core/series/design.ts';
import { unwrap } from '../../support/unwrap.ts';

const ELASTICITY = -2;
const specs = DAILY_SPECS.filter((s) => s.fourierOrder <= 1);
/** Prices rise with the week's demand shock, and with cost, which shocks do not move. */
function endogenousCell(stream: number) {
  return simulateCell(
    {
      merchant: 'Ana',
      product: `Merluza ${stream}`,
      productType: 'Pescado',
      unit: 'kg',
      days: 500,
      firstDay: 19_000,
      elasticity: ELASTICITY,
      lambda: 0,
      referencePrice: 10,
      unitCost: 6,
      baseDemand: 30,
      weekdaySpread: 0.2,
      seasonAmplitude: 0,
      levelDrift: 0,
      priceSpread: 0.08,
      costPassThrough: 1,
      costDrift: 0.02,
      endogeneity: 0.8,
      noiseShape: 10,
      promoShare: 0,
      stockOutShare: 0,
      closedWeekday: null,
    },
    5,
    stream,
  ).series;
}
/** A weak prior at no elasticity in particular: the rows must tell. */
const context = { holidays: [], market: false, specs, priorAt: () => ({ price: { mean: ELASTICITY, variance: 25 } }) };

describe('the control function', () => {
  it('takes the bias out of the elasticity of prices that follow demand', () => {
    const plain: number[] = [];
    const guarded: number[] = [];
    let covered = 0;
    for (let stream = 0; stream < 16; stream++) {
      const series = endogenousCell(stream);
      plain.push(unwrap(fitDemand(series, context)).elasticity.value);
      const model = unwrap(fitDemand(series, { ...context, instrument: 'cost' }));
      expect(model.instrument).toBe('cost');
      guarded.push(model.elasticity.value);
      if (model.elasticity.low <= ELASTICITY && ELASTICITY <= model.elasticity.high) covered++;
    }
    const mean = (v: number[]): number => v.reduce((a, b) => a + b, 0) / v.length;
    expect(mean(plain)).toBeGreaterThan(ELASTICITY + 0.3);
    // 16 cells of standard error about 0.15: 0.15 is four standard errors of the mean.
    expect(Math.abs(mean(guarded) - ELASTICITY)).toBeLessThan(0.15);
    expect(covered).toBeGreaterThanOrEqual(12);
  });

  it('has the first-stage F of two-stage least squares', () => {
    const made = endogenousCell(1);
    const series = { ...made, covariates: [{ name: 'landing', knownAhead: false, values: made.cost.map(Math.log) }] };
    const rows = series.days.length;
    const told = { ...context, instrument: 'landing' };
    const plan = planDesign(
      series,
      rows,
      series.price,
      { ...(specs[0] as (typeof specs)[number]), fourierOrder: 0, trend: false },
      told,
    );
    const design = buildDesign(plan, pastRows(series, rows, series.price), []);
    const stage = firstStage(plan.columns, design, rows, instrumentValues(series, rows, 'landing') as Float64Array);
    const twoStage = diagnoseDemand(series, 'landing').twoStage?.weekday;
    if (!twoStage?.ok) throw new Error('the diagnostics refused the instrument');
    // The design has one redundant column more (seven weekdays beside an intercept): one degree of freedom in 491.
    expect(stage.firstStageF / twoStage.value.firstStageF).toBeCloseTo(1, 2);
  });

  it('takes costs beside their trend: one that rises evenly, as all prices do, is none', () => {
    const { days } = endogenousCell(1);
    const rising = (wave: number): CellSeries => ({
      ...endogenousCell(1),
      cost: Float64Array.from(days, (_, i) => 3 * Math.exp(0.003 * i + wave * Math.sin(i / 9))),
    });
    expect(instrumentValues(rising(0), days.length, 'cost')).toBeNull();
    const found = instrumentValues(rising(0.1), days.length, 'cost') as Float64Array;
    // Hardly anything of a sine of nine waves lies along the line.
    found.forEach((value, i) => expect(Math.abs(value - 0.1 * Math.sin(i / 9))).toBeLessThan(0.02));
  });

  it('is 0 in forecasts, and absent where the instrument never varies', () => {
    const series = endogenousCell(2);
    const model = unwrap(fitDemand(series, { ...context, instrument: 'cost' }));
    const planned = {
      days: Int32Array.of(19_500),
      price: Float64Array.of(10),
      promo: new Float64Array(1),
      marketPrice: Float64Array.of(Number.NaN),
      covariates: {},
    };
    const lastColumn = (m: typeof model) => m.components[0]?.plan.columns.at(-1)?.name;
    expect(lastColumn(model)).toBe('control');
    expect(predictDemand(model, planned).demand[0]).toBeGreaterThan(0);
    const constant = unwrap(
      fitDemand({ ...series, cost: series.cost.map(() => 6) }, { ...context, instrument: 'cost' }),
    );
    expect(constant.instrument).toBeNull();
    expect(lastColumn(constant)).not.toBe('control');
  });
});
