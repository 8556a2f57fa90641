/** The simulated market as files, which go in by the door that a shop's own use. */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { csvCell } from '../contract/csv.ts';
import { type Rivalled, type SimulatedCompetitorPrice, withCompetitors } from '../core/market/simulate-competitors.ts';
import { demoMarket } from '../core/market/simulate-market.ts';
import { type Substitution, withSubstitutes } from '../core/market/substitutes.ts';
import type { CellSeries } from '../core/series/cell-series.ts';
import { isoDate } from '../workspace/dates.ts';
import { writeOutput } from '../workspace/output-file.ts';
import type { Workspace } from '../workspace.ts';

/** What sells instead of what in the market that a server shows; the newcomer's run sells each product by itself. */
const SUBSTITUTES: readonly Substitution[] = [
  { merchant: 'Carnicería Aurora', product: 'Pollo', of: 'Cerdo', elasticity: 0.6 },
  { merchant: 'Carnicería Aurora', product: 'Cerdo', of: 'Pollo', elasticity: 0.6 },
  { merchant: 'Carnicería Aurora', product: 'Cordero', of: 'Ternera', elasticity: 0.7 },
  { merchant: 'Pescadería Brisa', product: 'Merluza', of: 'Salmón', elasticity: 0.6 },
  { merchant: 'Pescadería Brisa', product: 'Salmón', of: 'Merluza', elasticity: 0.6 },
];

/** Share of what is bought that is thrown away, of what goes off soonest. */
const WASTE: Readonly<Record<string, number>> = { Cordero: 0.04, Merluza: 0.05, Sardina: 0.08, Plátano: 0.06 };

/** Units that go off together. */
interface Batch {
  /** Of the mean sales of a day, lately. */
  readonly salesDays: number;
  /** Days on which it can still be sold; 0: it has gone off; null: nobody wrote it down. */
  readonly daysLeft: number | null;
}

/** What is on hand on the evening of the last sale: too much, enough, too little; some products nobody counted. */
const SHELVES: readonly {
  readonly merchant: string;
  readonly product: string;
  /** Days that are sold before the next delivery. */
  readonly delivery: number;
  readonly batches: readonly Batch[];
}[] = [
  shelf('Carnicería Aurora', 'Cordero', 3, [1.8, 2], [2.6, 4]),
  shelf('Carnicería Aurora', 'Cerdo', 3, [1.4, 4]),
  shelf('Carnicería Aurora', 'Pollo', 3, [0.3, 0], [1.1, 3]),
  shelf('Carnicería Aurora', 'Ternera', 3, [1.7, 6]),
  shelf('Pescadería Brisa', 'Sardina', 2, [2.9, 2]),
  shelf('Pescadería Brisa', 'Merluza', 2, [0.4, 1], [0.7, 3]),
  shelf('Pescadería Brisa', 'Salmón', 2, [1, 3]),
  shelf('Frutería Cometa', 'Plátano', 4, [3.6, 2], [2, 5]),
  shelf('Frutería Cometa', 'Tomate', 4, [1.5, 4]),
  shelf('Frutería Cometa', 'Naranja', 4, [2.5, null]),
];

function shelf(
  merchant: string,
  product: string,
  delivery: number,
  ...batches: readonly (readonly [salesDays: number, daysLeft: number | null])[]
) {
  return { merchant, product, delivery, batches: batches.map(([salesDays, daysLeft]) => ({ salesDays, daysLeft })) };
}

/** Days whose mean sales a shelf is filled by. */
const LATELY = 28;

/** What others sell too in that market. */
const RIVALLED: readonly Rivalled[] = [
  {
    ...{ merchant: 'Carnicería Aurora', product: 'Pollo', elasticity: 0.6 },
    competitors: { 'Súper Norte': 0.94, 'Mercado Central': 1.06 },
  },
  {
    ...{ merchant: 'Carnicería Aurora', product: 'Ternera', elasticity: 0.5 },
    competitors: { 'Súper Norte': 1.03, 'Mercado Central': 1.1 },
  },
  { ...{ merchant: 'Pescadería Brisa', product: 'Merluza', elasticity: 0.5 }, competitors: { 'Súper Norte': 0.9 } },
];

