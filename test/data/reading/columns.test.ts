import { describe, expect, it } from 'vitest';
import { DateColumn, type DateTold, type DateUnderstanding, dayOfText } from '../../../src/data/reading/date-column.ts';
import { dateTextOf } from '../../../src/data/reading/date-text.ts';
import {
  NumberColumn,
  type NumberRole,
  type NumberUnderstanding,
  numberOf,
} from '../../../src/data/reading/number-column.ts';
import { numberTextOf } from '../../../src/data/reading/number-text.ts';

const numbersOf = (values: readonly string[], role: NumberRole = 'money'): NumberUnderstanding => {
  const column = new NumberColumn();
  values.forEach((value, i) => column.add(value, i + 2));
  return column.understand(null, role);
};

describe('a number of a text', () => {
  it.each([
    ['1.234,56', 1234.56],
    ['1,234.56', 1234.56],
    ['1 234,50', 1234.5],
    ["CHF 1'234.50", 1234.5],
    ['€ 3,20', 3.2],
    ['3.50 €/kg', 3.5],
    ['S/ 3.50', 3.5],
    ['3,50 zł', 3.5],
    ['1.234.567', 1_234_567],
    ['0.125', 0.125],
    ['(5,00)', -5],
    ['5-', -5],
    ['−2', -2],
    ['1½', 1.5],
    ['500 g', 500],
  ])('%s', (text, number) => {
    expect(numberOf(numberTextOf(text), ',')).toBe(number);
  });
  it.each(['abc', '1,2,3', '1 5', '2 50', 'NaN', 'Infinity', '--1', '', '12:30', '2025-01-01', '2x1', '1.23.456'])(
    '%s is none',
    (text) => {
      expect(numberOf(numberTextOf(text), '.')).toBeNull();
    },
  );
});

describe('the decimal mark of a column', () => {
  it.each([
    ['a scale beside comma prices', ['0.850', '1.250', '12.400'], 'quantity', '.'],
    ['a sure comma settles the others', ['1.234', '2,5'], 'money', ','],
    ['a sure point settles the others', ['1,234', '2.5'], 'money', '.'],
    ['three decimals in every quantity', ['1.234', '2.500', '3.125'], 'quantity', '.'],
    ['hundreds that go on in thousands', ['850', '920', '1.150', '1.234'], 'quantity', ','],
    ['units, and one weighed thing', ['3', '5', '2', '1.500', '4'], 'quantity', '.'],
    ['two groups are thousands', ['1.234.567', '1.234'], 'money', ','],
    ['pesos without cents', ['COP 3.500', 'COP 12.900'], 'money', ','],
    ['no marks', ['1', '22'], 'money', '.'],
  ] as const)('%s', (_, values, role, mark) => {
    expect(numbersOf(values, role).mark).toBe(mark);
  });
  it.each([
    ['prices that are all of three digits', ['1.234', '5.678'], 'money'],
    ['both marks before three digits', ['1.234', '5,678'], 'quantity'],
  ] as const)('%s: is asked', (_, values, role) => {
    expect(numbersOf(values, role)).toEqual({ mark: null, seen: expect.objectContaining({ line: 2 }) });
  });
});

const TOLD: DateTold = { format: null, zone: null, count: null, header: 'fecha', today: 20_500, from1904: false };
const datesOf = (values: readonly (string | Date)[], told: Partial<DateTold> = {}): DateUnderstanding => {
  const column = new DateColumn();
  values.forEach((value, i) => column.add(value, i + 2));
  return column.understand({ ...TOLD, ...told });
};
/** ISO days of values by the reading of their column; what stands in the way otherwise. */
const daysOf = (values: readonly string[], told: Partial<DateTold> = {}): readonly (string | null)[] | string => {
  const understood = datesOf(values, told);
  if (understood.reading === null) return understood.why;
  const { reading } = understood;
  return values.map((value) => {
    const text = dateTextOf(value);
    const day = text && dayOfText(text, reading);
    return day === null ? null : new Date(day * 864e5).toISOString().slice(0, 10);
  });
};
const range = (n: number, of: (i: number) => string): string[] => Array.from({ length: n }, (_, i) => of(i + 1));
const two = (n: number): string => String(n).padStart(2, '0');

