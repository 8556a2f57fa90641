/**
 * What the stopping rule of each run found, unknown of runs before it was measured; and refusals under the names that
 * the error table gives them.
 */
export const MIGRATION_10 = `
  ALTER TABLE run ADD COLUMN converged INTEGER;
  UPDATE run SET failure_code = 'TRAIN_' || failure_code WHERE failure_code IN ('NO_OWN_SALES', 'NOTHING_SOLD', 'NO_PRICE', 'NOT_FINITE');
  `;
