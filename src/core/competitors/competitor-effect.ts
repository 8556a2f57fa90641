/** What competitors' prices do to a product's demand, and what its price does once they follow it. */

import { type CrossEvidence, crossEvidence } from '../demand/cross-evidence.ts';
import type { DemandModel } from '../demand/demand-model.ts';
import { slopeOf } from '../demand/demand-model.ts';
import { normalQuantile } from '../math/normal-quantile.ts';
import { ownBelief } from '../portfolio/joint-demand.ts';
import { beliefsOf } from '../portfolio/portfolio.ts';
import type { CellSeries, Holiday } from '../series/cell-series.ts';
import { referenceOfColumn, referenceOn } from '../series/competitor-prices.ts';
import type { CompetitorReference } from '../vocabulary.ts';

/** An elasticity with its 90 % interval. */
export interface Elasticity {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface CompetitorEffect {
  /** Probability that competitors' prices have any effect on the demand of the type's products, 0-1. */
  readonly probability: number;
  /** Of the product's demand by the reference price: what one percent does, in percent. */
  readonly elasticity: Elasticity;
  readonly variance: number;
  /** What the own elasticity is lower by once the competitors' prices are held; 0 where its model holds them. */
  readonly ownShift: number;
}

/** The reference that counts where the model does not say. */
const USUAL_REFERENCE: CompetitorReference = 'mean';

/** The reference that a model has as a column; null: competitors' prices did not make its forecasts better. */
export function referenceOfModel({ components }: Pick<DemandModel, 'components'>): CompetitorReference | null {
  for (const { plan } of components)
    for (const { name } of plan.covariates) {
      const reference = referenceOfColumn(name);
      if (reference !== null) return reference;
    }
  return null;
}

/**
 * What a cell's rows say of its own price and competitors' together; null where either did not move or is not known.
 */
export function competitorEvidence(
  series: CellSeries,
  model: DemandModel,
  holidays: readonly Holiday[],
): CrossEvidence | null {
  if (series.competitors === undefined || model.pricesFollow === true) return null;
  const reference = referenceOfModel(model) ?? USUAL_REFERENCE;
  const logs = referenceOn(series.days, series.frequency, series.competitors, reference);
  const known = logs.reduce((count, value) => count + (Number.isNaN(value) ? 0 : 1), 0);
  if (known * 2 < logs.length) return null;
  return crossEvidence(series, [{ days: series.days, price: logs.map(Math.exp) }], { holidays, market: false });
}

/**
 * Cross elasticities of products with respect to their competitors' reference price, those of a type pooled, "none"
 * among
 * the answers (see groupBelief).
 *
 * @returns in the order of the products; null where its rows tell nothing
 */
export function competitorEffects(
  products: readonly { readonly model: DemandModel; readonly evidence: CrossEvidence | null }[],
): (CompetitorEffect | null)[] {
  const { group, beliefs } = beliefsOf(
    products.map((product) => ({ ...product, others: [COMPETITORS], shares: Float64Array.of(1) })),
  );
  return beliefs.map((belief, i) => {
    if (belief === null) return null;
    const { model } = products[i] as { readonly model: DemandModel };
    const [value, variance] = [belief.mean[1], belief.covariance[3]];
    const reach = normalQuantile(0.95) * Math.sqrt(Math.max(0, variance));
    return {
      probability: group.probability,
      elasticity: { value, low: value - reach, high: value + reach },
      variance,
      ownShift: referenceOfModel(model) === null ? belief.mean[0] - ownBelief(model).value : 0,
    };
  });
}

/** What stands in a group for all competitors of a product. */
const COMPETITORS = 'competitors';

/** A share of the own changes that competitors follow. */
export interface Following {
  readonly value: number;
  /** 0 of what somebody assumes. */
  readonly variance: number;
}

/**
 * A model of the demand by the own price once competitors follow it: its elasticity is the own one with their prices
 * held
 * plus the cross elasticity times the share that they follow.
 */
export function followedModel(
  model: DemandModel,
  effect: CompetitorEffect,
  { value, variance }: Following,
): DemandModel {
  const { elasticity, ownShift } = effect;
  const shift = ownShift + value * elasticity.value;
  // Of a product of two independent figures.
  const added = value ** 2 * effect.variance + variance * (elasticity.value ** 2 + effect.variance);
  // Dearer never sells more, whoever follows.
  const most = Math.max(0, -ownBelief(model).value);
  const kept = Math.min(shift, most);
  return {
    ...model,
    components: model.components.map((component) => {
      const slope = slopeOf(component);
      return { ...component, slope: { value: slope.value + kept, variance: slope.variance + added } };
    }),
  };
}
