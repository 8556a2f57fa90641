import { describe, expect, it } from 'vitest';
import { linesAfter, linesKey, merchantOfLines } from '../../src/rules/kept-lines.ts';

const row = (product: string, below: string | null = null) => ({ product, below, weight: 2 });
const settings = {
  currency: 'EUR',
  [linesKey('Ana')]: JSON.stringify([row('Own cola', 'Cola'), row('Cola')]),
  [linesKey('Bea')]: JSON.stringify([row('Cola')]),
};
const rename = (from: string, into: string, merchant: string | null = null) =>
  linesAfter(settings, { kind: 'product', from: [from], into, merchant });

describe('kept lines', () => {
  it('are told from other settings, whatever a merchant is called', () => {
    for (const name of ['Ana', 'a"b', 'lines:["x"]', '']) expect(merchantOfLines(linesKey(name))).toBe(name);
    expect(merchantOfLines('guardrails:["Ana",null]')).toBeNull();
    expect(merchantOfLines('currency')).toBeNull();
  });
  it('follow the names of their products, at one shop or at all', () => {
    expect(rename('Cola', 'Kola')).toEqual({
      [linesKey('Ana')]: JSON.stringify([row('Own cola', 'Kola'), row('Kola')]),
      [linesKey('Bea')]: JSON.stringify([row('Kola')]),
    });
    expect(Object.keys(rename('Cola', 'Kola', 'Bea'))).toEqual([linesKey('Bea')]);
    expect(rename('Tea', 'Thé')).toEqual({});
  });
  it('of joined products are those of the one that stays, which is below nothing of its own', () => {
    expect(rename('Own cola', 'Cola')).toEqual({ [linesKey('Ana')]: JSON.stringify([row('Cola')]) });
    expect(rename('Cola', 'Own cola', 'Ana')).toEqual({ [linesKey('Ana')]: JSON.stringify([row('Own cola')]) });
  });
  it('go with their merchant, and stay behind where the other has its own', () => {
    const moved = (into: string) => linesAfter(settings, { kind: 'merchant', from: ['Ana'], into, merchant: null });
    expect(moved('Zoe')).toEqual({ [linesKey('Ana')]: null, [linesKey('Zoe')]: settings[linesKey('Ana')] });
    expect(moved('Bea')).toEqual({ [linesKey('Ana')]: null });
  });
});