describe('the dates of a column', () => {
  it.each([
    ['ISO', ['2025-01-31', '2025-02-01'], ['2025-01-31', '2025-02-01']],
    ['a day beyond 12 settles the order', ['01/02/2025', '13/02/2025'], ['2025-02-01', '2025-02-13']],
    ['a month beyond 12 does not exist', ['01/02/2025', '01/13/2025'], ['2025-01-02', '2025-01-13']],
    ['month names', ['01-Feb-25', 'Feb 02, 2025', '3 de febrero de 2025'], ['2025-02-01', '2025-02-02', '2025-02-03']],
    ['weekdays in front', ['Sat 01/02/2025', 'jueves 13/02/2025'], ['2025-02-01', '2025-02-13']],
    ['weeks', ['2018-W05', '2018-W06'], ['2018-01-29', '2018-02-05']],
    ['a year and a number beyond 12 are weeks', ['2023 1', '2023 52'], ['2023-01-02', '2023-12-25']],
    ['a year and a month', ['2022 1', '2022 12'], ['2022-01-01', '2022-12-01']],
    [
      'October saved as a number',
      ['2025.08', '2025.09', '2025.1', '2025.11'],
      ['2025-08-01', '2025-09-01', '2025-10-01', '2025-11-01'],
    ],
    ['serial days', ['45689', '45690.5'], ['2025-02-01', '2025-02-02']],
    ['seconds', ['1735689600', '1735776000'], ['2025-01-01', '2025-01-02']],
    ['one number a day', ['20250131', '20250201'], ['2025-01-31', '2025-02-01']],
    ['one number a month', ['202512', '202501'], ['2025-12-01', '2025-01-01']],
    ['one number a week', ['202513', '202501'], ['2025-03-24', '2024-12-30']],
  ] as const)('%s', (_, values, days) => {
    expect(daysOf(values)).toEqual(days);
  });
  it('eleven days in a row are no eleven months', () => {
    expect(daysOf(range(11, (i) => `03/${two(i)}/2025`))).toEqual(range(11, (i) => `2025-03-${two(i)}`));
    expect(daysOf(range(11, (i) => `${two(i)}/03/2025`))).toEqual(range(11, (i) => `2025-03-${two(i)}`));
  });
  it('months of two years are no days of January', () => {
    const values = [...range(12, (i) => `${two(i)}/01/2023`), ...range(12, (i) => `${two(i)}/01/2024`)];
    expect((daysOf(values) as string[])[13]).toBe('2024-02-01');
  });
  it('a sale is not after today: that settles the order too', () => {
    expect(daysOf(['01/12/2025'], { today: 20_400 })).toEqual(['2025-01-12']);
  });
  it.each([
    ['one day alone', ['03/04/2025'], 'unclear'],
    ['twelve months of one year, or twelve days', range(12, (i) => `${two(i)}/01/2025`), 'unclear'],
    ['both orders in one column', ['01/13/2025', '13/01/2025'], 'mixed'],
    ['an index', ['1', '2', '150'], 'index'],
    ['years', ['2019', '2020'], 'no dates'],
    ['words', ['martes 14', 'market 25', 'Feb 05'], 'no dates'],
  ] as const)('%s: %j is not guessed', (_, values, why) => {
    expect(daysOf(values)).toBe(why);
  });
  it('of a sheet that took 03/01 for 1 March are refused', () => {
    const own = [3, 4, 5].map((month) => new Date(Date.UTC(2025, month - 1, 1)));
    expect(datesOf([...own, '13/01/2025', '14/01/2025'])).toMatchObject({ why: 'swapped' });
  });
  it('in UTC become days of the shop', () => {
    expect(daysOf(['2025-01-31T23:30:00Z'], { zone: 'Europe/Madrid' })).toEqual(['2025-02-01']);
    expect(daysOf(['2025-07-31T22:30:00Z'], { zone: 'Europe/Madrid' })).toEqual(['2025-08-01']);
    expect(daysOf(['2025-02-01T03:30:00Z'], { zone: 'America/Lima' })).toEqual(['2025-01-31']);
    expect(daysOf(['2025-01-31T23:30:00+01:00'], { zone: 'Europe/Madrid' })).toEqual(['2025-01-31']);
  });
  it.each(['2025-02-30', '31/31/2024', '2024-13-01', 'ayer', '2025-01-01 banana'])('%s is none', (text) => {
    expect(dateTextOf(text)).toBeNull();
  });
});
