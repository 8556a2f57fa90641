import fc from 'fast-check';
import { expect, it } from 'vitest';
import { similarNames } from '../../src/rules/similar-names.ts';

it('suggests names that differ in capitals, accents, blanks, plurals or one letter', () => {
  expect(similarNames(['Tomate rama', 'Tomates rama', 'TOMATE  RAMA', 'Pera'])).toEqual([
    ['TOMATE  RAMA', 'Tomate rama', 'Tomates rama'],
  ]);
  expect(similarNames(['Jamón', 'Jamon', 'Melón', 'Melones', 'Merluza', 'Merluxa', 'Coca-Cola', 'Coca Cola'])).toEqual([
    ['Jamon', 'Jamón'],
    ['Melones', 'Melón'],
    ['Merluxa', 'Merluza'],
    ['Coca Cola', 'Coca-Cola'],
  ]);
});
it('leaves apart what a letter or a number tells apart', () => {
  const apart = ['Pera', 'Para', 'Leche 1 l', 'Leche 2 l', 'Pollo A', 'Pollo B', 'Vino 2019', 'Vino 2020', '🍅', '🍐'];
  expect(similarNames(apart)).toEqual([]);
});
it('finds each name in one group at most, whatever the names are', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string({ maxLength: 12 })), (names) => {
      const grouped = similarNames(names).flat();
      expect(new Set(grouped).size).toBe(grouped.length);
      for (const name of grouped) expect(names).toContain(name);
    }),
  );
});
