import { describe, expect, it } from 'vitest';
import { CopiedLines } from '../../../src/data/reading/copied-lines.ts';
import { imported } from '../../support/imported.ts';

/** Lines of one letter each, the first of them on line 2. */
function copiesOf(letters: string) {
  const copies = new CopiedLines();
  [...letters].forEach((letter, i) => copies.add(i + 2, [letter, 1]));
  copies.end();
  const { single, firstSingle, blocks, blockRows, longest } = copies;
  return { single, firstSingle, blocks, blockRows, longest };
}
const none = { single: 0, firstSingle: 0, blocks: 0, blockRows: 0, longest: null };

describe('lines that say the same', () => {
  it.each([
    ['none', 'abcdef', none],
    ['one far away', 'abcda', { ...none, single: 1, firstSingle: 6 }],
    ['one thing sold four times', 'aaaab', { ...none, single: 3, firstSingle: 3 }],
    ['each twice', 'aabbcc', { ...none, single: 3, firstSingle: 3 }],
    [
      'all of them, pasted twice',
      'abcabc',
      { ...none, blocks: 1, blockRows: 3, longest: { rows: 3, from: 5, to: 7, of: 2 } },
    ],
    [
      'a part with one thing twice',
      'xaabyaab',
      { ...none, single: 1, firstSingle: 4, blocks: 1, blockRows: 3, longest: { rows: 3, from: 7, to: 9, of: 3 } },
    ],
    ['three times', 'ababab', { ...none, blocks: 2, blockRows: 4, longest: { rows: 2, from: 4, to: 5, of: 2 } }],
    [
      'a part and one line',
      'abcdabxd',
      { single: 1, firstSingle: 9, blocks: 1, blockRows: 2, longest: { rows: 2, from: 6, to: 7, of: 2 } },
    ],
    ['another order', 'abcacb', { ...none, single: 3, firstSingle: 5 }],
  ])('%s: %s', (_, letters, expected) => {
    expect(copiesOf(letters)).toEqual(expected);
  });
});

it('a part of a file that was pasted twice is named with its lines and how many they are', async () => {
  const lines = ['Bread', 'Ham', 'Milk', 'Rice'].map((product, i) => `2025-03-01,S,${product},${i + 1},2\n`);
  const text = `date,store,product,qty,price\n${lines.join('')}${lines.slice(1, 3).join('')}`;
  const { rows, codes, said } = await imported({ 'a.csv': text });
  expect(codes).toEqual(['IMPORT_NOTE_BLOCKS']);
  expect(said[0]).toMatch(/^Lines 6 to 7 of .*a\.csv say the same as the 2 lines from 3 on/);
  expect(rows).toContain('S · Ham · 2025-03-01 · 4 · 2');
});
