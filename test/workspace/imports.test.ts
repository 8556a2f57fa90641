import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Workspace } from '../../src/workspace.ts';
import { demandas } from '../support/command.ts';
import { temporaryFolder } from '../support/temporary.ts';

function filesOf(files: Readonly<Record<string, string>>): {
  readonly folder: string;
  readonly at: (name: string) => string;
} {
  const folder = temporaryFolder();
  const at = (name: string): string => join(folder, name);
  for (const [name, text] of Object.entries(files)) writeFileSync(at(name), text);
  return { folder, at };
}

/** Rows for many products and days: more than one batch of reading. */
function manyRows(merchant: string): string {
  const rows = Array.from(
    { length: 12_000 },
    (_, i) =>
      `${new Date(Date.UTC(2024, 0, 1) + (i % 300) * 864e5).toISOString().slice(0, 10)},${merchant},P${Math.floor(i / 300)},1,2`,
  );
  return `date,merchant,product,quantity,price\n${rows.join('\n')}\n`;
}

describe('imports on one workspace', () => {
  it('at the same time hold their own rows each, and a refused one leaves nothing', async () => {
    const { at } = filesOf({
      'a.csv': manyRows('A'),
      'b.csv': manyRows('B'),
      'bad.csv': `${manyRows('C')}2024-01-01,C,P,x,2\n`,
    });
    const workspace = await Workspace.open(at('ws'), { lang: 'en' });
    const [a, bad, b] = await Promise.allSettled(
      ['a.csv', 'bad.csv', 'b.csv'].map((file) => workspace.importFiles([at(file)])),
    );
    for (const done of [a, b])
      expect(done).toMatchObject({
        value: { files: [{ rows: 12_000, accepted: 12_000, merchants: 1, products: 40 }] },
      });
    expect(bad).toMatchObject({ reason: { code: 'IMPORT_REJECTED' } });
    const { items } = await workspace.overview.merchants(null, { limit: 10 });
    expect(items.map((item) => item.merchant)).toEqual(['A', 'B']);
    await workspace.close();
  });
});

const FULL =
  'date,merchant,product,quantity,price,cost,promo,rain,temp\n2025-01-01,S,P,5,2,1.2,1,1,10\n2025-01-02,S,P,5,2,1.3,0,0,11\n';
const BARE = 'date,merchant,product,quantity,price\n2025-01-01,S,P,6,2\n';
const EMPTY = 'date,merchant,product,quantity,price,cost,temp\n2025-01-01,S,P,6,2,,\n';
const TWO = 'date,merchant,product,quantity,price,rain,temp\n2025-01-01,S,P,3,2,1,10\n2025-01-01,S,P,1,2,,6\n';

describe('a file that comes again', () => {
  it('leaves columns that it lacks as they were and says so, in its document and in both languages', () => {
    const { at } = filesOf({ 'full.csv': FULL, 'bare.csv': BARE, 'empty.csv': EMPTY, 'two.csv': TWO });
    const run = (file: string, ...more: string[]): string[] => [
      'import',
      at(file),
      '--workspace',
      at('ws'),
      '--quiet',
      '--replace',
      ...more,
    ];
    const covariates = ['--covariates', 'rain,temp'];
    const ended = demandas([
      run('full.csv', ...covariates, '--lang', 'en'),
      run('full.csv', ...covariates, '--json'),
      run('bare.csv', '--lang', 'en', '--dry-run'),
      run('bare.csv', '--lang', 'es'),
      run('bare.csv', '--json'),
      run('empty.csv', '--covariates', 'temp', '--lang', 'en', '--dry-run'),
      run('empty.csv', '--covariates', 'temp', '--lang', 'es'),
      run('two.csv', ...covariates, '--lang', 'en'),
      run('two.csv', ...covariates, '--json'),
    ]);
    expect(ended.map(({ code, err }) => (code === 0 ? '' : err))).toEqual(Array(9).fill(''));
    const out = (i: number): string => ended[i]?.out as string;
    const file = (i: number) => JSON.parse(out(i)).files[0];
    // How many rows, how often they come, and what takes the import back.
    expect(out(0).split('\n')).toHaveLength(4);
    expect(file(1)).toMatchObject({ replaced: 2, kept: {}, emptied: {}, differing: {} });
    expect(out(2)).toContain(
      'Would be left as it is, as the file has no such column: cost in 1 row, promotion in 1 row, rain in 1 row, temp in 1 row.',
    );
    expect(out(3)).toContain(
      'Se conserva lo que había, porque el archivo no tiene esa columna: costo en 1 fila, promoción en 1 fila, rain en 1 fila, temp en 1 fila.',
    );
    expect(file(4)).toMatchObject({ replaced: 1, kept: { cost: 1, promo: 1, rain: 1, temp: 1 }, emptied: {} });
    expect(out(5)).toContain('Would be emptied, as the cell is empty in the file: cost in 1 row, temp in 1 row.');
    expect(out(6)).toContain('Queda vacío, porque la celda está vacía en el archivo: costo en 1 fila, temp en 1 fila.');
    expect(out(7)).toContain('Tickets of a day differ, and count by their mean weighted by quantity: temp on 1 day.');
    expect(ended[7]?.err).toContain(
      'S / P Jan 1, 2025: the tickets of the day differ in temp; their mean is taken, weighted by quantity.',
    );
    expect(file(8)).toMatchObject({
      differing: { temp: 1 },
      issues: [{ code: 'IMPORT_COVARIATE_DIFFERS', column: 'temp' }],
    });
  });
});
