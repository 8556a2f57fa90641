import { describe, expect, it } from 'vitest';
import { makeFormats } from '../../src/web/formats.ts';

const text = (words: string): string => words.replaceAll('\u00a0', ' ');

describe('formats of the pages', () => {
  it('write shares with as many digits as a small change asks for', () => {
    const es = makeFormats('es', 'EUR');
    const en = makeFormats('en', 'EUR');
    const digits = [0, 1, 2, 3] as const;
    expect(digits.map((count) => text(es.percent(0.123456, count)))).toEqual(['12 %', '12,3 %', '12,35 %', '12,346 %']);
    expect(digits.map((count) => en.percent(0.123456, count))).toEqual(['12%', '12.3%', '12.35%', '12.346%']);
  });

  it('write numbers with at most so many digits, and months by name', () => {
    const es = makeFormats('es', 'EUR');
    expect(([0, 1, 2, 3, 4] as const).map((count) => es.number(1.23456, count))).toEqual([
      ...['1', '1,2', '1,23', '1,235', '1,2346'],
    ]);
    expect(es.month('2026-03')).toBe('mar 2026');
  });
});
