/**
 * What market data buy: Spanish regions' monthly sales with and without the national price or wholesale prices,
 * imported as a user would.
 */

import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Workspace } from '../src/workspace.ts';

const DATA = resolve(import.meta.dirname, '../../shared/data');
const PANEL = join(DATA, 'spain_mapa_household/mapa_household_consumption.txt.gz');
const WEEKLY = join(DATA, 'reference_prices/andalucia_weekly_prices.txt.gz');
/** Products of the wholesale file and what the panel calls them. */
const WHOLESALE: Readonly<Record<string, string>> = {
  LIMON: 'LIMONES',
  NARANJA: 'NARANJAS',
  MANDARINA: 'MANDARINAS',
  TOMATE: 'TOMATES',
  PIMIENTO: 'PIMIENTOS',
  PEPINO: 'PEPINOS',
  CALABACIN: 'CALABACINES',
  BERENJENA: 'BERENJENAS',
};
const REGIONS = ['Andalucia', 'Cataluña', 'Galicia', 'Madrid', 'Valencia', 'Pais Vasco'];
const SALES = {
  date: 'Año+Mes',
  merchant: 'CCAA',
  product: 'Producto',
  quantity: 'Volumen (miles de kg)',
  price: 'Precio medio kg',
};

/** A workspace with the cells that are scored and their market prices. */
async function workspaceOf(folder: string, market: 'national' | 'wholesale'): Promise<Workspace> {
  const workspace = await Workspace.open(join(folder, 'ws'), { lang: 'en' });
  // A copy: rows that are refused are written beside the file they come from.
  const panel = join(folder, 'panel.txt.gz');
  copyFileSync(PANEL, panel);
  if (market === 'national') {
    for (const region of REGIONS.slice(0, 4))
      await workspace.importFiles([panel], { kind: 'sales', map: SALES, only: { CCAA: region }, unit: 't' });
    const map = { date: 'Año+Mes', product: 'Producto', price: 'Precio medio kg' };
    // Thirteen months in which nobody bought a product have a price of 0.
    await workspace.importFiles([panel], { kind: 'market', map, only: { CCAA: 'Total Nacional' }, skipBad: true });
    return workspace;
  }
  for (const [name, product] of Object.entries(WHOLESALE)) {
    for (const region of REGIONS)
      await workspace.importFiles([panel], {
        kind: 'sales',
        map: SALES,
        only: { CCAA: region, Producto: product },
        unit: 't',
      });
    await workspace.importFiles([WEEKLY], {
      kind: 'market',
      map: { date: 'INICIO', price: 'PRECIO' },
      product,
      only: { PRODUCTO: name, POSICION: 'Mercas' },
    });
  }
  return workspace;
}

/** Backtests of two origins a quarter apart, three months ahead. */
export async function benchMarketData(): Promise<void> {
  if (!existsSync(PANEL) || !existsSync(WEEKLY)) {
    console.log(`market data: not run, there is no ${PANEL} or ${WEEKLY}`);
    return;
  }
  console.log('| market price | until | cells | RMSSE without | with | ratio | WAPE without | with | ratio |');
  console.log('|---|---|---|---|---|---|---|---|---|');
  for (const market of ['national', 'wholesale'] as const) {
    const folder = mkdtempSync(join(tmpdir(), 'demanda-market-'));
    const workspace = await workspaceOf(folder, market);
    try {
      for (const until of ['2019-12-31', '2020-11-30']) {
        const protocol = { until, horizonDays: 92, stepDays: 92, origins: 2, minRows: 12 };
        const documents = [await workspace.backtest(protocol), await workspace.backtest({ ...protocol, market: true })];
        const [without, withMarket] = documents.map(
          (d) => d.methods.find((m) => m.name === 'demanda') as (typeof d.methods)[number],
        );
        if (!without || !withMarket) throw new RangeError('a backtest has the product among its methods');
        const pair = (key: 'rmsse' | 'wape'): string => {
          const a = without[key] as number;
          const b = withMarket[key] as number;
          return `${a.toFixed(3)} | ${b.toFixed(3)} | ${(b / a).toFixed(3)}`;
        };
        console.log(`| ${market} | ${until} | ${documents[0]?.cells} | ${pair('rmsse')} | ${pair('wape')} |`);
      }
    } finally {
      await workspace.close();
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

if (import.meta.main) await benchMarketData();
