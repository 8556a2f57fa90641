/** Prices of a merchant's products, sought together. */

import { cellKey } from '../contract/cell-name.ts';
import type {
  ImportIssue,
  MerchantPortfolio,
  PortfolioDocument,
  PortfolioItem,
  PortfolioRule,
  Recommendation,
} from '../contract/documents.ts';
import { foldedText } from '../contract/folded-text.ts';
import { checkOptions } from '../contract/options/check-options.ts';
import { GUARDRAIL_OPTIONS, PORTFOLIO, RECOMMEND } from '../contract/options/price.ts';
import type { CrossEvidence } from '../core/demand/cross-evidence.ts';
import type { CrossBelief } from '../core/portfolio/cross-effects.ts';
import type { LineRule } from '../core/portfolio/line-rules.ts';
import { beliefsOf, type Portfolio, type PortfolioProduct, portfolioOf } from '../core/portfolio/portfolio.ts';
import { latticeOf } from '../core/pricing/price-lattice.ts';
import type { CellSeries, Holiday } from '../core/series/cell-series.ts';
import type { ProductLine } from '../data/read-product-lines.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { crossOfCell } from '../fleet/cross-cell.ts';
import type { Executor } from '../fleet/executor.ts';
import { inParallel } from '../fleet/in-parallel.ts';
import { priceReady, type ReadyToPrice, readyToPrice } from './cell-pricing.ts';
import { header, holidaysAround, type WorkspaceContext } from './context.ts';
import { noteIn } from './import-notes.ts';
import { givenLines, linesKeptOf } from './kept-lines.ts';
import { isOf, lineRulesOf } from './line-rules.ts';
import type { PortfolioOptions } from './options.ts';
import { type ProposedPlan, planProposals, proposePlans } from './plan-proposals.ts';
import { checkFrom, LastSales, spanFields } from './planned-rows.ts';
import { roomOf } from './portfolio-limits.ts';
import { executorForPrices } from './pricing.ts';
import { findModelAmong } from './trained-cells.ts';

/** Others of a type whose prices are looked at beside a product's own: those that take in most. */
const MOST_OTHERS = 40;

/** A product with its model, its own recommendation, and what its rows say of other prices. */
interface KnownProduct {
  readonly ready: ReadyToPrice;
  readonly alone: Recommendation;
  /** Places of the others of its type, among the merchant's products. */
  readonly others: readonly number[];
  /** What each takes in, adding to 1. */
  readonly shares: Float64Array;
  readonly evidence: CrossEvidence | null;
}

export interface KnownMerchant {
  readonly merchant: string;
  readonly products: readonly KnownProduct[];
}

/**
 * Prices that earn most together, merchant by merchant; what the prices of a product type do to each other is learned
 * from all merchants that are asked for.
 *
 * @throws DemandaError as recommend does, and those of the file of product lines
 */
export async function portfolio(
  context: WorkspaceContext,
  { keep = false, replaceApproved = false, ...options }: PortfolioOptions = {},
): Promise<PortfolioDocument> {
  const { found, notes } = await foundPortfolios(context, options);
  const items = found.flatMap(({ known, result, document }) =>
    document.recommended ? planProposals(alonesOf(known), pricesTogether(result)) : [],
  );
  const kept = keep ? await proposePlans(context, items, replaceApproved) : null;
  return { ...(await header(context)), portfolios: found.map(({ document }) => document), notes, kept };
}

/** A merchant with the prices found and what they are told from. */
export interface FoundPortfolio {
  readonly known: KnownMerchant;
  readonly beliefs: readonly (CrossBelief | null)[];
  /** How much of a product's profit counts, by its place, where it is not 1. */
  readonly weights: ReadonlyMap<number, number>;
  readonly result: Portfolio;
  readonly document: MerchantPortfolio;
}

