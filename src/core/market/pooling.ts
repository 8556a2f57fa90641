/**
 * The market model: what the cells of a workspace say together about each effect, for a cell that must see it without
 * itself.
 */

import { DEFAULT_PRIORS } from '../regression/prior.ts';
import type { Pooling } from '../vocabulary.ts';
import { PUBLISHED_ELASTICITY } from './data/published-elasticities.ts';
import { MemberSums, NOTHING, shrunk, update, type WeightedSum } from './member-sums.ts';
import type { NestedEstimates, VarianceComponents } from './nested-estimates.ts';
import { pauleMandelComponents } from './paule-mandel.ts';
import { normalizeName, publishedElasticity } from './published-priors.ts';
import { type ComponentPrior, fitVarianceComponents } from './variance-components.ts';

/**
 * The effect whose top-level prior is published: the elasticity at the mean price, the coefficient of the design's
 * `price` column.
 */
export const ELASTICITY_EFFECT = 'price';

/**
 * What one cell's own rows say, without any prior. Effects are log multipliers of demand, the elasticity is
 * dimensionless.
 */
export interface CellEstimate {
  readonly merchant: string;
  readonly product: string;
  readonly productType: string;
  /**
   * By effect name (`price`, `weekday0`, `promo` …); an effect that is absent or not finite says nothing and is counted
   * out.
   */
  readonly effects: Readonly<Record<string, { readonly value: number; readonly variance: number }>>;
}

export interface MarketEffect {
  readonly mean: number;
  readonly variance: number;
  /** Other cells that inform it; 0 means published or default knowledge alone. */
  readonly cells: number;
}

interface PooledProduct {
  readonly cells: number;
  /** Σ 1 / (variance + betweenCells). */
  readonly weight: number;
  readonly weightedSum: number;
}
interface PooledType {
  readonly products: Readonly<Record<string, PooledProduct>>;
}
export interface PooledEffect {
  readonly cells: number;
  readonly components: VarianceComponents;
  /**
   * Variance of the market-wide mean before any cell is seen; its mean is 0 after the published mean of the type is
   * taken off.
   */
  readonly topVariance: number;
  readonly method: 'reml' | 'paule-mandel';
  /** Why Paule-Mandel stands in for REML; null when it does not. */
  readonly fallbackReason: string | null;
  readonly iterations: number;
  readonly types: Readonly<Record<string, PooledType>>;
}

/** Plain JSON; sums by group, not cells, so that it stays small however many cells there are. */
export interface MarketModel {
  readonly schema: 1;
  readonly pooling: Pooling;
  readonly cells: number;
  /** Effects of single cells left out because value or variance was not finite. */
  readonly excludedEffects: number;
  /** By merchant (normalised name) with `merchant` pooling, under "" otherwise. */
  readonly groups: Readonly<Record<string, Readonly<Record<string, PooledEffect>>>>;
}

/** The published knowledge about variance components weighs as much as this many groups. */
const PRIOR_DEGREES = 2;
/**
 * Market-wide shift, type, product and cell share the prior variance of an effect equally: with no cells their sum is
 * the published one.
 */
const LEVELS = 4;
/** The effect of the control column of a price that may follow demand. */
export const CONTROL_EFFECT = 'control';
/**
 * What shops' ways of pricing are expected to differ by, as a variance of the control's coefficient; of where they lie
 * together nothing is expected.
 */
const CONTROL_SPREAD = 4;

/**
 * Fits nested variance components per effect (cell in product in product type) and keeps the weighted sums of every
 * group. Names are compared without accents and case. Components by REML with a weak prior (see {@link
 * ComponentPrior}); where it does not converge, Paule-Mandel, recorded in the effect. O(cells) memory and time per
 * effect.
 *
 * @param estimates one per cell; order does not matter
 */
