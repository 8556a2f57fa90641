/** Files as people bring them, by what they are read as, or why they are refused. */

import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { EXAMPLE_FILES } from '../../support/example-files.ts';
import { imported } from '../../support/imported.ts';

const HEAD = 'date,store,product,qty,price\n';

describe('files of one command', () => {
  const till = (quantity: number, ...days: number[]): string =>
    HEAD + days.map((day) => `2025-03-0${day},Shop,Bread,${quantity},2\n`).join('');
  it('add up where their days differ, and it is said', async () => {
    const { rows, codes } = await imported({ 'a.csv': till(30, 1, 2), 'b.csv': till(20, 2, 3) });
    expect(rows).toEqual([
      'Shop · Bread · 2025-03-01 · 30 · 2',
      'Shop · Bread · 2025-03-02 · 50 · 2',
      'Shop · Bread · 2025-03-03 · 20 · 2',
    ]);
    expect(codes).toEqual(['IMPORT_NOTE_ADDED_UP']);
  });
  it('count once where they are the same', async () => {
    const { rows, codes } = await imported({ 'a.csv': till(30, 1, 2), 'b.csv': till(30, 2, 3) });
    expect(rows[1]).toBe('Shop · Bread · 2025-03-02 · 30 · 2');
    expect(codes).toEqual(['IMPORT_NOTE_SAME_DAYS']);
  });
  it('are asked about where most days are the same, and nothing of any is written', async () => {
    const other = `${till(30, 1, 2, 3)}2025-03-04,Shop,Bread,9,2\n`;
    const files = { 'a.csv': till(30, 1, 2, 3, 4), 'b.csv': other };
    expect(await imported(files)).toMatchObject({ rows: [], codes: ['IMPORT_FILES_OVERLAP'] });
    expect((await imported(files, { replace: true })).rows.at(-1)).toBe('Shop · Bread · 2025-03-04 · 9 · 2');
    expect((await imported(files, { add: true })).rows.at(-1)).toBe('Shop · Bread · 2025-03-04 · 39 · 2');
  });
  it('are all refused when a row of one is bad', async () => {
    const { rows, codes } = await imported({ 'a.csv': till(30, 1), 'b.csv': `${HEAD}2025-03-02,Shop,Bread,x,2\n` });
    expect([rows, codes]).toEqual([[], ['IMPORT_REJECTED']]);
  });
});

describe('a later file', () => {
  const commands = [['a.csv'], ['b.csv']];
  it('that lowers a day is refused; with replace it says so, with add it adds', async () => {
    const files = { 'a.csv': `${HEAD}2025-03-01,S,P,15,2\n`, 'b.csv': `${HEAD}2025-03-01,S,P,5,4\n` };
    expect(await imported(files, { commands, replace: true })).toMatchObject({
      rows: ['S · P · 2025-03-01 · 5 · 4'],
      codes: ['IMPORT_NOTE_LOWERED'],
    });
    expect(await imported(files, { commands })).toMatchObject({
      rows: ['S · P · 2025-03-01 · 15 · 2'],
      codes: ['IMPORT_DAYS_THERE'],
    });
    expect((await imported(files, { commands, add: true })).rows).toEqual(['S · P · 2025-03-01 · 20 · 2.5']);
  });
  it('of mended rows adds to the days they were left out of', async () => {
    const files = { 'a.csv': `${HEAD}2025-03-01,S,P,15,2\n`, 'a.csv.rejected.csv': `${HEAD}2025-03-01,S,P,5,2\n` };
    expect(await imported(files, { commands: [['a.csv'], ['a.csv.rejected.csv']] })).toMatchObject({
      rows: ['S · P · 2025-03-01 · 20 · 2'],
      codes: ['IMPORT_NOTE_MENDED'],
    });
  });
  it('that spells a name otherwise names both', async () => {
    const files = { 'a.csv': `${HEAD}2025-03-01,S,Jamón,1,2\n`, 'b.csv': `${HEAD}2025-03-02,S,JAMON,1,2\n` };
    expect((await imported(files, { commands })).codes).toEqual(['IMPORT_NOTE_TWINS']);
  });
});

