/** What becomes of a piece of a training that workers failed at or died of. */

/** Attempts after which a batch is taken apart, so that one cell that ends its process does not end all of them. */
const FAILURES_TO_SPLIT = 2;
/** Attempts after which what has no parts is given up. */
const FAILURES_TO_DIE = 3;
/**
 * Each part fails once before it is taken apart again: of 1,000 cells the one at fault is alone after three more ends
 * of a process, where halves would cost nine.
 */
const PARTS = 8;

/**
 * @param failures attempts that failed; @param cells that are left of it; none of what the training's cells learn from
 */
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

/** Cells of a batch: some tens of seconds of work, so that a worker that ends loses little and the queue is idle. */
const CELLS = { least: 200, most: 1_000 } as const;
/** Batches that a training of few cells has, so that several workers share it. */
const BATCHES = 64;
/** Iterations of a batch trained by iterations, about a minute of a core. */
const BATCH_ITERATIONS = 600_000;

/** @param iterations of each cell; 0 by the exact solver, null as many as it takes */
export function batchSize(cells: number, iterations: number | null): number {
  if (iterations === 0) return Math.min(CELLS.most, Math.max(CELLS.least, Math.ceil(cells / BATCHES)));
  return Math.min(CELLS.most, Math.max(1, Math.round(BATCH_ITERATIONS / (iterations ?? 10_000))));
}
