import { describe, expect, it } from 'vitest';
import { exponentials } from '../../../src/core/math/exponentials.ts';

describe('exponentials', () => {
  it('are Math.exp to 14 digits from 1e-304 to 1e304', () => {
    const values = Float64Array.from({ length: 200_001 }, (_, i) => (i - 100_000) * 0.00699999);
    const out = new Float64Array(values.length + 2);
    exponentials(values, -1, 3, out, 1);
    let worst = 0;
    values.forEach((value, i) => {
      worst = Math.max(worst, Math.abs((out[i + 1] as number) / (3 * Math.exp(-value)) - 1));
    });
    expect(worst).toBeLessThan(2e-14);
    expect([out[0], out.at(-1)]).toEqual([0, 0]);
  });
  it('say what Math.exp says of all other numbers', () => {
    const values = Float64Array.of(
      709,
      710,
      -745,
      -746,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
    );
    const out = new Float64Array(values.length);
    exponentials(values, 1, 1, out, 0);
    expect(Array.from(out)).toEqual(Array.from(values, Math.exp));
  });
});
