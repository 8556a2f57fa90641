import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Papa from 'papaparse';
import { readSheet } from 'read-excel-file/node';
import { describe, expect, it } from 'vitest';
import type { Batch } from '../../src/contract/api.ts';
import { priceChangeFile } from '../../src/workspace/price-change-file.ts';
import { temporaryFolder } from '../support/temporary.ts';

const NAMES = [
  '=1+1',
  '+cmd|"/c calc"!A1',
  '-2+3',
  '@SUM(A1)',
  '\t=1',
  'Ana, "la buena"',
  'Línea\nnueva',
  '=HYPERLINK("http://x","y")',
  'Ñandú 50 %',
  '007',
  '1e5',
];
const batch: Batch = {
  schema: 1,
  currency: 'EUR',
  batchId: 'batch-0001',
  createdAt: '2026-01-01T00:00:00.000Z',
  createdBy: 'key:x',
  createdByName: 'x',
  merchant: null,
  activationDate: '2026-02-01',
  format: 'csv',
  items: NAMES.map((name, i) => ({
    recommendationId: String(i),
    merchant: name,
    product: `p${i}`,
    unit: 'kg',
    priceBefore: 2,
    price: 2.35,
    expectedDemand: 12,
    expectedProfit: 4.2,
    expectedGain: -1.5,
    reason: name,
  })),
  file: '/x',
};
const ITEMS = batch.items.map((item) => ({ ...item, lowest30Days: null }));
const written = (format: 'csv' | 'xlsx' | 'till' | 'labels') =>
  priceChangeFile(batch, ITEMS, { format, style: 'machine', lang: 'en' });
const office = spawnSync('soffice', ['--version']).status === 0;

const rowsOf = (text: string): Record<string, string>[] =>
  Papa.parse<Record<string, string>>(text.replace(/^\uFEFF/, ''), { header: true, skipEmptyLines: true }).data;

describe('a file of price changes', () => {
  it('holds texts that no spreadsheet runs, and the numbers that were exported', async () => {
    const { bytes } = await written('csv');
    const rows = rowsOf(Buffer.from(bytes).toString('utf8'));
    expect(rows).toHaveLength(NAMES.length);
    rows.forEach((row, i) => {
      expect(row.merchant).not.toMatch(/^[=+\-@\t\r]/);
      expect(row.merchant?.replace(/^'/, '')).toBe(NAMES[i]);
      expect([row.price, row.expected_gain, row.activation_date]).toEqual(['2.35', '-1.5', '2026-02-01']);
    });
  });
  it('as a workbook has the same names letter for letter, as texts, and no formula', async () => {
    const { bytes } = await written('xlsx');
    const sheet = (await readSheet(Buffer.from(bytes), { trim: false })) as unknown[][];
    expect(sheet.slice(1).map((row) => row[1])).toEqual(NAMES);
    expect(sheet[1]?.slice(4, 7)).toEqual([2, 2.35, -1.5]);
    expect(Buffer.from(bytes).includes('<f>')).toBe(false);
  });
  // Not a substitute for a spreadsheet program: the suite says when there is none.
  it.skipIf(!office)('opened in a spreadsheet program (soffice, where it is installed) runs no formula', async () => {
    const folder = temporaryFolder();
    for (const format of ['csv', 'xlsx'] as const) {
      const file = join(folder, `changes.${format}`);
      writeFileSync(file, (await written(format)).bytes);
      // As its import dialog would be answered: comma, quotes, UTF-8 (76), and "quoted field as text", which keeps 007
      // and 1e5.
      const opened = format === 'csv' ? ['--infilter=CSV:44,34,76,1,,0,true'] : [];
      spawnSync('soffice', [
        '--headless',
        ...opened,
        '--convert-to',
        'csv:Text - txt - csv (StarCalc):44,34,76',
        '--outdir',
        join(folder, format),
        file,
      ]);
      const rows = rowsOf(readFileSync(join(folder, format, 'changes.csv'), 'utf8'));
      expect(rows.map((row) => row.merchant?.replace(/^'/, ''))).toEqual(NAMES);
      expect(rows.map((row) => Number(row.price))).toEqual(NAMES.map(() => 2.35));
    }
  });
  it('for a till is product and price a line, with the shop where there are several', async () => {
    const { bytes, name } = await written('till');
    const lines = Buffer.from(bytes).toString('utf8').trim().split(/\r\n/);
    expect(lines[1]).toBe('"\'+cmd|""/c calc""!A1";"p1";2.35');
    expect(name).toBe('Prices 2026-02-01.txt');
  });
  it('as labels has every name as a text, its price, and no script', async () => {
    const { bytes } = await written('labels');
    const page = Buffer.from(bytes).toString('utf8');
    expect(page.match(/<article/g)).toHaveLength(NAMES.length);
    expect(page).toContain('€2.35');
    expect(page).not.toMatch(/<script/);
  });
  it('announces a reduction on a label only below the lowest price of the 30 days before', async () => {
    const item = {
      ...(ITEMS[0] as (typeof ITEMS)[number]),
      product: '<b>Pan & "leche"</b>',
      priceBefore: 3,
      price: 2.35,
    };
    const page = async (lowest30Days: number) =>
      Buffer.from(
        (
          await priceChangeFile(batch, [{ ...item, lowest30Days }], {
            format: 'labels',
            style: 'spreadsheet',
            lang: 'es',
          })
        ).bytes,
      ).toString('utf8');
    expect(await page(2.8)).toContain('Precio más bajo de los últimos 30 días: 2,80');
    expect(await page(2.2)).not.toContain('Precio más bajo');
    expect(await page(2.2)).toContain('&lt;b&gt;Pan &amp; &quot;leche&quot;&lt;/b&gt;');
  });
});
