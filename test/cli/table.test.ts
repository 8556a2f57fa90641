import { describe, expect, it } from 'vitest';
import { duration } from '../../src/charts/iteration-progress.ts';
import { wrappedLines } from '../../src/cli/output.ts';
import { priceList } from '../../src/cli/price-list.ts';
import { renderTable, width } from '../../src/cli/table.ts';
import type { Recommendation } from '../../src/contract/documents.ts';
import { translator } from '../../src/i18n/messages.ts';

const COLUMNS = [
  { title: 'Shop' },
  { title: 'Error', right: true },
  { title: 'Points', right: true, spare: 1 },
  { title: 'Started', spare: 2 },
];
const ROWS = [
  ['A shop with a very long name', '24.5%', '674', '11/24/26'],
  ['Brisa', '5.1%', '12', '11/25/26'],
];

describe('a table on a terminal', () => {
  it('is whole where there is room', () => {
    expect(renderTable(COLUMNS, ROWS, 80).split('\n')).toEqual([
      'Shop                          Error  Points  Started',
      '────────────────────────────  ─────  ──────  ────────',
      'A shop with a very long name  24.5%     674  11/24/26',
      'Brisa                          5.1%      12  11/25/26',
    ]);
  });
  it('leaves out spare columns first, then cuts the longest words, never a number', () => {
    expect(renderTable(COLUMNS, ROWS, 45)).not.toContain('Started');
    expect(renderTable(COLUMNS, ROWS, 45)).toContain('Points');
    const narrow = renderTable(COLUMNS, ROWS, 20).split('\n');
    expect(narrow[2]).toBe('A shop with …  24.5%');
    expect(Math.max(...narrow.map(width))).toBe(20);
  });
});

describe('names of any kind', () => {
  const NAMES = [
    'Carne picada de ternera gallega con denominación de origen, 60',
    '🐔🐟🥬🍞🐔🐟🥬🍞🐔🐟🥬🍞🐔🐟🥬🍞🐔🐟🥬🍞🐔🐟🥬🍞🐔🐟🥬🍞',
    '鶏もも肉鶏もも肉鶏もも肉鶏もも肉鶏もも肉鶏もも肉鶏もも肉鶏もも肉鶏もも肉',
    'e\u0301'.repeat(60),
  ];
  it.each([40, 80, 100])('leave every line within %i columns, and lose no figure', (columns) => {
    const wide = [
      { title: 'Comerciante' },
      { title: 'Producto' },
      ...['Hoy', 'Precio', 'Demanda', 'Ganancia', 'Mejora', 'Seguridad'].map((title) => ({ title, right: true })),
    ];
    const rows = NAMES.map((name, i) => [
      name,
      name,
      '12.345,67',
      '12.345,99',
      `${i}23.456 kg`,
      '98.765',
      '+432',
      '99 %',
    ]);
    const lines = renderTable(wide, rows, columns).split('\n');
    for (const line of lines) expect(width(line), line).toBeLessThanOrEqual(columns);
    for (const [i] of NAMES.entries()) expect(lines.join('\n')).toContain(`${i}23.456 kg`);
    expect(lines.join('\n').match(/12\.345,99/g)).toHaveLength(NAMES.length);
  });
  it('are counted as a terminal draws them', () => {
    expect(['🐔', '鶏', 'e\u0301', 'é', '🇪🇸', '✓'].map(width)).toEqual([2, 2, 1, 1, 2, 1]);
  });
});

describe('lines of a terminal', () => {
  it('break between words, as far in as they began', () => {
    const lines = wrappedLines(`    · ${'palabra '.repeat(20)}`, 40).split('\n');
    expect(lines.length).toBeGreaterThan(3);
    expect(lines[0]).toMatch(/^ {4}· palabra/);
    for (const line of lines.slice(1)) expect(line).toMatch(/^ {6}palabra/);
    for (const line of lines) expect(width(line)).toBeLessThanOrEqual(40);
  });
});

describe('a price list on a terminal', () => {
  const interval = { value: 328, low: 210, high: 492 };
  const item: Recommendation = {
    merchant: 'Carnicería Aurora',
    product: 'Cerdo',
    unit: 'kg',
    modelId: 'x',
    horizonDays: 14,
    price: 7.111,
    unconstrainedPrice: 7.11,
    expectedDemand: interval,
    expectedProfit: { value: 937, low: 601, high: 1408 },
    current: { price: 6.68, expectedDemand: 300, expectedProfit: 928 },
    probabilityBetter: 0.79,
    guardrails: [
      { rule: 'max-change', before: 7.4, after: 7.113 },
      { rule: 'tried-range', before: 7.113, after: 7.111 },
    ],
    reasons: ['EXTRAPOLATION'],
    recommended: true,
    unitCost: 4,
    assumptions: [],
  };
  it('has intervals beside their figures where there is room, and below them where there is not', () => {
    const t = translator('es');
    const wide = priceList([item], 'EUR', 'es', t, 120);
    expect(wide).toContain('328 kg [210, 492]');
    const narrow = priceList([item], 'EUR', 'es', t, 80);
    expect(narrow).toContain('· Demanda [210, 492] · Ganancia [601, 1408]');
    expect(Math.max(...narrow.split('\n').map(width))).toBeLessThanOrEqual(80);
  });
  it('shows no move of a guardrail that rounds to nothing', () => {
    const text = priceList([item], 'EUR', 'es', translator('es'), 120);
    expect(text).toContain('cambio máximo: 7,40 → 7,11');
    expect(text).not.toContain('7,11 → 7,11');
  });
});

describe('time left', () => {
  it('is told in units that fit it', () => {
    expect([0.2, 59.5, 61, 3599, 3601, 90_000].map(duration)).toEqual([
      '1 s',
      '1 min 0 s',
      '1 min 1 s',
      '59 min 59 s',
      '1 h 0 min',
      '25 h 0 min',
    ]);
  });
});
