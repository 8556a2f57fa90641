/** Shops that keep their prices, from the draw to what the others earned, in a chain whose truth is known. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/core/math/random.ts';
import { Workspace } from '../../src/workspace.ts';
import { lastingFolder } from '../support/temporary.ts';

const SHOPS = ['Alder', 'Birch', 'Cedar', 'Elm', 'Fir', 'Hazel', 'Larch', 'Maple'];
const WEEKS = 40;
const AFTER = 16;
const MONDAY = Date.UTC(2025, 5, 2);
const START = '2026-03-09';
const dateOf = (day: number): string => new Date(MONDAY + day * 86_400_000).toISOString().slice(0, 10);

const folder = lastingFolder();
let files = 0;

/** Sales of weeks [from, to), Sundays closed; in treated shops more by a share. */
function rows(from: number, to: number, options: { treated?: readonly string[]; more?: number; cost?: boolean } = {}) {
  const { treated = [], more = 0, cost = true } = options;
  const shared = new RandomStream(3);
  const common = Array.from({ length: (WEEKS + AFTER) * 7 }, () => 0.05 * shared.normal());
  const lines = SHOPS.flatMap((shop, s) => {
    const random = new RandomStream(s, from, 5);
    return Array.from({ length: (to - from) * 7 }, (_, k) => k + from * 7).flatMap((day) => {
      if (day % 7 === 6) return [];
      const price = 2 + 0.1 * ((Math.floor(day / 14) + s) % 4);
      const usual = (30 + 8 * s) * (price / 2.15) ** -2 * Math.exp((common[day] as number) + 0.1 * random.normal());
      const sold = usual * (treated.includes(shop) ? 1 + more : 1);
      return [`${dateOf(day)},${shop},Bread,${sold.toFixed(3)},${price},${cost ? 1 : ''}`];
    });
  });
  const file = join(folder, `rows-${files++}.csv`);
  writeFileSync(file, ['date,merchant,product,quantity,price,cost', ...lines].join('\n'));
  return file;
}

const refused = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'nothing was refused',
    (error: unknown) => error,
  );

let workspace: Workspace;
beforeAll(async () => {
  workspace = await Workspace.open(join(folder, 'chain'), { lang: 'en' });
  await workspace.importFiles([rows(0, WEEKS)]);
  await workspace.train({ workers: 1 });
}, 60_000);
afterAll(() => workspace.close());

describe('shops to hold out', () => {
  it('are drawn, the same by the same seed, and nothing is kept until they are', async () => {
    const { shops, measure, period, from, power, drawn } = await workspace.holdouts.propose({
      share: 0.25,
      from: START,
    });
    expect(shops.map(({ merchant }) => merchant)).toEqual(SHOPS);
    expect(shops.filter(({ heldOut }) => heldOut)).toHaveLength(2);
    expect({ measure, period, from, drawn }).toEqual({ measure: 'profit', period: 'week', from: START, drawn: true });
    // Noise of .1 a day and shop, .041 a week: of a quarter's sum about .0113 · √(1/2 + 1/6), and the doubt of the level.
    expect(power?.standardError).toBeGreaterThan(0.008);
    expect(power?.standardError).toBeLessThan(0.04);
    expect((await workspace.holdouts.propose({ share: 0.25, from: START })).shops).toEqual(shops);
    await expect(workspace.holdouts.show()).rejects.toThrow('No shop is held out');
    expect(await workspace.holdouts.latest()).toBeNull();
  });

  it('are refused where they would leave nobody to compare, or a day that is over', async () => {
    const ask = (options: Parameters<Workspace['holdouts']['propose']>[0]) =>
      refused(workspace.holdouts.propose(options));
    expect(await ask({ shops: SHOPS })).toMatchObject({ code: 'HOLDOUT_SHOPS' });
    expect(await ask({ shops: ['Nowhere'] })).toMatchObject({ code: 'MERCHANT_UNKNOWN' });
    expect(await ask({ from: '2026-03-01' })).toMatchObject({ code: 'HOLDOUT_FROM' });
    expect(await ask({ from: '2028-03-01' })).toMatchObject({ code: 'HOLDOUT_FROM' });
    const alone = await Workspace.open(join(folder, 'alone'), { lang: 'en' });
    writeFileSync(join(folder, 'one.csv'), 'date,merchant,product,quantity,price\n2026-01-01,Alder,Bread,3,2\n');
    await alone.importFiles([join(folder, 'one.csv')]);
    expect(await refused(alone.holdouts.propose())).toMatchObject({ code: 'HOLDOUT_FEW_SHOPS' });
    await alone.close();
  });
});

