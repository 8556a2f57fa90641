/** What a training that is about to start will do, as its form has it and as the API wants it. */

import type { OverviewRow, TrainingOptionsBody } from '../../contract/api.ts';
import type { CellName } from '../../contract/cell-name.ts';
import { typedWhole } from '../../contract/typed-number.ts';
import { getJson, withQuery } from '../api-client.ts';

/** Cells: every one, those without a model, those of a merchant and type, those that the address names. */
export type TrainScope = 'all' | 'untrained' | 'some' | 'named';

export const DEPTHS = ['exact', 'quick', 'normal', 'deep', 'own'] as const;
export type Depth = (typeof DEPTHS)[number];
const DEPTH_ITERATIONS: Readonly<Record<Exclude<Depth, 'own'>, number | null>> = {
  exact: null,
  quick: 2_000,
  normal: 10_000,
  deep: 100_000,
};

/** Options that are whole numbers, which the form keeps as they were typed. */
export const NUMBER_OPTIONS = [
  'simulatedRows',
  'patience',
  'searchEvery',
  'checkpointEvery',
  'seed',
  'workers',
] as const satisfies readonly (keyof TrainingOptionsBody)[];
export type NumberOption = (typeof NUMBER_OPTIONS)[number];

export interface TrainPlan {
  readonly scope: TrainScope;
  /** Of the scope 'some'; '' for all. */
  readonly merchant: string;
  readonly productType: string;
  readonly depth: Depth;
  /** Of the depth 'own', as typed. */
  readonly iterations: string;
  readonly market: boolean;
  readonly numbers: Readonly<Partial<Record<NumberOption, string>>>;
}

export const FIRST_PLAN: TrainPlan = {
  scope: 'all',
  merchant: '',
  productType: '',
  depth: 'normal',
  iterations: '20000',
  market: false,
  numbers: {},
};

/** Iterations a cell; null for the exact solver. */
export function budgetOf({ depth, iterations }: TrainPlan): number | null {
  return depth === 'own' ? typedWhole(iterations) : DEPTH_ITERATIONS[depth];
}

export function optionsOf(plan: TrainPlan): TrainingOptionsBody {
  const iterations = budgetOf(plan);
  const market = plan.market ? { market: true } : {};
  if (iterations === null) return market;
  const typed = NUMBER_OPTIONS.flatMap((name) =>
    plan.numbers[name] ? [[name, typedWhole(plan.numbers[name])] as const] : [],
  );
  // A new training of these cells: an interrupted one is gone on with from its own page.
  return { iterations, ...market, ...Object.fromEntries(typed), fresh: true };
}

/** @param named cells of the scope 'named' @returns null for every cell */
export async function cellsOf(
  { scope, merchant, productType }: TrainPlan,
  named: readonly CellName[],
): Promise<readonly CellName[] | null> {
  if (scope === 'all') return null;
  if (scope === 'named') return named;
  return everyCell(scope === 'untrained' ? { state: 'untrained' } : { merchant, productType });
}

/** Every cell of a filter, page by page. */
async function everyCell(filter: Readonly<Record<string, string>>): Promise<readonly CellName[]> {
  const cells: CellName[] = [];
  let cursor: string | null = null;
  do {
    const page: { readonly items: readonly OverviewRow[]; readonly nextCursor: string | null } = await getJson(
      withQuery('/api/overview', { ...filter, limit: 1_000, cursor }),
    );
    cells.push(...page.items.map(({ merchant, product }) => ({ merchant, product })));
    cursor = page.nextCursor;
  } while (cursor !== null);
  return cells;
}
