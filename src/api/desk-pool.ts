/**
 * Who does a server's work: a quick thread for views and short writes, a patient one for files of prices and many
 * recommendations, and processes for imports.
 */

import { Piscina } from 'piscina';
import { DemandaError, type ErrorCode } from '../errors/demanda-error.ts';
import type { WorkspaceLocation } from '../workspace.ts';
import type { Asker, Desk, DeskAnswer, DeskOrder, DeskTask } from './desk.ts';
import { ImportProcesses } from './import-processes.ts';

/** Tasks that may take minutes. */
const PATIENT: ReadonlySet<DeskTask> = new Set<DeskTask>([
  'refreshMany',
  'whatIfMany',
  'portfolio',
  'scenario',
  'competitors',
  'promotions',
  'totals',
  'batchFile',
  'outcomes',
  'latestHoldout',
  'proposeHoldout',
  'compareShops',
  'startHoldout',
  'stopHoldout',
  'runGroups',
  'sortedRuns',
  'searchAudit',
  'settingsTried',
  'table',
  'priceCalendar',
  'testAlerts',
  'keepWatch',
]);
/** Tasks that read what a stranger wrote: import's id, merchant, options. */
const IMPORTS: ReadonlySet<DeskTask> = new Set<DeskTask>(['previewImport', 'commitImport']);
/**
 * Tasks of the quick thread under way at once where the store is a database: most of a task's time goes by in waiting
 * for its answers. A store in the workspace's folder answers at once.
 */
const WITH_DATABASE = 4;
/** Closing waits so long for what is under way. */
const LAST_TURN_MS = 3_000;
/**
 * Tasks of the quick thread that take several times as long as a write or one recommendation: they let those go before.
 */
const LONGER: ReadonlySet<DeskTask> = new Set<DeskTask>([
  'show',
  'compare',
  'summary',
  'analyze',
  'exportModel',
  'endDeadTrainings',
]);

/**
 * Tasks that wait for a thread: in the order they came, but longer ones after all others. Piscina's own queue does not
 * keep an order.
 */
class Turns {
  private readonly shorter: (() => void)[] = [];
  private readonly longer: (() => void)[] = [];
  private free: number;

  constructor(atOnce: number) {
    this.free = atOnce;
  }

  async take<T>(longer: boolean, work: () => Promise<T>): Promise<T> {
    // Who is woken has the turn of who ended.
    if (this.free === 0) await new Promise<void>((resolve) => (longer ? this.longer : this.shorter).push(resolve));
    else this.free--;
    try {
      return await work();
    } finally {
      const next = this.shorter.shift() ?? this.longer.shift();
      if (next) next();
      else this.free++;
    }
  }
}

export interface DeskPool {
  /** @throws DemandaError what the task throws */
  run<T extends DeskTask>(asker: Asker, task: T, ...given: Parameters<Desk[T]>): Promise<Awaited<ReturnType<Desk[T]>>>;
  close(): Promise<void>;
}

export function openDeskPool(location: WorkspaceLocation): DeskPool {
  const worker = new URL(`./desk-worker.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url).href;
  const thread = (atOnce: number): { readonly pool: Piscina<DeskOrder, DeskAnswer>; readonly turns: Turns } => {
    const pool = new Piscina<DeskOrder, DeskAnswer>({
      filename: worker,
      minThreads: 1,
      maxThreads: 1,
      concurrentTasksPerWorker: atOnce,
      workerData: location,
      // A thread that waits must still hear of the processes that it started.
      atomics: 'disabled',
    });
    // Of a thread that ends or cannot start, who waits for it is told; without a listener it would end the server too.
    pool.on('error', () => {});
    return { pool, turns: new Turns(atOnce) };
  };
  const quick = thread(location.database === null ? 1 : WITH_DATABASE);
  const imports = new ImportProcesses(location);
  let patient: ReturnType<typeof thread> | null = null;
  return {
    async run(asker, task, ...given) {
      const inThread = (): Promise<DeskAnswer> => {
        const { pool, turns } = PATIENT.has(task) ? (patient ??= thread(1)) : quick;
        return turns.take(LONGER.has(task), () => pool.run({ asker, task, given }));
      };
      const answer = await (IMPORTS.has(task)
        ? imports.run(given[1] as string | null, { asker, task, given })
        : inThread());
      if (!answer.ok) throw new DemandaError(answer.code as ErrorCode, answer.parameters as never);
      return answer.value as never;
    },
    async close() {
      imports.close();
      // The last turn: what waits is done first, but not for ever.
      const closing = [quick, patient].filter((each) => each !== null);
      const late = new Promise<void>((resolve) => setTimeout(resolve, LAST_TURN_MS).unref());
      await Promise.all(closing.map((each) => Promise.race([each.turns.take(true, () => each.pool.close()), late])));
      await Promise.all(closing.map((each) => each.pool.destroy()));
    },
  };
}
