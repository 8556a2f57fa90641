import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import iconv from 'iconv-lite';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ImportQuestion } from '../../src/contract/file-understanding.ts';
import { Workspace } from '../../src/workspace.ts';
import { temporaryFolder } from '../support/temporary.ts';

let folder: string;
let workspace: Workspace;
beforeEach(async () => {
  folder = temporaryFolder();
  workspace = await Workspace.open(join(folder, 'ws'), { lang: 'en', optionName: (option) => `<${option}>` });
  return () => workspace.close();
});

const HEADERS = 'Día;Tienda;Artículo;Uds;PVP';
/** Rows of one product; prices with the decimal mark that is given. */
function file(name: string, dates: readonly string[], price = '1,50', headers = HEADERS): string {
  const path = join(folder, name);
  writeFileSync(path, `${headers}\n${dates.map((date, i) => `${date};Sur;Pan;${i + 1};${price}\n`).join('')}`);
  return path;
}
const daysOf = async (path: string, options = {}): Promise<readonly [string | null, string | null]> => {
  const { files } = await workspace.importFiles([path], options);
  return [files[0].from, files[0].to];
};
const audited = async (): Promise<string[]> =>
  (await workspace.access.audit({ merchant: null }, { limit: 50 })).items
    .map(({ action }) => action)
    .filter((action) => action !== 'import.commit')
    .reverse();

/** Days and months that no row of these files settles. */
const UNCLEAR = ['03/02/2025', '07/02/2025', '05/04/2025'];