export function fitMarketModel(
  estimates: readonly CellEstimate[],
  options: { readonly pooling: Pooling },
): MarketModel {
  const groups = new Map<string, CellEstimate[]>();
  if (options.pooling !== 'none') {
    for (const estimate of estimates) {
      const key = groupKey(options.pooling, estimate.merchant);
      const members = groups.get(key);
      if (members) members.push(estimate);
      else groups.set(key, [estimate]);
    }
  }
  let excludedEffects = 0;
  const fitted: Record<string, Record<string, PooledEffect>> = Object.create(null);
  for (const [key, members] of groups) {
    const effects: Record<string, PooledEffect> = Object.create(null);
    const tree = orderCells(members);
    const names = new Set<string>();
    for (const member of members) for (const name in member.effects) names.add(name);
    for (const name of [...names].sort()) {
      const gathered = gather(tree, name);
      excludedEffects += gathered.excluded;
      if (gathered.nested.values.length > 0) effects[name] = poolEffect(name, gathered);
    }
    fitted[key] = effects;
  }
  return { schema: 1, pooling: options.pooling, cells: estimates.length, excludedEffects, groups: fitted };
}

/**
 * Mean and variance of each effect of a cell as the market predicts it, variance between cells included. Given the
 * cell's own estimate, its contribution is subtracted first, so that the market is seen without the cell (exact for the
 * means; the variance components are reused). The elasticity is always there: with no other cell it is the published
 * prior. It is to be truncated below 0 where it is drawn from.
 *
 * @param own the estimate of this cell that went into `fitMarketModel`; leave out for a cell that did not
 * @throws RangeError when `own` was not part of the market
 * @example priorFor(market, cell, estimateOfCell).price // { mean: -2.3, variance: 0.3, cells: 41 }
 */
export function priorFor(
  market: MarketModel,
  cell: { readonly merchant: string; readonly product: string; readonly productType: string },
  own?: CellEstimate,
): Record<string, MarketEffect> {
  const key = groupKey(market.pooling, cell.merchant);
  const effects = Object.hasOwn(market.groups, key)
    ? (market.groups[key] as Readonly<Record<string, PooledEffect>>)
    : {};
  const type = normalizeName(cell.productType);
  const product = normalizeName(cell.product);
  const prior: Record<string, MarketEffect> = {};
  for (const name of Object.keys(effects)) {
    const ownEffect = own && Object.hasOwn(own.effects, name) ? own.effects[name] : undefined;
    const usable = ownEffect && isUsable(ownEffect) ? ownEffect : undefined;
    const effect = predictEffect(
      effects[name] as PooledEffect,
      name,
      { productType: cell.productType, type, product },
      usable,
    );
    if (effect !== null) prior[name] = effect;
  }
  if (!Object.hasOwn(prior, ELASTICITY_EFFECT)) {
    const published = publishedElasticity(cell.productType);
    prior[ELASTICITY_EFFECT] = { mean: published.mean, variance: published.variance, cells: 0 };
  }
  return prior;
}

/**
 * Prediction of one effect from the group sums, from the top down; null when no other cell informs it and nothing is
 * published.
 */
function predictEffect(
  effect: PooledEffect,
  name: string,
  { productType, type, product }: { readonly productType: string; readonly type: string; readonly product: string },
  own: { readonly value: number; readonly variance: number } | undefined,
): MarketEffect | null {
  const offset = offsetOf(name, productType);
  const cells = effect.cells - (own ? 1 : 0);
  if (cells === 0 && name !== ELASTICITY_EFFECT) return null;
  const { betweenTypes, betweenProducts, betweenCells } = effect.components;
  const sums = groupSums(effect);
  const ofProducts = sums.products.get(type);
  const pooled = ofProducts?.has(product) ? (effect.types[type] as PooledType).products[product] : undefined;
  if (own && !pooled)
    throw new RangeError(`own estimate must be one that the market was fitted on, got ${productType} / ${product}`);
  const productSums = pooled ? withoutOwn(pooled, own, betweenCells, offset) : NOTHING;
  const typeSums = ofProducts ? ofProducts.with(product, shrunk(productSums, betweenProducts)) : NOTHING;
  const market = sums.types.with(type, shrunk(typeSums, betweenTypes));
  const topWeight = 1 / effect.topVariance + market.weight;
  const top = { mean: market.sum / topWeight, variance: 1 / topWeight };
  const ofType = update(top, betweenTypes, typeSums);
  const ofProduct = update(ofType, betweenProducts, productSums);
  return { mean: offset + ofProduct.mean, variance: ofProduct.variance + betweenCells, cells };
}

