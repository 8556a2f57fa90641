/** What products sell and take in together: totals that add up, from a product to all merchants. */

import type { ImportIssue } from '../contract/documents.ts';
import { foldedText } from '../contract/folded-text.ts';
import { checkOptions } from '../contract/options/check-options.ts';
import { LARGEST_AMOUNT } from '../contract/options/option.ts';
import { TOTALS } from '../contract/options/price.ts';
import type { TotalRow, TotalsDocument, TotalsOfPeriod } from '../contract/totals.ts';
import type { DemandModel } from '../core/demand/demand-model.ts';
import { type CellOutlook, cellOutlook } from '../core/hierarchy/cell-outlook.ts';
import type { PlaceTotal } from '../core/hierarchy/place-total.ts';
import { totalsOf } from '../core/hierarchy/totals.ts';
import type { CellSeries, Holiday } from '../core/series/cell-series.ts';
import { coveredDays, gridOf } from '../core/series/periods.ts';
import type { TotalGap } from '../core/vocabulary.ts';
import { readPricePlan } from '../data/read-price-plan.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { header, holidaysAround, type WorkspaceContext } from './context.ts';
import { isoDate } from './dates.ts';
import { noteIn } from './import-notes.ts';
import type { CellChoice } from './names.ts';
import type { PricePlan, TotalsOptions } from './options.ts';
import { checkFrom, type PlannedSpan, plannedRows, plannedSpan, spanFields } from './planned-rows.ts';
import { findModelAmong } from './trained-cells.ts';

/** Days without a sale after which a product is taken to be sold no more, and left out of what will be sold. */
const GONE_DAYS = { daily: 91, weekly: 91, monthly: 183 } as const;
/** Products that a note names. */
const NAMED = 10;

/** A product in a total. */
interface Counted {
  readonly outlook: CellOutlook;
  readonly product: string;
}

/** Products whose rows cover the same days. */
interface Group {
  readonly span: PlannedSpan;
  /** What each period of its rows covers, by the number of the period. */
  readonly covered: Map<number, { readonly from: number; readonly to: number }>;
  readonly counted: Counted[];
}

type Missing = TotalsDocument['missing'][number];

/** @throws DemandaError MODELS_NONE, SCENARIO_PRICE, FROM_BEFORE_LAST_SALE, FROM_TOO_FAR, those of a file of prices */
export async function totals(context: WorkspaceContext, options: TotalsOptions = {}): Promise<TotalsDocument> {
  checkOptions(TOTALS, options);
  const plan = await planOf(options);
  const { merchant, product, productType } = options;
  const filter = await context.names.sold({
    ...(merchant !== undefined && { merchant }),
    ...(product !== undefined && { product }),
    ...(productType !== undefined && { productType }),
  });
  const lastSale = await lastSaleOf(context, filter);
  const [missing, groups] = [[] as Missing[], new Map<string, Group>()];
  const holidays = await holidaysAround(context);
  for await (const series of context.store.sales.stream(filter)) {
    const found = await findModelAmong(context, series, {});
    const gap = found ? gapOf(series, lastSale) : 'NO_MODEL';
    if (gap !== null || !found)
      missing.push({ merchant: series.merchant, product: series.product, reason: gap ?? 'NO_MODEL' });
    else add(groups, series, found.model, { options, lastSale, plan, holidays });
  }
  missing.push(...(await withoutSales(context, filter)));
  if (groups.size === 0 && missing.every(({ reason }) => reason === 'NO_MODEL'))
    throw new DemandaError('MODELS_NONE', {});
  return {
    ...(await header(context)),
    totals: [...groups.values()].sort((a, b) => b.counted.length - a.counted.length).map(totalsOfGroup),
    missing,
    notes: plan.notes(context),
  };
}

/** The latest day with a row of those asked for: all totals begin after it. */
async function lastSaleOf({ store }: WorkspaceContext, { merchant }: CellChoice): Promise<number> {
  return (await store.cells.span(merchant)).lastDay ?? Number.NEGATIVE_INFINITY;
}

/** Why a product with a model is left out; null where it counts. */
function gapOf({ days, quantity, frequency }: CellSeries, lastSale: number): TotalGap | null {
  const last = quantity.findLastIndex((sold) => sold > 0);
  if (last < 0) return 'NO_SALES';
  return lastSale - days[last] > GONE_DAYS[frequency] ? 'NOT_SOLD_LATELY' : null;
}

async function withoutSales({ store }: WorkspaceContext, choice: CellChoice): Promise<Missing[]> {
  const { merchant, product, productType } = choice;
  if (productType !== undefined) return [];
  const unsold = await store.cells.unsold();
  return unsold
    .filter((cell) => (merchant ?? cell.merchant) === cell.merchant && (product ?? cell.product) === cell.product)
    .map((cell) => ({ merchant: cell.merchant, product: cell.product, reason: 'NO_SALES' }));
}