describe('what was said of a file', () => {
  it('holds for the next one with its headers, whatever their case, and is said', async () => {
    await expect(daysOf(file('march.csv', UNCLEAR))).rejects.toMatchObject({ code: 'IMPORT_DATE_UNCLEAR' });
    expect(await daysOf(file('march.csv', UNCLEAR), { dateFormat: 'mdy', unit: 'loaf' })).toEqual([
      '2025-03-02',
      '2025-07-02',
    ]);
    const next = file('april.csv', ['08/02/2025', '09/04/2025'], '1,50', 'DIA;tienda;articulo;UDS;pvp');
    const { files } = await workspace.importFiles([next]);
    expect(files[0]).toMatchObject({
      from: '2025-08-02',
      to: '2025-09-04',
      remembered: { file: 'march.csv', options: { dateFormat: 'mdy', unit: 'loaf' } },
    });
    expect(files[0].notes.find(({ code }) => code === 'IMPORT_NOTE_REMEMBERED')?.message).toContain(
      'told for march.csv on ',
    );
    expect(files[0].notes[0].message).toContain('<dateFormat> mdy');
    expect(await audited()).toEqual(['import.remember']);
  });

  it('gives way to what is said now, which is remembered from then on', async () => {
    await daysOf(file('a.csv', UNCLEAR), { dateFormat: 'mdy', unit: 'loaf' });
    const { files } = await workspace.importFiles([file('b.csv', UNCLEAR)], { dateFormat: 'dmy' });
    expect(files[0]).toMatchObject({ from: '2025-02-03', remembered: { options: { unit: 'loaf' } } });
    expect(files[0].remembered?.options).not.toHaveProperty('dateFormat');
    expect(await daysOf(file('c.csv', UNCLEAR))).toEqual(['2025-02-03', '2025-04-05']);
    expect(await audited()).toEqual(['import.remember', 'import.remember']);
  });

  it('never holds against what the file itself says', async () => {
    await daysOf(file('a.csv', UNCLEAR), { dateFormat: 'dmy', decimal: ',' });
    const american = file('b.csv', ['03/25/2025', '03/26/2025']);
    for (const skipBad of [false, true])
      await expect(daysOf(american, { skipBad })).rejects.toMatchObject({
        code: 'IMPORT_REMEMBERED',
        message: expect.stringMatching(/Día is written mm\/dd\/yyyy here \("03\/25\/2025", line 2\), not dd\/mm\/yyyy/),
      });
    // Its days follow each other as months first alone: "one day a month" is not how anybody sells.
    const daily = Array.from({ length: 10 }, (_, i) => `04/${String(i + 1).padStart(2, '0')}/2025`);
    await expect(daysOf(file('c.csv', daily))).rejects.toMatchObject({ code: 'IMPORT_REMEMBERED' });
    await expect(daysOf(file('d.csv', UNCLEAR, '1.5'))).rejects.toMatchObject({
      code: 'IMPORT_REMEMBERED',
      message: expect.stringContaining('column PVP is written . here ("1.5", line 2), not ,'),
    });
    expect(await daysOf(american, { dateFormat: 'mdy' })).toEqual(['2025-03-25', '2025-03-26']);
  });

  it('is asked about where there is somebody to ask', async () => {
    await daysOf(file('a.csv', UNCLEAR), { dateFormat: 'dmy' });
    const asked: ImportQuestion[] = [];
    const choose = async (question: ImportQuestion) => {
      asked.push(question);
      return question.choices[0];
    };
    expect(await daysOf(file('b.csv', ['03/25/2025']), { choose })).toEqual(['2025-03-25', '2025-03-25']);
    expect(asked.map(({ code }) => code)).toEqual(['IMPORT_REMEMBERED']);
    expect(await audited()).toEqual(['import.remember', 'import.forget']);
  });

  it('is forgotten when that is asked for, and not by looking', async () => {
    await daysOf(file('a.csv', UNCLEAR), { dateFormat: 'dmy' });
    const settled = file('b.csv', ['25/03/2025', '26/03/2025']);
    await daysOf(settled, { forgetMapping: true, dryRun: true });
    expect(await daysOf(file('c.csv', UNCLEAR))).toEqual(['2025-02-03', '2025-04-05']);
    await daysOf(settled, { forgetMapping: true });
    await expect(daysOf(file('d.csv', UNCLEAR))).rejects.toMatchObject({ code: 'IMPORT_DATE_UNCLEAR' });
    expect(await audited()).toEqual(['import.remember', 'import.forget']);
  });

  it('is not what is said of one file: its shop, and whether its days are added', async () => {
    const path = join(folder, 'till.csv');
    writeFileSync(path, 'fecha;producto;kg;precio\n13/02/2025;Pan;1;2,5\n');
    await daysOf(path, { merchant: 'Norte', add: true, unit: 'kg' });
    await expect(daysOf(path)).rejects.toMatchObject({ code: 'IMPORT_MISSING_COLUMN' });
  });

  it('is of the merchant who said it, and of one kind of file', async () => {
    const path = file('a.csv', UNCLEAR);
    await daysOf(path, { dateFormat: 'mdy', onlyMerchant: 'Sur' });
    await expect(daysOf(path)).rejects.toMatchObject({ code: 'IMPORT_DATE_UNCLEAR' });
    await expect(daysOf(path, { onlyMerchant: 'Norte' })).rejects.toMatchObject({ code: 'IMPORT_DATE_UNCLEAR' });
    expect(await daysOf(path, { onlyMerchant: 'Sur' })).toEqual(['2025-03-02', '2025-07-02']);
    const costs = { kind: 'costs', map: { cost: 'PVP' }, onlyMerchant: 'Sur' };
    await expect(daysOf(path, costs)).rejects.toMatchObject({ code: 'IMPORT_DATE_UNCLEAR' });
    expect(await daysOf(path, { ...costs, dateFormat: 'dmy' })).toEqual(['2025-02-03', '2025-04-05']);
    // Files of sales needed no word for their kind.
    expect(await daysOf(path, { onlyMerchant: 'Sur' })).toEqual(['2025-03-02', '2025-07-02']);
    expect(await daysOf(path, { kind: 'costs', onlyMerchant: 'Sur' })).toEqual(['2025-02-03', '2025-04-05']);
  });

  it('is of no file without headers: any other would be read by it', async () => {
    const bare = (name: string, date: string): string => {
      const path = join(folder, name);
      writeFileSync(path, `${date};Sur;Pan;1;1,5\n${date};Sur;Leche;2;0,95\n`);
      return path;
    };
    const map = { date: '#1', merchant: '#2', product: '#3', quantity: '#4', price: '#5' };
    await daysOf(bare('a.csv', '13/02/2025'), { map });
    await expect(daysOf(bare('b.csv', '14/02/2025'))).rejects.toMatchObject({ code: 'IMPORT_MISSING_COLUMN' });
    expect(await audited()).toEqual([]);
  });
});

