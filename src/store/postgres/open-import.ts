/** What imports of every kind have in common: they are open until they end, and are taken over one at a time. */

import type { Import, ImportShapes } from '../../contract/store/sales.ts';
import type { ImportKind } from '../../core/vocabulary.ts';
import { DemandaError } from '../../errors/demanda-error.ts';
import { LOCK_MS, type PostgresConnection, type Transaction } from './connection.ts';

/** Of the advisory lock of whoever writes sales, costs, market prices or names; drawn once. */
const SALES_LOCK = 4_162_930_119;
/** How long an import waits for another one. */
const WAIT_MS = 120_000;

/** Rows of an import before they are taken over. */
export interface StagedRows<Row> {
  add(rows: readonly Row[]): Promise<void>;
  /** They go with the transaction. */
  drop(transaction: Transaction): Promise<void>;
  /** They go at once. */
  remove(): Promise<void>;
}

/** Until the transaction ends nobody else writes sales, costs, market prices or names. */
export async function lockSales(transaction: Transaction): Promise<void> {
  await transaction.exec(
    `SET LOCAL lock_timeout = ${WAIT_MS}; SELECT pg_advisory_xact_lock(${SALES_LOCK});
     SET LOCAL lock_timeout = ${LOCK_MS}`,
  );
}

/** @param takeOver within a transaction, nobody else writing; may be called again */
export function openImport<K extends ImportKind>(
  connection: PostgresConnection,
  staged: StagedRows<ImportShapes[K]['row']>,
  takeOver: (transaction: Transaction, told: ImportShapes[K]['commit']) => Promise<ImportShapes[K]['summary']>,
): Import<K> {
  let ended = false;
  const requireOpen = (): void => {
    if (ended) throw new DemandaError('IMPORT_ENDED', {});
  };
  const work = async (transaction: Transaction, told: ImportShapes[K]['commit']) => {
    await lockSales(transaction);
    return takeOver(transaction, told);
  };
  const tryOut = (told: ImportShapes[K]['commit']) =>
    undone(connection, (transaction) => work(transaction, { ...told, dryRun: true }));
  const end = async (): Promise<void> => {
    if (ended) return;
    ended = true;
    await staged.remove();
  };
  return {
    add: async (rows) => {
      requireOpen();
      await staged.add(rows);
    },
    commit: async (told) => {
      requireOpen();
      if (told.dryRun) {
        const summary = await tryOut(told);
        await end();
        return summary;
      }
      const summary = await connection.write(async (transaction) => {
        const done = await work(transaction, told);
        await staged.drop(transaction);
        return done;
      });
      ended = true;
      return summary;
    },
    tryOut: async (told) => {
      requireOpen();
      return tryOut(told);
    },
    abort: end,
  };
}

/** Thrown within the transaction of a dry run to undo it. */
const UNDONE = new Error('undone');

/** Does the work in a transaction that is rolled back. */
export async function undone<T>(
  connection: PostgresConnection,
  work: (transaction: Transaction) => Promise<T>,
): Promise<T> {
  let result: { readonly value: T } | null = null;
  try {
    await connection.write(async (transaction) => {
      result = { value: await work(transaction) };
      throw UNDONE;
    });
  } catch (error) {
    if (error !== UNDONE) throw error;
  }
  return (result as unknown as { readonly value: T }).value;
}