/** @throws DemandaError as portfolio does */
export async function foundPortfolios(
  context: WorkspaceContext,
  options: Omit<PortfolioOptions, 'keep' | 'replaceApproved'>,
): Promise<{ readonly found: readonly FoundPortfolio[]; readonly notes: ImportIssue[] }> {
  checkOptions(RECOMMEND, options);
  checkOptions(PORTFOLIO, options);
  checkOptions(GUARDRAIL_OPTIONS, options.guardrails ?? {});
  const given = await givenLines(options);
  const merchants = await knownMerchants(context, options);
  const lines =
    given ??
    (await linesKeptOf(
      context,
      merchants.map(({ merchant }) => merchant),
    ));
  const beliefs = beliefsByProduct(merchants);
  const found = merchants.map((known): FoundPortfolio => {
    const { rules, weights } = lineRulesOf(lines, known.merchant, namesOf(known), {
      mostChanges: options.mostChanges ?? null,
      mostDearer: options.mostDearer ?? null,
      mostCheaper: options.mostCheaper ?? null,
    });
    const own = known.products.map(({ ready }) => beliefs.cells.get(cellKey(ready.cell.series)) ?? null);
    const result = portfolioOf(
      known.products.map((product, i) => productOf(product, weights.get(i))),
      own,
      rules,
    );
    return { known, beliefs: own, weights, result, document: documentOf(known, rules, result, beliefs) };
  });
  return { found, notes: notesOf(context, options, lines, merchants) };
}

const alonesOf = ({ products }: KnownMerchant): Recommendation[] => products.map(({ alone }) => alone);
const namesOf = (known: KnownMerchant): string[] => alonesOf(known).map(({ product }) => product);

/** Reads merchant by merchant what prices are worked out from. */
async function knownMerchants(context: WorkspaceContext, options: PortfolioOptions): Promise<KnownMerchant[]> {
  const holidays = await holidaysAround(context);
  const lastSales = new LastSales(context);
  const filter = await context.names.sold(options);
  const executor = executorForPrices(context, await context.store.cells.count(filter));
  const merchants: KnownMerchant[] = [];
  try {
    let cells: ReadyToPrice[] = [];
    const close = async (): Promise<void> => {
      const merchant = cells[0]?.cell.series.merchant;
      requireOneSpan(cells);
      if (merchant !== undefined)
        merchants.push({ merchant, products: await knownProducts(cells, holidays, executor) });
      cells = [];
    };
    for await (const series of context.store.sales.stream(filter)) {
      const trained = await findModelAmong(context, series, options);
      if (!trained) continue;
      if (cells.length > 0 && cells[0]?.cell.series.merchant !== series.merchant) await close();
      const lastSale = await lastSales.of(series.merchant);
      checkFrom(series, lastSale, options.from);
      cells.push(await readyToPrice(context, { series, lastSale, ...trained, holidays }, options));
    }
    await close();
  } finally {
    await executor?.close();
  }
  if (merchants.length === 0) throw new DemandaError('MODELS_NONE', {});
  return merchants;
}

/** Sums are of the same days. @throws DemandaError PORTFOLIO_SPANS for daily products beside weekly ones */
function requireOneSpan(cells: readonly ReadyToPrice[]): void {
  const [first] = cells;
  const other = cells.find(({ span }) => span.from !== first?.span.from || span.to !== first?.span.to);
  if (!first || !other) return;
  throw new DemandaError('PORTFOLIO_SPANS', {
    merchant: first.cell.series.merchant,
    first: first.cell.series.product,
    second: other.cell.series.product,
  });
}

async function knownProducts(
  cells: readonly ReadyToPrice[],
  holidays: readonly Holiday[],
  executor: Executor | null,
): Promise<KnownProduct[]> {
  const revenues = cells.map(({ cell }) => recentRevenue(cell.series));
  const jobs = cells.map((ready, place) => {
    const { series } = ready.cell;
    const others = othersOf(cells, revenues, place);
    const all = others.reduce((sum, other) => sum + (revenues[other] as number), 0);
    const shares = Float64Array.from(others, (other) =>
      all > 0 ? (revenues[other] as number) / all : 1 / others.length,
    );
    return { ready, series, others, shares, place };
  });
  const products = new Array<KnownProduct>(cells.length);
  await inParallel(
    jobs,
    executor === null ? 1 : executor.concurrency * 2,
    async ({ ready, series, others, shares }) => {
      const alone = await priceReady(ready, executor);
      const evidence =
        others.length === 0 || ready.cell.model.pricesFollow === true
          ? null
          : await evidenceOf(
              series,
              others.map((other) => (cells[other] as ReadyToPrice).cell.series),
              holidays,
              executor,
            );
      return { ready, alone, others, shares, evidence };
    },
    ({ place }, product) => {
      products[place] = product;
    },
  );
  return products;
}

