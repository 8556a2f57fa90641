/** Trainings of chosen cells in processes of their own: what was asked for, how far each cell is, whether to stop. */

import type { Lang, TrainingStage, TrainingStatus } from '../../core/vocabulary.ts';
import type { CellProgress, TrainingOutcome } from '../api.ts';
import type { CellName } from '../cell-name.ts';
import type { Deed } from './deed.ts';
import type { Page, PageAsked } from './page.ts';

/** A training of chosen cells in a process of its own. */
export interface KeptTraining {
  readonly trainingId: string;
  readonly merchant: string | null;
  readonly status: TrainingStatus;
  readonly stage: TrainingStage | null;
  readonly cells: number;
  readonly done: number;
  readonly failed: number;
  /** Null: all cells that `merchant` may see. */
  readonly chosen: readonly CellName[] | null;
  readonly options: unknown;
  readonly lang: Lang;
  readonly startedAt: string;
  readonly endedAt: string | null;
  /** `kind:id`. */
  readonly startedBy: string;
  /** Null in trainings of earlier versions. */
  readonly startedByName: string | null;
  /** The {@link Holder} that performs it; null before it runs. */
  readonly holderId: string | null;
  /**
   * Of a training under way: false when the store knows that the holder is gone; true where it is there or the store
   * cannot tell: the beat says the rest.
   */
  readonly holderLives: boolean;
  readonly beatAt: string;
  readonly seq: number;
  readonly resumes: number;
  readonly message: string | null;
}

/** How far a cell is, and the change that said so. */
export interface KeptCellProgress extends CellName {
  readonly seq: number;
  readonly progress: Omit<CellProgress, 'seq' | keyof CellName>;
}

/**
 * Ids of trainings are given by callers, and unique; lists are in the order in which they were added. `seq` of a training
 * grows with every change of it or of one of its cells, so that nobody who asks for what came after misses one.
 */
export interface TrainingStore {
  /**
   * Keeps a training that is to begin, and the audit entry, in one step. @returns false where there is one of its id
   * already, which stays as it is: of two who begin one at once the second changes nothing
   */
  add(
    training: Omit<
      KeptTraining,
      'seq' | 'resumes' | 'done' | 'failed' | 'stage' | 'endedAt' | 'holderId' | 'holderLives' | 'message'
    >,
    deed: Deed,
  ): Promise<boolean>;
  read(trainingId: string): Promise<KeptTraining | null>;
  /** Newest first. */
  list(merchant: string | null, page: PageAsked): Promise<Page<KeptTraining>>;
  /**
   * Changes fields and counts the change in `seq`. Whoever writes a `holderId` says that it is the holder itself. With `from`, only where the status is one of those; only then is the
   * deed logged. @returns whether it changed
   */
  update(
    trainingId: string,
    fields: Partial<
      Pick<
        KeptTraining,
        'status' | 'stage' | 'done' | 'failed' | 'endedAt' | 'holderId' | 'beatAt' | 'message' | 'resumes'
      >
    >,
    from?: readonly KeptTraining['status'][],
    deed?: Deed,
  ): Promise<boolean>;
  /**
   * Writes the state of cells, each with the next `seq`, and the beat of the process. @returns the training's status,
   * so that a stop is seen
   */
  progress(
    trainingId: string,
    beatAt: string,
    cells: readonly Omit<KeptCellProgress, 'seq'>[],
  ): Promise<KeptTraining['status']>;
  /** What its cells came to so far, counted in the store: there may be hundreds of thousands. */
  outcome(trainingId: string): Promise<TrainingOutcome>;
  /** Cells that changed after `seq`, oldest change first. */
  changes(trainingId: string, seq: number, limit: number): Promise<KeptCellProgress[]>;
}