/** What a server shows: products that sell in each other's place, some that go off, and what others charge. */
export async function importShop(workspace: Workspace): Promise<void> {
  const { market, prices } = withCompetitors(withSubstitutes(demoMarket(1), SUBSTITUTES), RIVALLED, 1);
  const wasted = market.map((series) => {
    const waste = WASTE[series.product];
    return waste === undefined ? series : { ...series, waste: new Float64Array(series.days.length).fill(waste) };
  });
  await importMarket(workspace, wasted);
  await importCompetitors(workspace, prices);
  await importStock(workspace);
}

async function importCompetitors(workspace: Workspace, prices: readonly SimulatedCompetitorPrice[]): Promise<void> {
  const rows = prices.map(({ merchant, product, competitor, day, price, promo }) =>
    [isoDate(day), merchant, product, competitor, price.toFixed(2), promo ? 1 : 0]
      .map((cell) => csvCell(cell))
      .join(','),
  );
  const text = ['fecha,comerciante,producto,competidor,precio,oferta', ...rows].join('\n');
  await importText(workspace, 'precios-competencia.csv', text, { kind: 'competitors' });
}

/** Sales of the market as a file in the workspace's folder, and in the workspace. */
export async function importMarket(workspace: Workspace, market: readonly CellSeries[]): Promise<void> {
  await importText(workspace, 'ventas-simuladas.csv', salesCsv(market));
}

/** What is on hand in the market's shops on the evening of the last sale. */
export async function importStock(workspace: Workspace): Promise<void> {
  await importText(workspace, 'existencias-simuladas.csv', stockCsv(demoMarket(1).map(({ series }) => series)));
}

async function importText(
  workspace: Workspace,
  name: string,
  text: string,
  options: Parameters<Workspace['importFiles']>[1] = { unit: 'kg' },
): Promise<void> {
  const file = join(workspace.folder, name);
  // Beside a database it is made when something is to lie in it.
  await mkdir(workspace.folder, { recursive: true, mode: 0o700 });
  await writeOutput(file, text);
  await workspace.importFiles([file], options);
}

function salesCsv(market: readonly CellSeries[]): string {
  const lines = ['fecha,comerciante,producto,tipo,kg,precio,costo,oferta,agotado,merma'];
  for (const series of market) {
    series.days.forEach((day, i) => {
      const waste = series.waste[i] as number;
      lines.push(
        [
          isoDate(day),
          csvCell(series.merchant),
          csvCell(series.product),
          csvCell(series.productType),
          series.quantity[i],
          series.price[i],
          series.cost[i],
          series.promo[i],
          series.soldOut[i],
          Number.isNaN(waste) ? '' : waste,
        ].join(','),
      );
    });
  }
  return `${lines.join('\n')}\n`;
}

function stockCsv(market: readonly CellSeries[]): string {
  const lines = ['fecha,comerciante,producto,existencias,caducidad,próxima entrega'];
  for (const { merchant, product, delivery, batches } of SHELVES) {
    const series = market.find((one) => one.merchant === merchant && one.product === product) as CellSeries;
    const last = series.days.at(-1) as number;
    const sold = series.quantity.slice(-LATELY).reduce((sum, one) => sum + one, 0) / LATELY;
    for (const { salesDays, daysLeft } of batches) {
      const expiry = daysLeft === null ? '' : isoDate(last + daysLeft);
      const amount = (salesDays * sold).toFixed(1);
      lines.push(
        [isoDate(last), csvCell(merchant), csvCell(product), amount, expiry, isoDate(last + 1 + delivery)].join(','),
      );
    }
  }
  return `${lines.join('\n')}\n`;
}
