/** Two threads that do a server's work: a quick one for views and short writes, and a patient one for imports and many recommendations. */

import { Piscina } from 'piscina';
import { DemandaError, type ErrorCode } from '../errors.ts';
import type { Desk, DeskAnswer, DeskOrder, DeskTask } from './desk.ts';

/** Tasks that may take minutes. */
const PATIENT: ReadonlySet<DeskTask> = new Set<DeskTask>(['refreshMany', 'batchFile', 'previewImport', 'commitImport']);
/** Tasks of the quick thread that take several times as long as a write or one recommendation: they let those go before. */
const LONGER: ReadonlySet<DeskTask> = new Set<DeskTask>(['show', 'compare', 'summary', 'analyze', 'exportModel', 'endDeadTrainings']);

/** Tasks that wait for a thread: in the order they came, but longer ones after all others. Piscina's own queue does not keep an order. */
class Turns {
  private readonly shorter: (() => void)[] = [];
  private readonly longer: (() => void)[] = [];
  private busy = false;

  async take<T>(longer: boolean, work: () => Promise<T>): Promise<T> {
    if (this.busy) await new Promise<void>((resolve) => (longer ? this.longer : this.shorter).push(resolve));
    this.busy = true;
    try {
      return await work();
    } finally {
      const next = this.shorter.shift() ?? this.longer.shift();
      if (next) next();
      else this.busy = false;
    }
  }
}

export interface DeskPool {
  /** @throws DemandaError what the task throws */
  run<T extends DeskTask>(lang: 'es' | 'en', task: T, ...given: Parameters<Desk[T]>): Promise<Awaited<ReturnType<Desk[T]>>>;
  close(): Promise<void>;
}

export function openDeskPool(folder: string): DeskPool {
  const worker = new URL(`./desk-worker.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url).href;
  const thread = (): { readonly pool: Piscina<DeskOrder, DeskAnswer>; readonly turns: Turns } => {
    const pool = new Piscina<DeskOrder, DeskAnswer>({
      filename: worker,
      minThreads: 1,
      maxThreads: 1,
      concurrentTasksPerWorker: 1,
      workerData: { folder },
      // A thread that waits must still hear of the processes that it started.
      atomics: 'disabled',
    });
    return { pool, turns: new Turns() };
  };
  const quick = thread();
  let patient: ReturnType<typeof thread> | null = null;
  return {
    async run(lang, task, ...given) {
      const { pool, turns } = PATIENT.has(task) ? (patient ??= thread()) : quick;
      const answer = await turns.take(LONGER.has(task), () => pool.run({ lang, task, given }));
      if (!answer.ok) throw new DemandaError(answer.code as ErrorCode, answer.parameters as never);
      return answer.value as never;
    },
    async close() {
      // The last turn: what waits is done first.
      await Promise.all([quick, patient].map((each) => each?.turns.take(true, () => each.pool.close())));
    },
  };
}
