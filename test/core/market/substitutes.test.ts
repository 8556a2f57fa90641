import { expect, it } from 'vitest';
import { demoMarket } from '../../../src/core/market/simulate-market.ts';
import { withSubstitutes } from '../../../src/core/market/substitutes.ts';

const market = demoMarket(2);
const of = (name: string) => {
  const found = market.findIndex(({ series }) => series.product === name);
  return { at: found, cell: market[found] as (typeof market)[number] };
};
const merchant = 'Carnicería Aurora';

it('multiplies what is sold by the other price over its reference, to the elasticity, and leaves all else', () => {
  const [pollo, cerdo] = [of('Pollo'), of('Cerdo')];
  const series = withSubstitutes(market, [{ merchant, product: 'Pollo', of: 'Cerdo', elasticity: 0.5 }]);
  expect(series).toHaveLength(market.length);
  const changed = series[pollo.at] as (typeof series)[number];
  const days = Array.from(cerdo.cell.series.days);
  changed.days.forEach((day, i) => {
    const price = cerdo.cell.series.price[days.indexOf(day)] as number;
    const factor = Math.sqrt(price / cerdo.cell.truth.referencePrice);
    expect(changed.quantity[i]).toBeCloseTo((pollo.cell.series.quantity[i] as number) * factor, 9);
  });
  expect({ ...changed, quantity: null }).toEqual({ ...pollo.cell.series, quantity: null });
  market.forEach(({ series: before }, k) => {
    if (k !== pollo.at) expect(series[k]).toBe(before);
  });
});

it('takes several others together, and refuses a product that nobody sells', () => {
  const both = withSubstitutes(market, [
    { merchant, product: 'Pollo', of: 'Cerdo', elasticity: 0.5 },
    { merchant, product: 'Pollo', of: 'Ternera', elasticity: -0.2 },
  ]);
  const [pollo, cerdo, ternera] = [of('Pollo'), of('Cerdo'), of('Ternera')];
  // All products of the shop trade on the same days.
  const ratio = ({ cell }: ReturnType<typeof of>): number =>
    (cell.series.price[7] as number) / cell.truth.referencePrice;
  expect(both[pollo.at]?.quantity[7]).toBeCloseTo(
    (pollo.cell.series.quantity[7] as number) * ratio(cerdo) ** 0.5 * ratio(ternera) ** -0.2,
    9,
  );
  const nobody = { merchant, product: 'Pollo', of: 'Pavo', elasticity: 0.5 };
  expect(() => withSubstitutes(market, [nobody])).toThrow(RangeError);
  expect(() => withSubstitutes(market, [{ ...nobody, of: 'Cerdo', elasticity: Number.NaN }])).toThrow();
});
