/** Files as tills, shops and their owners write them: read rightly to the number, or refused with what settles it. */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import { Workspace } from '../../src/workspace.ts';
import { imported } from '../support/imported.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { number, text, workbookOf, workbookParts, zipOf } from '../support/workbooks.ts';

const two = (n: number): string => String(n).padStart(2, '0');
/** A line for each of the first days of a month. */
const days = (count: number, line: (day: string, i: number) => string): string =>
  Array.from({ length: count }, (_, i) => `${line(two(i + 1), i)}\n`).join('');
const HEAD = 'date,store,product,qty,price\n';

/** Rows of a sheet, texts and numbers. */
function sheetRows(rows: readonly (readonly (string | number)[])[]): string {
  const cell = (value: string | number, place: string): string =>
    typeof value === 'number' ? number(place, value) : text(place, value);
  return rows
    .map(
      (cells, r) =>
        `<row r="${r + 1}">${cells.map((value, c) => cell(value, `${'ABCDEFG'[c]}${r + 1}`)).join('')}</row>`,
    )
    .join('');
}

describe('dates', () => {
  it('of tickets of a month, sorted, are month before day though the first 1,500 would do either way', async () => {
    const tickets = days(15, (day) => `01/${day}/2025,Shop,Bread,1,2\n`.repeat(125).trimEnd());
    const { rows, codes } = await imported({ 'a.csv': HEAD + tickets });
    expect(rows).toHaveLength(15);
    expect([rows[0], rows.at(-1)]).toEqual([
      'Shop · Bread · 2025-01-01 · 125 · 2',
      'Shop · Bread · 2025-01-15 · 125 · 2',
    ]);
    expect(codes).toEqual(['IMPORT_NOTE_COPIES']);
  });
  it('of a column called yearweek are weeks, below 13 too', async () => {
    const lines = days(12, (week) => `2023-${week},Shop,Bread,70,2`);
    const { rows } = await imported(
      { 'a.csv': `yearweek,store,product,qty,price\n${lines}` },
      { map: { date: 'yearweek' } },
    );
    expect(rows.slice(0, 2)).toEqual(['Shop · Bread · 2023-01-02 · 70 · 2', 'Shop · Bread · 2023-01-09 · 70 · 2']);
    expect(rows.at(-1)).toBe('Shop · Bread · 2023-03-20 · 70 · 2');
  });
  it('in a column of years and one of months are months', async () => {
    const lines = [2022, 2023].flatMap((year) =>
      Array.from({ length: 12 }, (_, i) => `${year},${i + 1},Shop,Bread,300,2`),
    );
    const { rows } = await imported(
      { 'a.csv': `Year,Month,store,product,qty,price\n${lines.join('\n')}\n` },
      { map: { date: 'Year+Month' } },
    );
    expect(rows).toHaveLength(24);
    expect([rows[9], rows.at(-1)]).toEqual([
      'Shop · Bread · 2022-10-01 · 300 · 2',
      'Shop · Bread · 2023-12-01 · 300 · 2',
    ]);
  });
  it.each([
    ['as offsets', '2025-02-01T23:30:00-05:00'],
    ['as a clock of twelve hours', '02/01/2025 11:30 PM,'],
  ])('with times late in the evening, %s, are those of the shop', async (_, first) => {
    const of = (day: string): string => first.replace('01T', `${day}T`).replace('/01/', `/${day}/`).replace(/,$/, '');
    const { rows } = await imported({ 'a.csv': HEAD + days(19, (day) => `${of(day)},Shop,Bread,3,2`) });
    expect([rows[0], rows.at(-1)]).toEqual(['Shop · Bread · 2025-02-01 · 3 · 2', 'Shop · Bread · 2025-02-19 · 3 · 2']);
  });
  it('of JSON as milliseconds of the epoch are the days of UTC, and that is said', async () => {
    const sales = Array.from({ length: 5 }, (_, i) => ({
      ...{ date: Date.UTC(2025, 1, 1 + i, 12), store: 'Shop', product: 'Bread', qty: 3, price: 2 },
    }));
    const { rows, codes } = await imported({ 'a.json': JSON.stringify(sales) });
    expect(rows[0]).toBe('Shop · Bread · 2025-02-01 · 3 · 2');
    expect(codes).toEqual(['IMPORT_NOTE_UTC']);
  });
});

