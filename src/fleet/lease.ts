/** Cells that this process holds while it trains them: leases of the store, renewed for as long as there are any. */

import { randomUUID } from 'node:crypto';
import { type CellName, cellKey } from '../contract/cell-name.ts';
import { LONGEST_LEASE_MS } from '../contract/store/runs.ts';
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

/** Holds a cell for one training, until it is released. @throws DemandaError RUN_HELD_BY_OTHER */
export async function holdCell(store: Store, { merchant, product }: CellName): Promise<void> {
  const cell = { merchant, product };
  const holder = { id: HOLDER_ID, name: String(process.pid), leaseUntil: leaseEnd() };
  const [other] = (await store.runs.hold([cell], holder)).byOther;
  if (other) throw new DemandaError('RUN_HELD_BY_OTHER', { ...cell, pid: other.by, since: other.since });
  let of = held.get(store);
  if (!of) held.set(store, (of = { cells: new Set(), renewing: renewing(store) }));
  of.cells.add(cellKey(cell));
}

export async function releaseCell(store: Store, { merchant, product }: CellName): Promise<void> {
  const of = held.get(store);
  of?.cells.delete(cellKey({ merchant, product }));
  if (of?.cells.size === 0) {
    clearInterval(of.renewing);
    held.delete(store);
  }
  await store.runs.release([{ merchant, product }], HOLDER_ID);
}

function renewing(store: Store): NodeJS.Timeout {
  const renew = (): void => {
    // One that is refused is tried again; a cell that was taken meanwhile refuses what is written of it.
    store.runs.renew({ id: HOLDER_ID, leaseUntil: leaseEnd() }).catch(() => {});
  };
  return setInterval(renew, RENEWED_MS).unref();
}
