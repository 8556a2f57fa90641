import { describe, expect, it } from 'vitest';
import { visibleJson, visibleLines, visibleText, xmlText } from '../../src/contract/visible-text.ts';

describe('visible text', () => {
  it('shows what acts on a terminal or hides as escapes, and leaves every other letter', () => {
    expect(visibleText('a\u001b[31m\u009b\u202eb\u200bc\u2028\n\t')).toBe(
      'a\\u{1b}[31m\\u{9b}\\u{202e}b\\u{200b}c\\u{2028}\\n\\t',
    );
    expect(visibleText('\ud83d')).toBe('\\u{d83d}');
    for (const usual of ['Jamón ibérico 5 kg', '鮮魚', 'חלב', 'e\u0301', '☕\ufe0f', '🍅', '1\u00a0000'])
      expect(visibleText(usual)).toBe(usual);
  });
  it('keeps the line ends of a text of several lines', () => {
    expect(visibleLines('a\nb\rc')).toBe('a\nb\\rc');
  });
  it('is the same value in JSON', () => {
    const value = { name: 'a\u001b\u009b\u202e\u{e0041}\u2028\ufffe' };
    const json = visibleJson(value);
    expect(JSON.parse(json)).toEqual(value);
    expect(json).toMatch(/^[\x20-\x7e]*$/);
  });
  it('leaves data of an XML file alone but for what XML cannot hold', () => {
    expect(xmlText('a\u0001\ufffe\u202e\t')).toBe('a\\u{1}\\u{fffe}\u202e\t');
  });
});
