import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { MemoryData, openMemoryStore } from '../../src/store/memory/store.ts';
import { Workspace } from '../../src/workspace.ts';
import { temporaryFolder } from '../support/temporary.ts';

const HEAD = 'date,merchant,product,quantity,price\n';

async function opened(files: Readonly<Record<string, string>>) {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), HEAD + text);
  const workspace = await Workspace.open(folder, { lang: 'en', store: openMemoryStore(new MemoryData()) });
  const take = (...names: string[]) => workspace.importFiles(names.map((name) => join(folder, name)));
  return { workspace, take };
}

it('two tills of one command add up, though one of them says a former name', async () => {
  const { workspace, take } = await opened({
    'a.csv': '2025-01-01,Ana,Tomate,5,2\n',
    'one.csv': '2025-02-01,Ana,Tomate,3,2\n2025-02-02,Ana,Tomate,3,2\n',
    'two.csv': '2025-02-01,Ana,Jitomate,4,2\n2025-02-02,Ana,Jitomate,1,2\n',
  });
  await take('a.csv');
  await workspace.names.rename('product', 'tomate', 'Jitomate');
  const { files } = await take('one.csv', 'two.csv');
  expect(files.map(({ renamed, added }) => [renamed.length, added])).toEqual([
    [1, 0],
    [0, 2],
  ]);
  const { names } = await workspace.names.list('product');
  expect(names).toEqual([{ name: 'Jitomate', cells: 1, rows: 3, from: '2025-01-01', to: '2025-02-02', units: ['kg'] }]);
  await workspace.close();
});

it('a name that may be several is asked for with its capitals', async () => {
  const { workspace, take } = await opened({ 'a.csv': '2025-01-01,Ana,Tomate,5,2\n2025-01-01,Ana,TOMATE,4,2\n' });
  await take('a.csv');
  await expect(workspace.names.rename('product', 'tomate', 'Pera')).rejects.toMatchObject({ code: 'NAME_AMBIGUOUS' });
  expect(await workspace.names.merge('product', ['TOMATE'], 'Tomate')).toMatchObject({ merged: 1, sameDays: 1 });
  await workspace.close();
});

it('a product that one merchant alone has is joined there to a name that others have', async () => {
  const { workspace, take } = await opened({ 'a.csv': '2025-01-01,Ana,Tomate,5,2\n2025-01-01,Bea,Tomates,4,2\n' });
  await take('a.csv');
  const merge = { merchant: 'bea', dryRun: false };
  await expect(workspace.names.merge('product', ['Tomates'], 'Tomata', merge)).rejects.toMatchObject({
    code: 'PRODUCT_UNKNOWN',
  });
  expect(await workspace.names.merge('product', ['Tomates'], 'Tomate', merge)).toMatchObject({ renamed: 1, merged: 0 });
  expect((await workspace.names.list('product')).names).toMatchObject([{ name: 'Tomate', cells: 2 }]);
  await workspace.close();
});

it('a cell that got another name after it was read is not trained under the old one', async () => {
  const rows = (product: string): string =>
    Array.from({ length: 40 }, (_, i) => {
      const date = new Date(Date.UTC(2025, 0, 1 + i)).toISOString().slice(0, 10);
      return `${date},Ana,${product},${5 + (i % 3)},${2 + (i % 2) / 10}\n`;
    }).join('');
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'a.csv'), HEAD + rows('Pera') + rows('Tomate'));
  const store = openMemoryStore(new MemoryData());
  // The second cell is renamed when the first is held: it has been read by then in a store that reads ahead.
  let renamed = false;
  const hold = store.runs.hold.bind(store.runs);
  store.runs.hold = async (cells, holder) => {
    const held = await hold(cells, holder);
    if (!renamed && cells.some(({ product }) => product === 'Tomate')) {
      renamed = true;
      await store.runs.release(cells, holder.id);
      await workspace.names.rename('product', 'Tomate', 'Jitomate');
      return hold(cells, holder);
    }
    return held;
  };
  const workspace = await Workspace.open(folder, { lang: 'en', store });
  await workspace.importFiles([join(folder, 'a.csv')]);
  const { runs, failed } = await workspace.train({ workers: 1 });
  expect(failed).toBe(1);
  expect(runs.map(({ product, status, failure }) => [product, status, failure?.code])).toEqual([
    ['Pera', 'done', undefined],
    ['Tomate', 'failed', 'CELL_UNKNOWN'],
  ]);
  expect((await workspace.models()).models.map(({ product }) => product)).toEqual(['Pera']);
  await workspace.close();
});
