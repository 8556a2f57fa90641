import { describe, expect, it } from 'vitest';
import { csvCell, csvText } from '../../src/contract/csv.ts';

describe('CSV cells', () => {
  it('never let a spreadsheet run a name as a formula, and leave numbers alone', () => {
    expect(csvCell('=HYPERLINK("http://x")')).toBe('"\'=HYPERLINK(""http://x"")"');
    for (const start of ['+', '-', '@', '＝', '＋', '－', '＠']) expect(csvCell(`${start}cmd`)).toBe(`'${start}cmd`);
    for (const start of ['\t', '\r', '\n', ' =', '\ufeff='])
      expect(csvCell(`${start}1+1`).replaceAll('"', '')).toBe(`'${start}1+1`);
    expect(csvCell('-Infinity')).toBe("'-Infinity");
  });

  it('are whole for readers that part them by commas, semicolons or tabs, and numbers are left alone', () => {
    for (const sign of [',', ';', '\t', '"', '\n', '\r'])
      expect(csvCell(`a${sign}=1+1`)).toBe(`"a${sign === '"' ? '""' : sign}=1+1"`);
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
