import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/core/math/random.ts';
import { Workspace } from '../../src/workspace.ts';

const SHOP = 'Frutas Sol';
const DAYS = 420;
const FIRST = Date.UTC(2025, 0, 1) / 86_400_000;
const iso = (t: number): string => new Date((FIRST + t) * 86_400_000).toISOString().slice(0, 10);
const PRODUCTS = { Tomate: 3, Pera: 2 } as const;
/** Percent of sales for one percent of the competitor's price. */
const CROSS = 1;

/** Sales of elasticity −2.5 that answer a competitor's price; it follows half of every change a week later. */
function madeRows(): { readonly sales: string[]; readonly seen: string[] } {
  const random = new RandomStream(7, 1);
  const sales = ['date,merchant,product,type,quantity,price,cost'];
  const seen = ['date,competitor,product,price,our product'];
  for (const [product, usual] of Object.entries(PRODUCTS)) {
    const own: number[] = [];
    let [move, free] = [0, 0];
    for (let t = 0; t < DAYS; t++) {
      if (t % 10 === 0) move = 0.3 * move + 0.08 * random.normal();
      own.push(move);
      if (t % 14 === 0) free = 0.5 * free + 0.08 * random.normal();
      const theirs = free + 0.5 * (own[Math.max(0, t - 7)] as number);
      const sold = 80 * Math.exp(-2.5 * move + CROSS * theirs + 0.1 * random.normal());
      const price = usual * Math.exp(move);
      sales.push(
        [iso(t), SHOP, product, 'Fruta', sold.toFixed(2), price.toFixed(4), (0.55 * usual).toFixed(4)].join(','),
      );
      // Sold there in halves of a kilo, under another name.
      if (t % 3 === 0)
        seen.push(
          [iso(t), 'Lidl', `${product} extra`, (usual * Math.exp(theirs)).toFixed(4), product.toUpperCase()].join(','),
        );
    }
  }
  return { sales, seen };
}

