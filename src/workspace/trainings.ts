/** Trainings in processes of their own: started, watched, stopped and gone on with from any process, because all that is known of them is in the store. */

import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { CellProgress, TrainingItem, TrainingOptionsBody } from '../contract/api.ts';
import type { DocumentHeader, RunDocumentItem, TrainDocument } from '../contract/documents.ts';
import type { Caller, KeptCellProgress, KeptTraining } from '../contract/service-store.ts';
import type { Store } from '../contract/store.ts';
import { DemandaError } from '../errors.ts';
import type { FleetProgress } from '../fleet/fleet-run.ts';
import type { IterationProgress } from '../fleet/iterate-cell.ts';
import { processIdentity } from '../store/process-identity.ts';
import { type ListDocument, listDocument, type PageQuery, pageAsked } from './pages.ts';

type CellName = { readonly merchant: string; readonly product: string };

/** What a training needs of the workspace. */
export interface TrainingWork {
  train(
    options: TrainingOptionsBody & {
      readonly cells?: readonly CellName[];
      readonly merchant?: string;
      readonly product?: string;
      readonly resume?: boolean;
      readonly since?: string;
      readonly signal: AbortSignal;
      readonly onProgress: (progress: FleetProgress) => void;
      readonly onIteration: (cell: CellName, progress: IterationProgress) => void;
      readonly onRun: (run: RunDocumentItem) => void;
    },
  ): Promise<TrainDocument>;
  recommend(cells: readonly CellName[]): Promise<void>;
}

/** How often a process writes what it knows and looks whether it is to stop. */
const BEAT_MS = 400;
/** A process that has not written for so long is gone, whoever has its number now. */
const SILENT_MS = 10 * 60_000;
/** A process that was started must have come up by then. */
const STARTING_MS = 60_000;
const RECOMMENDED_AT_ONCE = 200;
const MOST_PROGRESS = 1_000;

export class Trainings {
  private readonly store: Store;
  private readonly folder: string;
  private readonly header: () => Promise<DocumentHeader>;
  private readonly work: TrainingWork;

  constructor(store: Store, folder: string, header: () => Promise<DocumentHeader>, work: TrainingWork) {
    this.store = store;
    this.folder = folder;
    this.header = header;
    this.work = work;
  }

  /** Starts a training of the named cells, or of all that the caller may see. @throws DemandaError CELL_UNKNOWN, WORKSPACE_EMPTY */
  async start(
    caller: Caller,
    { cells, options }: { readonly cells?: readonly CellName[]; readonly options: TrainingOptionsBody },
    lang: 'es' | 'en',
  ): Promise<string> {
    const chosen = cells ?? null;
    for (const { merchant, product } of chosen ?? []) {
      if ((await this.store.countCells({ merchant, product })) === 0) throw new DemandaError('CELL_UNKNOWN', { merchant, product });
    }
    const count = chosen?.length ?? (await this.store.countCells(caller.merchant === null ? {} : { merchant: caller.merchant }));
    if (count === 0) throw new DemandaError('WORKSPACE_EMPTY', { folder: this.folder });
    const trainingId = randomUUID();
    const now = new Date().toISOString();
    await this.store.trainings.add({
      trainingId,
      merchant: caller.merchant,
      status: 'starting',
      cells: count,
      chosen,
      options,
      lang,
      startedAt: now,
      startedBy: caller.actor,
      beatAt: now,
    });
    this.spawn(trainingId);
    return trainingId;
  }

  async list(merchant: string | null, page: PageQuery): Promise<ListDocument<TrainingItem>> {
    return listDocument(await this.header(), await this.store.trainings.list(merchant, pageAsked(page, 2)), itemOf);
  }

  /** @throws DemandaError TRAINING_UNKNOWN */
  async get(trainingId: string, merchant: string | null): Promise<DocumentHeader & { training: TrainingItem; progress: CellProgress[] }> {
    const training = await this.require(trainingId, merchant);
    const changes = await this.store.trainings.changes(trainingId, Math.max(0, training.seq - MOST_PROGRESS), MOST_PROGRESS);
    return { ...(await this.header()), training: itemOf(training), progress: changes.map(progressOf) };
  }

