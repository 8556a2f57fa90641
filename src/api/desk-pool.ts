/** Two threads that do a server's work: a quick one for views and short writes, and a patient one for imports and many recommendations. */

import { Piscina } from 'piscina';
import { DemandaError, type ErrorCode } from '../errors.ts';
import type { Desk, DeskAnswer, DeskOrder, DeskTask } from './desk.ts';

/** Tasks that may take minutes. */
const PATIENT: ReadonlySet<DeskTask> = new Set<DeskTask>(['refreshMany', 'batchFile', 'previewImport', 'commitImport']);

export interface DeskPool {
  /** @throws DemandaError what the task throws */
  run<T extends DeskTask>(lang: 'es' | 'en', task: T, ...given: Parameters<Desk[T]>): Promise<Awaited<ReturnType<Desk[T]>>>;
  close(): Promise<void>;
}

export function openDeskPool(folder: string): DeskPool {
  const worker = new URL(`./desk-worker.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url).href;
  const thread = (): Piscina<DeskOrder, DeskAnswer> =>
    new Piscina({
      filename: worker,
      minThreads: 1,
      maxThreads: 1,
      concurrentTasksPerWorker: 1,
      workerData: { folder },
      // A thread that waits must still hear of the processes that it started.
      atomics: 'disabled',
    });
  const quick = thread();
  let patient: Piscina<DeskOrder, DeskAnswer> | null = null;
  return {
    async run(lang, task, ...given) {
      const pool = PATIENT.has(task) ? (patient ??= thread()) : quick;
      const answer = await pool.run({ lang, task, given });
      if (!answer.ok) throw new DemandaError(answer.code as ErrorCode, answer.parameters as never);
      return answer.value as never;
    },
    async close() {
      await Promise.all([quick.close(), patient?.close()]);
    },
  };
}
