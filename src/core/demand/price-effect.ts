/** What a trained cell believes of its price effect: the slope of each component, and the shapes of the price term. */

import { fitSpec, type MeanFit } from '../regression/component.ts';
import type { FitInput, SimulatedPrior } from '../regression/fit-input.ts';
import { planRegression } from '../regression/plan.ts';
import { BOX_COX_LAMBDAS, type BoxCoxLambda } from '../series/price-transform.ts';
import type { FitContext } from './cross-validation.ts';
import type { WeightedComponent } from './demand-model.ts';
import { PRIOR_SHARES, shapeEvidence, shapeWeights, type WeightedShape } from './price-shape.ts';
import { type PriceSlope, priceSlope, type WeighedNoise } from './price-slope.ts';
import { type Settled, settledEffects } from './settled-effects.ts';
import { type ShapeSlope, slopesByShape } from './shape-slopes.ts';
import { effectNoise } from './uncensored.ts';

export type PriceInput = Omit<FitInput, 'spec'> & { readonly options: FitContext };

/** How components came about. */
export interface Solver {
  readonly simulated: SimulatedPrior | null;
  /** 0 for the exact solver. */
  readonly iterations: number;
}

/** Fewer rows tell nothing of what moves demand beside the price: the components' own slopes stand. */
const LEAST_ROWS = 8;

/**
 * Components with their slopes, and the shapes by weight. Slopes move a component by what generalised least squares
 * moves its exact fit, whatever solver made it; shifts of shapes are between such fits of the component that counts
 * most for the price.
 */
export function priceEffect(
  input: PriceInput,
  components: readonly WeightedComponent[],
  solver: Solver,
): { readonly components: readonly WeightedComponent[]; readonly shapes: readonly WeightedShape[] } {
  const shares = input.options.marketShape ?? PRIOR_SHARES;
  if (input.rows < LEAST_ROWS) {
    return { components, shapes: BOX_COX_LAMBDAS.map((lambda, s) => ({ lambda, weight: shares[s], slopeShift: 0 })) };
  }
  const first = components.reduce((best, c) => (c.priceWeight > best.priceWeight ? c : best));
  const { noises, regression, component } = settledAround(input, effectFit(input, first, solver));
  const slopes = slopesByShape(noises, regression, component);
  const own = slopes[BOX_COX_LAMBDAS.indexOf(first.spec.boxCoxLambda)] as ShapeSlope;
  const weights = shapeWeights(shapeEvidence(slopes), shares);
  return {
    shapes: slopes.map(({ value }, s) => ({
      lambda: BOX_COX_LAMBDAS[s] as BoxCoxLambda,
      weight: weights[s],
      slopeShift: value - own.value,
    })),
    components: components.map((c) => {
      if (c.priceWeight === 0) return c;
      const slope = c === first ? own : slopeAround(input, effectFit(input, c, solver), noises);
      const moved = solver.iterations === 0 ? 0 : c.coefficients[1] - exactFit(input, c, solver).coefficients[1];
      return { ...c, slope: { value: slope.value + moved, variance: slope.variance } };
    }),
  };
}

/** The exact fit that effects are told around: of the noise that sold-out rows are told by. */
function effectFit(input: PriceInput, component: WeightedComponent, solver: Solver): MeanFit {
  const spec = effectNoise(component.spec, input.series, input.rows);
  return spec === component.spec
    ? exactFit(input, component, solver)
    : fitSpec({ ...input, spec }, solver.simulated).meanFit();
}

function exactFit(input: PriceInput, component: WeightedComponent, { simulated, iterations }: Solver): MeanFit {
  return iterations === 0 ? component : fitSpec({ ...input, spec: component.spec }, simulated).meanFit();
}

function slopeAround(input: PriceInput, fit: MeanFit, given: readonly WeighedNoise[]): PriceSlope {
  const { noises, regression, component } = settledAround(input, fit, given);
  return priceSlope(noises, regression, component);
}

function settledAround(input: PriceInput, fit: MeanFit, given: readonly WeighedNoise[] | null = null): Settled {
  return settledEffects(planRegression({ ...input, spec: fit.spec }, 'prior'), fit, given);
}
