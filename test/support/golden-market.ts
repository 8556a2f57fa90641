/**
 * Files of a small simulated market for the golden run: daily, weekly and counted cells, one too short, one that sells
 * nothing, and rows that are wrong.
 */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CellRecipe, simulateCell } from '../../src/core/market/simulate-market.ts';
import type { CellSeries } from '../../src/core/series/cell-series.ts';

/** 2025-06-30. */
const LAST_DAY = 20_269;
const iso = (day: number): string => new Date(day * 864e5).toISOString().slice(0, 10);

const RECIPE: CellRecipe = {
  merchant: 'Carnicería Aurora',
  product: 'Ternera',
  productType: 'Carne',
  unit: 'kg',
  days: 200,
  firstDay: LAST_DAY - 199,
  elasticity: -2.2,
  lambda: 0,
  referencePrice: 13.9,
  unitCost: 8.5,
  baseDemand: 18,
  weekdaySpread: 0.2,
  seasonAmplitude: 0.1,
  levelDrift: 0.008,
  priceSpread: 0.07,
  costPassThrough: 0.8,
  costDrift: 0.006,
  endogeneity: 0,
  noiseShape: 14,
  promoShare: 0.1,
  stockOutShare: 0.03,
  closedWeekday: 6,
};

/** One cell a stream, so that another cell changes none. */
function cell(changed: Partial<CellRecipe>, stream: number): CellSeries {
  const days = changed.days ?? RECIPE.days;
  return simulateCell({ ...RECIPE, firstDay: LAST_DAY - days + 1, ...changed }, 7, stream).series;
}

/** Daily rows added up by week. */
function weekly(series: CellSeries): CellSeries {
  const weeks = Math.floor(series.days.length / 7);
  const at = (column: Float64Array): Float64Array => Float64Array.from({ length: weeks }, (_, w) => column[w * 7]);
  const total = (w: number): number => series.quantity.subarray(w * 7, w * 7 + 7).reduce((a, b) => a + b, 0);
  return {
    ...series,
    days: Int32Array.from({ length: weeks }, (_, w) => series.days[w * 7]),
    quantity: Float64Array.from({ length: weeks }, (_, w) => Math.round(total(w) * 1000) / 1000),
    price: at(series.price),
    cost: at(series.cost),
    promo: at(series.promo),
    soldOut: new Uint8Array(weeks),
  };
}

/** Writes ventas.csv, piezas.csv, costos.csv and mercado.csv. */
export function writeGoldenMarket(folder: string): void {
  const ternera = cell({}, 1);
  const cerdo = cell({ product: 'Cerdo', referencePrice: 6.9, unitCost: 4.2, baseDemand: 30, elasticity: -1.9 }, 2);
  const merluza = cell(
    {
      merchant: 'Pescadería Brisa',
      product: 'Merluza',
      productType: 'Pescado',
      referencePrice: 11.5,
      unitCost: 7,
      days: 120,
      noiseShape: 8,
    },
    3,
  );
  const queso = weekly(
    cell(
      {
        merchant: 'Lechería Duna',
        product: 'Queso',
        productType: 'Queso',
        days: 420,
        closedWeekday: null,
        promoShare: 0,
      },
      4,
    ),
  );
  const gamba = cell({ merchant: 'Pescadería Brisa', product: 'Gamba', productType: 'Pescado', days: 8 }, 5);
  const pan = cell(
    {
      merchant: 'Horno Cid',
      product: 'Pan',
      productType: 'Pan',
      referencePrice: 1.2,
      unitCost: 0.5,
      baseDemand: 6,
      days: 90,
    },
    6,
  );

  const sales = ['fecha;comerciante;producto;tipo;kg;precio;costo;promo;agotado;merma;feria'];
  const rowsOf = (series: CellSeries, withCost: boolean): string[] =>
    Array.from(series.days, (day, i) => {
      const number = (value: number): string => String(value).replace('.', ',');
      const cost = withCost ? number(series.cost[i]) : '';
      const parts = [
        number(series.quantity[i]),
        number(series.price[i]),
        cost,
        series.promo[i],
        series.soldOut[i] === 1 ? 'si' : 'no',
      ];
      return [
        iso(day),
        series.merchant,
        series.product,
        series.productType,
        ...parts,
        '0,04',
        day % 50 < 3 ? 1 : 0,
      ].join(';');
    });
  sales.push(
    ...rowsOf(ternera, true),
    ...rowsOf(cerdo, true),
    ...rowsOf(merluza, false),
    ...rowsOf(queso, true),
    ...rowsOf(gamba, true),
  );
  // A product that nobody ever bought, and rows that are wrong.
  for (let i = 0; i < 20; i++)
    sales.push([iso(LAST_DAY - i), 'Pescadería Brisa', 'Erizo', 'Pescado', 0, 30, 20, 0, 'no', '', 0].join(';'));
  sales.push(
    '2025-02-30;Pescadería Brisa;Merluza;Pescado;3;11;7;0;no;;0',
    '2025-06-01;Pescadería Brisa;Merluza;Pescado;mucho;11;7;0;no;;0',
  );
  writeFileSync(join(folder, 'ventas.csv'), `${sales.join('\n')}\n`);

  const pieces = Array.from(pan.days, (day, i) =>
    [iso(day), pan.merchant, pan.product, pan.productType, Math.round(pan.quantity[i]), pan.price[i]].join(','),
  );
  writeFileSync(join(folder, 'piezas.csv'), `date,merchant,product,category,units,price\n${pieces.join('\n')}\n`);
  writeFileSync(
    join(folder, 'costos.csv'),
    `fecha,producto,costo\n${iso(LAST_DAY - 100)},Merluza,7.1\n${iso(LAST_DAY - 45)},Merluza,7.4\n`,
  );
  const market = Array.from(
    { length: 60 },
    (_, i) => `${iso(LAST_DAY - 7 * (59 - i))},Cerdo,${(7 + 0.4 * Math.sin(i / 6)).toFixed(2)}`,
  );
  writeFileSync(join(folder, 'mercado.csv'), `fecha,producto,precio mercado\n${market.join('\n')}\n`);
}
