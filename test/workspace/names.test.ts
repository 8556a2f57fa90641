import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Store } from '../../src/contract/store/store.ts';
import { fitDemand } from '../../src/core/demand/fit-demand.ts';
import { DAILY_SPECS } from '../../src/core/regression/hyper-parameters.ts';
import { openMemoryStore } from '../../src/store/memory/store.ts';
import { Names } from '../../src/workspace/names.ts';
import { cellOf } from '../support/cells.ts';
import { deedOf, IMPORTED } from '../support/deeds.ts';
import { lastingFolder, temporaryFolder } from '../support/temporary.ts';
import { TICKET } from '../support/tickets.ts';
import { unwrap } from '../support/unwrap.ts';

const folder = lastingFolder();
let store: Store;
let names: Names;

async function sell(to: Store, cells: readonly (readonly [merchant: string, product: string])[]): Promise<void> {
  const sales = await to.sales.beginImport('sales');
  await sales.add(cells.map(([merchant, product]) => ({ ...TICKET, merchant, product, productType: 'Verdura' })));
  await sales.commit({ dryRun: false, unit: '', knownCovariates: [], ...IMPORTED });
}

async function trainUnsold(of: Store, merchant: string, product: string): Promise<void> {
  const fitted = fitDemand(
    cellOf([3, 4, 5, 4, 3], [2, 2.1, 2, 1.9, 2], { merchant, product, productType: 'Tubérculo' }),
    {
      holidays: [],
      market: false,
      specs: DAILY_SPECS.slice(0, 1),
      priorAt: () => ({}),
    },
  );
  await of.models.put(
    [
      {
        runId: `${merchant} ${product}`,
        model: unwrap(fitted),
        trainedAt: '2026-01-01T00:00:00.000Z',
        seconds: 1,
        seed: 1,
        live: true,
      },
    ],
    deedOf('model.import'),
  );
}

beforeAll(async () => {
  store = openMemoryStore();
  names = new Names(store, folder);
  await sell(store, [
    ['Ana', 'Tomate'],
    ['ana', 'Pera'],
    ['Bar: Sol', 'Té'],
    ['Bar', 'Sol:Té'],
    ['Bar', 'Café: 1 kg'],
    ['Eva', 'Pan, blanco'],
    ['Eva', 'Pan'],
    ['X', 'y:z'],
    ['x:Y', 'z'],
  ]);
  await trainUnsold(store, 'Nueva', 'papa');
});
afterAll(() => store.close());

describe('names', () => {
  it.each([
    ['Ana', 'Tomate', { merchant: 'Ana', product: 'Tomate', sold: true }],
    ['BAR', 'sol:té', { merchant: 'Bar', product: 'Sol:Té', sold: true }],
    ['Nueva', 'papa', { merchant: 'Nueva', product: 'papa', sold: false }],
    ['NUEVA', 'Papa', { merchant: 'Nueva', product: 'papa', sold: false }],
    ['ANA', 'pera', { merchant: 'ana', product: 'Pera', sold: true }],
    ['Nueva', 'Tomate', null],
  ])('of %s and %s need not have the right capitals', async (merchant, product, found) => {
    expect(await names.find(merchant, product)).toEqual(found);
  });
  it('that are exactly one merchant are never taken for another, whatever that one has', async () => {
    expect(await names.find('ana', 'Tomate')).toBeNull();
    expect(await names.find('Ana', 'Pera')).toBeNull();
    await expect(names.trained({ merchant: 'ana', product: 'Tomate' })).rejects.toMatchObject({
      code: 'PRODUCT_UNKNOWN',
    });
  });
  it('of cells without sales count where models are asked for, and not where sales are', async () => {
    expect(await names.trained({ merchant: 'nueva' })).toEqual({ merchant: 'Nueva' });
    expect(await names.trained({ productType: 'tubérculo' })).toEqual({ productType: 'Tubérculo' });
    expect(await names.trained({ merchant: 'nueva', product: 'PAPA' })).toEqual({ merchant: 'Nueva', product: 'papa' });
    await expect(names.sold({ merchant: 'Nueva' })).rejects.toMatchObject({ code: 'MERCHANT_UNKNOWN' });
    await expect(names.trained({ merchant: 'Nuevo' })).rejects.toMatchObject({
      code: 'MERCHANT_UNKNOWN',
      parameters: { nearest: 'Nueva' },
    });
  });
  it('in a workspace without sales are those of its models; in an empty one they are taken as given', async () => {
    const alone = temporaryFolder();
    const without = openMemoryStore();
    const known = new Names(without, alone);
    expect(await known.trained({ merchant: 'x' })).toEqual({ merchant: 'x' });
    await expect(known.sold({ merchant: 'x' })).rejects.toMatchObject({ code: 'WORKSPACE_EMPTY' });
    await trainUnsold(without, 'Nueva', 'papa');
    expect(await known.trained({ merchant: 'NUEVA', product: 'papa' })).toEqual({ merchant: 'Nueva', product: 'papa' });
    expect(await known.trained({ merchant: 'nueva', product: 'pera' })).toEqual({ merchant: 'nueva', product: 'pera' });
    await expect(known.trained({ merchant: 'x' })).rejects.toMatchObject({ code: 'MERCHANT_UNKNOWN' });
    await without.close();
  });
});

describe('"merchant:product"', () => {
  it.each([
    ['Ana:Tomate', { merchant: 'Ana', product: 'Tomate' }],
    ['Bar:Café: 1 kg', { merchant: 'Bar', product: 'Café: 1 kg' }],
    ['bar:CAFÉ: 1 KG', { merchant: 'Bar', product: 'Café: 1 kg' }],
    ['nueva:papa', { merchant: 'nueva', product: 'papa' }],
    // Nothing of the kind: the first colon parts it, and whoever looks for it says so.
    ['Bar:Café: 2 kg', { merchant: 'Bar', product: 'Café: 2 kg' }],
    ['Ana', null],
    [':Ana', null],
  ])('%s is read by what there is', async (text, cell) => {
    const found = await names.target(text);
    expect(found && { merchant: found.merchant, product: found.product }).toEqual(cell);
  });
  it('says which readings there are when several are cells, and takes the exact one before those with other capitals', async () => {
    await expect(names.target('Bar: Sol:Té')).rejects.toMatchObject({
      code: 'CELL_AMBIGUOUS',
      parameters: { readings: 'Bar · Sol:Té | Bar: Sol · Té' },
    });
    expect(await names.target('X:y:z')).toMatchObject({ merchant: 'X', product: 'y:z' });
    expect(await names.target('x:Y:z')).toMatchObject({ merchant: 'x:Y', product: 'z' });
    await expect(names.target('x:y:z')).rejects.toMatchObject({ code: 'CELL_AMBIGUOUS' });
    expect(await names.target('Bar:Sol:Té')).toMatchObject({ merchant: 'Bar', product: 'Sol:Té' });
  });
  it('stands in lists whose names may hold commas', async () => {
    expect(await names.targets('Ana:Tomate, Eva:Pan, blanco')).toMatchObject([
      { merchant: 'Ana', product: 'Tomate' },
      { merchant: 'Eva', product: 'Pan, blanco' },
    ]);
    expect(await names.targets('Eva:Pan,Ana:Tomate')).toMatchObject([{ product: 'Pan' }, { product: 'Tomate' }]);
    expect(await names.targets(' Ana:Tomate ,, x ')).toEqual([{ merchant: 'Ana', product: 'Tomate' }, 'x']);
    expect(await names.targets('')).toEqual([]);
  });
});