/** Planned prices by product, and which of them met one. */
class Plan {
  private readonly prices = new Map<string, number>();
  private readonly unused = new Map<string, string>();

  constructor(prices: PricePlan['prices']) {
    for (const { product, price } of prices) {
      if (!(price > 0 && price < LARGEST_AMOUNT))
        throw new DemandaError('SCENARIO_PRICE', { product, price: String(price) });
      if (this.prices.has(foldedText(product))) throw new DemandaError('TOTALS_TWICE', { product });
      this.prices.set(foldedText(product), price);
      this.unused.set(foldedText(product), product);
    }
  }

  priceOf(product: string): number | undefined {
    const key = foldedText(product);
    this.unused.delete(key);
    return this.prices.get(key);
  }

  notes({ lang }: WorkspaceContext): ImportIssue[] {
    if (this.unused.size === 0) return [];
    const names = [...this.unused.values()].slice(0, NAMED).join(', ');
    return [noteIn(new DemandaError('TOTALS_NOTE_UNKNOWN', { names }), lang)];
  }
}

async function planOf({ prices = [], pricesFile }: TotalsOptions): Promise<Plan> {
  return new Plan([...prices, ...(pricesFile === undefined ? [] : await readPricePlan(pricesFile))]);
}

interface Known {
  readonly options: TotalsOptions;
  readonly lastSale: number;
  readonly plan: Plan;
  readonly holidays: readonly Holiday[];
}

function add(
  groups: Map<string, Group>,
  series: CellSeries,
  model: DemandModel,
  { options: { from, horizon }, lastSale, plan, holidays }: Known,
): void {
  checkFrom(series, lastSale, from);
  const asked = { ...(from !== undefined && { from }), ...(horizon !== undefined && { horizon }) };
  const span = plannedSpan(series, model, lastSale, asked);
  const planned = plannedRows(series, span, plan.priceOf(series.product) ?? model.todayPrice);
  const outlook = cellOutlook({ model, series, planned }, holidays);
  const key = `${series.frequency} ${span.from} ${span.to}`;
  const group: Group = groups.get(key) ?? { span, covered: new Map(), counted: [] };
  groups.set(key, group);
  const grid = gridOf(series.frequency, series.days);
  outlook.periods.forEach((period, row) => {
    if (!group.covered.has(period)) group.covered.set(period, coveredDays(grid, planned.days[row]));
  });
  group.counted.push({ outlook, product: series.product });
}

function totalsOfGroup({ span, covered, counted }: Group): TotalsOfPeriod {
  const { tree, places, windows, reconciled, periods } = totalsOf(counted.map(({ outlook }) => outlook));
  const members = new Float64Array(tree.parent.length).fill(1, 0, tree.leaves);
  const below = Array.from(tree.parent, () => [] as number[]);
  tree.parent.forEach((above, place) => {
    if (above < 0) return;
    members[above] = members[above] + members[place];
    below[above]?.push(place);
  });
  const rowOf = (place: number): TotalRow => {
    const total = places[place] as PlaceTotal;
    const node = tree.nodes[place - tree.leaves];
    const cell = counted[place];
    return {
      level: node?.level ?? 'product',
      merchant: node ? node.merchant : (cell?.outlook.merchant ?? null),
      productType: node ? node.productType : (cell?.outlook.productType ?? null),
      product: cell?.product ?? null,
      ...expectedOf(total),
      unreconciled: total.unreconciled,
      products: members[place],
      periods: total.periods.map((one, i) => {
        const { from, to } = covered.get(periods[i]) as { from: number; to: number };
        return { from: isoDate(from), to: isoDate(to), ...expectedOf(one) };
      }),
    };
  };
  const rowsFrom = (place: number): TotalRow[] => [rowOf(place), ...(below[place] as number[]).flatMap(rowsFrom)];
  const root = tree.parent.length - 1;
  const merchants = below[root] as number[];
  const top = merchants.length === 1 ? (merchants[0] as number) : root;
  return {
    frequency: counted[0]?.outlook.frequency as TotalsOfPeriod['frequency'],
    ...spanFields(span),
    products: counted.length,
    windows,
    reconciled,
    rows: rowsFrom(top),
  };
}

function expectedOf({
  revenue,
  quantity,
}: Pick<PlaceTotal, 'revenue' | 'quantity'>): Pick<TotalRow, 'revenue' | 'quantities'> {
  return { revenue, quantities: [...quantity].map(([unit, span]) => ({ unit, quantity: span })) };
}
