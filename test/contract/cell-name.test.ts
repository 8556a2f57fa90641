import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cellKey, splitTarget } from '../../src/contract/cell-name.ts';

const name = fc.oneof(
  fc.string({ maxLength: 5 }),
  fc.constantFrom('a', 'a"', '","', '\u0000', 'a\u0000b', '\\', ':', '["a","b"]'),
);
const cell = fc.record({ merchant: name, product: name });

it('no two cells share a key, and no key holds a NUL, which not every database can store', () => {
  expect(cellKey({ merchant: 'a\u0000b', product: 'c' })).not.toBe(cellKey({ merchant: 'a', product: 'b\u0000c' }));
  fc.assert(
    fc.property(cell, cell, (a, b) => {
      expect(cellKey(a) === cellKey(b)).toBe(a.merchant === b.merchant && a.product === b.product);
      expect(cellKey(a)).not.toContain('\u0000');
    }),
    { numRuns: 1_000 },
  );
});

it('"merchant:product" is read at every colon, the first one first', () => {
  expect(splitTarget('Ana: Té :1 kg')).toEqual([
    { merchant: 'Ana', product: 'Té :1 kg' },
    { merchant: 'Ana: Té', product: '1 kg' },
  ]);
  expect(splitTarget(':b')).toEqual([]);
  expect(splitTarget('a:')).toEqual([]);
  expect(splitTarget('a')).toEqual([]);
});
