/**
 * Trainings in processes of their own, or on a queue where the store has one: started, watched, stopped and gone on
 * with from any process, because all that is known of them is in the store.
 */

import { randomUUID } from 'node:crypto';
import type { CellProgress, TrainingDetail, TrainingItem, TrainingOptionsBody } from '../contract/api.ts';
import type { CellName } from '../contract/cell-name.ts';
import type { DocumentHeader } from '../contract/documents.ts';
import type { Caller } from '../contract/store/access.ts';
import { actorId } from '../contract/store/deed.ts';
import type { Store } from '../contract/store/store.ts';
import type { KeptTraining } from '../contract/store/trainings.ts';
import { type Lang, TRAINING_UNDER_WAY } from '../core/vocabulary.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import type { DeedMaker } from './actors.ts';
import { placeName, type WorkspaceLocation } from './location.ts';
import { type ListDocument, listDocument, type PageQuery, pageAsked } from './pages.ts';
import { requireOneSolver } from './training.ts';
import { withCurves } from './training-curves.ts';
import { isRunning, itemOf, progressOf, trainingDeed, wordsOf } from './training-items.ts';
import { launchTraining } from './training-launch.ts';
import { performTraining, type TrainingWork } from './training-run.ts';

/** Cells whose progress is told at once. */
const MOST_PROGRESS = 1_000;
/** Pieces that were given up, told at once. */
const MOST_GIVEN_UP = 100;

export class Trainings {
  private readonly store: Store;
  private readonly location: WorkspaceLocation;
  private readonly header: () => Promise<DocumentHeader>;
  private readonly deed: DeedMaker;
  private readonly work: TrainingWork;

  constructor(
    store: Store,
    location: WorkspaceLocation,
    header: () => Promise<DocumentHeader>,
    deed: DeedMaker,
    work: TrainingWork,
  ) {
    this.store = store;
    this.location = location;
    this.header = header;
    this.deed = deed;
    this.work = work;
  }

  /**
   * Starts a training of the named cells, or of all that the caller may see.
   *
   * @param id of the training, for a request that may be repeated: where it was started already, it is not started
   * again
   * @throws DemandaError CELL_UNKNOWN, WORKSPACE_EMPTY, OPTIONS_CONFLICT
   */
  async start(
    caller: Caller,
    { cells, options }: { readonly cells?: readonly CellName[]; readonly options: TrainingOptionsBody },
    lang: Lang,
    id: string | null = null,
  ): Promise<string> {
    const before = id === null ? null : await this.store.trainings.read(id);
    if (before) {
      // Its process may not have been started before everything ended; a second one finds that the first is there.
      if (before.status === 'starting' && !this.store.queue) this.launch(before.trainingId);
      return before.trainingId;
    }
    requireOneSolver(options, (option) => option);
    const chosen = cells ?? null;
    for (const { merchant, product } of chosen ?? []) {
      if ((await this.store.cells.count({ merchant, product })) === 0)
        throw new DemandaError('CELL_UNKNOWN', { merchant, product });
    }
    const count =
      chosen?.length ?? (await this.store.cells.count(caller.merchant === null ? {} : { merchant: caller.merchant }));
    if (count === 0) throw new DemandaError('WORKSPACE_EMPTY', { folder: placeName(this.location) });
    const trainingId = id ?? randomUUID();
    const now = new Date().toISOString();
    const training = { trainingId, merchant: caller.merchant, chosen };
    const added = await (this.store.queue ?? this.store.trainings).add(
      {
        ...training,
        status: 'starting',
        cells: count,
        options,
        lang,
        startedAt: now,
        startedBy: actorId(caller.actor),
        startedByName: caller.actor.name,
        beatAt: now,
      },
      trainingDeed(this.deed, 'training.start', training, { cells: count }),
    );
    // Of two who start one at once, one launches it.
    if (!added) return (await this.require(trainingId, caller.merchant)).trainingId;
    if (!this.store.queue) this.launch(trainingId);
    return trainingId;
  }

  async list(merchant: string | null, page: PageQuery): Promise<ListDocument<TrainingItem>> {
    return listDocument(
      await this.header(),
      await this.store.trainings.list(merchant, pageAsked(page, 1)),
      (training) => this.item(training),
    );
  }

  /** @throws DemandaError TRAINING_UNKNOWN */
  async get(trainingId: string, merchant: string | null): Promise<TrainingDetail> {
    const training = await this.require(trainingId, merchant);
    const changes = await this.store.trainings.changes(
      trainingId,
      Math.max(0, training.seq - MOST_PROGRESS),
      MOST_PROGRESS,
    );
    return {
      ...(await this.header()),
      training: this.item(training),
      givenUp: (await this.store.queue?.dead(trainingId, MOST_GIVEN_UP)) ?? [],
      outcome: await this.store.trainings.outcome(trainingId),
      progress: await withCurves(this.store.runs, changes.map(progressOf)),
    };
  }

