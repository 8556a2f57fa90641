/** The gamma distribution's upper tail, for demand that was cut off by an empty shelf. */

/** log Γ(x) for x > 0 (Lanczos 1964, SIAM J. Numer. Anal. B 1; g = 7, nine terms: relative error below 1e-13). */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const c = [
    0.999_999_999_999_809_9, 676.520_368_121_885_1, -1259.139_216_722_402_8, 771.323_428_777_653_1,
    -176.615_029_162_140_6, 12.507_343_278_686_905, -0.138_571_095_265_720_12, 9.984_369_578_019_572e-6,
    1.505_632_735_149_311_6e-7,
  ];
  const z = x - 1;
  let sum = c[0];
  for (let i = 1; i < 9; i++) sum += c[i] / (z + i);
  const t = z + 7.5;
  return 0.918_938_533_204_672_8 + (z + 0.5) * Math.log(t) - t + Math.log(sum);
}

/**
 * log Q(a, x) = log P(G > x) for G ~ gamma(a, 1): series below x = a + 1, continued fraction above (Abramowitz & Stegun
 * 1964, 6.5.29, 6.5.31).
 *
 * @param a shape > 0; @param x ≥ 0
 */
export function logUpperGamma(a: number, x: number): number {
  if (x <= 0) return 0;
  const front = a * Math.log(x) - x - logGamma(a);
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let n = 1; n < 2000 && Math.abs(term) > 1e-16 * sum; n++) {
      term *= x / (a + n);
      sum += term;
    }
    return Math.log1p(-Math.min(1 - 1e-16, Math.exp(front + Math.log(sum))));
  }
  // Modified Lentz.
  let b = x + 1 - a;
  let c = 1e300;
  let d = 1 / b;
  let h = d;
  for (let n = 1; n < 2000; n++) {
    const step = -n * (n - a);
    b += 2;
    d = 1 / (step * d + b || 1e-300);
    c = b + step / c || 1e-300;
    const factor = d * c;
    h *= factor;
    if (Math.abs(factor - 1) < 1e-15) break;
  }
  return front + Math.log(h);
}
