/** The products of a shop priced together: what they know of each other, the prices that earn most, what these bring. */

import { finite } from '../checks.ts';
import type { CrossEvidence } from '../demand/cross-evidence.ts';
import type { DemandModel } from '../demand/demand-model.ts';
import { type DemandCurveDraws, demandCurveDraws } from '../demand/predict.ts';
import { normalQuantile } from '../math/normal-quantile.ts';
import { mean } from '../math/summary.ts';
import { demandDraws } from '../pricing/demand-at.ts';
import { realisedSpan, type Span, span } from '../pricing/gains.ts';
import { heedTodayPrice, unitCostDraws } from '../pricing/price-evidence.ts';
import type { PriceLattice } from '../pricing/price-lattice.ts';
import type { PlannedRows } from '../series/cell-series.ts';
import type { CrossCell } from './cross-cell.ts';
import { type CrossBelief, type GroupBelief, groupBelief } from './cross-effects.ts';
import {
  type CrossDraws,
  crossDraws,
  elasticityDraws,
  ownBelief,
  withinBudget,
  withOwnBelief,
} from './joint-demand.ts';
import { type BindingRule, jointOptimum } from './joint-optimum.ts';
import { type JointProduct, jointDraws } from './joint-profit.ts';
import type { LineRule } from './line-rules.ts';

/** A product of a shop. */
export interface PortfolioProduct {
  readonly model: DemandModel;
  /** Rows of the horizon at today's price, at least one. */
  readonly planned: PlannedRows;
  /** Currency per unit sold, waste included. */
  readonly unitCost: number;
  readonly costAssumed: boolean;
  /** Whether its own rows tell of demand: today's price is heeded then. */
  readonly sold: boolean;
  /** Prices that its own limits allow, ascending; both today's where its price must not move. */
  readonly allowed: readonly [low: number, high: number];
  readonly lattice: PriceLattice;
  /** The price that earns most of it alone, within the same limits. */
  readonly alonePrice: number;
  /** What its rows say of its own price and others'; null where they cannot tell. */
  readonly evidence: CrossEvidence | null;
  /** Places of the products that the evidence is of: see {@link CrossEvidence.told}. */
  readonly others: readonly number[];
  /** How much of its profit counts in what is sought: 1 unless it draws people in. */
  readonly weight?: number;
}

/** What the price of one product does to the demand of another. */
export interface CrossEffect {
  readonly product: number;
  /** Place of the product whose price it is. */
  readonly of: number;
  /** Cross elasticity with its 90 % interval: above 0 they sell in each other's place. */
  readonly elasticity: Span;
}

export interface ProductOutlook {
  readonly price: number;
  /** Over the horizon, all at the prices found. */
  readonly demand: Span;
  readonly profit: Span;
  /** All at today's prices. */
  readonly demandToday: number;
  readonly profitToday: number;
}

export interface Portfolio {
  readonly products: readonly ProductOutlook[];
  readonly profit: { readonly today: Span; readonly alone: Span; readonly together: Span };
  /** Of the prices found over today's. */
  readonly gain: Span;
  /** Share of draws that earn more than today's prices, 0-1; null where no price moves. */
  readonly probabilityBetter: number | null;
  readonly binding: readonly BindingRule[];
  readonly broken: readonly number[];
  /** Largest first, by size. */
  readonly effects: readonly CrossEffect[];
}

/** Draws behind every figure: the price found moves by less than a coin with more. */
const DRAWS = 200;
const GRID_POINTS = 61;
/** Beyond the allowed prices, so that their ends are within the grid. */
const MARGIN = 1.03;

/**
 * What is believed of the products of a type, of all shops that are looked at together. Cells without evidence are
 * missing in the belief, and keep what their models say.
 */
export function beliefsOf(
  cells: readonly (Pick<PortfolioProduct, 'evidence' | 'model'> & {
    /** Names of the others that the evidence was asked of, and what each takes in as a share of all. */
    readonly others: readonly string[];
    readonly shares: Float64Array;
  })[],
): { readonly group: GroupBelief; readonly beliefs: readonly (CrossBelief | null)[] } {
  const told = cells.flatMap((cell, i) => {
    const { evidence } = cell;
    const own = ownBelief(cell.model);
    // A slope without any doubt has nothing that other prices could take of it.
    if (!evidence || !(own.variance > 0)) return [];
    const shares = Float64Array.from(evidence.told, (place) => cell.shares[place]);
    const known: CrossCell = {
      product: cell.model.product,
      of: evidence.told.map((place) => cell.others[place] as string),
      ...{ evidence, own, shares, others: cell.others.length },
    };
    return [{ i, known }];
  });
  const group = groupBelief(told.map(({ known }) => known));
  const beliefs: (CrossBelief | null)[] = cells.map(() => null);
  told.forEach(({ i }, k) => {
    beliefs[i] = group.cells[k] as CrossBelief;
  });
  return { group, beliefs };
}

