import { cholesky, choleskySolve } from '../math/linear-algebra.ts';
export function fitGlm(p: { rows: number; columns: number; design: Float64Array; response: Float64Array; weight: Float64Array; offset?: Float64Array | null; censored?: Uint8Array | null; variancePower: number; dispersion: number; ridge: Float64Array; priorMean: Float64Array; start?: Float64Array }) {
  const P = p.columns, n = p.rows, X = p.design, k = p.variancePower; const beta = p.start ? p.start.slice() : p.priorMean.slice();
  let L = new Float64Array(P * P), it = 0, converged = false;
  const H = new Float64Array(P * P), g = new Float64Array(P);
  for (; it < 25; it++) {
    H.fill(0); for (let j = 0; j < P; j++) { g[j] = p.ridge[j]! * (p.priorMean[j]! - beta[j]!); H[j * P + j] = p.ridge[j]!; }
    for (let i = 0; i < n; i++) {
      let e = p.offset ? p.offset[i]! : 0; const o = i * P; for (let j = 0; j < P; j++) e += X[o + j]! * beta[j]!; if (e > 8) e = 8;
      const mu = Math.exp(e), w = p.weight[i]! / p.dispersion, y = p.response[i]!, a = k === 1 ? 1 : mu ** (1 - k);
      const s = w * a * (y - mu), W = w * a * ((2 - k) * mu + (k - 1) * y);
      for (let j = 0; j < P; j++) { const x = X[o + j]!; if (x === 0) continue; g[j]! += s * x; const wx = W * x; for (let l = 0; l <= j; l++) H[j * P + l]! += wx * X[o + l]!; }
    }
    L = cholesky(H, P); const st = choleskySolve(L, P, g); let mx = 0; for (const v of st) mx = Math.max(mx, Math.abs(v)); const sc = mx > 2 ? 2 / mx : 1;
    for (let j = 0; j < P; j++) beta[j]! += sc * st[j]!;
    if (mx < 1e-6) { converged = true; break; }
  }
  return { coefficients: beta, iterations: it, converged, gradientNorm: 0, hessianCholesky: L, objective: 0 };
}