function withoutOwn(
  { cells, weight, weightedSum }: PooledProduct,
  own: { readonly value: number; readonly variance: number } | undefined,
  betweenCells: number,
  offset: number,
): WeightedSum {
  if (!own) return { weight, sum: weightedSum };
  // A product that was only this cell is empty without it, exactly: subtraction would leave rounding noise.
  if (cells === 1) return NOTHING;
  const ownWeight = 1 / (own.variance + betweenCells);
  return { weight: weight - ownWeight, sum: weightedSum - ownWeight * (own.value - offset) };
}

interface GroupSums {
  /** Over types. */
  readonly types: MemberSums;
  /** Of each type. */
  readonly products: ReadonlyMap<string, MemberSums>;
}

/** Sums made before: a fleet asks for priors of every cell, and a market has any number of products. */
const groupsOf = new WeakMap<PooledEffect, GroupSums>();
function groupSums(effect: PooledEffect): GroupSums {
  const known = groupsOf.get(effect);
  if (known) return known;
  const { betweenTypes, betweenProducts } = effect.components;
  const products = new Map(
    Object.entries(effect.types).map(([type, pooled]) => [
      type,
      new MemberSums(
        Object.entries(pooled.products).map(([product, { weight, weightedSum }]) => [
          product,
          shrunk({ weight, sum: weightedSum }, betweenProducts),
        ]),
      ),
    ]),
  );
  const found = { products, types: new MemberSums([...products].map(([t, s]) => [t, shrunk(s.all(), betweenTypes)])) };
  groupsOf.set(effect, found);
  return found;
}

interface OrderedCells {
  readonly cells: readonly CellEstimate[];
  readonly typeKeys: readonly string[];
  readonly productKeys: readonly string[];
}

/** Cells by type, product and value-independent name, so that the result does not depend on the order they came in. */
function orderCells(members: readonly CellEstimate[]): OrderedCells {
  const normalized = new Map<string, string>();
  const normal = (name: string): string => {
    let key = normalized.get(name);
    if (key === undefined) {
      key = normalizeName(name);
      normalized.set(name, key);
    }
    return key;
  };
  const keyed = members.map((cell) => ({
    cell,
    type: normal(cell.productType),
    product: normal(cell.product),
    merchant: normal(cell.merchant),
  }));
  keyed.sort((a, b) => compare(a.type, b.type) || compare(a.product, b.product) || compare(a.merchant, b.merchant));
  return {
    cells: keyed.map((k) => k.cell),
    typeKeys: keyed.map((k) => k.type),
    productKeys: keyed.map((k) => k.product),
  };
}

interface GatheredEffect {
  readonly nested: NestedEstimates;
  readonly types: readonly { readonly key: string; readonly products: readonly string[] }[];
  readonly excluded: number;
}

