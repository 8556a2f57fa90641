/** How errors hang together, and draws of sums that have it: expected values by the variance of a sum. */

import { expect, test } from 'vitest';
import { SumDraws } from '../../../src/core/hierarchy/joint-draws.ts';
import { sharedShocks } from '../../../src/core/hierarchy/shared-shocks.ts';
import { addUp, totalsTree } from '../../../src/core/hierarchy/tree.ts';
import { RandomStream } from '../../../src/core/math/random.ts';
import { variance } from '../../../src/core/math/summary.ts';

const TYPES = 4;
const PRODUCTS = 10;
const tree = totalsTree(
  Array.from({ length: TYPES * PRODUCTS }, (_, i) => ({
    merchant: 'm',
    productType: `t${Math.floor(i / PRODUCTS)}`,
  })),
);

/** Errors of which a type's products share a part, and all of them another. */
function errorsOf(windows: number, ofType: number, ofAll: number): Float64Array[] {
  const random = new RandomStream(3, 4);
  return Array.from({ length: windows }, () => {
    const all = Math.sqrt(ofAll) * random.normal();
    const types = Array.from({ length: TYPES }, () => Math.sqrt(ofType) * random.normal());
    const one = new Float64Array(tree.parent.length);
    for (let i = 0; i < TYPES * PRODUCTS; i++)
      one[i] = all + (types[Math.floor(i / PRODUCTS)] as number) + Math.sqrt(1 - ofType - ofAll) * random.normal();
    addUp(tree, one);
    return one;
  });
}

test('correlations of parts are found where errors share something, and none where they do not', () => {
  const shared = sharedShocks(tree, errorsOf(4_000, 0.2, 0.1));
  // Products of a type share 0.3 of their variance; types (10 + 90 x 0.3 = 37 each) share 100 x 0.1 of theirs.
  for (let type = 0; type < TYPES; type++) expect(shared[tree.leaves + type]).toBeCloseTo(0.3, 1);
  expect(shared[tree.leaves + TYPES]).toBeCloseTo(10 / 37, 1);
  const none = sharedShocks(tree, errorsOf(4_000, 0, 0));
  // The total of all is that of one merchant alone.
  for (let place = tree.leaves; place <= tree.leaves + TYPES; place++) expect(none[place]).toBeLessThan(0.03);
});

test('without any window a usual correlation stands in', () => {
  const shared = sharedShocks(tree, []);
  expect(shared[tree.leaves]).toBeGreaterThan(0.02);
  expect(shared[tree.leaves]).toBeLessThan(0.3);
});

test('sums of draws have the variance of dependent parts, and nothing of a part is lost', () => {
  const random = new RandomStream(5, 6);
  const parts = Array.from({ length: 8 }, () =>
    Float64Array.from({ length: 20_000 }, () => Math.exp(0.3 * random.normal())),
  );
  const one = variance(parts[0] as Float64Array);
  for (const [correlation, wanted] of [
    [0, 8],
    [0.4, 8 + 56 * 0.4],
  ] as const) {
    const sum = new SumDraws(20_000, correlation, 9);
    for (const revenue of parts) sum.add({ revenue, quantity: new Map([['kg', revenue]]) });
    expect(variance(sum.revenue) / one / wanted).toBeCloseTo(1, 1);
    expect(sum.revenue.reduce((all, value) => all + value, 0)).toBeCloseTo(
      parts.reduce((all, part) => all + part.reduce((a, b) => a + b, 0), 0),
      3,
    );
    expect(sum.quantity.get('kg')).toEqual(sum.revenue);
  }
});
