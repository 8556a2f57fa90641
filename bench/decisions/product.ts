/** The product's answers about a world, through the library as its users have it: import, training, prices, forecast. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ForecastDocument, Interval, Recommendation } from '../../src/contract/documents.ts';
import type * as product from '../../src/workspace.ts';
import type { Cell, World } from './world.ts';

export interface ProductAnswer {
  readonly elasticity: Interval | null;
  /** Without limits of the change. */
  readonly free: Recommendation;
  readonly guarded: Recommendation;
  /** At today's price, one a period. */
  readonly forecast: readonly { readonly demand: number; readonly low: number; readonly high: number }[];
  /** Of the horizon, where forecasts have one. */
  readonly forecastTotal: Interval | null;
}

type Open = typeof product.Workspace;
export type Workspace = Awaited<ReturnType<Open['open']>>;

/** The workspace of a checkout. */
export async function workspaceOf(root: string): Promise<Open> {
  return ((await import(join(root, 'src/workspace.ts'))) as typeof product).Workspace;
}

const isoDay = (day: number): string => new Date(day * 86_400_000).toISOString().slice(0, 10);

/** Rows of cells as a file of sales, with the columns that the world records. */
export function salesFile(world: World, cells: readonly Pick<Cell, 'merchant' | 'product' | 'rows'>[]): string {
  const { cost, soldOut } = world.recorded;
  const promo = cells.some(({ rows }) => rows.some((row) => row.promo));
  const optional = [promo && 'promo', cost && 'cost', soldOut && 'sold_out', world.waste && 'waste'];
  const head = ['merchant', 'product', 'date', 'quantity', 'price', ...optional.filter((name) => name !== false)];
  const lines = cells.flatMap(({ merchant, product, rows }) =>
    rows.map((row) => {
      const fields: (string | number)[] = [merchant, product, isoDay(row.day), row.quantity, row.price];
      if (promo) fields.push(row.promo ? 1 : 0);
      if (cost) fields.push(row.cost.toFixed(4));
      if (soldOut) fields.push(row.soldOut ? 1 : 0);
      if (world.waste) fields.push(row.waste.toFixed(4));
      return fields.join(',');
    }),
  );
  return `${[head.join(','), ...lines].join('\n')}\n`;
}

/** Opens a workspace in a folder that lasts as long as the work in it. */
export async function withWorkspace<Result>(
  root: string,
  work: (workspace: Workspace, folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'demanda-decisions-'));
  try {
    const workspace = await (await workspaceOf(root)).open(join(folder, 'workspace'), { lang: 'en' });
    try {
      return await work(workspace, folder);
    } finally {
      await workspace.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const keyOf = ({ merchant, product }: { readonly merchant: string; readonly product: string }): string =>
  `${merchant}|${product}`;

/** Answers in the order of the cells; null for a cell that was not trained or has no answer. */
export async function askProduct(
  root: string,
  world: World,
  cells: readonly Cell[],
): Promise<(ProductAnswer | null)[]> {
  if (!world.alone) return askTogether(root, world, cells);
  const answers: (ProductAnswer | null)[] = [];
  for (const cell of cells) answers.push(...(await askTogether(root, world, [cell])));
  return answers;
}

async function askTogether(root: string, world: World, cells: readonly Cell[]): Promise<(ProductAnswer | null)[]> {
  return withWorkspace(root, async (workspace, folder) => {
    const file = join(folder, 'sales.csv');
    writeFileSync(file, salesFile(world, cells));
    await workspace.importFiles([file]);
    const { instrument, assumeMarkup } = world.told;
    const { runs } = await workspace.train({ workers: 1, ...(instrument !== undefined && { instrument }) });
    const asked = assumeMarkup === undefined ? {} : { assumeMarkup };
    const free = await workspace.recommend({ ...asked, guardrails: { maxChange: null, triedRangeMargin: null } });
    const guarded = await workspace.recommend(asked);
    const forecast = await workspace.forecast();
    const runOf = new Map(runs.map((run) => [keyOf(run), run]));
    const freeOf = new Map(free.recommendations.map((item) => [keyOf(item), item]));
    const guardedOf = new Map(guarded.recommendations.map((item) => [keyOf(item), item]));
    const forecastOf = Map.groupBy(forecast.forecasts, keyOf);
    return cells.map((cell) => {
      const key = keyOf(cell);
      const [freely, within] = [freeOf.get(key), guardedOf.get(key)];
      if (!freely || !within) return null;
      return {
        elasticity: runOf.get(key)?.elasticity ?? null,
        free: freely,
        guarded: within,
        forecast: forecastOf.get(key) ?? [],
        forecastTotal: totalOf(forecast, key),
      };
    });
  });
}

/** Total of a cell's horizon in a forecast, where the version at hand gives one: by itself or in the cell's span. */
function totalOf(document: ForecastDocument, key: string): Interval | null {
  const { spans, totals } = document as ForecastDocument & { totals?: readonly ForecastDocument['spans'][number][] };
  for (const found of [...(totals ?? []), ...(spans ?? [])].filter((item) => keyOf(item) === key)) {
    const item = found as unknown as Record<string, unknown>;
    for (const part of [item.total, item.totalDemand, item.demand, item.expectedDemand, item]) {
      const { value, demand, low, high } = (part ?? {}) as Record<string, unknown>;
      const middle = value ?? demand;
      if (typeof middle === 'number' && typeof low === 'number' && typeof high === 'number')
        return { value: middle, low, high };
    }
  }
  return null;
}
