/** The line of the titles, as it is told where it is not found. */

import { describe, expect, it } from 'vitest';
import { imported } from '../../support/imported.ts';
import { workbookOfSheets } from '../../support/workbooks.ts';

const MAP = { date: 'when', merchant: 'where', product: 'what', quantity: 'many', price: 'much' };
const ROW = 'Shop · Bread · 2025-03-01 · 3 · 2';

describe('the line of the titles', () => {
  it('is told of a text whose words for titles are above those of its columns', async () => {
    const text = 'date,store,product,qty,price\nwhen,where,what,many,much\n2025-03-01,Shop,Bread,3,2\n';
    expect((await imported({ 'a.csv': text }, { headerRow: 2, map: MAP })).rows).toEqual([ROW]);
  });

  it('0 says that there are none: the first line counts', async () => {
    const text = 'price,Shop,Bread,3,2\n2025-03-01,Shop,Bread,3,2\n';
    const map = { date: '#1', merchant: '#2', product: '#3', quantity: '#4', price: '#5' };
    const { rows, codes } = await imported({ 'a.csv': text }, { headerRow: 0, map, skipBad: true });
    expect([rows, codes]).toEqual([[ROW], ['IMPORT_DATE_INVALID']]);
  });

  it('holds for every sheet that is read; a shorter one is none of them', async () => {
    const titles = ['when', 'where', 'what', 'many', 'much'];
    const book = workbookOfSheets({
      January: [['Till'], ['x', 'y'], titles, ['2025-03-01', 'Shop', 'Bread', 3, 2]],
      February: [['Till'], ['x', 'y'], titles, ['2025-03-02', 'Shop', 'Bread', 4, 2]],
      Cover: [['2025'], ['Shop']],
    });
    const { rows } = await imported({ 'a.xlsx': book }, { headerRow: 3, map: MAP });
    expect(rows).toEqual([ROW, 'Shop · Bread · 2025-03-02 · 4 · 2']);
  });

  it.each([
    ['a text', { 'a.csv': 'date,qty\n2025-03-01,3\n' }],
    ['a workbook', { 'a.xlsx': workbookOfSheets({ One: [['date'], ['2025-03-01']] }) }],
  ])('that is empty, or below the last, is refused: %s', async (_, files) => {
    expect((await imported(files, { headerRow: 7 })).codes).toEqual(['IMPORT_HEADER_ROW']);
  });

  it('two columns of figures beside names, all of unknown words, are no table with a column for each product', async () => {
    const text = 'when,where,what,many,much\n2025-03-01,Shop,Bread,3,2\n';
    expect((await imported({ 'a.csv': text })).codes).toEqual(['IMPORT_MISSING_COLUMN']);
    const wide = 'when,where,Bread,Milk,Cake\n2025-03-01,Shop,3,2,4\n';
    expect((await imported({ 'a.csv': wide })).codes).toEqual(['IMPORT_WIDE']);
  });
});