describe('what came back', () => {
  it.each([
    ['its day', '2025-03-02,S,P,10,2\n2025-03-02,S,P,-3,2\n', ['2025-03-02 · 7 · 2']],
    [
      'the last day with sales before',
      '2025-03-01,S,P,10,2\n2025-03-02,S,P,1,2\n2025-03-03,S,P,-4,2\n',
      ['2025-03-01 · 7 · 2', '2025-03-02 · 0 · 2', '2025-03-03 · 0 · 2'],
    ],
  ])('is taken off %s', async (_, lines, expected) => {
    const { rows, codes } = await imported({ 'a.csv': HEAD + lines });
    expect(rows).toEqual(expected.map((row) => `S · P · ${row}`));
    expect(codes).toEqual(['IMPORT_NOTE_RETURNS']);
  });
  it('without a sale before is left out and told', async () => {
    const { rows, codes } = await imported({
      'a.csv': `${HEAD}2025-03-01,S,P,-2,2\n2025-03-02,S,P,5,2\n2025-03-03,S,P,5,2\n`,
    });
    expect(rows[0]).toBe('S · P · 2025-03-01 · 0 · 2');
    expect(codes).toEqual(['IMPORT_NOTE_RETURNS', 'IMPORT_NOTE_UNCOVERED']);
  });
  it('has the total of its line negative, too', async () => {
    const { rows } = await imported({
      'a.csv':
        'date,store,item,qty,net sales\n2025-03-01,S,P,10,20.00\n2025-03-01,S,P,-2,-4.00\n2025-03-02,S,P,1,2.50\n',
    });
    expect(rows).toEqual(['S · P · 2025-03-01 · 8 · 2', 'S · P · 2025-03-02 · 1 · 2.5']);
  });
  it('is not what most of a list of stock movements is', async () => {
    const { codes } = await imported({
      'a.csv': `${HEAD}2025-03-01,S,P,-2,2\n2025-03-02,S,P,-3,2\n2025-03-02,S,P,9,2\n`,
    });
    expect(codes).toEqual(['IMPORT_MOSTLY_NEGATIVE']);
  });
});

describe('a line', () => {
  it.each([
    ['with more fields than headers', '2025-03-01,S,P,10,5,2,30\n', 'IMPORT_FIELDS'],
    ['whose quote swallows the next', '2025-03-01,S,"P,1,2\n2025-03-02,S,P,1,2\n', 'IMPORT_QUOTE'],
    ['of the future', '2025-03-01,S,P,1,2\n2999-01-01,S,P,1,2\n', 'IMPORT_REJECTED'],
    ['with a percentage for a price', '2025-03-01,S,P,1,12%\n', 'IMPORT_PERCENT'],
    ['in another currency than the others', '2025-03-01,S,P,1,2 €\n2025-03-01,S,P,1,2 USD\n', 'IMPORT_CURRENCIES'],
    ['whose product stands for nothing', '2025-03-01,S,NULL,1,2\n', 'IMPORT_REJECTED'],
  ])('%s is refused', async (_, lines, code) => {
    expect(await imported({ 'a.csv': HEAD + lines })).toMatchObject({ rows: [], codes: [code] });
  });
  it('that stands twice is counted twice, and told', async () => {
    const { rows, codes } = await imported({ 'a.csv': `${HEAD}${'2025-03-01,S,P,1,2\n'.repeat(2)}` });
    expect(rows).toEqual(['S · P · 2025-03-01 · 2 · 2']);
    expect(codes).toEqual(['IMPORT_NOTE_COPIES']);
  });
});

