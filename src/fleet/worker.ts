/** Entry point of a worker thread. */

import type { MessagePort } from 'node:worker_threads';
import { type CellWork, type CellWorkResult, doCellWork } from './cell-work.ts';
import { type IterateResult, type IterateWork, iterateCell } from './iterate-cell.ts';

/** A piece of work as it crosses the threads: trainings by iterations bring the port that they report through. */
export type WorkerTask = { readonly work: CellWork; readonly port: null } | { readonly work: IterateWork; readonly port: MessagePort };

export default async function work({ work, port }: WorkerTask): Promise<CellWorkResult | IterateResult> {
  if (work.kind !== 'iterate') return doCellWork(work);
  try {
    return await iterateCell(work, port);
  } finally {
    port?.close();
  }
}