describe('weeks and months', () => {
  const today = new Date();
  const dated = (day: number, month = 0): string =>
    new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() + month, day)).toISOString().slice(0, 10);
  it.each([
    ['week', 'weekly', Array.from({ length: 12 }, (_, i) => dated(today.getUTCDate() - 2 - 7 * (11 - i)))],
    ['month', 'monthly', Array.from({ length: 12 }, (_, i) => dated(1, i - 11))],
  ] as const)('the last %s of a list is named while it is not over', async (_, frequency, days) => {
    const of = (list: readonly string[]): string => HEAD + list.map((day) => `${day},Shop,Bread,70,2\n`).join('');
    const running = await imported({ 'a.csv': of(days) }, { frequency });
    expect(running.codes).toEqual(['IMPORT_NOTE_UNENDED']);
    const format = { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' } as const;
    const last = new Intl.DateTimeFormat('en', format).format(new Date(days.at(-1) as string));
    expect(running.said[0]).toContain(`Shop / Bread, whose row of ${last} counts until `);
    expect((await imported({ 'a.csv': of(days.slice(0, -1)) }, { frequency })).codes).toEqual([]);
  });
});

describe('names', () => {
  it('written with one character or two are one product', async () => {
    const of = (product: string): string => HEAD + days(3, (day) => `2025-02-${day},Shop,${product},3,2`);
    const files = { 'a.csv': of('Jam\u00f3n'), 'b.csv': of('Jamo\u0301n').replaceAll('2025-02', '2025-03') };
    expect((await imported(files, { missingDays: 'closed' })).rows).toEqual(
      ['02-01', '02-02', '02-03', '03-01', '03-02', '03-03'].map((day) => `Shop · Jam\u00f3n · 2025-${day} · 3 · 2`),
    );
  });
  it('that differ in blanks are one, those that differ in capitals are named', async () => {
    const lines = ['Tomate rama', 'Tomate  rama', ' Tomate\u00a0rama ', 'TOMATE RAMA'].map(
      (name, i) => `2025-02-0${i + 1},Shop,${name},3,2\n`,
    );
    const { rows, codes, said } = await imported({ 'a.csv': HEAD + lines.join('') }, { missingDays: 'closed' });
    expect(rows.map((row) => row.split(' · ')[1])).toEqual([
      'TOMATE RAMA',
      'Tomate rama',
      'Tomate rama',
      'Tomate rama',
    ]);
    expect(codes).toEqual(['IMPORT_NOTE_TWINS']);
    expect(said[0]).toContain('"TOMATE RAMA"');
  });
  it('of columns that hold a comma can be told by their place', async () => {
    const file = {
      'a.csv': '"Fecha, hora",Tienda,Producto,"Cant. (uds, kg)","Precio = PVP, IVA incl."\n2025-02-14,Ana,Pan,3,2\n',
    };
    const { rows } = await imported(file, { map: { date: '#1', quantity: '#4', price: '#5' } });
    expect(rows).toEqual(['Ana · Pan · 2025-02-14 · 3 · 2']);
  });
  it('007 and 7 are two codes of a workbook', async () => {
    const sheet = sheetRows([
      ['date', 'store', 'product', 'qty', 'price'],
      ['2025-02-01', 'Ana', '007', 3, 2],
      ['2025-02-01', 'Ana', 7, 4, 2],
    ]);
    const { rows } = await imported({ 'a.xlsx': workbookOf({ rows: sheet }) });
    expect(rows).toEqual(['Ana · 007 · 2025-02-01 · 3 · 2', 'Ana · 7 · 2025-02-01 · 4 · 2']);
  });
});

