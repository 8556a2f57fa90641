import { describe, expect, it } from 'vitest';
import { typedNumber, typedShare, typedWhole, typedWord } from '../../src/contract/typed-number.ts';

/** What JavaScript reads as a number, or a person might hope for, and is neither a whole number nor another one. */
const OTHER = [
  '',
  ' ',
  ' 5',
  '5 ',
  '+5',
  '-5',
  '-0',
  '0x10',
  '0b1',
  '0o7',
  '1e3',
  '1E3',
  '٣',
  '５',
  '1_000',
  '5.',
  'Infinity',
];

describe('numbers as they are typed', () => {
  it('are whole of digits alone', () => {
    expect(['0', '16', '007', '10000000'].map(typedWhole)).toEqual([0, 16, 7, 10_000_000]);
    for (const text of [...OTHER, '5.0', '2.5', '2,5', '1.000']) expect(typedWhole(text), text).toBeNaN();
  });

  it('have decimals behind a comma or a point', () => {
    expect(['0', '12', '12.50', '12,50', '.5', ',5'].map(typedNumber)).toEqual([0, 12, 12.5, 12.5, 0.5, 0.5]);
    for (const text of [...OTHER, '1.000,50', '1,000.50', '12€']) expect(typedNumber(text), text).toBeNaN();
  });

  it('are shares with either mark, and with a percent sign', () => {
    expect(['15%', '15 %', '0.15', '0,15', ',15'].map(typedShare)).toEqual([0.15, 0.15, 0.15, 0.15, 0.15]);
    expect(['12,5%', '12.5 %', '100%'].map(typedShare)).toEqual([0.125, 0.125, 1]);
    for (const text of [...OTHER, '%', '15%%', '15  %', 'x%']) expect(typedShare(text), text).toBeNaN();
  });

  it('are endings with either mark, with and without the 0 before it', () => {
    const endings = ['.99', '0.05', '90'];
    expect([',99', '.99', '0,99', '0.99', ',05', '.05', '0,05', '90'].map((text) => typedWord(text, endings))).toEqual([
      ...['.99', '.99', '.99', '.99', '0.05', '0.05', '0.05', '90'],
    ]);
    expect(['9', '.9', '99', ''].map((text) => typedWord(text, endings))).toEqual(['9', '.9', '99', '']);
  });
});
