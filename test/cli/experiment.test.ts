import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { demanda } from '../support/command.ts';
import { lastingFolder, temporaryFolder } from '../support/temporary.ts';

const folder = lastingFolder();
const workspace = join(folder, 'workspace');
const CELL = ['--merchant', 'Norte', '--product', 'Pan'];

/** 200 days that end 2026-03-01: bread that never changed its price, jam without a cost. */
beforeAll(() => {
  const rows = Array.from({ length: 200 }, (_, i) => {
    const date = new Date(Date.UTC(2025, 7, 14 + i)).toISOString().slice(0, 10);
    const sold = 40 + ((i * 7919) % 13) - 6;
    return [`Norte,Pan,${date},${sold},2.00,1.20`, `Norte,Miel,${date},${5 + (i % 3)},${i % 9 < 4 ? 6 : 6.5},`];
  });
  const file = join(folder, 'sales.csv');
  writeFileSync(file, `merchant,product,date,quantity,price,cost\n${rows.flat().join('\n')}\n`);
  expect(demanda(['import', file, '--workspace', workspace]).code).toBe(0);
  expect(demanda(['train', '--all', '--workers', '1', '--quiet', '--workspace', workspace]).code).toBe(0);
});

const experiment = (...args: string[]) => demanda(['experiment', '--workspace', workspace, ...args]);

describe('a trial of two prices', () => {
  it('is proposed for a price that never moved, as a document', () => {
    const { out, code } = experiment(...CELL, '--json', '--from', '2026-03-09');
    expect(code).toBe(0);
    const [item] = JSON.parse(out).experiments;
    expect(item).toMatchObject({ merchant: 'Norte', product: 'Pan', todayPrice: 2, obstacle: null });
    expect(item.reasons).toContain('NO_PRICE_VARIATION');
    const { low, high, weeks, errorBefore, errorAfter, value } = item.experiment;
    expect(low).toBeGreaterThanOrEqual(1.8);
    expect(high).toBeLessThanOrEqual(2.2);
    expect(errorAfter).toBeLessThan(errorBefore);
    expect(value).toBeGreaterThan(0);
    expect(item.weeks).toHaveLength(weeks);
    expect(item.weeks[0]).toMatchObject({ from: '2026-03-09', to: '2026-03-15' });
    expect(item.weeks[1].from).toBe('2026-03-16');
    expect(new Set(item.weeks.map((week: { price: number }) => week.price))).toEqual(new Set([low, high]));
  });
  it.each([
    ['en', 'Worth', 'From', 'without a known cost'],
    ['es', 'Valor', 'Desde', 'sin costo conocido'],
  ])('is told in words (%s), and why there is none', (lang, worth, from, noCost) => {
    const one = experiment(...CELL, '--lang', lang);
    expect(one).toMatchObject({ code: 0 });
    expect(one.out).toContain(worth);
    expect(one.out).toContain(from);
    const all = experiment('--all', '--lang', lang);
    expect(all.out).toContain(noCost);
    expect(all.out).toContain('Norte · Miel');
  });
  it('has its Spanish name and options, and writes the weeks', () => {
    const file = join(temporaryFolder(), 'semanas.csv');
    const { code } = demanda([
      'experimento',
      '--comerciante',
      'Norte',
      '--producto',
      'Pan',
      '--desde',
      '2026-03-09',
      '--semilla',
      '3',
      '--exportar',
      file,
      '--espacio',
      workspace,
    ]);
    expect(code).toBe(0);
    const [head, first] = readFileSync(file, 'utf8').split('\n');
    expect(head).toBe('merchant,product,from,to,price');
    expect(first).toMatch(/^Norte,Pan,2026-03-09,2026-03-15,(1|2)\.\d+$/);
  });
  it('weighs a cost that somebody vouches for', () => {
    const { out } = experiment('--merchant', 'Norte', '--product', 'Miel', '--json', '--assume-markup', '0.5');
    expect(JSON.parse(out).experiments[0].obstacle).not.toBe('NO_COST');
  });
  it.each([
    [['--all', '--from', '2025-12-24'], 'has sales until'],
    [['--all', '--from', '2099-01-01'], 'Nothing is known of 2099-01-01'],
    [['--all', '--from', 'soon'], 'yyyy-mm-dd'],
    [['--all', '--seed', '-1'], '--seed must be a whole number'],
    [['--all', '--assume-markup', '-0.5'], '--assume-markup'],
    [['--merchant', 'Norte', '--product', 'Nada'], 'Nada'],
    [[], '--all'],
  ])('refuses %j in one sentence, and writes nothing', (args, words) => {
    const file = join(temporaryFolder(), 'weeks.csv');
    const refused = experiment(...args, '--lang', 'en', '--export', file);
    expect(refused.code).not.toBe(0);
    expect(refused.out).toBe('');
    expect(refused.err).toContain(words);
    expect(existsSync(file)).toBe(false);
  });
});
