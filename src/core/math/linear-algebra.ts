/** Dense linear algebra on row-major Float64Arrays. */

import { finite, NotFiniteError } from '../checks.ts';

/**
 * Lower Cholesky factor L of a symmetric positive definite matrix, A = L Lᵀ. Only the lower triangle of `a` is read.
 *
 * @param a row-major n × n; kept
 * @returns row-major n × n with zeros above the diagonal, or null when `a` is not positive definite
 */
export function cholesky(a: Float64Array, n: number): Float64Array<ArrayBuffer> | null {
  const l = new Float64Array(a);
  for (let j = 0; j < n; j++) {
    let diagonal = l[j * n + j];
    for (let k = 0; k < j; k++) diagonal -= l[j * n + k] ** 2;
    if (!(diagonal > 0)) return null;
    const root = Math.sqrt(diagonal);
    l[j * n + j] = root;
    for (let i = j + 1; i < n; i++) {
      let sum = l[i * n + j];
      for (let k = 0; k < j; k++) sum -= l[i * n + k] * l[j * n + k];
      l[i * n + j] = sum / root;
    }
    for (let i = 0; i < j; i++) l[i * n + j] = 0;
  }
  return l;
}

/**
 * Lower Cholesky factor of a symmetric matrix made positive definite by the smallest diagonal of a ladder (a
 * hundredfold a step) that does it.
 *
 * @param first diagonal that is tried first, ≥ 0
 * @throws NotFiniteError when `a` is not finite, or no finite diagonal makes it definite
 */
export function regularCholesky(a: Float64Array, n: number, first: number): Float64Array<ArrayBuffer> {
  // Ends after some 160 steps at the latest: the ladder then leaves the finite numbers.
  for (let jitter = first; jitter < Number.POSITIVE_INFINITY; jitter = Math.max(1e-9, jitter * 100)) {
    const regular = new Float64Array(a);
    for (let j = 0; j < n; j++) regular[j * n + j] = regular[j * n + j] + jitter;
    const factor = cholesky(regular, n);
    if (factor) return factor;
    // A matrix with a number that is not finite has no factor, whatever its diagonal.
    if (jitter === first) finite('the curvature of the objective', lowerTriangle(a, n));
  }
  throw new NotFiniteError('the curvature of the objective is too large to be made positive definite');
}

function lowerTriangle(a: Float64Array, n: number): Float64Array {
  // The upper triangle is undefined and may hold anything.
  return a.filter((_, at) => at % n <= Math.floor(at / n));
}

/** Solves L x = b. @param l from {@link cholesky}; @param b length n; kept */
export function forwardSolve(l: Float64Array, n: number, b: Float64Array): Float64Array<ArrayBuffer> {
  const x = new Float64Array(b);
  for (let i = 0; i < n; i++) {
    let sum = x[i];
    for (let k = 0; k < i; k++) sum -= l[i * n + k] * x[k];
    x[i] = sum / l[i * n + i];
  }
  return x;
}

/** (L Lᵀ)⁻¹, row-major n × n. @param l from {@link cholesky}; kept */
export function choleskyInverse(l: Float64Array, n: number): Float64Array<ArrayBuffer> {
  const half = new Float64Array(n * n);
  for (let j = 0; j < n; j++) {
    half[j * n + j] = 1 / l[j * n + j];
    for (let i = j + 1; i < n; i++) {
      let sum = 0;
      for (let k = j; k < i; k++) sum -= l[i * n + k] * half[k * n + j];
      half[i * n + j] = sum / l[i * n + i];
    }
  }
  const inverse = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = i; k < n; k++) sum += half[k * n + i] * half[k * n + j];
      inverse[i * n + j] = sum;
      inverse[j * n + i] = sum;
    }
  }
  return inverse;
}

/** Solves L Lᵀ x = b. @param l from {@link cholesky}; @param b length n; kept */
export function choleskySolve(l: Float64Array, n: number, b: Float64Array): Float64Array<ArrayBuffer> {
  const x = forwardSolve(l, n, b);
  for (let i = n - 1; i >= 0; i--) {
    let sum = x[i];
    for (let k = i + 1; k < n; k++) sum -= l[k * n + i] * x[k];
    x[i] = sum / l[i * n + i];
  }
  return x;
}

/**
 * Inverse by Gauss-Jordan elimination with partial pivoting. @param a row-major n × n, not symmetric in general; kept
 */
export function invert(a: Float64Array, n: number): Float64Array {
  const left = a.slice();
  const right = new Float64Array(n * n);
  for (let j = 0; j < n; j++) right[j * n + j] = 1;
  for (let c = 0; c < n; c++) {
    let pivot = c;
    for (let r = c + 1; r < n; r++) if (Math.abs(left[r * n + c]) > Math.abs(left[pivot * n + c])) pivot = r;
    if (pivot !== c) {
      for (let j = 0; j < n; j++) {
        [left[c * n + j], left[pivot * n + j]] = [left[pivot * n + j], left[c * n + j]];
        [right[c * n + j], right[pivot * n + j]] = [right[pivot * n + j], right[c * n + j]];
      }
    }
    const scale = 1 / left[c * n + c];
    for (let j = 0; j < n; j++) {
      left[c * n + j] = left[c * n + j] * scale;
      right[c * n + j] = right[c * n + j] * scale;
    }
    for (let r = 0; r < n; r++) {
      const factor = left[r * n + c];
      if (r === c || factor === 0) continue;
      for (let j = 0; j < n; j++) {
        left[r * n + j] = left[r * n + j] - factor * left[c * n + j];
        right[r * n + j] = right[r * n + j] - factor * right[c * n + j];
      }
    }
  }
  return right;
}

/** @param a row-major n × n; kept */
export function transpose(a: Float64Array, n: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) out[j * n + i] = a[i * n + j];
  return out;
}

/** a · b. @param a, b row-major n × n; kept */
export function multiply(a: Float64Array, b: Float64Array, n: number): Float64Array {
  const product = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < n; k++) {
      const left = a[i * n + k];
      if (left === 0) continue;
      for (let j = 0; j < n; j++) product[i * n + j] = product[i * n + j] + left * b[k * n + j];
    }
  }
  return product;
}
