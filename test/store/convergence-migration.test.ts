import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { MIGRATION_10 } from '../../src/store/sqlite/migrations/010-convergence.ts';
import { MIGRATIONS } from '../../src/store/sqlite/migrations/migrations.ts';

describe('a store of before convergence was measured', () => {
  it('keeps its runs, of which nothing is said, and gives refusals the codes of the error table', () => {
    const database = new DatabaseSync(':memory:');
    for (const migration of MIGRATIONS.slice(0, MIGRATIONS.indexOf(MIGRATION_10))) database.exec(migration);
    const insert = database.prepare(
      `INSERT INTO run (run_id, merchant, product, status, stop_reason, iterations, simulated_rows, own_rows, started_at, seconds, seed, failure_code, number)
       VALUES (?, 'm', 'p', ?, ?, 0, 0, 5, '2026-01-01T00:00:00Z', 1, 1, ?, (SELECT count(*) FROM run))`,
    );
    insert.run('done', 'done', 'converged', null);
    insert.run('unsold', 'failed', 'failed', 'NOTHING_SOLD');
    insert.run('held', 'failed', 'failed', 'RUN_HELD_BY_OTHER');
    database.exec(MIGRATION_10);
    expect(
      database
        .prepare('SELECT run_id, converged, failure_code FROM run ORDER BY run_id')
        .all()
        .map((row) => ({ ...row })),
    ).toEqual([
      { run_id: 'done', converged: null, failure_code: null },
      { run_id: 'held', converged: null, failure_code: 'RUN_HELD_BY_OTHER' },
      { run_id: 'unsold', converged: null, failure_code: 'TRAIN_NOTHING_SOLD' },
    ]);
    database.close();
  });
});
