import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { demandas } from '../support/command.ts';
import { temporaryFolder } from '../support/temporary.ts';

it('settings say limits in words, and the calendar of prices is of the product that is named', () => {
  const folder = temporaryFolder();
  const file = join(folder, 'sales.csv');
  writeFileSync(file, 'date,merchant,product,quantity,price\n2026-01-01,Ana,Pera,3,2.5\n2026-01-02,Ana,Uva,3,2.5\n');
  const [imported, , , en, es, pear, kiwi] = demandas(
    [
      ['import', file, '--currency', 'EUR'],
      ['settings', '--max-change', '12.5%', '--price-ending', '.99'],
      ['settings', '--merchant', 'Ana', '--max-change', 'off', '--min-price', '1.5'],
      ['settings', '--lang', 'en'],
      ['settings', '--lang', 'es'],
      ['prices', 'calendar', 'Ana:Pera', '--json'],
      ['prices', 'calendar', 'Ana:Kiwi', '--json'],
    ].map((args) => [...args, '--workspace', join(folder, 'ws')]),
  );
  expect(imported?.code).toBe(0);
  expect(en?.out.split('\n')).toEqual(
    expect.arrayContaining([
      'Limits of prices: largest change 12.5%; price ending .99',
      'Limits of prices of Ana: largest change no limit; lowest price 1.50 EUR',
    ]),
  );
  // In Spanish a number is kept together with its sign.
  expect(es?.out.replaceAll('\u00a0', ' ').split('\n')).toEqual(
    expect.arrayContaining([
      'Límites de los precios: cambio máximo 12,5 %; terminación del precio ,99',
      'Límites de los precios de Ana: cambio máximo sin límite; precio más bajo 1,50 EUR',
    ]),
  );
  expect(pear).toMatchObject({ code: 0 });
  expect(kiwi).toMatchObject({ code: 1, err: expect.stringContaining('Kiwi') });
});
