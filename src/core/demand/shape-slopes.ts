/** The price effect under each shape of the price term, and what the rows say of the shape. */

import { innovations, type Sums } from '../kernel/innovations-kernel.ts';
import { sumOf } from '../math/summary.ts';
import type { MeanFit } from '../regression/component.ts';
import type { Regression } from '../regression/plan.ts';
import { BOX_COX_LAMBDAS, type BoxCoxLambda, boxCoxTerm, logPriceRatio } from '../series/price-transform.ts';
import type { Observed } from './columns-beside.ts';
import { observe, type PriceSlope, solvedSums, type WeighedNoise } from './price-slope.ts';

/** The price term under one shape. */
export interface ShapeSlope extends PriceSlope {
  /** Of the rows, up to a constant that shapes share. */
  readonly logEvidence: number;
}

/**
 * The coefficient of the price under each shape of its term, and what the rows say of the shape: their restricted
 * likelihood with all other coefficients integrated out, averaged over noises. Rows are linearised as in
 * {@link effectsBeside}, once for all shapes.
 *
 * @returns in the order of BOX_COX_LAMBDAS
 */
export function slopesByShape(
  noises: readonly WeighedNoise[],
  regression: Regression,
  component: MeanFit,
): readonly ShapeSlope[] {
  const others = regression.plan.columns.flatMap((_, j) => (j < 2 ? [] : [j]));
  const observed = observeShapes(regression, component, others);
  const explaining = observed.precisions.length - 1;
  const found = BOX_COX_LAMBDAS.map(() => ({
    logs: [] as number[],
    values: [] as number[],
    variances: [] as number[],
  }));
  innovations(observed, noises).forEach((sums, k) => {
    const noise = noises[k] as WeighedNoise;
    found.forEach((shape, s) => {
      const one = solvedSums({ ...observed, width: 2 + explaining }, sumsUnder(sums, s, explaining), noise.variance);
      shape.logs.push(one.log + Math.log(noise.weight));
      shape.values.push(one.moves[0]);
      shape.variances.push(
        one.variance * one.inverse[0] +
          (observed.instrument < 0 ? 0 : one.moves[observed.instrument] ** 2 * one.stage.variance * one.inverse[0]),
      );
    });
  });
  return found.map(({ logs, values, variances }) => {
    const most = Math.max(...logs);
    const weights = logs.map((log) => Math.exp(log - most));
    const total = sumOf(weights);
    const mean = (list: readonly number[]): number => sumOf(list.map((item, i) => (weights[i] * item) / total));
    const value = mean(values);
    return {
      value,
      variance: mean(variances) + mean(values.map((v) => (v - value) ** 2)),
      logEvidence: most + Math.log(total),
    };
  });
}

/** Rows whose price's column stands once for each shape, around no coefficient of the price. */
function observeShapes(regression: Regression, component: MeanFit, others: readonly number[]): Observed {
  const observed = observe(regression, component, [1, ...others], Number.POSITIVE_INFINITY);
  const { count, columns, fitted, offsets } = observed;
  const shapes = BOX_COX_LAMBDAS.length;
  const width = observed.width - 1 + shapes;
  const all = new Float64Array(width * count);
  const { boxCoxLambda } = regression.spec;
  for (let i = 0; i < count; i++) {
    const price = columns[count + i];
    all[i] = columns[i] + fitted[0] * price;
    const logRatio = logPriceRatio(price, boxCoxLambda);
    for (let s = 0; s < shapes; s++)
      all[(1 + s) * count + i] = boxCoxTerm(logRatio, BOX_COX_LAMBDAS[s] as BoxCoxLambda);
  }
  all.set(columns.subarray(2 * count), (1 + shapes) * count);
  return {
    ...observed,
    columns: all,
    width,
    offsets: offsets.map((offset, w) => (w === 0 ? offset + fitted[0] : offset)),
  };
}

/** Sums of the innovations of {@link observeShapes} with the price under one shape alone. */
function sumsUnder({ logs, gram }: Sums, shape: number, others: number): Sums {
  const shapes = BOX_COX_LAMBDAS.length;
  const from = [0, 1 + shape, ...Array.from({ length: others }, (_, j) => 1 + shapes + j)];
  const wide = shapes + 1 + others;
  const width = from.length;
  const kept = new Float64Array(width * width);
  from.forEach((j, a) => {
    for (let b = 0; b <= a; b++) kept[a * width + b] = gram[j * wide + (from[b] as number)];
  });
  return { logs, gram: kept };
}