  /**
   * What changed after a number: the training and its cells, and the number to ask with next. @throws DemandaError
   * TRAINING_UNKNOWN
   */
  async changes(
    trainingId: string,
    merchant: string | null,
    seq: number,
  ): Promise<{ readonly training: TrainingItem; readonly seq: number; readonly cells: readonly CellProgress[] }> {
    const training = await this.require(trainingId, merchant);
    const cells =
      training.seq > seq ? (await this.store.trainings.changes(trainingId, seq, MOST_PROGRESS)).map(progressOf) : [];
    // Where more cells changed than are read at once, the next question goes on behind the last of them.
    return {
      training: this.item(training),
      seq: cells.length === MOST_PROGRESS ? (cells.at(-1) as CellProgress).seq : Math.max(seq, training.seq),
      cells,
    };
  }

  /**
   * Asks a training to stop after its next evaluation, with all it did kept. @throws DemandaError TRAINING_UNKNOWN,
   * TRAINING_ENDED
   */
  async stop(trainingId: string, merchant: string | null): Promise<TrainingItem> {
    const training = await this.require(trainingId, merchant);
    if (!this.isUnderWay(training)) throw new DemandaError('TRAINING_ENDED', { trainingId });
    const deed = trainingDeed(this.deed, 'training.stop', training);
    if (this.store.queue && training.holderId === null) await this.store.queue.stop(trainingId, deed);
    else await this.store.trainings.update(trainingId, { status: 'stopping' }, ['starting', 'running'], deed);
    return this.item(await this.require(trainingId, merchant));
  }

  /**
   * Goes on with a training that was stopped or whose process was lost. @throws DemandaError TRAINING_UNKNOWN,
   * TRAINING_RUNNING, TRAINING_ENDED
   */
  async resume(trainingId: string, merchant: string | null): Promise<TrainingItem> {
    const training = await this.require(trainingId, merchant);
    if (this.isUnderWay(training)) throw new DemandaError('TRAINING_RUNNING', { trainingId });
    if (training.status === 'done') throw new DemandaError('TRAINING_ENDED', { trainingId });
    if (this.store.queue) {
      const deed = trainingDeed(this.deed, 'training.resume', training);
      if (!(await this.store.queue.resume(trainingId, deed))) throw new DemandaError('TRAINING_ENDED', { trainingId });
      return this.item(await this.require(trainingId, merchant));
    }
    const fields = {
      status: 'starting',
      endedAt: null,
      holderId: null,
      message: null,
      beatAt: new Date().toISOString(),
      resumes: training.resumes + 1,
    } as const;
    // Of two who ask at once, one starts it.
    if (
      !(await this.store.trainings.update(
        trainingId,
        fields,
        [training.status],
        trainingDeed(this.deed, 'training.resume', training),
      ))
    )
      throw new DemandaError('TRAINING_RUNNING', { trainingId });
    this.launch(trainingId);
    return this.item(await this.require(trainingId, merchant));
  }

  /**
   * Puts back on the queue what was given up, after what ended its workers was mended.
   *
   * @param number of the piece; null: all of them
   * @returns the training, and how many pieces
   * @throws DemandaError TRAINING_UNKNOWN, TRAINING_NONE_LOST
   */
  async retry(
    trainingId: string,
    merchant: string | null,
    number: number | null = null,
  ): Promise<{ readonly training: TrainingItem; readonly retried: number }> {
    const training = await this.require(trainingId, merchant);
    const deed = trainingDeed(this.deed, 'training.retry', training, number === null ? {} : { number });
    const retried = (await this.store.queue?.retry(trainingId, number, deed)) ?? 0;
    if (retried === 0) throw new DemandaError('TRAINING_NONE_LOST', { trainingId });
    return { training: this.item(await this.require(trainingId, merchant)), retried };
  }

  /** Trains, in the process that was started for it. Ends with the training. */
  perform(trainingId: string): Promise<void> {
    return performTraining(this.store, trainingId, this.deed, this.work);
  }

  private async require(trainingId: string, merchant: string | null): Promise<KeptTraining> {
    const training = await this.store.trainings.read(trainingId);
    if (!training || (merchant !== null && training.merchant !== merchant))
      throw new DemandaError('TRAINING_UNKNOWN', { trainingId });
    return training;
  }

  private item(training: KeptTraining): TrainingItem {
    return itemOf(this.store.queue ? null : this.location.folder, training);
  }

  /** On a queue until it has ended: whoever leaves a piece is followed by others. */
  private isUnderWay(training: KeptTraining): boolean {
    const onQueue = this.store.queue !== undefined && training.holderId === null;
    return onQueue ? TRAINING_UNDER_WAY.includes(training.status) : isRunning(training);
  }

  private launch(trainingId: string): void {
    launchTraining(this.location.folder, trainingId, (error) => void this.neverStarted(trainingId, error));
  }

  private async neverStarted(trainingId: string, error: unknown): Promise<void> {
    try {
      const training = await this.store.trainings.read(trainingId);
      const fields = {
        status: 'failed',
        endedAt: new Date().toISOString(),
        message: wordsOf(error, training?.lang ?? 'es'),
      } as const;
      const deed = training
        ? trainingDeed(this.deed, 'training.end', training, { status: 'failed', done: 0, failed: 0 })
        : undefined;
      await this.store.trainings.update(trainingId, fields, ['starting', 'stopping'], deed);
    } catch {
      // The store refuses too: the training shows as stopped once its time to start is over.
    }
  }
}
