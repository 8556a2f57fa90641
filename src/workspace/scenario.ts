/** Plans of a merchant's prices side by side: what all products sell and earn at each. */

import { parse } from 'node:path';
import { cellKey } from '../contract/cell-name.ts';
import type {
  ImportIssue,
  KeptProposals,
  Recommendation,
  ScenarioDocument,
  ScenarioPlan,
  ScenarioProduct,
} from '../contract/documents.ts';
import { foldedText } from '../contract/folded-text.ts';
import { LARGEST_AMOUNT } from '../contract/options/option.ts';
import { type CompetitorEffect, type Following, followedModel } from '../core/competitors/competitor-effect.ts';
import type { PortfolioProduct } from '../core/portfolio/portfolio.ts';
import { type PlanOutlook, plansOf } from '../core/portfolio/price-plans.ts';
import { pricesAround } from '../core/pricing/price-lattice.ts';
import type { PlanKind } from '../core/vocabulary.ts';
import { readPricePlan } from '../data/read-price-plan.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { assumedFollowing, followingOf, knownEffects, knownReactions } from './competitor-effects.ts';
import { header, type WorkspaceContext } from './context.ts';
import { noteIn } from './import-notes.ts';
import type { PricePlan, ScenarioOptions } from './options.ts';
import { planProposals, proposePlans } from './plan-proposals.ts';
import { type FoundPortfolio, foundPortfolios, productOf } from './portfolio.ts';

/** Prices nearer than this, as a share, are one. */
const SAME_PRICE = 1e-6;

/** Prices of a plan, one a product. */
interface Plan {
  readonly kind: PlanKind;
  readonly name: string | null;
  readonly prices: readonly number[];
}

/**
 * What a merchant's products sell and earn as today, at the best price of each alone, at the best prices together and
 * by plans of somebody's own, others answering by what prices do to each other.
 *
 * @throws DemandaError as portfolio does and those of a file of prices, SCENARIO_PRICE, SCENARIO_PRODUCT,
 * SCENARIO_PLAN, SCENARIO_LIMIT
 */
export async function scenario(
  context: WorkspaceContext,
  { plans: given = [], pricesFile, propose, replaceApproved = false, competitorFollows, ...options }: ScenarioOptions,
): Promise<ScenarioDocument> {
  const plans = pricesFile === undefined ? given : [...given, await planOfFile(pricesFile)];
  checkPlans(plans);
  const { found, notes } = await foundPortfolios(context, options);
  const [one] = found as [FoundPortfolio, ...FoundPortfolio[]];
  const rivals = await rivalsOf(context, one, competitorFollows);
  const products = one.known.products.map((known, i) => productOf(known, one.weights.get(i)));
  const asked = plansAsked(one, plans);
  const outlooks = outlooksOf(one, products, asked);
  const told = asked.map((plan, k) => planOf(plan, outlooks[k] as PlanOutlook, one, products));
  if (rivals.following !== null) {
    const moving = asked.filter(({ kind }) => kind !== 'today');
    const followed = outlooksOf(one, followedProducts(one, products, rivals), moving);
    const follows = rivals.following;
    told.push(...moving.map((plan, k) => ({ ...planOf(plan, followed[k] as PlanOutlook, one, products), follows })));
  }
  const kept = propose === undefined ? null : await keep(context, one, told, propose, replaceApproved);
  return { ...(await header(context)), portfolio: one.document, plans: told, notes: [...notes, ...rivals.notes], kept };
}

/** What is known of competitors for plans in which they follow. */
interface Rivals {
  /** Of each product's changes, in their order; null: no competitor is known to matter, or how it follows. */
  readonly products: readonly ({ readonly effect: CompetitorEffect; readonly following: Following } | null)[];
  /** A mean over products; null: there is no such plan. */
  readonly following: number | null;
  readonly notes: readonly ImportIssue[];
}

async function rivalsOf(
  context: WorkspaceContext,
  { known: { merchant, products } }: FoundPortfolio,
  follows: number | undefined,
): Promise<Rivals> {
  const assumed = assumedFollowing(context, follows);
  const rivalled = products.some(({ ready }) => ready.cell.series.competitors !== undefined);
  const noted = (code: 'SCENARIO_NOTE_NO_COMPETITORS' | 'SCENARIO_NOTE_REACTION'): Rivals => ({
    ...{ products: products.map(() => null), following: null },
    notes: [noteIn(new DemandaError(code, { merchant }), context.lang)],
  });
  if (!rivalled)
    return assumed === null
      ? { products: products.map(() => null), following: null, notes: [] }
      : noted('SCENARIO_NOTE_NO_COMPETITORS');
  const effects = await knownEffects(context, { merchant });
  if (effects.size === 0) return noted('SCENARIO_NOTE_NO_COMPETITORS');
  const reactions = assumed === null ? await knownReactions(context, [merchant]) : [];
  const found = products.map(({ ready: { cell, span } }) => {
    const effect = effects.get(cellKey(cell.series));
    const following = assumed ?? followingOf(cell.series, span.from, reactions);
    return effect !== undefined && following !== null ? { effect, following } : null;
  });
  const told = found.flatMap((one) => (one === null ? [] : [one.following.value]));
  if (told.length === 0) return noted('SCENARIO_NOTE_REACTION');
  return { products: found, following: told.reduce((sum, value) => sum + value, 0) / told.length, notes: [] };
}

