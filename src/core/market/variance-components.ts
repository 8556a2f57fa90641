/** Variance between types, between products and between cells from estimates with known standard errors: REML, with Paule-Mandel beside it. */

/**
 * Cells of one effect in nested order: cells of one product are adjacent, products of one type are adjacent.
 * Model: value_i = top + type + product + cell + error_i, error variance known (the three-level model of Konstantopoulos 2011,
 * doi:10.1002/jrsm.35, with one more level).
 */
export interface NestedEstimates {
  /** Length cells. */
  readonly values: Float64Array;
  /** Squared standard errors, length cells, >= 0. */
  readonly variances: Float64Array;
  /** Length products + 1: cells of product p are [productStart[p], productStart[p + 1]). */
  readonly productStart: Int32Array;
  /** Length types + 1: products of type t are [typeStart[t], typeStart[t + 1]). */
  readonly typeStart: Int32Array;
}

/** Variances in squared units of the effect, >= 0. */
export interface VarianceComponents {
  readonly betweenTypes: number;
  readonly betweenProducts: number;
  readonly betweenCells: number;
}

/**
 * Knowledge about the components: each is scaled inverse chi-square with `degrees` degrees of freedom around `scale`, on the log scale; keeps a
 * component off zero, and carries one that the data cannot tell apart (one cell a product, one type), in the way of Chung et al. 2013,
 * doi:10.1007/s11336-013-9328-2. `degrees` 0 is plain REML.
 */
export interface ComponentPrior {
  readonly degrees: number;
  readonly scale: VarianceComponents;
}

export interface ComponentFit {
  readonly components: VarianceComponents;
  readonly converged: boolean;
  readonly iterations: number;
  /** −2 x restricted log-likelihood without its constant. */
  readonly deviance: number;
  /** Largest absolute derivative of half the penalised deviance with respect to a log variance. */
  readonly gradientNorm: number;
}

/** A log variance is not followed below this share of the data's spread: smaller is zero to any reader. */
const NEGLIGIBLE_SHARE = 1e-10;
const LARGEST_LOG_STEP = 2;
const GRADIENT_TOLERANCE = 1e-6;

/** Sums of one pass over the tree; the names follow the recursion in `sumUp`. */
interface TreeSums {
  readonly productWeight: Float64Array;
  readonly productMean: Float64Array;
  readonly typeWeight: Float64Array;
  readonly typeMean: Float64Array;
  totalWeight: number;
  topMean: number;
  quadratic: number;
  logDeterminant: number;
}

/**
 * REML by average information (Gilmour, Thompson & Cullis 1995, doi:10.2307/2533274) in log variances, damped by halving, so that every step
 * lowers the penalised deviance. The nesting makes one pass O(cells): no matrix larger than 3 x 3 is formed.
 *
 * @param topPrecision prior precision of the top mean, whose prior mean is 0; 0 means a flat prior (plain REML)
 * @param start variances to start from, all > 0
 * @param maximumIterations a fit that needs more reports `converged: false`
 */