/** The tree of the cells that have an effect, centred by the published mean of their type. */
function gather(tree: OrderedCells, name: string): GatheredEffect {
  const values: number[] = [];
  const variances: number[] = [];
  const productStart: number[] = [];
  const typeStart: number[] = [];
  const types: { key: string; products: string[] }[] = [];
  const offsets = new Map<string, number>();
  let excluded = 0;
  tree.cells.forEach((cell, i) => {
    const effect = Object.hasOwn(cell.effects, name) ? cell.effects[name] : undefined;
    if (effect === undefined) return;
    if (!isUsable(effect)) {
      excluded++;
      return;
    }
    const typeKey = tree.typeKeys[i] as string;
    const productKey = tree.productKeys[i] as string;
    let type = types.at(-1);
    if (type?.key !== typeKey) {
      typeStart.push(productStart.length);
      type = { key: typeKey, products: [] };
      types.push(type);
    }
    if (type.products.at(-1) !== productKey) {
      productStart.push(values.length);
      type.products.push(productKey);
    }
    let offset = offsets.get(typeKey);
    if (offset === undefined) {
      offset = offsetOf(name, cell.productType);
      offsets.set(typeKey, offset);
    }
    values.push(effect.value - offset);
    variances.push(effect.variance);
  });
  typeStart.push(productStart.length);
  productStart.push(values.length);
  return {
    nested: {
      values: Float64Array.from(values),
      variances: Float64Array.from(variances),
      productStart: Int32Array.from(productStart),
      typeStart: Int32Array.from(typeStart),
    },
    types,
    excluded,
  };
}

function poolEffect(name: string, gathered: GatheredEffect): PooledEffect {
  const { nested } = gathered;
  const level = (name === CONTROL_EFFECT ? CONTROL_SPREAD : priorVariance(name)) / LEVELS;
  const topVariance = name === CONTROL_EFFECT ? DEFAULT_PRIORS.control.variance : level;
  const scale: VarianceComponents = { betweenTypes: level, betweenProducts: level, betweenCells: level };
  const prior: ComponentPrior = { degrees: PRIOR_DEGREES, scale };
  const moments = pauleMandelComponents(nested, scale);
  const fit = fitVarianceComponents(nested, 1 / topVariance, prior, {
    betweenTypes: Math.max(moments.betweenTypes, level / 10),
    betweenProducts: Math.max(moments.betweenProducts, level / 10),
    betweenCells: Math.max(moments.betweenCells, level / 10),
  });
  const components = fit.converged ? fit.components : moments;
  const types: Record<string, PooledType> = Object.create(null);
  gathered.types.forEach((type, t) => {
    const products: Record<string, PooledProduct> = Object.create(null);
    type.products.forEach((key, k) => {
      const p = nested.typeStart[t] + k;
      const from = nested.productStart[p];
      const to = nested.productStart[p + 1];
      let weight = 0;
      let weightedSum = 0;
      for (let i = from; i < to; i++) {
        const w = 1 / (nested.variances[i] + components.betweenCells);
        weight += w;
        weightedSum += w * nested.values[i];
      }
      products[key] = { cells: to - from, weight, weightedSum };
    });
    types[type.key] = { products };
  });
  return {
    cells: nested.values.length,
    components,
    topVariance,
    method: fit.converged ? 'reml' : 'paule-mandel',
    fallbackReason: fit.converged
      ? null
      : `REML gradient ${fit.gradientNorm.toExponential(1)} after ${fit.iterations} iterations`,
    iterations: fit.iterations,
    types,
  };
}

/**
 * Variance of an effect before any cell is seen: the published one of the elasticity, the design's default of any
 * other.
 */
function priorVariance(name: string): number {
  if (name === ELASTICITY_EFFECT) return PUBLISHED_ELASTICITY.standardDeviation ** 2;
  const group = /^[a-z]+/.exec(name)?.[0] ?? '';
  const defaults: Readonly<Record<string, { readonly variance: number }>> = DEFAULT_PRIORS;
  return Object.hasOwn(defaults, group)
    ? (defaults[group] as { readonly variance: number }).variance
    : DEFAULT_PRIORS.covariate.variance;
}

function offsetOf(name: string, productType: string): number {
  return name === ELASTICITY_EFFECT ? publishedElasticity(productType).mean : 0;
}

function isUsable(effect: { readonly value: number; readonly variance: number }): boolean {
  return Number.isFinite(effect.value) && Number.isFinite(effect.variance) && effect.variance > 0;
}

function groupKey(pooling: Pooling, merchant: string): string {
  return pooling === 'merchant' ? normalizeName(merchant) : '';
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
