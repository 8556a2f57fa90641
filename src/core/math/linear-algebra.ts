/** Dense linear algebra on row-major Float64Arrays. */
export function cholesky(a: Float64Array, n: number): Float64Array {
  const l = a.slice();
  for (let j = 0; j < n; j++) {
    let s = l[j * n + j]!;
    for (let k = 0; k < j; k++) s -= l[j * n + k]! ** 2;
    const d = Math.sqrt(Math.max(s, 1e-12));
    l[j * n + j] = d;
    for (let i = j + 1; i < n; i++) {
      let t = l[i * n + j]!;
      for (let k = 0; k < j; k++) t -= l[i * n + k]! * l[j * n + k]!;
      l[i * n + j] = t / d;
    }
    for (let i = 0; i < j; i++) l[i * n + j] = 0;
  }
  return l;
}
export function choleskySolve(l: Float64Array, n: number, b: Float64Array): Float64Array {
  const x = b.slice();
  for (let i = 0; i < n; i++) { let t = x[i]!; for (let k = 0; k < i; k++) t -= l[i * n + k]! * x[k]!; x[i] = t / l[i * n + i]!; }
  for (let i = n - 1; i >= 0; i--) { let t = x[i]!; for (let k = i + 1; k < n; k++) t -= l[k * n + i]! * x[k]!; x[i] = t / l[i * n + i]!; }
  return x;
}
export function choleskyInverse(l: Float64Array, n: number): Float64Array {
  const inv = new Float64Array(n * n);
  for (let j = 0; j < n; j++) { const e = new Float64Array(n); e[j] = 1; const x = choleskySolve(l, n, e); for (let i = 0; i < n; i++) inv[i * n + j] = x[i]!; }
  return inv;
}
