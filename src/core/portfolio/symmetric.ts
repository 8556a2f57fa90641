/** Arithmetic of symmetric matrices, row-major, and vectors. */

export function plusDiagonal(matrix: Float64Array, n: number, value: number): Float64Array {
  return matrix.map((entry, at) => (Math.floor(at / n) === at % n ? entry + value : entry));
}

export function timesVector(matrix: Float64Array, vector: Float64Array): Float64Array {
  const n = vector.length;
  return Float64Array.from(vector, (_, a) => vector.reduce((sum, value, b) => sum + matrix[a * n + b] * value, 0));
}

/** ½ log of the determinant of a matrix, by its factor. */
export function logDeterminantHalf(factor: Float64Array, n: number): number {
  let log = 0;
  for (let j = 0; j < n; j++) log += Math.log(factor[j * n + j]);
  return log;
}