export function fitVarianceComponents(
  nested: NestedEstimates,
  topPrecision: number,
  prior: ComponentPrior,
  start: VarianceComponents,
  maximumIterations = 100,
): ComponentFit {
  const cells = nested.values.length;
  const floor = Math.log(NEGLIGIBLE_SHARE * Math.max(spread(nested.values), Number.MIN_VALUE) + Number.MIN_VALUE);
  const scale = toArray(prior.scale);
  const logScale = scale.map(Math.log);
  let logs = toArray(start).map((v) => Math.max(floor, Math.log(Math.max(v, Number.MIN_VALUE))));
  const sums = emptySums(nested);
  const objective = (at: readonly number[]): number => {
    sumUp(nested, at.map(Math.exp), topPrecision, sums);
    let value = 0.5 * (sums.logDeterminant + sums.quadratic);
    if (prior.degrees > 0) for (let k = 0; k < 3; k++) value += 0.5 * prior.degrees * (at[k] + Math.exp(logScale[k] - at[k]));
    return value;
  };
  const residual = new Float64Array(cells);
  const working = [new Float64Array(cells), new Float64Array(cells), new Float64Array(cells)];
  const projected = new Float64Array(cells);
  let value = objective(logs);
  let gradientNorm = Number.POSITIVE_INFINITY;
  let iterations = 0;
  let converged = false;
  for (; iterations <= maximumIterations; iterations++) {
    const variances = logs.map(Math.exp);
    sumUp(nested, variances, topPrecision, sums);
    const trace = traces(nested, variances, sums);
    applyProjection(nested, nested.values, variances, sums, residual);
    const gradient = [0, 0, 0];
    for (let k = 0; k < 3; k++) {
      groupSums(nested, residual, k, working[k]);
      gradient[k] = 0.5 * variances[k] * (trace[k] - dot(residual, working[k]));
      if (prior.degrees > 0) gradient[k] += 0.5 * prior.degrees * (1 - scale[k] / variances[k]);
    }
    // A log variance at its floor whose gradient points further down has arrived.
    const free = gradient.map((g, k) => !(logs[k] <= floor && g > 0));
    gradientNorm = Math.max(0, ...gradient.map((g, k) => (free[k] ? Math.abs(g) : 0)));
    if (gradientNorm <= GRADIENT_TOLERANCE * Math.max(1, Math.sqrt(cells))) {
      converged = true;
      break;
    }
    if (iterations === maximumIterations) break;
    const information = new Float64Array(9);
    for (let k = 0; k < 3; k++) {
      applyProjection(nested, working[k], variances, sums, projected);
      for (let l = 0; l < 3; l++) information[k * 3 + l] = 0.5 * variances[k] * variances[l] * dot(projected, working[l]);
    }
    for (let k = 0; k < 3; k++) {
      if (prior.degrees > 0) information[k * 3 + k] += (0.5 * prior.degrees * scale[k]) / variances[k];
      // A little of the trace keeps two components that the data cannot tell apart from an unbounded step.
      information[k * 3 + k] += 1e-8 + 1e-6 * 0.5 * variances[k] * trace[k];
    }
    const step = solveFree(information, gradient, free);
    const largest = Math.max(...step.map(Math.abs));
    let damping = largest > LARGEST_LOG_STEP ? LARGEST_LOG_STEP / largest : 1;
    let improved = false;
    for (let halving = 0; halving < 30; halving++, damping *= 0.5) {
      const trial = logs.map((u, k) => Math.max(floor, u - damping * step[k]));
      const trialValue = objective(trial);
      if (trialValue < value) {
        logs = trial;
        value = trialValue;
        improved = true;
        break;
      }
    }
    if (!improved) {
      // No representable descent is left: accept when the gradient is at rounding level of the objective.
      converged = gradientNorm <= 1e-4 * Math.max(1, Math.sqrt(cells));
      break;
    }
  }
  sumUp(nested, logs.map(Math.exp), topPrecision, sums);
  const found = logs.map((u) => (u <= floor ? 0 : Math.exp(u)));
  return {
    components: { betweenTypes: found[2], betweenProducts: found[1], betweenCells: found[0] },
    converged: converged && Number.isFinite(value),
    iterations,
    deviance: sums.logDeterminant + sums.quadratic,
    gradientNorm,
  };
}

/**
 * Paule & Mandel (1982, J. Res. Natl. Bur. Stand. 87(5), doi:10.6028/jres.087.022) level by level: the variance between cells makes the
 * weighted squares within products equal their degrees of freedom, then likewise for products within types and for types. Never fails;
 * a level without degrees of freedom keeps the variance of `without`.
 */
