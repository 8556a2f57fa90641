/** What becomes of a piece of a training that workers failed at or died of. */

/** Attempts after which a batch is taken apart, so that one cell that ends its process does not end all of them. */
const FAILURES_TO_SPLIT = 2;
/** Attempts after which what has no parts is given up. */
const FAILURES_TO_DIE = 3;
/**
 * Each part fails once before it is taken apart again: of 1,000 cells the one at fault is alone after four more ends of
 * a process, where halves would cost ten.
 */
const PARTS = 8;

/** @param failures attempts that failed; @param cells that are left of it; none of what the training's cells learn from */
export function batchFate(failures: number, cells: number): 'begin' | 'split' | 'die' {
  if (cells > 1) return failures >= FAILURES_TO_SPLIT ? 'split' : 'begin';
  return failures >= FAILURES_TO_DIE ? 'die' : 'begin';
}

/** The parts of a batch, in its order, of as many cells each as can be. */
export function partsOf<T>(cells: readonly T[]): T[][] {
  const count = Math.min(PARTS, cells.length);
  return Array.from({ length: count }, (_, i) =>
    cells.slice(Math.floor((i * cells.length) / count), Math.floor(((i + 1) * cells.length) / count)),
  );
}