describe('a table', () => {
  it.each([
    [
      'below titles, with totals',
      'Ventas\nTienda: Ana\n\nfecha;tienda;producto;cantidad;precio\n13/02/2025;A;P;1;2,5\nTotal;;;1;\n',
    ],
    ['with the separator that Excel writes', 'sep=;\nfecha;tienda;producto;cantidad;precio\n13/02/2025;A;P;1;2,5\n'],
    ['in grams', 'fecha;tienda;producto;cantidad;precio\n13/02/2025;A;P;1000 g;0,0025\n'],
    ['with a column of units', 'fecha;tienda;producto;cantidad;precio;unidad\n13/02/2025;A;P;1000;0,0025;g\n'],
    ['with a percentage off', 'fecha;tienda;producto;cantidad;precio;Dto. (%)\n13/02/2025;A;P;1;5;50\n'],
    ['with an amount off', 'fecha;tienda;producto;cantidad;precio;descuento\n13/02/2025;A;P;1;5;2,50\n'],
    ['in Portuguese', 'Data;Loja;Produto;Qtde;Preço\n13/02/2025;A;P;1;2,5\n'],
    ['in French', 'Date de vente;Magasin;Produit;Qté;Prix\n13/02/2025;A;P;1;2,5\n'],
    ['whose date is in three columns', 'Year,Month,Day,store,product,qty,price\n2025,2,13,A,P,1,2.5\n'],
    ['of units or kilos', 'fecha;tienda;artículo;Uds/Kg;P.V.P.\n13/02/2025;A;P;1;2,50 €\n'],
    ['with a line total', 'fecha;tienda;producto;uds;importe\n13/02/2025;A;P;1;2,50\n'],
    ['with the zone of its times', 'date,store,product,qty,price\n2025-02-13T23:30:00-05:00,A,P,1,2.5\n'],
  ])('%s is read', async (_, text) => {
    expect((await imported({ 'a.csv': text })).rows).toEqual(['A · P · 2025-02-13 · 1 · 2.5']);
  });
  it('in an encoding that only a late line tells is read', async () => {
    const lines = Array.from({ length: 5_000 }, (_, i) => `2025-01-0${1 + (i % 9)},S,Pan ${i},1,2`);
    const text = `${HEAD}${lines.join('\n')}\n2025-01-01,S,Jamón,1,2\n`;
    const { rows } = await imported({ 'a.csv': iconv.encode(text, 'windows-1252') }, { missingDays: 'closed' });
    expect(rows.filter((row) => /Jam/.test(row))).toEqual(['S · Jamón · 2025-01-01 · 1 · 2']);
  });
  it('whose times are in UTC counts on the days of the shop, or says that it does not', async () => {
    const text = `${HEAD}2025-02-14T04:30:00Z,A,P,1,2.5\n`;
    expect(await imported({ 'a.csv': text })).toMatchObject({
      rows: ['A · P · 2025-02-14 · 1 · 2.5'],
      codes: ['IMPORT_NOTE_UTC'],
    });
    expect(await imported({ 'a.csv': text }, { timezone: 'America/Lima' })).toMatchObject({
      rows: ['A · P · 2025-02-13 · 1 · 2.5'],
      codes: [],
    });
  });
  it('whose column counts weeks is read from its first day', async () => {
    const { rows } = await imported(
      { 'a.csv': 'week,store,product,qty,price\n1,A,P,1,2\n3,A,P,1,2\n' },
      { start: '2025-01-06', every: 'week' },
    );
    expect(rows).toEqual(['A · P · 2025-01-06 · 1 · 2', 'A · P · 2025-01-20 · 1 · 2']);
  });
  it.each([
    ['two readings of a date', '03/04/2025,S,P,1,2.5\n', {}, 'IMPORT_DATE_UNCLEAR'],
    ['two readings of a price', '2025-03-01,S,P,1,1.250\n', {}, 'IMPORT_DECIMAL_UNCLEAR'],
    ['a column that counts', '1,S,P,1,2.5\n2,S,P,1,2.5\n', {}, 'IMPORT_DATE_INDEX'],
    [
      'dates where a count is told',
      '2025-03-01,S,P,1,2\n',
      { start: '2025-01-01', every: 'day' },
      'IMPORT_NOT_COUNTED',
    ],
    ['a zone that does not exist', '2025-03-01,S,P,1,2\n', { timezone: 'Mars/Base' }, 'IMPORT_TIMEZONE'],
  ] as const)('with %s is refused', async (_, lines, options, code) => {
    expect(await imported({ 'a.csv': HEAD + lines }, options)).toMatchObject({ rows: [], codes: [code] });
  });
  it('of which two columns mean one thing, or none means a product, is refused', async () => {
    expect((await imported({ 'a.csv': 'date,store,product,qty,price,price\n2025-03-01,S,P,1,2,3\n' })).codes).toEqual([
      'IMPORT_TWIN_COLUMNS',
    ]);
    expect((await imported({ 'a.csv': 'fecha,tienda,Pan,Leche\n2025-03-01,S,1,2\n' })).codes).toEqual(['IMPORT_WIDE']);
  });
});

describe('the examples of the guide', () => {
  it.each(EXAMPLE_FILES.map((example) => [example.title.en, example] as const))('%s', async (_, example) => {
    const files = { 'a.csv': `${example.text}\n` };
    expect((await imported(files, example.options)).rows).toEqual(example.rows);
    if (example.refused !== undefined)
      expect(await imported(files)).toMatchObject({ rows: [], codes: [example.refused] });
  });
});
