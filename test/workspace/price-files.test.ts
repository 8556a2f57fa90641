import { describe, expect, it } from 'vitest';
import { imported } from '../support/imported.ts';

const COSTS = 'date,product,cost\n';
const MARKET = 'date,product,market_price\n';
const one = [['a.csv'], ['b.csv']];

describe('a second list', () => {
  it.each([
    ['costs', COSTS],
    ['market prices', MARKET],
  ])('of %s that says otherwise is refused, unless told that it holds', async (_, head) => {
    const files = { 'a.csv': `${head}2025-03-01,Ham,5\n2025-03-02,Ham,5\n`, 'b.csv': `${head}2025-03-02,Ham,6\n` };
    const refused = await imported(files, { commands: one });
    expect(refused.codes).toEqual(['IMPORT_PRICES_THERE']);
    expect(refused.said[0]).toMatch(/Ham on Mar 2, 2025, 5 there \(import \w+\) and 6/);
    expect((await imported(files, { commands: one, replace: true })).codes).toEqual([]);
    expect((await imported(files, { commands: one, add: true })).codes).toEqual(['IMPORT_PRICES_THERE']);
    const same = { ...files, 'b.csv': `${head}2025-03-02,Ham,5.0\n2025-03-03,Ham,6\n` };
    expect((await imported(same, { commands: one })).codes).toEqual([]);
  });
  it('is asked about, and only whether it holds', async () => {
    const files = { 'a.csv': `${COSTS}2025-03-01,Ham,5\n`, 'b.csv': `${COSTS}2025-03-01,Ham,6\n` };
    const asked: unknown[] = [];
    const { codes } = await imported(files, {
      commands: one,
      choose: async ({ choices }) => {
        asked.push(choices);
        return choices[0] ?? null;
      },
    });
    expect([asked, codes]).toEqual([[[{ option: 'replace', value: 'true', means: '6' }]], []]);
  });
  it.each([
    ['costs', `${COSTS}2025-03-01,Ham,5\n`, `${COSTS}2025-03-01,Ham,6\n`],
    ['market prices', `${MARKET}2025-03-01,Ham,5\n`, `${MARKET}2025-03-01,Ham,5\n2025-03-01,Ham,7\n`],
  ])('of %s in the same command is refused before any is written', async (_, first, second) => {
    const files = { 'a.csv': first, 'b.csv': second };
    const { codes, said } = await imported(files);
    expect(codes).toEqual(['IMPORT_PRICES_DIFFER']);
    expect(said[0]).toContain('Ham on Mar 1, 2025, 5 and 6');
    expect((await imported(files, { commands: [['a.csv', 'b.csv'], ['b.csv']] })).codes).toEqual([
      'IMPORT_PRICES_DIFFER',
    ]);
    expect((await imported(files, { replace: true })).codes).not.toContain('IMPORT_PRICES_DIFFER');
  });
});

describe('a list', () => {
  it('with a value far off the others, a cost of nothing and several of a day names them', async () => {
    const rows = Array.from(
      { length: 20 },
      (_, i) => `2025-03-${String(i + 1).padStart(2, '0')},Ham,${i === 9 ? 140 : 1.4}`,
    );
    const { codes, said } = await imported({
      'a.csv': `${COSTS}${rows.join('\n')}\n2025-03-01,Cod,0\n2025-03-02,Cod,0\n2025-03-20,Ham,1.5\n`,
    });
    expect(codes).toEqual(['IMPORT_NOTE_PRICES_SEVERAL', 'IMPORT_NOTE_PRICE_ZERO', 'IMPORT_NOTE_PRICE_FAR']);
    expect(said[1]).toContain('Cod Mar 1, 2025: a cost of 0 (days of the file: 2)');
    expect(said[2]).toContain('Ham Mar 10, 2025: 140, where 1.4 is usual');
  });
});