describe('a holdout', () => {
  let heldOut: string[];

  it('leaves the prices of its shops, under their later names too, and of no others', async () => {
    const started = await workspace.holdouts.start({ shops: ['elm', 'Larch'], from: START });
    heldOut = started.shops.flatMap((shop) => (shop.heldOut ? [shop.merchant] : []));
    expect(heldOut).toEqual(['Elm', 'Larch']);
    expect(started).toMatchObject({ status: 'planned', drawn: false, seed: null, stoppedOn: null });
    expect(started.notes.map(({ code }) => code)).toContain('HOLDOUT_NOTE_CHOSEN');
    expect(await refused(workspace.holdouts.start({ from: START }))).toMatchObject({ code: 'HOLDOUT_RUNNING' });
    await workspace.names.rename('merchant', 'Elm', 'Great Elm');
    const { recommendations } = await workspace.recommend({});
    for (const { merchant, reasons, recommended } of recommendations) {
      const isHeld = merchant === 'Great Elm' || merchant === 'Larch';
      expect([merchant, reasons.includes('HELD_OUT')]).toEqual([merchant, isHeld]);
      if (isHeld) expect(recommended).toBe(false);
    }
    expect(recommendations.some(({ recommended }) => recommended)).toBe(true);
    await workspace.names.rename('merchant', 'Great Elm', 'Elm');
  });

  it('shows what the others earned more, near the truth and within its interval, and more where more was earned', async () => {
    const gains: number[] = [];
    for (const more of [0, 0.08]) {
      const chain = await Workspace.open(join(folder, `more-${more}`), { lang: 'en' });
      await chain.importFiles([rows(0, WEEKS)]);
      await chain.holdouts.start({ shops: heldOut, from: START });
      const treated = SHOPS.filter((shop) => !heldOut.includes(shop));
      await chain.importFiles([rows(WEEKS, WEEKS + AFTER, { treated, more })]);
      const { status, result } = await chain.holdouts.show();
      expect(status).toBe('running');
      const { total, quarters, path, before, after } = result as NonNullable<typeof result>;
      // The first week may have begun before the first sale that is told.
      expect([before, after, path.length]).toEqual([WEEKS - 1, AFTER, WEEKS - 1 + AFTER]);
      expect(quarters.map(({ periods }) => periods)).toEqual([3, 13]);
      const { gain, share, actual, without, probabilityBetter } = total as NonNullable<typeof total>;
      expect(quarters.reduce((sum, quarter) => sum + quarter.gain.value, 0)).toBeCloseTo(gain.value, 4);
      expect(actual - without.value).toBeCloseTo(gain.value, 6);
      expect(share?.low).toBeLessThan(more);
      expect(share?.high).toBeGreaterThan(more);
      if (more > 0) expect(probabilityBetter).toBeGreaterThan(0.95);
      gains.push(share?.value as number);
      await chain.close();
    }
    expect((gains[1] as number) - (gains[0] as number)).toBeCloseTo(0.08, 1);
  });

  it('ends when it is stopped: what comes after counts no more, and its shops get prices again', async () => {
    await workspace.importFiles([rows(WEEKS, WEEKS + 8)]);
    const stopped = await workspace.holdouts.stop();
    expect(stopped).toMatchObject({ status: 'stopped', result: { after: 8 } });
    expect(await refused(workspace.holdouts.stop())).toMatchObject({ code: 'HOLDOUT_STOPPED' });
    await workspace.importFiles([rows(WEEKS + 8, WEEKS + AFTER)]);
    expect((await workspace.holdouts.show()).result?.after).toBe(8);
    const { recommendations } = await workspace.recommend({ merchant: 'Elm' });
    expect(recommendations[0]?.reasons).not.toContain('HELD_OUT');
    const told = (await workspace.access.audit({ merchant: null }, { limit: 100 })).items.map(({ action }) => action);
    expect(told.filter((action) => action.startsWith('holdout.'))).toEqual(['holdout.stop', 'holdout.start']);
  });
});

describe('shops that stayed as they were', () => {
  it('are compared without being kept, with a word that nobody drew them', async () => {
    const { status, result, notes } = await workspace.holdouts.compare({ shops: ['Fir'], from: START });
    expect(status).toBe('compared');
    expect(result?.total?.share?.low).toBeLessThan(0);
    expect(result?.total?.share?.high).toBeGreaterThan(0);
    expect(notes.map(({ code }) => code)).toEqual(['HOLDOUT_NOTE_ONE', 'HOLDOUT_NOTE_CHOSEN']);
  });

  it('are compared by sales, and told so, where costs are not known; shops that sell no more are named', async () => {
    const chain = await Workspace.open(join(folder, 'costless'), { lang: 'en' });
    await chain.importFiles([rows(0, WEEKS, { cost: false })]);
    const late = join(folder, 'late.csv');
    const days = [270, 271, 272, 273].map((day) => `${dateOf(day)},Late,Bread,9,2`);
    const gone = [0, 1, 2, 3].map((day) => `${dateOf(day)},Gone,Bread,9,2`);
    writeFileSync(late, ['date,merchant,product,quantity,price', ...days, ...gone].join('\n'));
    await chain.importFiles([late]);
    const { measure, leftOut, notes } = await chain.holdouts.propose({ from: START });
    expect(measure).toBe('revenue');
    expect(notes.map(({ code }) => code)).toContain('HOLDOUT_NOTE_REVENUE');
    expect([...leftOut].sort((a, b) => (a.merchant < b.merchant ? -1 : 1))).toEqual([
      { merchant: 'Gone', why: 'NOT_SELLING' },
      { merchant: 'Late', why: 'TOO_SHORT' },
    ]);
    await chain.close();
  });
});
