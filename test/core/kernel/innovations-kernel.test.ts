import { describe, expect, it } from 'vitest';
import {
  innovations,
  type Noise,
  type ObservedColumns,
  plainInnovations,
} from '../../../src/core/kernel/innovations-kernel.ts';
import { RandomStream } from '../../../src/core/math/random.ts';

function observed(count: number, width: number, stream: number): ObservedColumns {
  const random = new RandomStream(31, stream);
  return {
    count,
    width,
    columns: Float64Array.from({ length: count * width }, () => random.normal()),
    scale: Float64Array.from({ length: count }, () => Math.exp(0.5 * random.normal())),
    starts: Uint8Array.from({ length: count }, (_, i) => (i % 7 === 0 ? 1 : 0)),
  };
}

const NOISES: readonly Noise[] = [
  { walk: 0, correlation: 0, share: 0 },
  { walk: 0.01, correlation: 0.6, share: 1 },
  { walk: 0.3, correlation: 'block', share: 0.4 },
  { walk: 0.001, correlation: 0.8, share: 0.25 },
  { walk: 0.03, correlation: 'block', share: 0.05 },
];

describe('the innovations kernel', () => {
  // Rows that end within a block of 16 and of 8, columns odd and even; a memory that grew is used again by fewer rows.
  for (const [count, width] of [
    [1, 3],
    [8, 2],
    [17, 5],
    [700, 24],
    [33, 1],
    [100, 6],
  ] as const) {
    it(`has the sums of its twin over ${count} rows of ${width} columns, whatever noise is beside one`, () => {
      const rows = observed(count, width, count);
      const twin = plainInnovations(rows, NOISES);
      const found = innovations(rows, NOISES);
      expect(found).toHaveLength(NOISES.length);
      found.forEach(({ logs, gram }, k) => {
        expect(Math.abs(logs - (twin[k]?.logs ?? Number.NaN))).toBeLessThan(1e-10 * Math.max(1, Math.abs(logs)));
        gram.forEach((sum, at) => {
          const same = twin[k]?.gram[at] ?? Number.NaN;
          expect(Math.abs(sum - same)).toBeLessThan(1e-10 * Math.max(1, Math.abs(same)));
        });
        expect(innovations(rows, [NOISES[k] as Noise])).toEqual([{ logs, gram }]);
      });
    });
  }
  it('takes rows without blocks as one block of noise that lasts', () => {
    const rows = { ...observed(40, 3, 1), starts: null };
    const lasting: Noise = { walk: 0.1, correlation: 'block', share: 0.4 };
    const [found, twin] = [innovations(rows, [lasting]), plainInnovations(rows, [lasting])];
    expect(found[0]?.logs).toBeCloseTo(twin[0]?.logs ?? Number.NaN, 10);
    // Every row a block of its own: nothing lasts, which is noise of single rows.
    expect(innovations(rows, [{ ...lasting, correlation: 0 }])[0]?.logs).toBeCloseTo(twin[0]?.logs ?? Number.NaN, 10);
  });
});
