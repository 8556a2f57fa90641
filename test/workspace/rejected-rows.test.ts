import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { rejectsFile } from '../../src/workspace/rejected-rows.ts';
import { Workspace } from '../../src/workspace.ts';
import { temporaryFolder } from '../support/temporary.ts';

/** A dataset of two shops, each with a good sale a day and one at a negative price. */
function dataset(): { readonly above: string; readonly sales: string } {
  const above = temporaryFolder();
  const sales = join(above, 'sales');
  for (const shop of ['A', 'B']) {
    mkdirSync(join(sales, `comercio=${shop}`), { recursive: true });
    const good = Array.from({ length: 20 }, (_, i) => `2024-01-${String(i + 1).padStart(2, '0')},Pan,3,2.5`);
    const lines = ['fecha,producto,kg,precio', ...good, '2024-01-28,Pan,3,-2'];
    writeFileSync(join(sales, `comercio=${shop}`, 'x.csv'), `${lines.join('\n')}\n`);
  }
  return { above, sales };
}

it.each([
  ['a folder', ''],
  ['a folder with a slash behind it', '/'],
  ['a pattern', '/**/*.csv'],
])('rows that are left out of %s lie beside it, and are not read with it again', async (_, behind) => {
  const { above, sales } = dataset();
  const workspace = await Workspace.open(join(above, 'ws'));
  try {
    const { files } = await workspace.importFiles([`${sales}${behind}`], { skipBad: true });
    expect(files).toMatchObject([{ accepted: 40, rejected: 2 }]);
    expect(readdirSync(above).sort()).toEqual(['sales', 'sales.rejected.csv', 'ws']);
    expect(readFileSync(join(above, 'sales.rejected.csv'), 'utf8').trim().split('\n')).toHaveLength(3);
    // Those of a file of the folder lie in it.
    const [file] = (await workspace.importFiles([join(sales, 'comercio=A', 'x.csv')], { skipBad: true, add: true }))
      .files;
    expect(file).toMatchObject({ rejected: 1 });
    expect(readdirSync(join(sales, 'comercio=A'))).toEqual(['x.csv', 'x.csv.rejected.csv']);
    const again = await workspace.importFiles([`${sales}${behind}`], { skipBad: true, replace: true });
    expect(again.files).toMatchObject([{ accepted: 40, rejected: 2 }]);
  } finally {
    await workspace.close();
  }
});

it.each([
  ['sales.csv', 'sales.csv.rejected.csv'],
  ['../data/*.parquet', '../data.rejected.csv'],
  ['data/20{23,24}/x-?.csv', 'data.rejected.csv'],
  ['*.csv', 'demanda.rejected.csv'],
  ['.', 'demanda.rejected.csv'],
  ['/data/*', '/data.rejected.csv'],
])('rows that are left out of %s lie in %s', (input, file) => {
  const here = rejectsFile('*').replace('.rejected.csv', '');
  expect(rejectsFile(input)).toBe(file.replace('demanda', here));
  expect(here).toMatch(/^[^/]+$/);
});