export function pauleMandelComponents(nested: NestedEstimates, without: VarianceComponents): VarianceComponents {
  const products = nested.productStart.length - 1;
  const types = nested.typeStart.length - 1;
  const single = Int32Array.of(0, types);
  const cells = momentVariance(nested.values, nested.variances, nested.productStart, without.betweenCells);
  const [productMeans, productVariances] = combine(nested.values, nested.variances, nested.productStart, products, cells);
  const between = momentVariance(productMeans, productVariances, nested.typeStart, without.betweenProducts);
  const [typeMeans, typeVariances] = combine(productMeans, productVariances, nested.typeStart, types, between);
  return {
    betweenTypes: momentVariance(typeMeans, typeVariances, single, without.betweenTypes),
    betweenProducts: between,
    betweenCells: cells,
  };
}

/** Solves Σ_groups Σ (x − group mean)² / (v + τ²) = Σ_groups (n − 1) for τ² >= 0 by bisection: the left side falls with τ². */
function momentVariance(values: Float64Array, variances: Float64Array, start: Int32Array, without: number): number {
  let degrees = 0;
  for (let g = 0; g + 1 < start.length; g++) degrees += Math.max(0, start[g + 1] - start[g] - 1);
  if (degrees === 0) return without;
  const excess = (tau2: number): number => {
    let q = 0;
    for (let g = 0; g + 1 < start.length; g++) {
      let s = 0;
      let m = 0;
      for (let i = start[g]; i < start[g + 1]; i++) {
        const w = 1 / Math.max(variances[i] + tau2, Number.MIN_VALUE);
        s += w;
        m += (w / s) * (values[i] - m);
      }
      for (let i = start[g]; i < start[g + 1]; i++) q += (values[i] - m) ** 2 / Math.max(variances[i] + tau2, Number.MIN_VALUE);
    }
    return q - degrees;
  };
  if (!(excess(0) > 0)) return 0;
  let low = 0;
  let high = Math.max(spread(values), 1e-12);
  while (excess(high) > 0) high *= 2;
  for (let k = 0; k < 60; k++) {
    const middle = 0.5 * (low + high);
    if (excess(middle) > 0) low = middle;
    else high = middle;
  }
  return 0.5 * (low + high);
}

function combine(values: Float64Array, variances: Float64Array, start: Int32Array, groups: number, tau2: number): [Float64Array, Float64Array] {
  const means = new Float64Array(groups);
  const combined = new Float64Array(groups);
  for (let g = 0; g < groups; g++) {
    let s = 0;
    let m = 0;
    for (let i = start[g]; i < start[g + 1]; i++) {
      const w = 1 / Math.max(variances[i] + tau2, 1e-300);
      s += w;
      m += (w / s) * (values[i] - m);
    }
    means[g] = m;
    combined[g] = 1 / s;
  }
  return [means, combined];
}

/**
 * One pass of the nested recursion: cell weight 1/(v + σ²_cell); a product's precision S gives weight 1/(σ²_product + 1/S) in its type, and so on up.
 * Fills means, weights, the quadratic form and the restricted log determinant.
 */