describe("competitors' prices", () => {
  const folder = mkdtempSync(join(tmpdir(), 'demanda-competitors-'));
  let workspace: Workspace;
  const file = (name: string, rows: readonly string[]): string => {
    writeFileSync(join(folder, name), rows.join('\n'));
    return join(folder, name);
  };
  const imported = async (name: string, rows: readonly string[], options = {}) => {
    const { files } = await workspace.importFiles([file(name, rows)], { kind: 'competitors', ...options });
    return files[0] as (typeof files)[number];
  };

  beforeAll(async () => {
    workspace = await Workspace.open(join(folder, 'ws'), { lang: 'en' });
    const { sales, seen } = madeRows();
    await workspace.importFiles([file('sales.csv', sales)], { unit: 'kg' });
    // The kind is seen by its columns.
    const { files } = await workspace.importFiles([file('seen.csv', seen)]);
    expect(files[0]).toMatchObject({ kind: 'competitors', accepted: 280, products: 2, notes: [] });
    await workspace.train({ workers: 1 });
  }, 120_000);
  afterAll(async () => {
    await workspace.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('stand beside the own, with what they do to demand and how they follow', async () => {
    const { products, reactions } = await workspace.competitors({ effects: true });
    expect(products.map(({ product }) => product)).toEqual(['Pera', 'Tomate']);
    for (const { competitors, effect } of products) {
      expect(competitors).toMatchObject([{ competitor: 'Lidl', date: iso(417), stale: false, promo: false }]);
      expect(effect?.probability).toBeGreaterThan(0.9);
      expect(Math.abs((effect?.elasticity.value ?? 0) - CROSS)).toBeLessThan(0.35);
    }
    expect(reactions).toMatchObject([{ merchant: SHOP, competitor: 'Lidl', known: true }]);
    const [{ share }] = reactions as [(typeof reactions)[number]];
    expect(share.low).toBeLessThan(0.5);
    expect(share.high).toBeGreaterThan(0.5);
    expect(Math.abs(share.value - 0.5)).toBeLessThan(0.25);
  });
  it('compare per unit, by the names of an earlier file, and what is nobody’s or of another unit is named', async () => {
    const { notes, accepted, batchId } = await imported('more.csv', [
      'fecha,competidor,producto,precio,envase,oferta',
      `${iso(418)},Lidl,Tomate extra,"1,25",500 g,sí`,
      `${iso(418)},Lidl,tomáte,"9,00",6 ud,no`,
      `${iso(418)},Lidl,Papaya,"2,00",1 kg,no`,
    ]);
    expect(accepted).toBe(2);
    expect(notes.map(({ code }) => code)).toEqual([
      ...['IMPORT_NOTE_COMPETITOR_UNKNOWN', 'IMPORT_NOTE_COMPETITOR_NAMES', 'IMPORT_NOTE_COMPETITOR_UNIT'],
    ]);
    expect(notes[0]?.message).toContain('Papaya');
    const { products, unmatched } = await workspace.competitors({ product: 'Tomate', history: true });
    expect(products[0]?.competitors[0]).toMatchObject({ price: 2.5, promo: true, date: iso(418) });
    expect(products[0]?.history).toHaveLength(141);
    expect(unmatched).toEqual([{ product: 'Papaya', prices: 1 }]);
    await workspace.imports.undo(batchId as string, null);
    expect((await workspace.competitors({})).products[1]?.competitors[0]).toMatchObject({ date: iso(417) });
  });
  it('are of the unit that the header of a pack’s size names, and are nobody else’s', async () => {
    const { batchId } = await imported('grams.csv', [
      'fecha,competidor,producto,precio,envase (g)',
      `${iso(418)},Lidl,Tomate,"1,15",500`,
    ]);
    const { products } = await workspace.competitors({ product: 'Tomate' });
    expect(products[0]?.competitors[0]).toMatchObject({ price: 2.3, date: iso(418) });
    await workspace.imports.undo(batchId as string, null);
    const other = await imported('other.csv', [
      'fecha,comerciante,competidor,producto,precio',
      `${iso(418)},Otra tienda,Lidl,Secreto,2`,
    ]);
    expect((await workspace.competitors({})).unmatched).toEqual([{ product: 'Secreto', prices: 1 }]);
    expect((await workspace.competitors({ merchant: SHOP })).unmatched).toEqual([]);
    await workspace.imports.undo(other.batchId as string, null);
  });
  it('are columns of trainings by iterations too, whose simulated rows have them as the own rows had', async () => {
    const { runs } = await workspace.train({ merchant: SHOP, iterations: 60, searchEvery: 20, workers: 1 });
    expect(runs.map(({ status, failure }) => [status, failure])).toEqual([
      ['done', undefined],
      ['done', undefined],
    ]);
    await workspace.train({ merchant: SHOP, workers: 1 });
  });
  it('are one competitor’s however it is spelled, and of a merchant that does not sell the product are named', async () => {
    const { batchId, notes } = await imported('spelled.csv', [
      'fecha,comerciante,competidor,producto,precio',
      `${iso(418)},,LÍDL,Tomate,"2,10"`,
      `${iso(418)},Tienda ajena,Lidl,Pera,"1,00"`,
    ]);
    expect(notes.map(({ code }) => code)).toContain('IMPORT_NOTE_COMPETITOR_UNKNOWN');
    expect(notes.map(({ message }) => message).join()).toContain('Tienda ajena / Pera');
    const { products } = await workspace.competitors({ product: 'Tomate' });
    expect(products[0]?.competitors).toMatchObject([{ competitor: 'LÍDL', price: 2.1, date: iso(418) }]);
    const [held] = (
      await workspace.recommend({
        ...{ merchant: SHOP, product: 'Tomate' },
        guardrails: { aboveCompetitors: 0, belowCompetitors: 0.5, competitorReference: 'lidl', maxChange: null },
      })
    ).recommendations;
    expect(held?.reasons).not.toContain('COMPETITORS_STALE');
    await workspace.imports.undo(batchId as string, null);
  });
  it.each([
    ['no competitor', `${iso(1)},,Pera,2`, 'IMPORT_COMPETITOR_MISSING'],
    ['a price of nothing', `${iso(1)},Lidl,Pera,0`, 'IMPORT_PRICE_INVALID'],
    ['a day to come', '2199-01-01,Lidl,Pera,2', 'IMPORT_COMPETITOR_FUTURE'],
    ['no product', `${iso(1)},Lidl,,2`, 'IMPORT_PRODUCT_MISSING'],
  ])('with %s are refused, and nothing is kept', async (_, row, code) => {
    const before = (await workspace.competitors({ history: true })).products[0]?.history.length;
    await expect(imported('bad.csv', ['date,competitor,product,price', row])).rejects.toMatchObject({
      code: 'IMPORT_REJECTED',
    });
    const { issues } = await imported('bad.csv', ['date,competitor,product,price', row], { skipBad: true });
    expect(issues[0]?.code).toBe(code);
    expect((await workspace.competitors({ history: true })).products[0]?.history).toHaveLength(before as number);
  });
  it('hold the price near theirs while they are fresh, and say so where they are not', async () => {
    const asked = { merchant: SHOP, product: 'Tomate' } as const;
    const theirs = (await workspace.competitors(asked)).products[0]?.competitors[0]?.price as number;
    const most = theirs * 0.9;
    const guardrails = { aboveCompetitors: 0, belowCompetitors: 0.5, maxChange: null, triedRangeMargin: null };
    const of = async (more: object) =>
      (await workspace.recommend({ ...asked, guardrails: { ...guardrails, ...more } })).recommendations[0];
    const held = await of({ maxPrice: most });
    expect(held?.price).toBeLessThanOrEqual(most);
    const free = await of({ aboveCompetitors: null, belowCompetitors: null });
    const near = await of({ aboveCompetitors: 0 });
    expect(near?.price).toBeLessThanOrEqual(theirs + 1e-9);
    expect(free?.reasons).not.toContain('COMPETITORS_STALE');
    expect((await of({ competitorReference: 'Nadie' }))?.reasons).toContain('COMPETITORS_STALE');
  });
  it('follow in plans: dearer prices earn more where they are followed, and what is assumed is said', async () => {
    const plans = [{ name: 'dear', prices: [{ product: 'Tomate', price: 3.3 }] }];
    const found = await workspace.scenario({ merchant: SHOP, plans, competitorFollows: 1 });
    const [stays, follows] = found.plans.filter(({ kind }) => kind === 'own');
    expect([stays?.follows, follows?.follows]).toEqual([null, 1]);
    const sold = (plan: typeof stays) => plan?.products.find(({ product }) => product === 'Tomate')?.demand.value ?? 0;
    expect(sold(follows)).toBeGreaterThan(sold(stays) * 1.02);
    // Without being told it follows as its prices say.
    const own = (await workspace.scenario({ merchant: SHOP, plans })).plans.findLast(({ kind }) => kind === 'own');
    expect(Math.abs((own?.follows ?? 0) - 0.5)).toBeLessThan(0.25);
    const asked = { merchant: SHOP, product: 'Tomate', competitorFollows: 0.5 };
    const [told] = (await workspace.recommend(asked)).recommendations;
    expect(told?.assumptions).toContainEqual({ code: 'COMPETITORS_FOLLOW', value: 0.5 });
    await expect(workspace.recommend({ ...asked, competitorFollows: 50 })).rejects.toMatchObject({
      code: 'OPTION_TOO_LARGE',
    });
  });
});