describe('forms of files', () => {
  it('objects of JSON may have keys that the first lacks', async () => {
    const folder = temporaryFolder();
    const sales = Array.from({ length: 6 }, (_, i) => ({
      ...{ date: `2025-02-0${i + 1}`, store: 'Shop', product: 'Bread', qty: 3, price: 2 },
      ...(i > 0 && { cost: 1.1, sold_out: i === 3, promo: i === 4 }),
    }));
    writeFileSync(join(folder, 'a.json'), JSON.stringify(sales));
    writeFileSync(join(folder, 'b.jsonl'), sales.map((sale) => JSON.stringify({ ...sale, store: 'Other' })).join('\n'));
    const workspace = await Workspace.open(join(folder, 'ws'));
    const { files } = await workspace.importFiles([join(folder, 'a.json'), join(folder, 'b.jsonl')]);
    await workspace.close();
    for (const { understanding } of files)
      expect(
        understanding.columns.filter(({ field }) => field !== null).map(({ field, filled }) => [field, filled]),
      ).toEqual([
        ...['date', 'merchant', 'product', 'quantity', 'price'].map((field) => [field, 6]),
        ...['cost', 'promo', 'soldOut'].map((field) => [field, 5]),
      ]);
  });
  it('lines may end with a carriage return alone', async () => {
    const { rows } = await imported({
      'a.csv': (HEAD + days(19, (day) => `2025-02-${day},Shop,Bread,3,2`)).replaceAll('\n', '\r'),
    });
    expect(rows).toHaveLength(19);
  });
  it.each([
    ['.xls', Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(600)])],
    ['.ods', zipOf({ mimetype: 'application/vnd.oasis.opendocument.spreadsheet', 'content.xml': '<x/>' })],
    ['HTML', Buffer.from('<html><body><table><tr><td>Fecha</td></tr></table></body></html>')],
  ])('a file that is %s in truth is refused with that word', async (format, content) => {
    const { codes, said } = await imported({ 'ventas.xls': content });
    expect(codes).toEqual(['IMPORT_FORMAT_OTHER']);
    expect(said[0]).toContain(format);
  });
  it('alike sheets of a workbook are all read', async () => {
    const month = (n: number): string =>
      `<worksheet><sheetData>${sheetRows([
        ['date', 'store', 'product', 'qty', 'price'],
        [`2025-0${n}-14`, 'Ana', 'Pan', 3, 2],
      ])}</sheetData></worksheet>`;
    const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
    const each = (of: (n: number) => string): string => [1, 2, 3].map(of).join('');
    const book = zipOf({
      ...workbookParts({ rows: '' }),
      'xl/workbook.xml': `<workbook xmlns:r="${relations}"><sheets>${each((n) => `<sheet name="${['Enero', 'Febrero', 'Marzo'][n - 1]}" sheetId="${n}" r:id="rId${n}"/>`)}</sheets></workbook>`,
      'xl/_rels/workbook.xml.rels': `<Relationships>${each((n) => `<Relationship Id="rId${n}" Type="${relations}/worksheet" Target="worksheets/sheet${n}.xml"/>`)}</Relationships>`,
      ...Object.fromEntries([1, 2, 3].map((n) => [`xl/worksheets/sheet${n}.xml`, month(n)])),
    });
    const read = await imported({ 'a.xlsx': book }, { missingDays: 'closed' });
    expect(read.rows).toEqual([1, 2, 3].map((n) => `Ana · Pan · 2025-0${n}-14 · 3 · 2`));
    const other = await imported({ 'a.xlsx': book }, { sheet: 'Nada' });
    expect(other.said[0]).toMatch(/Enero.*Febrero.*Marzo/);
  });
  it('an error in a cost is a cost that is not given, and a row of totals is none', async () => {
    const sheet = sheetRows([
      ['date', 'store', 'product', 'qty', 'price', 'cost'],
      ['2025-02-01', 'Ana', 'Pan', 3, 2, '#N/A'],
      ['2025-02-02', 'Ana', 'Pan', 4, 2, 1],
      ['TOTAL', '', '', 7, '', ''],
    ]);
    const { rows } = await imported({ 'a.xlsx': workbookOf({ rows: sheet }) });
    expect(rows).toEqual(['Ana · Pan · 2025-02-01 · 3 · 2', 'Ana · Pan · 2025-02-02 · 4 · 2']);
  });
  it('rows may be in any order and in any number of files', async () => {
    const lines = ['Pan', 'Leche'].flatMap((product) =>
      Array.from({ length: 28 }, (_, i) => `2025-02-${two(i + 1)},Ana,${product},${3 + (i % 4)},2`),
    );
    const whole = await imported({ 'a.csv': `${HEAD}${lines.join('\n')}\n` });
    const turned = await imported({ 'a.csv': `${HEAD}${[...lines].reverse().join('\n')}\n` });
    const parted = await imported({
      'b.csv': `${HEAD}${lines.filter((_, i) => i % 3 === 0).join('\n')}\n`,
      'a.csv': `${HEAD}${lines.filter((_, i) => i % 3 !== 0).join('\n')}\n`,
    });
    expect(whole.rows).toHaveLength(56);
    expect(turned.rows).toEqual(whole.rows);
    expect(parted.rows).toEqual(whole.rows);
  });
});