/**
 * @param beliefs of every product; null: no other price is known to move its demand
 * @throws NotFiniteError for profits beyond the largest number
 */
export function portfolioOf(
  products: readonly PortfolioProduct[],
  beliefs: readonly (CrossBelief | null)[],
  rules: readonly LineRule[],
): Portfolio {
  const joint = jointProducts(products, beliefs);
  const found = jointOptimum(joint, rules);
  const [today, alone, together] = [
    products.map(({ model }) => model.todayPrice),
    products.map(({ alonePrice }) => alonePrice),
    found.prices,
  ].map((prices) => jointDraws(joint, prices)) as [Drawn, Drawn, Drawn];
  const totals = [today, alone, together].map((drawn) => sumsOf(drawn.map(({ profit }) => profit)));
  const [before, single, after] = totals as [Float64Array, Float64Array, Float64Array];
  const gains = after.map((profit, d) => profit - before[d]);
  const moves = found.prices.some((price, i) => Math.abs(price / (today[i] as { price: number }).price - 1) > 1e-6);
  return finite('portfolio', {
    products: together.map(({ price, demand, profit }, i) => ({
      price,
      demand: realisedSpan((joint[i] as JointProduct).curve, demand),
      profit: realisedSpan((joint[i] as JointProduct).curve, profit),
      demandToday: mean((today[i] as { demand: Float64Array }).demand),
      profitToday: mean((today[i] as { profit: Float64Array }).profit),
    })),
    profit: { today: span(before), alone: span(single), together: span(after) },
    gain: span(gains),
    probabilityBetter: moves ? gains.filter((gain) => gain > 0).length / gains.length : null,
    binding: found.binding,
    broken: found.broken,
    effects: effectsOf(products, beliefs),
  });
}

type Drawn = ReturnType<typeof jointDraws>;

export function sumsOf(all: readonly Float64Array[]): Float64Array {
  return (all[0] as Float64Array).map((_, d) => all.reduce((sum, draws) => sum + draws[d], 0));
}

/** Products with their draws: what each sells at its own prices, and what others' prices do to that. */
export function jointProducts(
  products: readonly PortfolioProduct[],
  beliefs: readonly (CrossBelief | null)[],
): JointProduct[] {
  const drawn = products.map((product, i) => {
    const { curve, unitCosts } = ownDraws(product, beliefs[i] ?? null, 1 + i);
    const today = product.model.todayPrice;
    const own = elasticityDraws(curve, today);
    const belief = beliefs[i];
    const told = (product.evidence?.told ?? []).map((place) => product.others[place] as number);
    const cross = belief ? crossDraws(belief, own, told, [1, i]) : [];
    return { curve, unitCosts, own, cross, revenue: today * mean(demandDraws(curve, today)) };
  });
  const cross = withinBudget(drawn);
  return products.map(({ model, allowed, lattice, weight }, i) => ({
    todayPrice: model.todayPrice,
    ...{ allowed, lattice },
    unitCosts: (drawn[i] as { unitCosts: Float64Array }).unitCosts,
    curve: (drawn[i] as { curve: DemandCurveDraws }).curve,
    cross: cross[i] as readonly CrossDraws[],
    ...(weight !== undefined && { weight }),
  }));
}

function ownDraws(
  { model, planned, unitCost, costAssumed, sold, allowed }: PortfolioProduct,
  belief: CrossBelief | null,
  seed: number,
): { readonly curve: DemandCurveDraws; readonly unitCosts: Float64Array } {
  const today = model.todayPrice;
  const [low, high] = [Math.min(allowed[0], today) / MARGIN, Math.max(allowed[1], today) * MARGIN];
  const grid = Float64Array.from({ length: GRID_POINTS }, (_, k) => low * (high / low) ** (k / (GRID_POINTS - 1)));
  const curve = demandCurveDraws(belief ? withOwnBelief(model, belief) : model, planned, grid, DRAWS, seed);
  return sold
    ? heedTodayPrice(curve, today, unitCost, costAssumed)
    : { curve, unitCosts: unitCostDraws(DRAWS, unitCost, costAssumed) };
}

function effectsOf(products: readonly PortfolioProduct[], beliefs: readonly (CrossBelief | null)[]): CrossEffect[] {
  const reach = normalQuantile(0.95);
  return products
    .flatMap(({ evidence, others }, product) => {
      const belief = beliefs[product];
      if (!belief || !evidence) return [];
      const size = belief.mean.length;
      return evidence.told.map((place, k): CrossEffect => {
        const value = belief.mean[k + 1];
        const half = reach * Math.sqrt(Math.max(0, belief.covariance[(k + 1) * size + k + 1]));
        return { product, of: others[place] as number, elasticity: { value, low: value - half, high: value + half } };
      });
    })
    .sort((a, b) => Math.abs(b.elasticity.value) - Math.abs(a.elasticity.value) || a.product - b.product);
}