  /** What changed after a number: the training and its cells, and the number to ask with next. @throws DemandaError TRAINING_UNKNOWN */
  async changes(
    trainingId: string,
    merchant: string | null,
    seq: number,
  ): Promise<{ readonly training: TrainingItem; readonly seq: number; readonly cells: readonly CellProgress[] }> {
    const training = await this.require(trainingId, merchant);
    const cells = training.seq > seq ? (await this.store.trainings.changes(trainingId, seq, MOST_PROGRESS)).map(progressOf) : [];
    // Where more cells changed than are read at once, the next question goes on behind the last of them.
    return { training: itemOf(training), seq: cells.length === MOST_PROGRESS ? (cells.at(-1) as CellProgress).seq : Math.max(seq, training.seq), cells };
  }

  /** Asks a training to stop after its next evaluation, with all it did kept. @throws DemandaError TRAINING_UNKNOWN, TRAINING_ENDED */
  async stop(trainingId: string, merchant: string | null): Promise<TrainingItem> {
    const training = await this.require(trainingId, merchant);
    if (!isRunning(training)) throw new DemandaError('TRAINING_ENDED', { trainingId });
    await this.store.trainings.update(trainingId, { status: 'stopping' }, ['starting', 'running']);
    return itemOf(await this.require(trainingId, merchant));
  }

  /** Goes on with a training that was stopped or whose process was lost. @throws DemandaError TRAINING_UNKNOWN, TRAINING_RUNNING, TRAINING_ENDED */
  async resume(trainingId: string, merchant: string | null): Promise<TrainingItem> {
    const training = await this.require(trainingId, merchant);
    if (isRunning(training)) throw new DemandaError('TRAINING_RUNNING', { trainingId });
    if (training.status === 'done') throw new DemandaError('TRAINING_ENDED', { trainingId });
    const fields = { status: 'starting', endedAt: null, pid: null, message: null, beatAt: new Date().toISOString(), resumes: training.resumes + 1 } as const;
    // Of two who ask at once, one starts it.
    if (!(await this.store.trainings.update(trainingId, fields, [training.status]))) throw new DemandaError('TRAINING_RUNNING', { trainingId });
    this.spawn(trainingId);
    return itemOf(await this.require(trainingId, merchant));
  }

  /** Trains, in the process that was started for it. Ends with the training. */
  async perform(trainingId: string): Promise<void> {
    const { trainings } = this.store;
    const training = await trainings.read(trainingId);
    const now = new Date().toISOString();
    // Told to stop before it came up: there is nothing to keep.
    if (await trainings.update(trainingId, { status: 'stopped', endedAt: now, beatAt: now }, ['stopping'])) return;
    if (!training || !(await trainings.update(trainingId, { status: 'running', pid: process.pid, beatAt: now }, ['starting']))) return;
    const monitor = new TrainingMonitor(this.store, training);
    const before = training.resumes > 0 ? await this.ended(trainingId) : new Map<string, 'done' | 'failed'>();
    const left = training.resumes > 0 ? await this.left(training, before) : training.chosen;
    monitor.count(before);
    try {
      const options = training.options as TrainingOptionsBody;
      const single = left?.length === 1 ? (left[0] as CellName) : null;
      const goesOn = training.resumes > 0 && isStochastic(options);
      const resume = goesOn && (single === null || (await this.store.newestCheckpoint(single.merchant, single.product)) !== null);
      const { workers, ...training_ } = options;
      const document = await this.work.train({
        ...training_,
        ...(workers !== undefined && { workers }),
        ...(single ?? (left ? { cells: left } : training.merchant !== null && { merchant: training.merchant })),
        ...(resume ? { resume: true, since: training.startedAt } : { fresh: true }),
        signal: monitor.signal,
        onProgress: monitor.onStage,
        onIteration: monitor.onIteration,
        onRun: monitor.onRun,
      });
      const done = document.runs.filter((run) => run.modelId !== null);
      for (let i = 0; i < done.length; i += RECOMMENDED_AT_ONCE) await this.work.recommend(done.slice(i, i + RECOMMENDED_AT_ONCE));
      const failure = document.runs.find((run) => run.failure)?.failure?.message ?? null;
      const all = document.runs.length > 0 && document.failed === document.runs.length;
      await monitor.end(monitor.signal.aborted ? 'stopped' : all ? 'failed' : 'done', failure);
    } catch (error) {
      await monitor.end('failed', error instanceof DemandaError ? error.messageIn(training.lang) : String(error));
      throw error;
    }
  }

