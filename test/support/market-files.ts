/**
 * Files of a simulated shop for tests of the programs: MiTienda sells Carne and Pescado, and a market has prices of
 * both.
 */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { demoMarket } from '../../src/core/market/simulate-market.ts';

/** Writes ventas.csv and mercado.csv. @param days last days of each product's 540 that are written */
export function writeMarketFiles(folder: string, days: number): void {
  const iso = (day: number): string => new Date(day * 864e5).toISOString().slice(0, 10);
  const [carne, pescado] = demoMarket(3);
  const sales = ['fecha;comerciante;producto;tipo;kg;precio;costo'];
  const market = ['fecha;producto;precio mercado'];
  const comma = (value: number): string => value.toFixed(2).replace('.', ',');
  for (const [product, cell] of [
    ['Carne', carne],
    ['Pescado', pescado],
  ] as const) {
    if (!cell) throw new RangeError('the demo market must have two cells');
    const { series } = cell;
    for (let i = series.days.length - days; i < series.days.length; i++) {
      const [day, price] = [iso(series.days[i]), series.price[i]];
      sales.push(
        [day, 'MiTienda', product, product, comma(series.quantity[i]), comma(price), comma(series.cost[i])].join(';'),
      );
      market.push([day, product, comma(price * (1 + 0.05 * Math.sin(i / 20)))].join(';'));
    }
  }
  writeFileSync(join(folder, 'ventas.csv'), `${sales.join('\n')}\n`);
  writeFileSync(join(folder, 'mercado.csv'), `${market.join('\n')}\n`);
}