/** Products of the same type whose rows lie on the same days: those that take in most. */
function othersOf(cells: readonly ReadyToPrice[], revenues: readonly number[], place: number): number[] {
  const { productType, frequency } = (cells[place] as ReadyToPrice).cell.series;
  return cells
    .flatMap(({ cell: { series } }, other) =>
      other !== place && series.productType === productType && series.frequency === frequency ? [other] : [],
    )
    .sort((a, b) => (revenues[b] as number) - (revenues[a] as number) || a - b)
    .slice(0, MOST_OTHERS)
    .sort((a, b) => a - b);
}

/** What the latest rows took in: a year of days, two years of weeks or months at most. */
function recentRevenue({ quantity, price }: CellSeries): number {
  let sum = 0;
  for (let i = Math.max(0, quantity.length - 365); i < quantity.length; i++)
    if (price[i] > 0 && quantity[i] > 0) sum += price[i] * quantity[i];
  return sum;
}

async function evidenceOf(
  series: CellSeries,
  others: readonly CellSeries[],
  holidays: readonly Holiday[],
  executor: Executor | null,
): Promise<CrossEvidence | null> {
  const input = { series, others: others.map(({ days, price }) => ({ days, price })), holidays };
  const work = { kind: 'cross', id: cellKey(series), knowledge: null, input } as const;
  const done = executor ? await executor.run(work) : null;
  if (done?.ok) return done.value;
  // What failed elsewhere fails here with its own error.
  return crossOfCell(input);
}

/** By product type over all merchants, by key of the cell. */
function beliefsByProduct(merchants: readonly KnownMerchant[]): Beliefs {
  const cells = new Map<string, CrossBelief | null>();
  const types = new Map<string, { readonly probability: number; readonly total: number }>();
  const byType = Map.groupBy(
    merchants.flatMap(({ products }) =>
      products.map(({ others, ...product }) => ({
        ...product,
        others: others.map((other) => (products[other] as KnownProduct).alone.product),
      })),
    ),
    ({ ready }) => ready.cell.series.productType,
  );
  for (const [productType, products] of byType) {
    const { group, beliefs } = beliefsOf(
      products.map(({ ready, others, shares, evidence }) => ({ model: ready.cell.model, others, shares, evidence })),
    );
    if (beliefs.some((belief) => belief !== null))
      types.set(productType, { probability: group.probability, total: group.total });
    products.forEach(({ ready }, i) => {
      cells.set(cellKey(ready.cell.series), beliefs[i] ?? null);
    });
  }
  return { cells, types };
}

interface Beliefs {
  readonly cells: ReadonlyMap<string, CrossBelief | null>;
  readonly types: ReadonlyMap<string, { readonly probability: number; readonly total: number }>;
}

/** A product as prices are sought for it. @param weight of its profit; 1 unless told */
export function productOf(
  { ready, alone, others, evidence }: KnownProduct,
  weight: number | undefined,
): PortfolioProduct {
  const { cell, guardrails } = ready;
  const { model, series, planned, priceStep } = cell;
  return {
    ...{ model, planned, others, evidence },
    unitCost: alone.unitCost,
    costAssumed: alone.assumptions.some(({ code }) => code === 'UNIT_COST'),
    sold: series.days.length > 0,
    allowed: roomOf(ready, alone).allowed,
    lattice: guardrails.priceEnding === null ? { period: priceStep, offset: 0 } : latticeOf(guardrails.priceEnding),
    alonePrice: alone.recommended ? alone.price : model.todayPrice,
    ...(weight !== undefined && { weight }),
  };
}

