/** Columns as combinations of others, by Gram-Schmidt. */

import { dot } from './summary.ts';

/**
 * A column is a combination of those before it when less than this share of its length is left (double precision loses
 * no more than 1e-13).
 */
export const INDEPENDENT_SHARE = 1e-9;

/** Adds what a column brings beyond the basis, as a unit vector; nothing when it is a combination of what is there. */
export function addToBasis(basis: Float64Array[], column: Float64Array): void {
  const length = Math.sqrt(dot(column, column));
  const rest = withoutBasis(basis, column);
  const left = Math.sqrt(dot(rest, rest));
  if (left > length * INDEPENDENT_SHARE) basis.push(rest.map((v) => v / left));
}

/**
 * A column minus its projection on an orthonormal basis; projected twice, as once leaves rounding behind (Kahan's
 * "twice is enough").
 */
export function withoutBasis(basis: readonly Float64Array[], column: Float64Array): Float64Array {
  const rest = column.slice();
  for (let pass = 0; pass < 2; pass++) {
    for (const direction of basis) {
      const share = dot(direction, rest);
      for (let i = 0; i < rest.length; i++) rest[i] = rest[i] - share * direction[i];
    }
  }
  return rest;
}
