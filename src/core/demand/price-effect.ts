/** What a trained cell believes of its price effect: the slope of each component, and the shapes of the price term. */

import { type Component, fitComponent } from '../regression/component.ts';
import type { FitInput, SimulatedPrior } from '../regression/fit-input.ts';
import { planRegression } from '../regression/plan.ts';
import { BOX_COX_LAMBDAS } from '../series/price-transform.ts';
import type { FitContext } from './cross-validation.ts';
import type { WeightedComponent } from './demand-model.ts';
import { PRIOR_SHARES, shapeEvidence, shapeWeights, type WeightedShape } from './price-shape.ts';
import { type PriceSlope, priceSlope, type WeighedNoise, weighNoises } from './price-slope.ts';

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
  const first = components.reduce((best, c) => (c.priceWeight > best.priceWeight ? c : best));
  const fits = shapeFits(input, first, solver);
  const base = BOX_COX_LAMBDAS.indexOf(first.spec.boxCoxLambda);
  const noises = input.rows < LEAST_ROWS ? null : noisesOf(input, fits[base] as Component);
  const slopes = fits.map((fit) => (noises ? slopeAround(input, fit, noises) : null));
  const weights = shapeWeights(shapeEvidence(fits), input.options.marketShape ?? PRIOR_SHARES);
  const coefficient = (s: number): number => (slopes[s]?.value ?? (fits[s] as Component).coefficients[1]) as number;
  const shapes = BOX_COX_LAMBDAS.map((lambda, s) => ({
    lambda,
    weight: weights[s],
    slopeShift: coefficient(s) - coefficient(base),
  }));
  if (!noises) return { components, shapes };
  return {
    shapes,
    components: components.map((c) => {
      if (c.priceWeight === 0) return c;
      const exact = c === first ? (fits[base] as Component) : exactFit(input, c, solver);
      const slope = c === first ? (slopes[base] as PriceSlope) : slopeAround(input, exact, noises);
      return { ...c, slope: { ...slope, value: c.coefficients[1] + slope.value - exact.coefficients[1] } };
    }),
  };
}

/** The component refitted under every shape. */
function shapeFits(input: PriceInput, first: WeightedComponent, solver: Solver): readonly Component[] {
  return BOX_COX_LAMBDAS.map((boxCoxLambda) =>
    boxCoxLambda === first.spec.boxCoxLambda
      ? exactFit(input, first, solver)
      : fitComponent({ ...input, spec: { ...first.spec, boxCoxLambda } }, solver.simulated),
  );
}

function exactFit(input: PriceInput, component: WeightedComponent, { simulated, iterations }: Solver): Component {
  return iterations === 0 ? component : fitComponent({ ...input, spec: component.spec }, simulated);
}

function noisesOf(input: PriceInput, component: Component): readonly WeighedNoise[] {
  return weighNoises(planRegression({ ...input, spec: component.spec }, 'prior'), component);
}

function slopeAround(input: PriceInput, component: Component, noises: readonly WeighedNoise[]): PriceSlope {
  return priceSlope(noises, planRegression({ ...input, spec: component.spec }, 'prior'), component);
}
