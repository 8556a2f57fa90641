import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { minTrace } from '../../../src/core/hierarchy/min-trace.ts';
import { shrunkCovariance } from '../../../src/core/hierarchy/shrunk-covariance.ts';
import { addUp, totalsTree } from '../../../src/core/hierarchy/tree.ts';
import { RandomStream } from '../../../src/core/math/random.ts';

const golden = JSON.parse(readFileSync(join(import.meta.dirname, '../../golden/reconciliation.json'), 'utf8')) as {
  readonly cells: readonly (readonly [merchant: string, productType: string])[];
  readonly errors: readonly (readonly number[])[];
  readonly base: readonly number[];
  readonly shrinkage: number;
  readonly dense: { readonly all: readonly number[]; readonly several: readonly number[] };
  readonly package: Readonly<Record<'mint_shrink' | 'wls_struct' | 'ols', readonly number[]>>;
};
const tree = totalsTree(golden.cells.map(([merchant, productType]) => ({ merchant, productType })));
const errors = golden.errors.map((one) => Float64Array.from(one));
const base = Float64Array.from(golden.base);

function expectClose(found: Float64Array, wanted: readonly number[], relative: number): void {
  expect(found.length).toBe(wanted.length);
  wanted.forEach((value, i) => {
    expect(Math.abs((found[i] as number) / value - 1)).toBeLessThan(relative);
  });
}

test('least trace with a shrunk covariance is what dense algebra and hierarchicalforecast find', () => {
  const covariance = shrunkCovariance(errors);
  expect(covariance.shrinkage).toBeCloseTo(golden.shrinkage, 12);
  expectClose(minTrace(tree, covariance, () => true)(base), golden.dense.all, 1e-9);
  expectClose(minTrace(tree, covariance, () => true)(base), golden.package.mint_shrink, 2e-5);
  expectClose(minTrace(tree, covariance, (place) => place !== 12)(base), golden.dense.several, 1e-9);
});

test('without factors it is least squares, by members or all alike', () => {
  const members = new Float64Array(tree.parent.length).fill(1, 0, tree.leaves);
  addUp(tree, members);
  const plain = (diagonal: Float64Array) => minTrace(tree, { diagonal, factors: [], shrinkage: 1 }, () => true)(base);
  expectClose(plain(members), golden.package.wls_struct, 1e-9);
  expectClose(plain(new Float64Array(members.length).fill(1)), golden.package.ols, 1e-9);
});

test('ten thousand cells in a second, and forecasts that add up stay as they are', () => {
  const random = new RandomStream(1, 2);
  const cells = Array.from({ length: 10_000 }, (_, i) => ({
    merchant: `m${Math.floor(i / 100)}`,
    productType: `t${Math.floor(i / 10) % 10}`,
  }));
  const large = totalsTree(cells);
  const windows = Array.from({ length: 24 }, () => {
    const one = Float64Array.from(large.parent, () => random.normal());
    addUp(large, one);
    return one;
  });
  const coherent = Float64Array.from(large.parent, () => 1 + random.uniform());
  addUp(large, coherent);
  const began = performance.now();
  const found = minTrace(large, shrunkCovariance(windows), (place) => large.children[place] !== 1)(coherent);
  expect(performance.now() - began).toBeLessThan(5_000);
  found.forEach((value, i) => {
    expect(Math.abs(value - (coherent[i] as number))).toBeLessThan(1e-6);
  });
});
