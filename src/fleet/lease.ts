/** Cells that this process holds while it trains them: leases of the store, renewed for as long as there are any. */

import { randomUUID } from 'node:crypto';
import { type CellName, cellKey } from '../contract/cell-name.ts';
import { type HeldCell, LONGEST_LEASE_MS } from '../contract/store/runs.ts';
import type { Store } from '../contract/store/store.ts';
import { DemandaError } from '../errors/demanda-error.ts';

/** Who this process is to the store. */
export const HOLDER_ID: string = randomUUID();

/** So often that a lease outlives four renewals that a busy store refuses. */
const RENEWED_MS = LONGEST_LEASE_MS / 5;

interface Held {
  readonly cells: Set<string>;
  readonly renewing: NodeJS.Timeout;
}

const held = new WeakMap<Store, Held>();

function leaseEnd(): string {
  return new Date(Date.now() + LONGEST_LEASE_MS).toISOString();
}

/**
 * Holds cells for one training, until they are released, in one step.
 *
 * @returns those that another holds instead
 */
export async function holdCells(store: Store, cells: readonly CellName[]): Promise<readonly HeldCell[]> {
  const holder = { id: HOLDER_ID, name: String(process.pid), leaseUntil: leaseEnd() };
  const asked = cells.map(({ merchant, product }) => ({ merchant, product }));
  const { held: got, byOther } = await store.runs.hold(asked, holder);
  if (got.length === 0) return byOther;
  let of = held.get(store);
  if (!of) held.set(store, (of = { cells: new Set(), renewing: renewing(store) }));
  for (const cell of got) of.cells.add(cellKey(cell));
  return byOther;
}

/** Holds a cell as {@link holdCells} does. @throws DemandaError RUN_HELD_BY_OTHER */
export async function holdCell(store: Store, cell: CellName): Promise<void> {
  const [other] = await holdCells(store, [cell]);
  if (other) throw heldByOther(other);
}

export function heldByOther({ merchant, product, by, since }: HeldCell): DemandaError {
  return new DemandaError('RUN_HELD_BY_OTHER', { merchant, product, pid: by, since });
}

export async function releaseCells(store: Store, cells: readonly CellName[]): Promise<void> {
  if (cells.length === 0) return;
  forgetCells(store, cells);
  await store.runs.release(
    cells.map(({ merchant, product }) => ({ merchant, product })),
    HOLDER_ID,
  );
}

/** Of cells that the store has released. */
export function forgetCells(store: Store, cells: readonly CellName[]): void {
  const of = held.get(store);
  for (const { merchant, product } of cells) of?.cells.delete(cellKey({ merchant, product }));
  if (of?.cells.size !== 0) return;
  clearInterval(of.renewing);
  held.delete(store);
}

function renewing(store: Store): NodeJS.Timeout {
  const renew = (): void => {
    // One that is refused is tried again; a cell that was taken meanwhile refuses what is written of it.
    store.runs.renew({ id: HOLDER_ID, leaseUntil: leaseEnd() }).catch(() => {});
  };
  return setInterval(renew, RENEWED_MS).unref();
}