  /** Cells of a training that ended before it was interrupted. */
  private async ended(trainingId: string): Promise<Map<string, 'done' | 'failed'>> {
    const ended = new Map<string, 'done' | 'failed'>();
    for (let seq = 0; ; ) {
      const cells = await this.store.trainings.changes(trainingId, seq, MOST_PROGRESS);
      for (const cell of cells) {
        const { status } = progressOf(cell);
        if (status === 'done' || status === 'failed') ended.set(keyOf(cell), status);
      }
      if (cells.length < MOST_PROGRESS) return ended;
      seq = (cells.at(-1) as KeptCellProgress).seq;
    }
  }

  private async left(training: KeptTraining, ended: ReadonlyMap<string, 'done' | 'failed'>): Promise<CellName[]> {
    const left: CellName[] = [];
    if (training.chosen) left.push(...training.chosen);
    else {
      const filter = training.merchant === null ? {} : { merchant: training.merchant };
      for await (const { merchant, product } of this.store.listCells(filter)) left.push({ merchant, product });
    }
    return left.filter((cell) => !ended.has(keyOf(cell)));
  }

  private async require(trainingId: string, merchant: string | null): Promise<KeptTraining> {
    const training = await this.store.trainings.read(trainingId);
    if (!training || (merchant !== null && training.merchant !== merchant)) throw new DemandaError('TRAINING_UNKNOWN', { trainingId });
    return training;
  }