describe('numbers', () => {
  it.each(['NA', 'NULL', '-', '#N/A', 'n/a'])('a cost of %s is one that is not given', async (nothing) => {
    const lines = days(5, (day, i) => `2025-02-${day},Shop,Bread,3,2,${i % 2 === 0 ? nothing : 1.1}`);
    const { rows, codes } = await imported({ 'a.csv': `date,store,product,qty,price,cost\n${lines}` });
    expect([rows.length, codes]).toEqual([5, []]);
  });
  it.each([
    ['S/ 3.50', 'PEN', 3.5],
    ['MXN 3.50', 'MXN', 3.5],
    ['RD$3.50', 'DOP', 3.5],
    ['US$ 3.50', 'USD', 3.5],
    ['R$ 3,50', 'BRL', 3.5],
    ['Q3.50', 'GTQ', 3.5],
    ['3,50 Bs', 'BOB', 3.5],
    ['COP 3.500', 'COP', 3_500],
    ["CHF 1'234.50", 'CHF', 1_234.5],
    ['3.50 €/kg', 'EUR', 3.5],
    ['kr 3,50', 'SEK', 3.5],
    ['₱3.50', 'PHP', 3.5],
    ['3,50 zł', 'PLN', 3.5],
  ])('a price of %s is read', async (written, currency, price) => {
    const lines = days(3, (day) => `2025-02-${day};Shop;Bread;3;${written}`);
    const { rows } = await imported({ 'a.csv': `date;store;product;qty;price\n${lines}` }, { currency });
    expect(rows).toEqual([1, 2, 3].map((day) => `Shop · Bread · 2025-02-0${day} · 3 · ${price}`));
  });
  it.each([
    ['500 g', 'kg', 0.5],
    ['1,5 Kg.', 'kg', 1.5],
    ['2 lb', 'kg', 0.907_184_74],
    ['3 uds', 'ud', 3],
    ['½ kg', 'kg', 0.5],
  ])('a quantity of %s is kept in %s', async (written, unit, quantity) => {
    const lines = days(3, (day) => `2025-02-${day};Shop;Bread;${written};2,50`);
    const { rows, units } = await imported({ 'a.csv': `date;store;product;qty;price\n${lines}` });
    expect(units).toEqual([`Shop · Bread · ${unit}`]);
    expect(Number(rows[0]?.split(' · ')[3])).toBeCloseTo(quantity, 12);
  });
  it('in kilos up to a day, and in grams from then on, are held from then on', async () => {
    const lines = Array.from({ length: 120 }, (_, i) => {
      const day = new Date(Date.UTC(2025, 0, 1 + i)).toISOString().slice(0, 10);
      const grams = i >= 117;
      return `${day},Shop,Ham,${(20 + (i % 5)) * (grams ? 1_000 : 1)},${grams ? 0.0145 : 14.5}`;
    });
    const { rows, codes } = await imported({ 'a.csv': `${HEAD}${lines.join('\n')}\n` });
    expect(codes.filter((code) => code === 'IMPORT_EXTREME').length).toBeGreaterThanOrEqual(3);
    expect(rows.every((row) => Number(row.split(' · ')[3]) < 100)).toBe(true);
  });
});

