import { expect, it } from 'vitest';
import { LIGHT } from '../../src/charts/chart-base.ts';
import { profitChart } from '../../src/charts/price-charts.ts';
import type { CellView } from '../../src/contract/documents.ts';

/** Of a product whose price goes from `today` to `best`; the curve runs from 70 % to 130 % of today's price. */
function marksOf(today: number, best: number): string[] {
  const curve = Array.from({ length: 13 }, (_, i) => {
    const price = today * (0.7 + 0.05 * i);
    return { price, demand: 5, low: 4, high: 6, profit: price, profitLow: 0.9 * price, profitHigh: 1.1 * price };
  });
  const view = {
    show: { curve, currency: 'EUR', triedRange: null, model: { unit: 'kg', product: 'Pera' } },
    recommendation: {
      current: { price: today },
      price: best,
      recommended: true,
      horizonDays: 14,
      horizon: { count: 14, unit: 'day' },
    },
    observed: [{ price: today, quantity: 1 }],
    forecast: [],
  } as unknown as CellView;
  interface Drawn {
    readonly markLine?: { readonly data: readonly { readonly label: { show: boolean; formatter: string } }[] };
  }
  const series = profitChart(view, 'es', LIGHT).option.series as unknown as readonly Drawn[];
  return series.flatMap(
    ({ markLine }) => markLine?.data.flatMap(({ label }) => (label.show ? label.formatter : [])) ?? [],
  );
}

it('marks of today’s price and the recommended one have a label each, or one where they are near', () => {
  expect(marksOf(2, 1.7)).toEqual(['hoy 2,00', 'recomendado 1,70']);
  expect(marksOf(2, 1.9)).toEqual(['hoy 2,00 → recomendado 1,90']);
});

it('marks at prices of many digits are told by their names alone: no label is cut on a phone', () => {
  expect(marksOf(220_493_816_716.04, 165_777_768_977.78)).toEqual(['hoy', 'recomendado']);
  expect(marksOf(220_493_816_716.04, 210_777_768_977.78)).toEqual(['hoy → recomendado']);
});
