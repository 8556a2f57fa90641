import { describe, expect, it } from 'vitest';
import { parseModel } from '../../src/contract/model-schema.ts';
import { type DemandModel, fitDemand } from '../../src/core/demand/fit-demand.ts';
import { modelParts } from '../../src/core/demand/model-parts.ts';
import { demandCurveDraws, predictDemand } from '../../src/core/demand/predict.ts';
import { demoMarket } from '../../src/core/market/simulate-market.ts';
import { RandomStream } from '../../src/core/math/random.ts';
import { COARSE_SPECS, DAILY_COUNT_SPECS, DAILY_SPECS } from '../../src/core/regression/hyper-parameters.ts';
import type { CellSeries } from '../../src/core/series/cell-series.ts';
import { cellOf } from '../support/cells.ts';
import { unwrap } from '../support/unwrap.ts';

const holidays = [{ day: 20_100, name: 'feast', lengthDays: 1 }];
const context = { holidays, market: false, priorAt: () => ({}) };
const demo = (demoMarket(3)[0] as { series: CellSeries }).series;
const models: Readonly<Record<string, DemandModel>> = {
  daily: unwrap(fitDemand(demo, { ...context, specs: DAILY_SPECS })),
  instrumented: unwrap(fitDemand(demo, { ...context, specs: DAILY_SPECS.slice(0, 2), instrument: 'cost' })),
  pieces: unwrap(
    fitDemand(cellOf([3, 4, 5, 4, 0, 2, 7], [2, 2.1, 2, 1.9, 2, 2, 1.8]), { ...context, specs: DAILY_COUNT_SPECS }),
  ),
  weekly: unwrap(
    fitDemand(
      cellOf([3, 4.5, 5, 4, 3], [2, 2.1, 2, 1.9, 2], {
        frequency: 'weekly',
        days: Int32Array.from({ length: 5 }, (_, i) => 20_000 + 7 * i),
      }),
      {
        ...context,
        specs: COARSE_SPECS,
      },
    ),
  ),
};
const exported = JSON.stringify(models.daily);

/** Whatever passes the schema must predict numbers: nothing later checks again. */
function expectUsable(model: DemandModel): void {
  const planned = {
    days: Int32Array.from({ length: 14 }, (_, i) => model.lastDay + 1 + i),
    price: new Float64Array(14).fill(model.todayPrice),
    promo: new Float64Array(14),
    marketPrice: new Float64Array(14).fill(Number.NaN),
    covariates: {},
  };
  const { demand, low, high } = predictDemand(model, planned);
  for (const values of [demand, low, high]) for (const v of values) expect(v).toBeGreaterThanOrEqual(0);
  const { demand: curve } = demandCurveDraws(
    model,
    planned,
    Float64Array.of(model.todayPrice * 0.9, model.todayPrice),
    20,
    1,
  );
  for (const v of curve) expect(v).toBeGreaterThanOrEqual(0);
  for (const part of modelParts(model))
    for (const point of part.points) expect(point.multiplier).toBeGreaterThanOrEqual(0);
}

/** Replaces, removes, adds or repeats values at random places of a document. */
function mutated(number: number): unknown {
  const random = new RandomStream(number, 0x6d6f6465);
  const whole = (below: number): number => Math.floor(random.uniform() * below);
  const document = JSON.parse(exported) as Record<string, unknown>;
  const values = [null, 'x', -1, 1e308, -1e308, 1e-320, 0, {}, [], true, 'a'.repeat(10_000), '__proto__', 0.5, 2 ** 53];
  for (let s = 1 + whole(4); s > 0; s--) {
    let at: Record<string, unknown> = document;
    for (;;) {
      const keys = Object.keys(at);
      const key = keys[whole(keys.length)];
      if (key === undefined) break;
      const child = at[key];
      if (typeof child === 'object' && child !== null && whole(4) > 0) {
        at = child as Record<string, unknown>;
        continue;
      }
      const action = whole(5);
      if (action === 0 && !Array.isArray(at)) delete at[key];
      else if (action === 1)
        Object.defineProperty(at, ['__proto__', 'constructor', 'extra'][whole(3)] as string, {
          value: 1,
          enumerable: true,
          configurable: true,
          writable: true,
        });
      else if (action === 2 && typeof child === 'number')
        at[key] = child * (whole(2) === 0 ? -1 : 10 ** (whole(600) - 300));
      else if (action === 3 && Array.isArray(at)) at.push(child);
      else at[key] = values[whole(values.length)];
      break;
    }
  }
  return JSON.parse(JSON.stringify(document));
}

describe('model files', () => {
  it('come back from JSON as they were, whatever the cell is like', () => {
    for (const [name, model] of Object.entries(models)) {
      const parsed = parseModel(JSON.parse(JSON.stringify(model)));
      expect(parsed, name).toMatchObject({ ok: true });
      if (parsed.ok) expect(JSON.stringify(parsed.model)).toBe(JSON.stringify(model));
    }
    expect(models.instrumented?.instrument).toBe('cost');
    for (const model of Object.values(models)) expectUsable(model);
  });
  it('with keys of prototypes are refused', () => {
    for (const key of ['__proto__', 'constructor', 'prototype']) {
      const hostile = JSON.parse(exported.replace(/^\{/, `{"${key}":{"polluted":1},`)) as unknown;
      expect(parseModel(hostile)).toMatchObject({ ok: false });
    }
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
  it('that are no models are refused, with the place and the rule', () => {
    for (const document of [null, 1, 'x', [], {}, { schema: 2 }])
      expect(parseModel(document)).toMatchObject({ ok: false });
    const { components: _, ...without } = JSON.parse(exported) as DemandModel;
    expect(parseModel(without)).toMatchObject({ ok: false, path: 'components' });
  });
  const count = process.env.DEMANDA_LONG === '1' ? 5_000 : 300;
  it(`mutated in ${count} ways are refused or predict numbers`, () => {
    let refused = 0;
    for (let i = 0; i < count; i++) {
      const parsed = parseModel(mutated(i));
      if (parsed.ok) expectUsable(parsed.model);
      else refused++;
    }
    expect(refused).toBeGreaterThan(count / 3);
  });
});