function sumUp(nested: NestedEstimates, variances: readonly number[], topPrecision: number, out: TreeSums): void {
  const { values, productStart, typeStart } = nested;
  const [between, betweenProducts, betweenTypes] = variances;
  let logDeterminant = 0;
  let quadratic = 0;
  let totalWeight = 0;
  let topMean = 0;
  for (let t = 0; t + 1 < typeStart.length; t++) {
    let typePrecision = 0;
    let typeMean = 0;
    let typeQuadratic = 0;
    for (let p = typeStart[t]; p < typeStart[t + 1]; p++) {
      let precision = 0;
      let mean = 0;
      let squares = 0;
      let product = 1;
      for (let i = productStart[p]; i < productStart[p + 1]; i++) {
        const variance = nested.variances[i] + between;
        const w = 1 / variance;
        const delta = values[i] - mean;
        precision += w;
        const share = w / precision;
        mean += share * delta;
        squares += w * (1 - share) * delta * delta;
        // Logarithms of products of a few factors: one logarithm per cell would be half the time of the pass.
        product *= variance;
        if (product < 1e-200 || product > 1e200) {
          logDeterminant += Math.log(product);
          product = 1;
        }
      }
      logDeterminant += Math.log(product) + Math.log1p(betweenProducts * precision);
      quadratic += squares;
      out.productWeight[p] = precision;
      out.productMean[p] = mean;
      const w = precision / (1 + betweenProducts * precision);
      const delta = mean - typeMean;
      typePrecision += w;
      const share = w / typePrecision;
      typeMean += share * delta;
      typeQuadratic += w * (1 - share) * delta * delta;
    }
    logDeterminant += Math.log1p(betweenTypes * typePrecision);
    quadratic += typeQuadratic;
    out.typeWeight[t] = typePrecision;
    out.typeMean[t] = typeMean;
    const w = typePrecision / (1 + betweenTypes * typePrecision);
    const delta = typeMean - topMean;
    totalWeight += w;
    const share = w / totalWeight;
    topMean += share * delta;
    quadratic += w * (1 - share) * delta * delta;
  }
  // The top mean's prior N(0, 1/topPrecision) is one more row of data: value 0, weight topPrecision.
  quadratic += (totalWeight * topPrecision * topMean * topMean) / (totalWeight + topPrecision);
  out.totalWeight = totalWeight + topPrecision;
  out.topMean = (totalWeight * topMean) / (totalWeight + topPrecision);
  out.quadratic = quadratic;
  out.logDeterminant = logDeterminant + Math.log(out.totalWeight);
}

/** out = P x with P = V⁻¹ − V⁻¹1 (1'V⁻¹1 + topPrecision)⁻¹ 1'V⁻¹: residuals from the predicted type and product effects, by cell weight. */
function applyProjection(nested: NestedEstimates, x: Float64Array, variances: readonly number[], sums: TreeSums, out: Float64Array): void {
  const { productStart, typeStart } = nested;
  const [between, betweenProducts, betweenTypes] = variances;
  const types = typeStart.length - 1;
  const productMean = new Float64Array(productStart.length - 1);
  const typeMean = new Float64Array(types);
  let top = 0;
  for (let t = 0; t < types; t++) {
    let weighted = 0;
    for (let p = typeStart[t]; p < typeStart[t + 1]; p++) {
      let sum = 0;
      for (let i = productStart[p]; i < productStart[p + 1]; i++) sum += x[i] / (nested.variances[i] + between);
      productMean[p] = sum / sums.productWeight[p];
      weighted += sum / (1 + betweenProducts * sums.productWeight[p]);
    }
    typeMean[t] = weighted / sums.typeWeight[t];
    top += weighted / (1 + betweenTypes * sums.typeWeight[t]);
  }
  top /= sums.totalWeight;
  for (let t = 0; t < types; t++) {
    const typeEffect = shrink(betweenTypes, sums.typeWeight[t]) * (typeMean[t] - top);
    for (let p = typeStart[t]; p < typeStart[t + 1]; p++) {
      const above = top + typeEffect;
      const fitted = above + shrink(betweenProducts, sums.productWeight[p]) * (productMean[p] - above);
      for (let i = productStart[p]; i < productStart[p + 1]; i++) out[i] = (x[i] - fitted) / (nested.variances[i] + between);
    }
  }
}

