import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DemandModel, slopeOf, type WeightedComponent } from '../../src/core/demand/demand-model.ts';
import { nearRows } from '../../src/core/demand/far-prices.ts';
import { predictDemand, predictLogDemand } from '../../src/core/demand/predict.ts';
import { MemoryData, openMemoryStore } from '../../src/store/memory/store.ts';
import { Workspace } from '../../src/workspace.ts';
import { lastingFolder } from '../support/temporary.ts';

const FIRST = Date.parse('2025-01-01') / 864e5;
const iso = (day: number): string => new Date(day * 864e5).toISOString().slice(0, 10);
const folder = lastingFolder();
let workspace: Workspace;

/** Loaves whose price rose a little in busy weeks: a regression of their own says that dearer sells more. */
beforeAll(async () => {
  const rows = Array.from({ length: 300 }, (_, i) => {
    const busy = Math.floor(i / 21) % 3;
    return `${iso(FIRST + i)},Ana,Loaf,${Math.round((40 + ((i * 7) % 9)) * 1.25 ** busy)},${1.28 + 0.02 * busy}`;
  });
  const file = join(folder, 'sales.csv');
  writeFileSync(file, `date,merchant,product,quantity,price\n${rows.join('\n')}\n`);
  workspace = await Workspace.open(folder, { lang: 'en', store: openMemoryStore(new MemoryData()) });
  await workspace.importFiles([file]);
  await workspace.train({ workers: 1 });
}, 120_000);
afterAll(() => workspace.close());

async function soldAt(price: number): Promise<number> {
  const { spans } = await workspace.forecast({ merchant: 'Ana', product: 'Loaf', price, days: 14 });
  return spans[0]?.total?.value as number;
}

describe('prices that were never charged', () => {
  it('sell less the dearer they are, whatever the regressions of single components say', async () => {
    const found = [];
    for (const price of [1.5, 2, 5, 20, 90]) found.push(await soldAt(price));
    for (let i = 1; i < found.length; i++) expect(found[i]).toBeLessThan(found[i - 1] as number);
    const cheap = [];
    for (const price of [1.1, 0.8, 0.4]) cheap.push(await soldAt(price));
    for (let i = 1; i < cheap.length; i++) expect(cheap[i]).toBeGreaterThan(cheap[i - 1] as number);
  });

  it('are named, with those that were charged, in both languages', async () => {
    const asked = { merchant: 'Ana', product: 'Loaf' };
    const { notes } = await workspace.forecast({ ...asked, price: 90 });
    expect(notes.map(({ code }) => code)).toEqual(['FORECAST_NOTE_UNTRIED']);
    expect(notes[0]?.message).toContain('Ana / Loaf 90 (1.28–1.32)');
    for (const price of [1.28, 1.3, 1.32]) expect((await workspace.forecast({ ...asked, price })).notes).toEqual([]);
    const planFile = join(folder, 'plan.csv');
    writeFileSync(planFile, `date,price\n${iso(FIRST + 302)},1.3\n${iso(FIRST + 303)},0.4\n`);
    const planned = await workspace.forecast({ ...asked, planFile });
    expect(planned.notes[0]?.message).toContain('Ana / Loaf 0.4 (1.28–1.32)');
  });

  it('go on from the nearest near price by the mean of the truncated slope', async () => {
    const model = await workspace.exportModel('Ana', 'Loaf');
    const component = model.components[0] as WeightedComponent;
    const { variance } = slopeOf(component);
    // One component of constant elasticity around 0, of the same doubt: its mean below 0 is −σ·√(2/π).
    const alone: DemandModel = {
      ...model,
      components: [{ ...component, slope: { value: 0, variance }, priceWeight: 1 }],
      shapes: [{ lambda: 0, weight: 1, slopeShift: 0 }],
    };
    const day = FIRST + 301;
    const planned = {
      days: Int32Array.of(day, day),
      price: Float64Array.of(1.1 * 1.32, 4),
      promo: Float64Array.of(0, 0),
      marketPrice: Float64Array.of(Number.NaN, Number.NaN),
      covariates: {},
    };
    const expected = (4 / (1.1 * 1.32)) ** -Math.sqrt((2 * variance) / Math.PI);
    expect(nearRows(alone, planned)?.effect[1]).toBeCloseTo(expected, 10);
    const { demand } = predictDemand(alone, planned);
    expect((demand[1] as number) / (demand[0] as number)).toBeCloseTo(expected, 10);
    const logs = predictLogDemand(alone, planned);
    expect((logs[1] as number) - (logs[0] as number)).toBeCloseTo(Math.log(expected), 10);
    expect(nearRows(alone, { ...planned, price: Float64Array.of(1.3, 1.4) })).toBeNull();
  });
});
