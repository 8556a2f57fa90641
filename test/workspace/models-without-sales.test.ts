/**
 * A model that was trained without any sale can be handled like every other: listed, shown, exported, imported,
 * aliased, rolled back, deleted.
 */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Workspace } from '../../src/workspace.ts';
import { demandas } from '../support/command.ts';
import { writeSales } from '../support/sales.ts';
import { temporaryFolder } from '../support/temporary.ts';

const TRAIN = [
  'train',
  '--merchant',
  'Nueva',
  '--product',
  'papa',
  '--product-type',
  'papa',
  '--price',
  '2',
  '--cost',
  '1.1',
  '--iterations',
  '20',
];

describe.each([['alone in a workspace'], ['beside merchants with sales']])('a model without sales %s', (where) => {
  it('answers to every action, whatever the capitals', () => {
    const folder = temporaryFolder();
    const at = (name: string): string[] => ['--workspace', join(folder, name), '--lang', 'en'];
    if (where !== 'alone in a workspace') {
      writeSales(join(folder, 'sales.csv'), 1, 60);
      demandas([['import', join(folder, 'sales.csv'), ...at('ws')]]);
    }
    const ended = demandas([
      [...TRAIN, '--fresh', ...at('ws')],
      [...TRAIN, '--fresh', '--seed', '2', ...at('ws')],
      ['models', 'alias', 'nueva:papa', '--version-number', '2', '--json', ...at('ws')],
      ['models', 'rollback', 'Nueva:PAPA', '--json', ...at('ws')],
      ['models', '--merchant', 'NUEVA', '--json', ...at('ws')],
      ['show', '--merchant', 'nueva', '--product', 'Papa', '--json', ...at('ws')],
      ['forecast', '--merchant', 'nueva', '--product', 'papa', '--horizon', '3', '--json', ...at('ws')],
      ['recommend', '--merchant', 'NUEVA', '--product', 'papa', '--json', ...at('ws')],
      ['models', 'export', 'nueva:papa', ...at('ws')],
      ['models', 'delete', 'nueva:papa', '--version-number', '1', ...at('ws')],
      ['models', 'delete', 'nueva:papa', '--version-number', '2', ...at('ws').slice(0, 2), '--lang', 'es'],
      ['models', '--merchant', 'Nueva', '--json', ...at('ws')],
    ]);
    expect(ended.map(({ code, err }) => (code === 0 ? '' : err))).toEqual(Array(ended.length).fill(''));
    const json = (i: number) => JSON.parse(ended[i]?.out as string);
    const aliases = (i: number): string[][] => json(i).models.map((model: { aliases: string[] }) => model.aliases);
    expect([aliases(2), aliases(3), aliases(4)]).toEqual([
      [[], ['live']],
      [['live'], []],
      [['live'], []],
    ]);
    expect(json(5).model).toMatchObject({ merchant: 'Nueva', product: 'papa', ownRows: 0 });
    expect(json(6).forecasts).toHaveLength(3);
    expect(json(7).recommendations).toMatchObject([{ merchant: 'Nueva', product: 'papa', unitCost: 1.1 }]);
    expect(ended[9]?.out).toContain(
      'Version 1 of Nueva · papa, which was live, was deleted. Version 2, the newest that is left, is live now.',
    );
    expect(ended[10]?.out).toBe(
      'Se borró la versión 2 de Nueva · papa. Era la última: no habrá precio hasta entrenar de nuevo.\n',
    );
    expect(json(11).models).toEqual([]);
    // The file goes in again, here and elsewhere, and prices as before.
    const file = join(folder, 'model.json');
    writeFileSync(file, ended[8]?.out as string);
    const again = demandas([
      ['models', 'import', file, '--json', ...at('ws')],
      ['models', 'import', file, '--json', ...at('other')],
      ['recommend', '--merchant', 'nueva', '--product', 'papa', '--json', ...at('other')],
      ['models', 'delete', 'nueva:papa', '--version-number', '1', '--json', ...at('other')],
      ['models', 'export', 'nueva:papa', ...at('other')],
    ]);
    const back = (i: number) => JSON.parse(again[i]?.out as string);
    expect(back(0).models).toMatchObject([{ version: 3, aliases: ['live'], ownRows: 0 }]);
    expect(back(1).models).toMatchObject([{ version: 1, aliases: ['live'] }]);
    const { modelId: _, ...priced } = back(2).recommendations[0];
    const { modelId: __, ...before } = json(7).recommendations[0];
    expect(priced).toEqual(before);
    expect(back(3)).toMatchObject({
      models: [],
      deleted: { merchant: 'Nueva', product: 'papa', version: 1, live: null, promoted: null },
    });
    expect(again[4]).toMatchObject({ code: 1, err: expect.stringContaining('Nueva / papa has no model') });
  });
});

it('a model of sales that nobody made here is refused, as before', async () => {
  const folder = temporaryFolder();
  writeSales(join(folder, 'sales.csv'), 1, 60);
  const here = await Workspace.open(join(folder, 'here'), { lang: 'en' });
  await here.importFiles([join(folder, 'sales.csv')]);
  await here.train();
  const [model] = (await here.models()).models;
  const file = join(folder, 'model.json');
  writeFileSync(file, JSON.stringify(await here.exportModel(model?.merchant as string, model?.product as string)));
  const empty = await Workspace.open(join(folder, 'empty'), { lang: 'en' });
  await expect(empty.importModel(file)).rejects.toMatchObject({ code: 'WORKSPACE_EMPTY' });
  await here.close();
  await empty.close();
});

it('facts of a cell that has sales are refused, whatever the capitals of its name', async () => {
  const folder = temporaryFolder();
  const [cell] = writeSales(join(folder, 'sales.csv'), 1, 60);
  const workspace = await Workspace.open(join(folder, 'ws'), { lang: 'en' });
  await workspace.importFiles([join(folder, 'sales.csv')]);
  const { merchant, product } = cell as NonNullable<typeof cell>;
  const named = { merchant: merchant.toUpperCase(), product: product.toUpperCase(), coldStart: { price: 2 } };
  await expect(workspace.recommend(named)).rejects.toMatchObject({ code: 'COLD_START_HAS_SALES', parameters: cell });
  await expect(workspace.train({ ...named, iterations: 10 })).rejects.toMatchObject({ code: 'COLD_START_HAS_SALES' });
  await workspace.close();
});