/** tr(P Z_k Z_k') for cells, products, types. */
function traces(nested: NestedEstimates, variances: readonly number[], sums: TreeSums): [number, number, number] {
  const { productStart, typeStart } = nested;
  const [between, betweenProducts, betweenTypes] = variances;
  const total = sums.totalWeight;
  const trace: [number, number, number] = [0, 0, 0];
  for (let t = 0; t + 1 < typeStart.length; t++) {
    const typeFactor = 1 / (1 + betweenTypes * sums.typeWeight[t]);
    const typeTotal = sums.typeWeight[t] * typeFactor;
    trace[2] += typeTotal - typeTotal ** 2 / total;
    // What 1 1' takes from a squared entry of V_product⁻¹ 1: through the type effect and through the top mean.
    const taken = betweenTypes * typeFactor + typeFactor ** 2 / total;
    for (let p = typeStart[t]; p < typeStart[t + 1]; p++) {
      const productFactor = 1 / (1 + betweenProducts * sums.productWeight[p]);
      const productTotal = sums.productWeight[p] * productFactor;
      trace[1] += productTotal - productTotal ** 2 * taken;
      const takenCell = betweenProducts * productFactor + productFactor ** 2 * taken;
      for (let i = productStart[p]; i < productStart[p + 1]; i++) {
        const w = 1 / (nested.variances[i] + between);
        trace[0] += w - w * w * takenCell;
      }
    }
  }
  return trace;
}

/** out = Z_k Z_k' x: every entry replaced by the sum over its cell (k = 0), product (1) or type (2). */
function groupSums(nested: NestedEstimates, x: Float64Array, k: number, out: Float64Array): void {
  if (k === 0) {
    out.set(x);
    return;
  }
  const { productStart, typeStart } = nested;
  const groups = k === 1 ? productStart.length - 1 : typeStart.length - 1;
  for (let g = 0; g < groups; g++) {
    const from = k === 1 ? productStart[g] : productStart[typeStart[g]];
    const to = k === 1 ? productStart[g + 1] : productStart[typeStart[g + 1]];
    let sum = 0;
    for (let i = from; i < to; i++) sum += x[i];
    out.fill(sum, from, to);
  }
}

function emptySums(nested: NestedEstimates): TreeSums {
  const products = nested.productStart.length - 1;
  const types = nested.typeStart.length - 1;
  return {
    productWeight: new Float64Array(products),
    productMean: new Float64Array(products),
    typeWeight: new Float64Array(types),
    typeMean: new Float64Array(types),
    totalWeight: 0,
    topMean: 0,
    quadratic: 0,
    logDeterminant: 0,
  };
}

/** Share of a group's own mean in its prediction: σ²S / (1 + σ²S). */
function shrink(variance: number, precision: number): number {
  return (variance * precision) / (1 + variance * precision);
}

/** Solves the 3 x 3 system over the free components by Gaussian elimination with pivoting; held components do not move. */
function solveFree(matrix: Float64Array, right: readonly number[], free: readonly boolean[]): number[] {
  const index = [0, 1, 2].filter((k) => free[k]);
  const n = index.length;
  const a = index.map((r) => [...index.map((c) => matrix[r * 3 + c]), right[r]]);
  for (let c = 0; c < n; c++) {
    let pivot = c;
    for (let r = c + 1; r < n; r++) if (Math.abs(a[r][c]) > Math.abs(a[pivot][c])) pivot = r;
    [a[c], a[pivot]] = [a[pivot], a[c]];
    for (let r = c + 1; r < n; r++) {
      const factor = a[r][c] / a[c][c];
      for (let k = c; k <= n; k++) a[r][k] -= factor * a[c][k];
    }
  }
  const step = [0, 0, 0];
  for (let r = n - 1; r >= 0; r--) {
    let sum = a[r][n];
    for (let c = r + 1; c < n; c++) sum -= a[r][c] * step[index[c]];
    step[index[r]] = sum / a[r][r];
  }
  return step;
}

function toArray(components: VarianceComponents): [number, number, number] {
  return [components.betweenCells, components.betweenProducts, components.betweenTypes];
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** Mean squared deviation from the mean. */
function spread(values: Float64Array): number {
  let mean = 0;
  for (const v of values) mean += v / values.length;
  let sum = 0;
  for (const v of values) sum += (v - mean) ** 2 / values.length;
  return sum;
}
