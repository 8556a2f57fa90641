import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dayOfText } from '../../src/data/reading/date-column.ts';
import { dateTextOf } from '../../src/data/reading/date-text.ts';
import { Workspace } from '../../src/workspace.ts';
import { temporaryFolder } from '../support/temporary.ts';

function dayOf(text: string): number | null {
  const date = dateTextOf(text);
  return (
    date && dayOfText(date, { order: 'dmy', numbers: null, pair: 'month', tenths: false, zone: null, count: null })
  );
}

/** The Junta de Andalucía's observatory, the ministry's household panel: how such files are written. */
const WEEKLY = `\uFEFFINICIO|FIN|PRODUCTO|POSICION|PRECIO
01/01/2018|07/01/2018|LIMON|Mercas|0,90
01/01/2018|07/01/2018|LIMON|Mercas|0,94
01/01/2018|07/01/2018|LIMON|Agricultor|0,40
08/01/2018|14/01/2018|LIMON|Mercas|0,96
`;
const MONTHLY = `\uFEFFAño|Mes|CCAA|Producto|Precio medio kg||
2018|Enero|Total Nacional|LIMON|1,10||
2018|Septiembre|Total Nacional|LIMON|1,30||
2018|Septiembre|Madrid|LIMON|1,50||
`;

describe('market prices as offices publish them', () => {
  it('go in with --map and --only: separators, decimal comma, byte order mark; several prices of a day count by their mean', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'semanal.txt');
    writeFileSync(file, WEEKLY);
    const workspace = await Workspace.open(join(folder, 'ws'), { lang: 'en' });
    // Of two Mondays up to the 12th no reading is surer.
    const told = { map: { date: 'INICIO', product: 'PRODUCTO', price: 'PRECIO' }, dateFormat: 'dd/mm/yyyy' };
    const { files } = await workspace.importFiles([file], { kind: 'market', ...told, only: { POSICION: 'Mercas' } });
    expect(files[0]).toMatchObject({
      kind: 'market',
      accepted: 3,
      rejected: 0,
      replaced: 0,
      products: 1,
      from: '2018-01-01',
      to: '2018-01-08',
    });
    await expect(
      workspace.importFiles([file], { kind: 'market', ...told, only: { POSICION: 'mercas' } }),
    ).rejects.toMatchObject({ code: 'IMPORT_ONLY_NONE' });
    await expect(
      workspace.importFiles([file], { kind: 'market', ...told, only: { POSICIO: 'Mercas' } }),
    ).rejects.toMatchObject({ code: 'IMPORT_MAP_COLUMN' });
    const sales = join(folder, 'ventas.csv');
    writeFileSync(sales, 'fecha,tienda,producto,kg,precio\n2018-01-03,Ana,LIMON,5,1.2\n2018-01-09,Ana,LIMON,4,1.3\n');
    await workspace.importFiles([sales]);
    const again = { kind: 'market', ...told, only: { POSICION: 'Mercas' }, replace: true } as const;
    const show = await workspace.importFiles([file], again);
    // Two names and days, whatever the number of rows.
    expect(show.files[0]).toMatchObject({ replaced: 2 });
    await workspace.close();
  });
  it('join a year and a month that lie in two columns', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'mensual.txt');
    writeFileSync(file, MONTHLY);
    const workspace = await Workspace.open(join(folder, 'ws'));
    const map = { date: 'Año+Mes', product: 'Producto', price: 'Precio medio kg' };
    const { files } = await workspace.importFiles([file], { kind: 'market', map, only: { CCAA: 'Total Nacional' } });
    expect(files[0]).toMatchObject({ accepted: 2, from: '2018-01-01', to: '2018-09-01' });
    await workspace.close();
  });
  it('name months in Spanish and English, and number them as the World Bank does', () => {
    const day = Date.UTC(2018, 8, 1) / 86_400_000;
    for (const text of [
      '2018 Septiembre',
      'septiembre 2018',
      'Sept. 2018',
      '2018-sep',
      'September 2018',
      'set-18',
      '2018M09',
      'septiembre de 2018',
    ]) {
      expect(dayOf(text), text).toBe(day);
    }
    for (const text of ['Enero', 'Lunes 2018', '2018M13', 'marte']) expect(dayOf(text), text).toBeNull();
  });
  it('take a week by its first day', () => {
    const day = Date.UTC(2018, 0, 1) / 86_400_000;
    for (const text of ['01/01/2018 - 07/01/2018', '2018-01-01 – 2018-01-07', '01/01/2018 a 07/01/2018'])
      expect(dayOf(text), text).toBe(day);
  });
});

describe('market data and a cell without any sale', () => {
  it('come from the import where there is one, else from the table of facts, named', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'mercado.csv');
    // Four years of months: dear in July, and a tenth dearer every year.
    const lines = ['date,product,price'];
    const now = new Date();
    for (let k = 48; k >= 0; k--) {
      const date = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - k, 1));
      const month = date.getUTCMonth();
      lines.push(
        `${date.toISOString().slice(0, 10)},Carne,${(6 * Math.exp(0.15 * Math.cos((2 * Math.PI * (month - 6)) / 12) - (0.1 * k) / 12)).toFixed(4)}`,
      );
    }
    writeFileSync(file, lines.join('\n'));
    const workspace = await Workspace.open(join(folder, 'ws'), { lang: 'en' });
    const cold = { merchant: 'MiTienda', product: 'Carne', iterations: 2_000, market: true, fresh: true };
    const none = await workspace.train({ ...cold, market: false });
    expect(none.runs[0]?.market).toBeUndefined();
    const plain = (await workspace.show('MiTienda', 'Carne')).show.components.find((c) => c.name === 'season');
    expect(plain?.points.every((p) => Math.abs(p.multiplier - 1) < 0.01)).toBe(true);
    expect((await workspace.train(cold)).runs[0]?.market).toBe('beef');
    await workspace.importFiles([file], { kind: 'market', map: { price: 'price' } });
    expect((await workspace.train(cold)).runs[0]?.market).toBe('imported');
    const { components } = (await workspace.show('MiTienda', 'Carne')).show;
    const multipliers = (name: string): number[] =>
      components.find((c) => c.name === name)?.points.map((p) => p.multiplier) ?? [];
    // 0.775 of an elasticity near −3 follows a swing of ±0.15: e^0.35 in July, e^−0.35 in January (days 182 and 0 of
    // the year).
    const season = multipliers('season');
    expect(season[26]).toBeGreaterThan(1.2);
    expect(season[0]).toBeLessThan(0.85);
    // … and a rise of a tenth a year.
    const trend = multipliers('trend');
    expect((trend.at(-1) as number) / trend[0]).toBeGreaterThan(1.1);
    await workspace.close();
  });
});
