import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { MemoryData, openMemoryStore } from '../../src/store/memory/store.ts';
import { Workspace } from '../../src/workspace.ts';
import { lastingFolder } from '../support/temporary.ts';

const FIRST = Date.parse('2025-01-06') / 864e5;
const iso = (day: number): string => new Date(day * 864e5).toISOString().slice(0, 10);
const folder = lastingFolder();

it('profits of daily and of weekly products are not added: a type at a time is answered', async () => {
  const rows = (product: string, type: string, count: number, step: number): string[] =>
    Array.from({ length: count }, (_, i) => {
      const price = 2 + 0.1 * (Math.floor((i * step) / 7) % 4);
      return `${iso(FIRST + i * step)},Ana,${product},${type},${Math.round(step * 20 * (2 / price) ** 2)},${price},1`;
    });
  const file = join(folder, 'sales.csv');
  const lines = [...rows('Cod', 'Fish', 210, 1), ...rows('Hake', 'Fish', 210, 1), ...rows('Cheese', 'Dairy', 60, 7)];
  writeFileSync(file, `date,merchant,product,type,quantity,price,cost\n${lines.join('\n')}\n`);
  const workspace = await Workspace.open(folder, { lang: 'en', store: openMemoryStore(new MemoryData()) });
  try {
    await workspace.importFiles([file]);
    await workspace.train({ workers: 1 });
    await expect(workspace.portfolio({ merchant: 'Ana' })).rejects.toMatchObject({ code: 'PORTFOLIO_SPANS' });
    const { portfolios } = await workspace.portfolio({ merchant: 'Ana', productType: 'Fish' });
    expect(portfolios.map(({ products }) => products.map(({ product }) => product))).toEqual([['Cod', 'Hake']]);
  } finally {
    await workspace.close();
  }
}, 120_000);
