/** Dense linear algebra on row-major Float64Arrays. */

/**
 * Lower Cholesky factor L of a symmetric positive definite matrix, A = L Lᵀ. Only the lower triangle of `a` is read.
 *
 * @param a row-major n × n; kept
 * @returns row-major n × n with zeros above the diagonal, or null when `a` is not positive definite
 */
export function cholesky(a: Float64Array, n: number): Float64Array<ArrayBuffer> | null {
  const l = Float64Array.from(a);
  for (let j = 0; j < n; j++) {
    let diagonal = l[j * n + j] as number;
    for (let k = 0; k < j; k++) diagonal -= (l[j * n + k] as number) ** 2;
    if (!(diagonal > 0)) return null;
    const root = Math.sqrt(diagonal);
    l[j * n + j] = root;
    for (let i = j + 1; i < n; i++) {
      let sum = l[i * n + j] as number;
      for (let k = 0; k < j; k++) sum -= (l[i * n + k] as number) * (l[j * n + k] as number);
      l[i * n + j] = sum / root;
    }
    for (let i = 0; i < j; i++) l[i * n + j] = 0;
  }
  return l;
}

/** Solves L Lᵀ x = b. @param l from {@link cholesky}; @param b length n; kept */
export function choleskySolve(l: Float64Array, n: number, b: Float64Array): Float64Array<ArrayBuffer> {
  const x = Float64Array.from(b);
  for (let i = 0; i < n; i++) {
    let sum = x[i] as number;
    for (let k = 0; k < i; k++) sum -= (l[i * n + k] as number) * (x[k] as number);
    x[i] = sum / (l[i * n + i] as number);
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = x[i] as number;
    for (let k = i + 1; k < n; k++) sum -= (l[k * n + i] as number) * (x[k] as number);
    x[i] = sum / (l[i * n + i] as number);
  }
  return x;
}