  /** A process of its own session: it goes on when whoever started it ends. */
  private spawn(trainingId: string): void {
    const entry = fileURLToPath(new URL(`./training-process.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url));
    spawn(process.execPath, [entry, this.folder, trainingId], { detached: true, stdio: 'ignore' }).unref();
  }
}

/** Writes what a training does, at a beat, and hears when it is to stop. */
class TrainingMonitor {
  private readonly store: Store;
  private readonly training: KeptTraining;
  private readonly stopping = new AbortController();
  private readonly changed = new Map<string, CellName & { readonly json: string }>();
  private readonly begun = new Map<string, { readonly at: number; readonly iteration: number }>();
  private readonly beat: NodeJS.Timeout;
  private stage: FleetProgress['stage'] | null = null;
  private done = 0;
  private failed = 0;
  private counted = '';

  constructor(store: Store, training: KeptTraining) {
    this.store = store;
    this.training = training;
    this.beat = setInterval(() => void this.write(), BEAT_MS);
    // A process that is told to end by the system stops like one that is asked to.
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => this.stopping.abort());
  }

  get signal(): AbortSignal {
    return this.stopping.signal;
  }

  count(before: ReadonlyMap<string, 'done' | 'failed'>): void {
    for (const status of before.values()) this[status]++;
  }

  readonly onStage = ({ stage }: FleetProgress): void => {
    this.stage = stage;
  };

  readonly onIteration = (cell: CellName, progress: IterationProgress): void => {
    this.stage = 'train';
    const key = keyOf(cell);
    const now = performance.now();
    const begun = this.begun.get(key) ?? { at: now, iteration: progress.iteration };
    this.begun.set(key, begun);
    const perSecond = now > begun.at ? ((progress.iteration - begun.iteration) / (now - begun.at)) * 1_000 : 0;
    this.put(cell, {
      status: 'running',
      runId: null,
      iteration: progress.iteration,
      iterations: progress.iterations,
      error: finite(progress.error),
      best: finite(progress.best),
      points: progress.curve.map((error, i) => [progress.curveIterations[i] as number, finite(error)]),
      iterationsPerSecond: perSecond > 0 ? perSecond : null,
      secondsLeft: perSecond > 0 ? (progress.iterations - progress.iteration) / perSecond : null,
      message: null,
    });
  };

  readonly onRun = (run: RunDocumentItem): void => {
    this.begun.delete(keyOf(run));
    if (run.status === 'done') this.done++;
    if (run.status === 'failed') this.failed++;
    this.put(run, {
      status: run.status,
      runId: run.runId,
      iteration: run.iterations,
      iterations: run.iterations,
      error: run.convergence?.last ?? run.error.wape,
      best: run.convergence?.best ?? run.error.wape,
      points: [],
      iterationsPerSecond: null,
      secondsLeft: null,
      message: run.failure?.message ?? null,
    });
  };

  async end(status: 'done' | 'stopped' | 'failed', message: string | null): Promise<void> {
    clearInterval(this.beat);
    await this.write();
    const endedAt = new Date().toISOString();
    await this.store.trainings.update(this.training.trainingId, { status, endedAt, beatAt: endedAt, message });
  }

  private put({ merchant, product }: CellName, progress: Omit<CellProgress, 'seq' | 'merchant' | 'product'>): void {
    this.changed.set(keyOf({ merchant, product }), { merchant, product, json: JSON.stringify(progress) });
  }

  private async write(): Promise<void> {
    const { trainingId } = this.training;
    const cells = [...this.changed.values()];
    this.changed.clear();
    try {
      const counts = JSON.stringify([this.stage, this.done, this.failed]);
      const stage = this.stage === 'backtest' ? null : this.stage;
      if (counts !== this.counted) await this.store.trainings.update(trainingId, { stage, done: this.done, failed: this.failed });
      this.counted = counts;
      const status = await this.store.trainings.progress(trainingId, new Date().toISOString(), cells);
      if (status === 'stopping') this.stopping.abort();
    } catch (error) {
      // Progress that could not be written is written with the next beat: a busy store must not end a training.
      for (const cell of cells) if (!this.changed.has(keyOf(cell))) this.changed.set(keyOf(cell), cell);
      if (!(error instanceof DemandaError && error.code === 'STORE_BUSY')) throw error;
    }
  }
}

function isStochastic({ solver, iterations }: TrainingOptionsBody): boolean {
  return solver === 'stochastic' || (solver === undefined && iterations !== undefined);
}

function isRunning({ status, pid, beatAt }: KeptTraining): boolean {
  const silentMs = Date.now() - Date.parse(beatAt);
  if (status === 'starting' || (status === 'stopping' && pid === null)) return silentMs < STARTING_MS;
  return (status === 'running' || status === 'stopping') && pid !== null && processIdentity(pid) !== null && silentMs < SILENT_MS;
}

function itemOf(training: KeptTraining): TrainingItem {
  const { trainingId, stage, cells, done, failed, startedAt, endedAt, startedBy, merchant, message } = training;
  const ended = training.status === 'done' || training.status === 'failed' || training.status === 'stopped';
  // One whose process is gone without a word was stopped by whatever ended it.
  const status = ended || isRunning(training) ? training.status : 'stopped';
  return {
    trainingId,
    status,
    stage,
    cells,
    done,
    failed,
    options: training.options as TrainingItem['options'],
    startedAt,
    endedAt,
    startedBy,
    merchant,
    canResume: status === 'stopped' || (status === 'failed' && done + failed < cells),
    message,
  };
}

function progressOf({ merchant, product, seq, json }: KeptCellProgress): CellProgress {
  return { seq, merchant, product, ...(JSON.parse(json) as Omit<CellProgress, 'seq' | 'merchant' | 'product'>) };
}

function keyOf({ merchant, product }: CellName): string {
  return `${merchant}\u0000${product}`;
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
