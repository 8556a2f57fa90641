/**
 * Who holds which cell, in SQLite. Beside the lease stands the process of the holder: one on this machine that is known
 * to be gone has lost its cells at once.
 */

import type { DatabaseSync } from 'node:sqlite';
import type { CellName } from '../../contract/cell-name.ts';
import { type HeldCell, type Holder, LONGEST_LEASE_MS } from '../../contract/store/runs.ts';
import { DemandaError } from '../../errors/demanda-error.ts';
import { leaseRuns } from '../../rules/leases.ts';
import { processIdentity, stillLives } from '../process-identity.ts';

/** What is kept of a hold. */
export interface HoldRow {
  readonly holder: string;
  readonly name: string;
  readonly pid: number;
  readonly identity: string;
  readonly since: string;
  readonly leaseUntil: string;
}

/** Whether a hold is one at this moment. */
export function holdStands({ pid, identity, leaseUntil }: Pick<HoldRow, 'pid' | 'identity' | 'leaseUntil'>): boolean {
  const now = Date.now();
  const latest = new Date(now + LONGEST_LEASE_MS).toISOString();
  return leaseRuns(leaseUntil, new Date(now).toISOString(), latest) && stillLives(pid, identity);
}

/** Within a write. */
export function takeCells(
  database: DatabaseSync,
  cells: readonly CellName[],
  holder: Holder,
): { readonly held: readonly CellName[]; readonly byOther: readonly HeldCell[] } {
  const put = database.prepare(
    `INSERT OR REPLACE INTO held_cell (merchant, product, pid, identity, since, holder, name, lease_until)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const since = new Date().toISOString();
  const identity = processIdentity(process.pid) ?? '';
  const held: CellName[] = [];
  const byOther: HeldCell[] = [];
  for (const { merchant, product } of cells) {
    const other = holdOf(database, { merchant, product });
    if (other && other.holder !== holder.id && holdStands(other)) {
      byOther.push({ merchant, product, by: other.name, since: other.since });
      continue;
    }
    put.run(merchant, product, process.pid, identity, since, holder.id, holder.name, holder.leaseUntil);
    held.push({ merchant, product });
  }
  return { held, byOther };
}

/** Within a write. @returns how many cells the holder has */
export function renewCells(database: DatabaseSync, { id, leaseUntil }: Pick<Holder, 'id' | 'leaseUntil'>): number {
  return Number(database.prepare('UPDATE held_cell SET lease_until = ? WHERE holder = ?').run(leaseUntil, id).changes);
}

/** Within a write. */
export function releaseCells(database: DatabaseSync, cells: readonly CellName[], holderId: string): void {
  const release = database.prepare('DELETE FROM held_cell WHERE merchant = ? AND product = ? AND holder = ?');
  for (const { merchant, product } of cells) release.run(merchant, product, holderId);
}

/** Within a write: refuses one who held the cell, slept, and whose place another has taken. */
export function requireHolder(database: DatabaseSync, { merchant, product }: CellName, holderId: string): void {
  if (holdOf(database, { merchant, product })?.holder !== holderId)
    throw new DemandaError('CHECKPOINT_OVERTAKEN', { merchant, product });
}

export function holdOf(database: DatabaseSync, { merchant, product }: CellName): HoldRow | undefined {
  return database
    .prepare(
      `SELECT holder, name, pid, identity, since, lease_until AS leaseUntil FROM held_cell
       WHERE merchant = ? AND product = ?`,
    )
    .get(merchant, product) as HoldRow | undefined;
}