function documentOf(
  { merchant, products }: KnownMerchant,
  rules: readonly LineRule[],
  result: Portfolio,
  beliefs: Beliefs,
): MerchantPortfolio {
  const first = products[0] as KnownProduct;
  const { from, to, horizonDays } = spanFields(first.ready.span);
  const names = products.map(({ alone }) => alone.product);
  const types = new Set(products.map(({ ready }) => ready.cell.series.productType));
  return {
    ...{ merchant, from, to, horizonDays },
    products: products.map(({ ready, alone }, i): PortfolioItem => {
      const { productType, unit } = ready.cell.series;
      const { price, demand, profit, demandToday, profitToday } = result.products[i] as Portfolio['products'][number];
      return {
        ...{ product: alone.product, productType, unit },
        todayPrice: ready.cell.model.todayPrice,
        alonePrice: alone.recommended ? alone.price : ready.cell.model.todayPrice,
        ...{ price, demand, profit, demandToday, profitToday },
        held: [...roomOf(ready, alone).held],
      };
    }),
    profit: result.profit,
    gain: result.gain,
    probabilityBetter: result.probabilityBetter,
    recommended: isWorthwhile(products, result),
    rules: rules.map((rule, k) => ruleOf(rule, k, names, result)),
    effects: result.effects
      .filter(({ elasticity: { low, high } }) => low > 0 || high < 0)
      .map(({ product, of, elasticity }) => ({
        product: names[product] as string,
        of: names[of] as string,
        elasticity,
      })),
    types: [...types].flatMap((productType) => {
      const type = beliefs.types.get(productType);
      return type ? [{ productType, ...type }] : [];
    }),
  };
}

/** By the same limits that a single change of price is judged by. */
function isWorthwhile(products: readonly KnownProduct[], { gain, probabilityBetter, profit }: Portfolio): boolean {
  if (probabilityBetter === null) return false;
  // The strictest of the products' own.
  const most = (of: 'minProbability' | 'minGain'): number =>
    products.reduce((most, { ready }) => Math.max(most, ready.guardrails[of] ?? 0), 0);
  return probabilityBetter >= most('minProbability') && gain.value >= most('minGain') * Math.abs(profit.today.value);
}

function ruleOf(rule: LineRule, place: number, names: readonly string[], result: Portfolio): PortfolioRule {
  const binding = result.binding.find((one) => one.rule === place);
  const state = result.broken.includes(place) ? 'broken' : binding ? 'binding' : 'kept';
  const named = (places: readonly number[]): string[] => places.map((at) => names[at] as string);
  const told = { state, shadowPrice: state === 'binding' ? (binding?.shadowPrice ?? null) : null } as const;
  switch (rule.kind) {
    case 'family':
      return { kind: rule.kind, products: named(rule.products), limit: null, ...told };
    case 'pack-size':
      return { kind: rule.kind, products: named([rule.larger, rule.smaller]), limit: null, ...told };
    case 'gap':
      return { kind: rule.kind, products: named([rule.product, rule.below]), limit: rule.least, ...told };
    case 'index':
      return { kind: rule.kind, products: [], limit: Number.isFinite(rule.most) ? rule.most : rule.least, ...told };
    case 'changes':
      return { kind: rule.kind, products: [], limit: rule.most, ...told };
  }
}

function pricesTogether({ products, probabilityBetter }: Portfolio): ProposedPlan {
  const prices = products.map(({ demandToday, profitToday, ...one }) => ({
    ...one,
    today: { demand: demandToday, profit: profitToday },
  }));
  return { prices, probabilityBetter, reason: 'PRICED_TOGETHER' };
}

function notesOf(
  context: WorkspaceContext,
  { linesFile, lines: given }: PortfolioOptions,
  lines: readonly ProductLine[],
  merchants: readonly KnownMerchant[],
): ImportIssue[] {
  const sold = merchants.map((known) => ({
    merchant: known.merchant,
    products: new Set(namesOf(known).map(foldedText)),
  }));
  const unused = lines.flatMap((line) => {
    const asked = sold.filter(({ merchant }) => isOf(line, merchant));
    const lacks = (product: string): boolean => !asked.some(({ products }) => products.has(foldedText(product)));
    return [line.product, ...(line.below === null ? [] : [line.below])]
      .filter(lacks)
      .map((product) => [line.merchant, product].filter((name) => name !== null).join(' / '));
  });
  const notes: ImportIssue[] = [];
  if (linesFile === undefined && given === undefined && lines.length > 0) {
    const of = [...new Set(lines.map(({ merchant }) => merchant))].slice(0, 10).join(', ');
    notes.push(noteIn(new DemandaError('LINES_NOTE_KEPT', { merchants: of }), context.lang));
  }
  if (unused.length === 0) return notes;
  const names = [...new Set(unused)].slice(0, 10).join(', ');
  return [
    ...notes,
    noteIn(new DemandaError('LINES_NOTE_UNKNOWN', { file: linesFile ?? 'lines', names }), context.lang),
  ];
}