describe('settings of the workspace', () => {
  it('say in which zone the shops are, unless an import says it', async () => {
    const path = join(folder, 'utc.csv');
    writeFileSync(
      path,
      'date,store,product,quantity,price\n2025-01-02T03:00:00Z,Lima,Pan,1,2\n2025-01-02T20:00:00Z,Lima,Pan,1,2\n',
    );
    expect(await daysOf(path)).toEqual(['2025-01-02', '2025-01-02']);
    await workspace.setSettings({ timezone: 'america/lima' });
    expect((await workspace.settings()).timezone).toBe('America/Lima');
    // 03:00 in UTC is 22:00 of the day before.
    expect(await daysOf(path, { replace: true })).toEqual(['2025-01-01', '2025-01-02']);
    expect(await daysOf(path, { timezone: 'Asia/Tokyo', replace: true })).toEqual(['2025-01-02', '2025-01-03']);
    await expect(workspace.setSettings({ timezone: 'Lima' })).rejects.toMatchObject({ code: 'IMPORT_TIMEZONE' });
  });

  it('say the currency of every amount: others are refused, whatever tells them', async () => {
    const rows = (price: string, more = ''): string =>
      `date;store;product;quantity;price${more && ';currency'}\n2025-01-02;A;Pan;1;${price}${more}\n2025-01-03;A;Pan;1;${price}${more}\n`;
    const importOf = async (text: string): Promise<string> => {
      const path = join(folder, 'money.csv');
      writeFileSync(path, text);
      const done = await workspace.importFiles([path]).catch((error) => error);
      return done.code ?? done.files[0].kind;
    };
    for (const other of [rows('£2.50'), rows('US$ 2.50'), rows('$2.50'), rows('2.50', ';USD'), rows('2.50 MXN')])
      expect(await importOf(other), other).toBe('IMPORT_CURRENCY_OTHER');
    for (const own of [rows('2,50 €'), rows('EUR 2.50'), rows('2.50', ';EUR'), rows('2.50')])
      expect(await importOf(own), own).toBe('sales');
    await workspace.setSettings({ currency: 'MXN' });
    for (const own of [rows('$2.50'), rows('2.50 MXN')]) expect(await importOf(own), own).toBe('sales');
    expect(await importOf(rows('2,50 €'))).toBe('IMPORT_CURRENCY_OTHER');
  });

  it('says the line of the titles too', async () => {
    const titled = (name: string, day: string): string => {
      const path = join(folder, name);
      writeFileSync(path, `date,store,product,qty,price\nwhen,where,what,many,much\n${day},Sur,Pan,1,2\n`);
      return path;
    };
    const map = { date: 'when', merchant: 'where', product: 'what', quantity: 'many', price: 'much' };
    await daysOf(titled('march.csv', '2025-03-01'), { headerRow: 2, map });
    expect(await daysOf(titled('april.csv', '2025-04-01'))).toEqual(['2025-04-01', '2025-04-01']);
  });

  it('holds for the rows that were left out of the file, once they are mended, though two columns came to them', async () => {
    const path = file('march.csv', UNCLEAR);
    writeFileSync(path, `${readFileSync(path, 'utf8')}06/02/2025;Sur;Pan;dos;1,50\n`);
    await daysOf(path, { dateFormat: 'dd/mm/yyyy', skipBad: true });
    const left = readFileSync(`${path}.rejected.csv`, 'utf8');
    expect(left).toMatch(/^Día;Tienda;Artículo;Uds;PVP;line;reason\n06\/02\/2025;Sur;Pan;dos;1,50;5;.*"dos"/);
    writeFileSync(`${path}.rejected.csv`, left.replace(';dos;', ';2;'));
    expect(await daysOf(`${path}.rejected.csv`)).toEqual(['2025-02-06', '2025-02-06']);
  });

  it('rows that are left out are written in the letters of their file', async () => {
    const path = join(folder, 'latin.csv');
    writeFileSync(
      path,
      iconv.encode(
        'Día;Tienda;Artículo;Uds;PVP\n13/02/2025;Sur;Piña;3;1,50\n14/02/2025;Sur;Piña;dos;1,50\n',
        'windows-1252',
      ),
    );
    await daysOf(path, { skipBad: true });
    const left = readFileSync(`${path}.rejected.csv`);
    expect(left.subarray(0, 3).equals(Buffer.from([0x44, 0xed, 0x61]))).toBe(true);
    expect(iconv.decode(left, 'windows-1252')).toContain('14/02/2025;Sur;Piña;dos;1,50;3;');
  });
});
