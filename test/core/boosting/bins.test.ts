import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { binColumns } from '../../../src/core/boosting/bins.ts';

const { NaN: MISSING } = Number;

describe('bins', () => {
  it('of few values are one each, cut at the shortest number between them', () => {
    const { bins, thresholds, valueBins } = binColumns(Float64Array.of(3, 1, 2, MISSING, 2, 1.25), 6, 255);
    expect([...thresholds[0]]).toEqual([1.1, 1.6, 2.5].map((cut) => expect.closeTo(cut, 0.2)));
    expect([...bins[0]]).toEqual([3, 0, 2, 4, 2, 1]);
    expect(valueBins[0]).toBe(4);
  });

  it('of many values hold about as many rows each', () => {
    const values = Float64Array.from({ length: 1_000 }, (_, i) => (i * 7919) % 1_000);
    const { bins, valueBins } = binColumns(values, 1_000, 10);
    expect(valueBins[0]).toBe(10);
    const counts = new Int32Array(10);
    for (const b of bins[0]) counts[b]++;
    expect([...counts]).toEqual(new Array(10).fill(100));
  });

  it('give a value that most rows share one of its own, and the rest to the others', () => {
    const values = Float64Array.from({ length: 1_000 }, (_, i) => (i < 800 ? 0 : i % 2 === 0 ? i : -i));
    const { bins, valueBins } = binColumns(values, 1_000, 11);
    const ofZero = bins[0][0];
    expect([...bins[0]].filter((b) => b === ofZero)).toHaveLength(800);
    // 100 values on either side in five bins each.
    expect(valueBins[0]).toBe(11);
  });

  it('keep the order of values, and lie where the thresholds say', () => {
    const value = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer({ min: -3, max: 3 }));
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 80 }), fc.integer({ min: 2, max: 12 }), (values, most) => {
        const { bins, thresholds, valueBins } = binColumns(Float64Array.from(values), values.length, most);
        expect(valueBins[0]).toBeLessThanOrEqual(most);
        const cuts = thresholds[0];
        values.forEach((v, i) => {
          const b = bins[0][i];
          if (b < cuts.length) expect(v).toBeLessThanOrEqual(cuts[b]);
          if (b > 0) expect(v).toBeGreaterThan(cuts[b - 1]);
        });
      }),
    );
  });

  it('of a column without values are none, of a constant one', () => {
    const { valueBins, bins } = binColumns(Float64Array.of(MISSING, MISSING, 5, 5), 2, 255);
    expect([...valueBins]).toEqual([0, 1]);
    expect([...bins[0], ...bins[1]]).toEqual([0, 0, 0, 0]);
  });
});
