import { describe, expect, it } from 'vitest';
import { dateOrderNamed, dateOrderOf, decimalMarkOf, parseDay, parseNumber, parseShare } from '../../src/data/values.ts';

describe('numbers as people write them', () => {
  it('reads both decimal marks, thousands and currency signs', () => {
    expect(parseNumber('1.234,56', ',')).toBe(1234.56);
    expect(parseNumber('1,234.56', ',')).toBe(1234.56);
    expect(parseNumber('12,5', '.')).toBe(12.5);
    expect(parseNumber('€ 3,20', ',')).toBe(3.2);
    expect(parseNumber('1.234.567', ',')).toBe(1_234_567);
    expect(parseNumber('0.125', ',')).toBe(0.125);
    expect(parseNumber('-2', '.')).toBe(-2);
  });
  it('settles "1.234" by the rest of its column', () => {
    expect(decimalMarkOf(['1.234', '2,5'])).toBe(',');
    expect(decimalMarkOf(['1,234', '2.5'])).toBe('.');
    expect(decimalMarkOf(['1.234', '5.678'])).toBeNull();
    expect(parseNumber('1.234', ',')).toBe(1234);
    expect(parseNumber('1.234', '.')).toBe(1.234);
  });
  it('calls text no number and an empty cell nothing', () => {
    for (const text of ['abc', '1,2,3', '12x', 'NaN', 'Infinity', '--1']) expect(parseNumber(text, '.'), text).toBeNaN();
    expect(parseNumber('', '.')).toBeNull();
    expect(parseNumber(' ', ',')).toBeNull();
  });
});

describe('dates', () => {
  it('are read in ISO and in the order that the column shows', () => {
    expect(parseDay('1970-01-02', 'dmy')).toBe(1);
    expect(parseDay('02/01/1970', 'dmy')).toBe(1);
    expect(parseDay('1/2/70', 'mdy')).toBe(1);
    expect(parseDay('20240229', 'dmy')).toBe(Date.UTC(2024, 1, 29) / 864e5);
    expect(dateOrderOf(['1/2/2024', '25/2/2024'])).toBe('dmy');
    expect(dateOrderOf(['1/2/2024', '2/25/2024'])).toBe('mdy');
    expect(dateOrderNamed('dd/mm/aaaa')).toBe('dmy');
    expect(dateOrderNamed('hello')).toBeNull();
  });
  it('that do not exist are none', () => {
    for (const text of ['2025-02-30', '31/04/2024', '2024-13-01', 'ayer']) expect(parseDay(text, 'dmy'), text).toBeNaN();
  });
});

describe('shares', () => {
  it('come from words, shares and percentages', () => {
    expect(parseShare('sí', ',')).toBe(1);
    expect(parseShare('no', ',')).toBe(0);
    expect(parseShare('12 %', ',')).toBeCloseTo(0.12, 12);
    expect(parseShare('0,3', ',')).toBe(0.3);
    expect(parseShare('quizás', ',')).toBeNaN();
  });
});
