/** Price tests of products that may sell in each other's place, at the same time in the same shop. */

import type { KeptExperiment, TestedCellPlan } from '../contract/store/experiments.ts';
import { correlation } from '../core/experiments/test-design.ts';
import type { WorkspaceContext } from './context.ts';

/** A test that runs beside another one. */
export interface TestBeside {
  readonly id: string;
  readonly product: string;
  /** Of both prices over the days of the test, -1 to 1. */
  readonly correlation: number;
}

/** Tests that are looked at, the newest. */
const MOST_LOOKED_AT = 1_000;

/** A cell of another test, of the same shop and product type. */
interface Other {
  readonly id: string;
  readonly cell: TestedCellPlan;
}

/** Other tests in force on some of the days, of products of the same shop and type. @param except its own number */
export async function othersBeside(
  { store }: WorkspaceContext,
  { merchant, product }: { readonly merchant: string; readonly product: string },
  [firstDay, lastDay]: readonly [number, number],
  except: number | null,
): Promise<Other[]> {
  // Those of several shops too, and those that were stopped, up to their end.
  const all = await store.experiments.list({ merchant: null }, { limit: MOST_LOOKED_AT, after: null });
  const near = all.items.flatMap(({ id, firstDay: from, endedDay, cells }) =>
    id === except || from > lastDay || endedDay < firstDay
      ? []
      : cells.flatMap((cell) => {
          if (cell.merchant !== merchant || cell.product === product) return [];
          return [{ id: String(id), cell: { ...cell, prices: cell.prices.filter(({ day }) => day <= endedDay) } }];
        }),
  );
  if (near.length === 0) return [];
  const type = (await store.sales.read({ merchant, product }))?.productType;
  const others: Other[] = [];
  for (const other of near) if ((await store.sales.read(other.cell))?.productType === type) others.push(other);
  return others;
}

/** Log of the price over the one without the test, by turn of some days; NaN where it does not run. */
export function pricesByTurn(
  { cell: { prices, basePrice } }: Other,
  firstDay: number,
  days: number,
  turns: number,
): Float64Array {
  const byTurn = new Float64Array(turns).fill(Number.NaN);
  for (const { day, price } of prices) {
    const at = Math.floor(((day - firstDay) * turns) / days);
    if (at < 0 || at >= turns) continue;
    const told = byTurn[at] as number;
    byTurn[at] = (Number.isNaN(told) ? 0 : told) + (Math.log(price / basePrice) * turns) / days;
  }
  return byTurn;
}

/** What runs beside a cell of a test, and how far apart the prices go. */
export async function testsBeside(
  context: WorkspaceContext,
  { id, firstDay, lastDay }: KeptExperiment,
  cell: TestedCellPlan,
): Promise<TestBeside[]> {
  const others = await othersBeside(context, cell, [firstDay, lastDay], id);
  const days = lastDay - firstDay + 1;
  const own = Float64Array.from(cell.prices, ({ price }) => Math.log(price / cell.basePrice));
  return others.map((other) => ({
    id: other.id,
    product: other.cell.product,
    correlation: correlation(own, pricesByTurn(other, firstDay, days, days)),
  }));
}
