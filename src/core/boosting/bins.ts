/** Columns cut into bins: what a tree of histograms sees of its features. */

/** Rows of features, column-major: value of row i in column j at j · rows + i; NaN where missing. */
export type Features = Float64Array | Float32Array;

/** Features as numbers of bins. */
export interface BinnedColumns {
  readonly rows: number;
  /** One a column, length rows. */
  readonly bins: readonly Uint8Array[];
  /** By column: values up to thresholds[b] lie in bins 0 … b; one fewer than bins of values. */
  readonly thresholds: readonly Float64Array[];
  /** By column: bins of values, 0-255. A missing value has this number as its bin. */
  readonly valueBins: Int32Array;
}

/** Most bins of values of a column: with the one of missing values they fit in a byte. */
export const MOST_BINS = 255;

/**
 * Cuts columns into bins of about as many rows each, between the values that occur: a column of few values has a bin for
 * each, and a value that many rows share has one of its own (Ke et al. 2017, Advances in Neural Information Processing
 * Systems 30, after Li, Wu & Burges 2007).
 *
 * @param features column-major columns × rows, finite or NaN
 * @param most bins of values a column, 2-255
 */
export function binColumns(features: Features, rows: number, most: number): BinnedColumns {
  const columns = features.length / rows;
  const bins: Uint8Array[] = [];
  const thresholds: Float64Array[] = [];
  const valueBins = new Int32Array(columns);
  for (let j = 0; j < columns; j++) {
    const column = features.subarray(j * rows, (j + 1) * rows);
    // Typed arrays sort by value, with NaN at the end.
    const sorted = column.slice().sort();
    let known = rows;
    while (known > 0 && Number.isNaN(sorted[known - 1])) known--;
    const cuts = cutsOf(sorted.subarray(0, known), most);
    thresholds.push(cuts);
    valueBins[j] = known === 0 ? 0 : cuts.length + 1;
    bins.push(binsOf(column, cuts, valueBins[j]));
  }
  return { rows, bins, thresholds, valueBins };
}

/** Thresholds between bins, ascending. @param sorted values, ascending */
function cutsOf(sorted: Features, most: number): Float64Array {
  const values: number[] = [];
  const counts: number[] = [];
  for (let i = 0; i < sorted.length; i++) {
    if (i === 0 || sorted[i] !== sorted[i - 1]) {
      values.push(sorted[i]);
      counts.push(1);
    } else counts[counts.length - 1]++;
  }
  // A value that fills a bin has it alone; the others share the bins that are left.
  const isHeavy = (v: number): boolean => counts[v] * most >= sorted.length;
  const cuts: number[] = [];
  let [binsLeft, rowsLeft] = [most, sorted.length];
  for (let v = 0; v < values.length; v++)
    if (isHeavy(v)) {
      binsLeft--;
      rowsLeft -= counts[v];
    }
  let inBin = 0;
  for (let v = 0; v < values.length - 1 && cuts.length < most - 1; v++) {
    const fits = values.length - v <= most - cuts.length;
    if (!isHeavy(v)) inBin += counts[v];
    const isFull = isHeavy(v) || isHeavy(v + 1) || inBin * binsLeft >= rowsLeft;
    if (!fits && !isFull) continue;
    cuts.push(between(values[v], values[v + 1]));
    if (isHeavy(v)) continue;
    binsLeft = Math.max(1, binsLeft - 1);
    rowsLeft -= inBin;
    inBin = 0;
  }
  return Float64Array.from(cuts);
}

/** The number with fewest digits from `low` up to below `high`, near their middle: ensembles are kept as text. */
function between(low: number, high: number): number {
  const middle = low + (high - low) / 2;
  for (let digits = 1; digits < 17; digits++) {
    const short = Number(middle.toPrecision(digits));
    if (short >= low && short < high) return short;
  }
  return low;
}

function binsOf(column: Features, cuts: Float64Array, missing: number): Uint8Array {
  const bins = new Uint8Array(column.length);
  for (let i = 0; i < column.length; i++) {
    const value = column[i];
    if (Number.isNaN(value)) {
      bins[i] = missing;
      continue;
    }
    let low = 0;
    let high = cuts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (value <= cuts[middle]) high = middle;
      else low = middle + 1;
    }
    bins[i] = low;
  }
  return bins;
}
