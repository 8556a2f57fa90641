import { describe, expect, it } from 'vitest';
import { csvCell, csvText } from '../../src/contract/csv.ts';

describe('CSV cells', () => {
  it('never let a spreadsheet run a name as a formula, and leave numbers alone', () => {
    expect(csvCell('=HYPERLINK("http://x")')).toBe('"\'=HYPERLINK(""http://x"")"');
    for (const start of ['+', '-', '@', '\t']) expect(csvCell(`${start}cmd`)).toBe(`'${start}cmd`);
    expect(csvCell(-1.5)).toBe('-1.5');
    expect(csvCell('-1.5')).toBe('-1.5');
    expect(csvCell(null)).toBe('');
  });

  it('keep a code that looks like a number in quotes', () => {
    expect(csvText('007')).toBe('"007"');
    expect(csvText('=1+1')).toBe('"\'=1+1"');
    expect(csvText('Ana "la buena"')).toBe('"Ana ""la buena"""');
  });
});
