/**
 * Who holds which cell, in PostgreSQL. A lease is kept by the database's clock: a holder says for how long, counted by
 * its own clock, so that machines whose clocks differ take nothing from one another.
 */

import { type CellName, cellKey } from '../../contract/cell-name.ts';
import { type HeldCell, type Holder, LONGEST_LEASE_MS } from '../../contract/store/runs.ts';
import { DemandaError } from '../../errors/demanda-error.ts';
import type { Transaction } from './connection.ts';

/** Whether a hold is one at this moment, as rules/leases.ts says. @param table its name in the statement */
export function standing(table: string): string {
  const latest = `clock_timestamp() + interval '${LONGEST_LEASE_MS} milliseconds'`;
  return `${table}.lease_until > clock_timestamp() AND ${table}.lease_until <= ${latest}`;
}

/** ISO 8601 instant by the database's clock. */
export const NOW = `to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
const UNTIL = (place: string): string => `clock_timestamp() + ${place}::float8 * interval '1 millisecond'`;

function millisecondsOf({ leaseUntil }: Pick<Holder, 'leaseUntil'>): number {
  return Date.parse(leaseUntil) - Date.now();
}

const columns = (cells: readonly CellName[]): [string[], string[]] => [
  cells.map(({ merchant }) => merchant),
  cells.map(({ product }) => product),
];

/** Within a write. */
export async function takeCells(
  transaction: Transaction,
  cells: readonly CellName[],
  holder: Holder,
): Promise<{ readonly held: readonly CellName[]; readonly byOther: readonly HeldCell[] }> {
  const held = new Set<string>();
  const byOther = new Map<string, HeldCell>();
  let left = [...new Map(cells.map((cell) => [cellKey(cell), cell])).values()];
  // A cell that was given back between the two questions is asked for again.
  while (left.length > 0) {
    // In one order, so that two who ask for the same cells wait for one another and not crosswise.
    const taken = await transaction.all<CellName>(
      `INSERT INTO demanda.held_cell AS h (merchant, product, holder, name, since, lease_until)
       SELECT merchant, product, $3, $4, ${NOW}, ${UNTIL('$5')}
       FROM unnest($1::text[], $2::text[]) AS asked (merchant, product)
       ORDER BY merchant COLLATE "C", product COLLATE "C"
       ON CONFLICT (merchant, product) DO UPDATE SET holder = excluded.holder, name = excluded.name,
         since = excluded.since, lease_until = excluded.lease_until
       WHERE h.holder = excluded.holder OR NOT (${standing('h')}) RETURNING merchant, product`,
      ...columns(left),
      ...[holder.id, holder.name, millisecondsOf(holder)],
    );
    for (const cell of taken) held.add(cellKey(cell));
    const refused = left.filter((cell) => !held.has(cellKey(cell)));
    if (refused.length === 0) break;
    const others = await transaction.all<HeldCell>(
      `SELECT merchant, product, name AS by, since FROM demanda.held_cell
       WHERE (merchant, product) IN (SELECT * FROM unnest($1::text[], $2::text[]))`,
      ...columns(refused),
    );
    for (const other of others) byOther.set(cellKey(other), other);
    left = refused.filter((cell) => !byOther.has(cellKey(cell)));
  }
  return {
    held: cells.filter((cell) => held.has(cellKey(cell))).map(({ merchant, product }) => ({ merchant, product })),
    byOther: cells.flatMap((cell) => byOther.get(cellKey(cell)) ?? []),
  };
}

/** Within a write. @returns how many cells the holder has */
export function renewCells(transaction: Transaction, holder: Pick<Holder, 'id' | 'leaseUntil'>): Promise<number> {
  return transaction.run(
    `UPDATE demanda.held_cell SET lease_until = ${UNTIL('$1')} WHERE holder = $2`,
    millisecondsOf(holder),
    holder.id,
  );
}

/** Within a write. */
export async function releaseCells(
  transaction: Transaction,
  cells: readonly CellName[],
  holderId: string,
): Promise<void> {
  await transaction.run(
    `DELETE FROM demanda.held_cell
     WHERE (merchant, product) IN (SELECT * FROM unnest($1::text[], $2::text[])) AND holder = $3`,
    ...columns(cells),
    holderId,
  );
}

/**
 * Within a write: refuses one who held the cell, slept, and whose place another has taken. Until the transaction ends
 * nobody takes it.
 */
export async function requireHolder(
  transaction: Transaction,
  { merchant, product }: CellName,
  holderId: string,
): Promise<void> {
  const hold = await transaction.one<{ holder: string }>(
    'SELECT holder FROM demanda.held_cell WHERE merchant = $1 AND product = $2 FOR UPDATE',
    merchant,
    product,
  );
  if (hold?.holder !== holderId) throw new DemandaError('CHECKPOINT_OVERTAKEN', { merchant, product });
}
