/** Estimates of cells, nested in products and types, and sums over their tree in one pass each. */

/**
 * Cells of one effect in nested order: cells of one product are adjacent, products of one type are adjacent.
 * Model: value_i = top + type + product + cell + error_i, error variance known (the three-level model of
 * Konstantopoulos 2011, doi:10.1002/jrsm.35, with one more level).
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

/** Sums of one pass over the tree; the names follow the recursion in {@link sumUp}. */
export interface TreeSums {
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
 * One pass of the nested recursion: cell weight 1/(v + σ²_cell); a product's precision S gives weight 1/(σ²_product +
 * 1/S) in its type, and so on up. Fills means, weights, the quadratic form and the restricted log determinant.
 */
export function sumUp(
  nested: NestedEstimates,
  variances: readonly number[],
  topPrecision: number,
  out: TreeSums,
): void {
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
  closeAtTop(out, { totalWeight, topMean, quadratic, logDeterminant }, topPrecision);
}

/** The top mean's prior N(0, 1/topPrecision) is one more row of data: value 0, weight topPrecision. */
function closeAtTop(
  out: TreeSums,
  data: Pick<TreeSums, 'totalWeight' | 'topMean' | 'quadratic' | 'logDeterminant'>,
  topPrecision: number,
): void {
  const { totalWeight, topMean } = data;
  const weight = totalWeight + topPrecision;
  out.totalWeight = weight;
  out.topMean = (totalWeight * topMean) / weight;
  out.quadratic = data.quadratic + (totalWeight * topPrecision * topMean * topMean) / weight;
  out.logDeterminant = data.logDeterminant + Math.log(weight);
}

/**
 * out = P x with P = V⁻¹ − V⁻¹1 (1'V⁻¹1 + topPrecision)⁻¹ 1'V⁻¹: residuals from the predicted type and product effects,
 * by cell weight.
 */
export function applyProjection(
  nested: NestedEstimates,
  x: Float64Array,
  variances: readonly number[],
  sums: TreeSums,
  out: Float64Array,
): void {
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
      for (let i = productStart[p]; i < productStart[p + 1]; i++)
        out[i] = (x[i] - fitted) / (nested.variances[i] + between);
    }
  }
}

/** tr(P Z_k Z_k') for cells, products, types. */
export function traces(
  nested: NestedEstimates,
  variances: readonly number[],
  sums: TreeSums,
): [number, number, number] {
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
export function groupSums(nested: NestedEstimates, x: Float64Array, k: number, out: Float64Array): void {
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

export function emptySums(nested: NestedEstimates): TreeSums {
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

/** Mean squared deviation from the mean. */
export function spread(values: Float64Array): number {
  let mean = 0;
  for (const v of values) mean += v / values.length;
  let sum = 0;
  for (const v of values) sum += (v - mean) ** 2 / values.length;
  return sum;
}