describe('exports of tills and shops', () => {
  it.each([
    'Fecha venta;Establecimiento;Descripción;Uds.;PVP',
    'Fecha;Centro;Nombre artículo;Cant.;Precio venta',
    'Data;Loja;Produto;Quantidade;Preço',
    'Date;Magasin;Produit;Quantité;Prix',
    'order_date;outlet;item_name;quantity_sold;unit_price',
    'Fecha y hora;Sede;Plato;Cantidad;Precio',
    'FECHA;TIENDA;CODIGO;UNIDADES VENDIDAS;PRECIO UNIT.',
  ])('%s are headers', async (headers) => {
    const { rows } = await imported({ 'a.csv': `${headers}\n${days(14, (day) => `${day}/02/2025;Ana;Pan;12;1,5`)}` });
    expect([rows.length, rows[0]]).toEqual([14, 'Ana · Pan · 2025-02-01 · 12 · 1.5']);
  });
  it('orders with a line a product and a name for the shop', async () => {
    const headers = 'Name,Email,Currency,Total,Created at,Lineitem quantity,Lineitem name,Lineitem price,Vendor';
    const lines = days(14, (day) => {
      const at = `2025-02-${day} 23:40:00 -0500`;
      return `#10${day},a@b.c,USD,12.00,${at},2,Soap bar,4.50,Acme\n#10${day},a@b.c,,,${at},1,Tea tin,3.00,Acme`;
    });
    const { rows } = await imported(
      { 'orders.csv': `${headers}\n${lines}` },
      {
        currency: 'USD',
        merchant: 'Acme',
        map: {
          ...{ date: 'Created at', product: 'Lineitem name' },
          ...{ quantity: 'Lineitem quantity', price: 'Lineitem price' },
        },
      },
    );
    expect(rows).toHaveLength(28);
    expect([rows[0], rows.at(-1)]).toEqual([
      'Acme · Soap bar · 2025-02-01 · 2 · 4.5',
      'Acme · Tea tin · 2025-02-14 · 1 · 3',
    ]);
  });
  it('items with net sales of the line: the price is what one of them cost', async () => {
    const lines = days(14, (day) => `02/${day}/25,09:30:00,Bakery,Croissant,3.0,$9.00,($1.00),$8.00,Main St`);
    const { rows } = await imported(
      { 'a.csv': `Date,Time,Category,Item,Qty,Gross Sales,Discounts,Net Sales,Location\n${lines}` },
      { merchant: 'Main St', currency: 'USD' },
    );
    expect(rows[0]).toBe('Main St · Croissant · 2025-02-01 · 3 · 2.6667');
  });
  it('a discount in percent is taken off the price, and one that is taken for a promotion is said not to be', async () => {
    const lines = days(14, (day, i) => `2025-02-${day} 10:00:00,Main,Bread,12,2.50,${i % 2 === 0 ? '20.0' : '0.0'}`);
    const file = { 'a.csv': `Date,Point of Sale,Product,Quantity,Unit Price,Discount (%)\n${lines}` };
    const { rows } = await imported(file);
    expect(rows.slice(0, 2)).toEqual(['Main · Bread · 2025-02-01 · 12 · 2', 'Main · Bread · 2025-02-02 · 12 · 2.5']);
    const promo = await imported(file, { map: { promo: 'Discount (%)' } });
    expect([promo.rows[0], promo.codes]).toEqual([
      'Main · Bread · 2025-02-01 · 12 · 2.5',
      ['IMPORT_NOTE_PROMO_DISCOUNT'],
    ]);
  });
  it.each([
    ['2x1', 'read'],
    ['Semana Santa', 'read'],
    ['Sí', 'read'],
    ['10 %', 'read'],
    ['1,50', 'IMPORT_SHARE_MONEY'],
    ['150', 'IMPORT_SHARE_MONEY'],
    ['-0,50', 'IMPORT_REJECTED'],
  ])('a promotion of %s is %s', async (offer, outcome) => {
    const lines = days(15, (day, i) => `${day}/02/2025;Ana;Pan;12;1,5;${i % 5 === 0 ? offer : ''}`);
    const { rows, codes } = await imported({ 'a.csv': `fecha;tienda;producto;cantidad;precio;oferta\n${lines}` });
    expect(outcome === 'read' ? [rows.length, codes] : [rows.length, codes[0]]).toEqual(
      outcome === 'read' ? [15, []] : [0, outcome],
    );
  });
  it('gifts and lines of a discount are counted by kind, each with its line', async () => {
    const lines = days(
      5,
      (day) => `2025-02-${day},Shop,Bread,3,2\n2025-02-${day},Shop,Gift,1,0\n2025-02-${day},Shop,Discount,1,-0.50`,
    );
    const { codes, said } = await imported({ 'a.csv': HEAD + lines });
    expect(codes).toEqual(['IMPORT_REJECTED']);
    expect(said[0]?.match(/5 × /g)).toHaveLength(2);
    const { rows } = await imported({ 'a.csv': HEAD + lines }, { skipBad: true });
    expect(rows).toEqual([1, 2, 3, 4, 5].map((day) => `Shop · Bread · 2025-02-0${day} · 3 · 2`));
  });
  it('rows that were mended in the file of rejected ones, with its own separator, join their day', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'a.csv');
    writeFileSync(
      file,
      'fecha;tienda;producto;cantidad;precio\n2025-02-14;Ana;Pan;;2,50\n2025-02-14;Ana;Pan;5;2,50\n2025-02-14;Ana;Pan;4;2,50\n',
    );
    const workspace = await Workspace.open(join(folder, 'ws'));
    await workspace.importFiles([file], { skipBad: true });
    const rejected = `${file}.rejected.csv`;
    expect(existsSync(rejected)).toBe(true);
    writeFileSync(rejected, readFileSync(rejected, 'utf8').replace('Pan;;', 'Pan;1,5;'));
    await workspace.importFiles([rejected]);
    await workspace.close();
    const store = await openStore(join(folder, 'ws'));
    const series = await store.sales.read({ merchant: 'Ana', product: 'Pan' });
    await store.close();
    expect(Array.from(series?.quantity ?? [])).toEqual([10.5]);
  });
});
