/** A small sales file of a simulated market, for tests that train through the command line. */

import { writeFileSync } from 'node:fs';
import { demoMarket } from '../../src/core/market/simulate-market.ts';

/** Writes the last days of the first cells of the demo's market. @returns the cells' names, in order */
export function writeSales(
  file: string,
  cells: number,
  days: number,
): { readonly merchant: string; readonly product: string }[] {
  const chosen = demoMarket(3).slice(0, cells);
  const lines = chosen.flatMap(({ series }) =>
    Array.from(series.days, (day, i) =>
      [
        new Date(day * 864e5).toISOString().slice(0, 10),
        series.merchant,
        series.product,
        'Carne',
        series.quantity[i],
        series.price[i],
        series.cost[i],
      ].join(','),
    ).slice(-days),
  );
  writeFileSync(file, `fecha,comerciante,producto,tipo,kg,precio,costo\n${lines.join('\n')}\n`);
  return chosen.map(({ series: { merchant, product } }) => ({ merchant, product }));
}
