/**
 * The store's contract: everything demanda keeps, behind promises, so that engines can be exchanged without touching
 * callers. Every write is all or nothing, and read by everybody once its promise is fulfilled; any number of handles
 * may
 * be open on what is kept, in one process or several. What is handed in is not kept by reference, and what is given
 * back
 * is the caller's own.
 *
 * Any method may reject with what its engine meets: STORE_BUSY, STORE_DISK_FULL, STORE_UNREADABLE, STORE_WRITE_FAILED,
 * FILES_TOO_MANY, TEMP_DISK_FULL, and of databases the DATABASE_ codes. `describeStore` of test/contracts holds an
 * implementation to all of it.
 */

import type { AccessStore } from './access.ts';
import type { CellStore } from './cells.ts';
import type { CompetitorStore } from './competitors.ts';
import type { DocumentStore } from './documents.ts';
import type { ExperimentStore } from './experiments.ts';
import type { ImportStore } from './imports.ts';
import type { IntervalStore } from './intervals.ts';
import type { JournalStore } from './journal.ts';
import type { ModelStore } from './models.ts';
import type { NameStore } from './names.ts';
import type { TrainingQueue } from './queue.ts';
import type { RecommendationStore } from './recommendations.ts';
import type { RunStore } from './runs.ts';
import type { SaleStore } from './sales.ts';
import type { StockStore } from './stock.ts';
import type { TrainingStore } from './trainings.ts';

/** What a store holds, in numbers. */
export interface StoreContents {
  /** Of the schema. */
  readonly version: number;
  readonly cells: number;
  readonly models: number;
}

export interface Store {
  readonly cells: CellStore;
  readonly sales: SaleStore;
  readonly imports: ImportStore;
  readonly names: NameStore;
  readonly models: ModelStore;
  readonly runs: RunStore;
  readonly trainings: TrainingStore;
  /** Where trainings wait for workers; null in a store that has none: there they are processes of their own. */
  readonly queue: TrainingQueue<Store> | null;
  readonly recommendations: RecommendationStore;
  readonly experiments: ExperimentStore;
  readonly access: AccessStore;
  readonly documents: DocumentStore;
  readonly journal: JournalStore;
  readonly intervals: IntervalStore;
  readonly stock: StockStore;
  readonly competitors: CompetitorStore;
  /**
   * The same store for work that is done for one merchant. A store that can keeps everything else from it, whatever
   * it is
   * asked: another merchant's rows are not there, and none can be written. One that cannot filters nothing (SQLite and
   * memory, of which one process has all rows anyway): the caller's own checks stand before both. It closes with this
   * one.
   */
  within(merchant: string): Store;
  /**
   * Copies the store as it stands at one instant to a file outside its folder, checked, whoever writes meanwhile.
   *
   * @throws DemandaError BACKUP_EXISTS, BACKUP_INSIDE, FILE_UNWRITABLE, DISK_FULL, STORE_DAMAGED, MODEL_CORRUPT, and
   * BACKUP_DATABASE where the engine has its own way
   */
  backup(file: string, options: { readonly replace: boolean }): Promise<StoreContents>;
  /** No method is called after it. */
  close(): Promise<void>;
}