/** Products whose prices competitors follow. */
function followedProducts(
  { beliefs }: FoundPortfolio,
  products: readonly PortfolioProduct[],
  rivals: Rivals,
): PortfolioProduct[] {
  return products.map((product, i) => {
    const rival = rivals.products[i];
    if (!rival) return product;
    // Beside others of the shop the own elasticity is moved by what they do; competitors come on top.
    const model = followedModel(
      product.model,
      beliefs[i] ? { ...rival.effect, ownShift: 0 } : rival.effect,
      rival.following,
    );
    return { ...product, model };
  });
}

/** How a plan of a file is called. */
export function planNameOf(file: string): string {
  return parse(file).name;
}

async function planOfFile(file: string): Promise<PricePlan> {
  return { name: planNameOf(file), prices: await readPricePlan(file) };
}

function checkPlans(plans: readonly PricePlan[]): void {
  for (const { prices } of plans)
    for (const { product, price } of prices)
      if (!(price > 0 && price < LARGEST_AMOUNT))
        throw new DemandaError('SCENARIO_PRICE', { product, price: String(price) });
}

function plansAsked({ known, result }: FoundPortfolio, plans: readonly PricePlan[]): Plan[] {
  const today = known.products.map(({ ready }) => ready.cell.model.todayPrice);
  const names = known.products.map(({ alone }) => alone.product);
  return [
    { kind: 'today', name: null, prices: today },
    {
      kind: 'alone',
      name: null,
      prices: known.products.map(({ alone }, i) => (alone.recommended ? alone.price : (today[i] as number))),
    },
    { kind: 'together', name: null, prices: result.products.map(({ price }) => price) },
    ...plans.map(({ name, prices }): Plan => ({ kind: 'own', name, prices: filled(prices, names, today, known) })),
  ];
}

/** Today's price where a plan says none. @throws DemandaError SCENARIO_PRODUCT for a product without a price to plan */
function filled(
  prices: PricePlan['prices'],
  names: readonly string[],
  today: readonly number[],
  { merchant }: FoundPortfolio['known'],
): number[] {
  const all = [...today];
  const told = new Set<number>();
  for (const { product, price } of prices) {
    const exact = names.indexOf(product);
    const at = exact >= 0 ? exact : names.findIndex((name) => foldedText(name) === foldedText(product));
    if (at < 0) throw new DemandaError('SCENARIO_PRODUCT', { merchant, product });
    if (told.has(at)) throw new DemandaError('SCENARIO_TWICE', { merchant, product });
    told.add(at);
    all[at] = price;
  }
  return all;
}

const unitsOf = ({ document }: FoundPortfolio): string[] => [...new Set(document.products.map(({ unit }) => unit))];

function outlooksOf(
  found: FoundPortfolio,
  products: readonly PortfolioProduct[],
  asked: readonly Plan[],
): readonly PlanOutlook[] {
  const groups = unitsOf(found).map((unit) =>
    found.document.products.flatMap((product, i) => (product.unit === unit ? [i] : [])),
  );
  return plansOf(
    products,
    found.beliefs,
    asked.map(({ prices }) => prices),
    groups,
  );
}

function planOf(
  { kind, name, prices }: Plan,
  outlook: PlanOutlook,
  found: FoundPortfolio,
  products: readonly PortfolioProduct[],
): ScenarioPlan {
  const { revenue, profit, gain, probabilityBetter, sold } = outlook;
  return {
    ...{ kind, name, follows: null, revenue, profit, gain, probabilityBetter },
    changes: products.filter(({ model }, i) => !isSame(prices[i] as number, model.todayPrice)).length,
    sold: unitsOf(found).map((unit, g) => ({ unit, quantity: sold[g] as ScenarioPlan['revenue'] })),
    products: outlook.products.map(
      (one, i): ScenarioProduct => ({
        product: found.document.products[i]?.product as string,
        ...one,
        allowed: isAllowed(one.price, products[i] as PortfolioProduct),
      }),
    ),
  };
}

const isSame = (a: number, b: number): boolean => Math.abs(a / b - 1) < SAME_PRICE;

/** Whether a product's own limits allow a price; today's always may stay. */
function isAllowed(price: number, { allowed: [low, high], lattice, model }: PortfolioProduct): boolean {
  if (isSame(price, model.todayPrice)) return true;
  const within = price >= low * (1 - SAME_PRICE) && price <= high * (1 + SAME_PRICE);
  return within && pricesAround(lattice, price).some((payable) => isSame(payable, price));
}

/** Proposes the prices of a plan. @throws DemandaError SCENARIO_PLAN, SCENARIO_LIMIT where a limit forbids one of them */
async function keep(
  context: WorkspaceContext,
  { known, document }: FoundPortfolio,
  plans: readonly ScenarioPlan[],
  name: string,
  replaceApproved: boolean,
): Promise<KeptProposals> {
  const plan = plans.find((one) => one.kind === 'own' && one.name === name);
  if (!plan) throw new DemandaError('SCENARIO_PLAN', { name });
  const refused = plan.products.filter(({ allowed }) => !allowed);
  if (refused.length > 0)
    throw new DemandaError('SCENARIO_LIMIT', { name, products: refused.map(({ product }) => product).join(', ') });
  const items: Recommendation[] = planProposals(
    known.products.map(({ alone }) => alone),
    {
      prices: plan.products.map(({ price, demand, profit }, i) => {
        const { demandToday, profitToday } = document.products[i] as (typeof document.products)[number];
        return { price, demand, profit, today: { demand: demandToday, profit: profitToday } };
      }),
      probabilityBetter: plan.probabilityBetter,
      reason: 'OWN_PLAN',
    },
  );
  return proposePlans(context, items, replaceApproved);
}
