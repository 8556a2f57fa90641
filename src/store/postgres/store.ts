/** A store in a PostgreSQL database, which any number of machines may open at once. */

import type { Store, StoreContents } from '../../contract/store/store.ts';
import { DemandaError } from '../../errors/demanda-error.ts';
import { PostgresAccess } from './access.ts';
import { PostgresCells } from './cells.ts';
import { PostgresCompetitors } from './competitors.ts';
import { PostgresConnection } from './connection.ts';
import { PostgresDocuments } from './documents.ts';
import { PostgresExperiments } from './experiments.ts';
import { PostgresImports } from './imports.ts';
import { PostgresIntervals } from './intervals.ts';
import { PostgresJournal } from './journal.ts';
import { migratePostgres } from './migrate.ts';
import { MIGRATIONS } from './migrations/migrations.ts';
import { PostgresModels } from './models.ts';
import { PostgresNames } from './names.ts';
import { Boss } from './queue/boss.ts';
import { PostgresQueue } from './queue/queue.ts';
import { PostgresRecommendations } from './recommendations.ts';
import { requireRoles } from './roles.ts';
import { PostgresRuns } from './runs.ts';
import { PostgresSales } from './sales.ts';
import { PostgresStock } from './stock.ts';
import { PostgresTrainings } from './trainings.ts';

/** Handles for single merchants that are kept. */
const MOST_MERCHANTS = 200;

export interface OpenPostgresOptions {
  /** Connections at once; ten unless told. */
  readonly connections?: number | undefined;
  /** Hears that the schema was brought up to date. */
  readonly onMigration?:
    | ((migration: { readonly from: number; readonly to: number; readonly copy: null }) => void)
    | undefined;
}

/**
 * Opens the store in a database, making its schema where there is none.
 *
 * @param address `postgres://user:password@host:port/database`
 * @throws DemandaError STORE_NEWER and the DATABASE_ codes
 */
export async function openPostgresStore(address: string, options: OpenPostgresOptions = {}): Promise<Store> {
  const database = new PostgresConnection(address, { connections: options.connections });
  try {
    const from = await migratePostgres(database);
    await requireRoles(database);
    if (from > 0 && from < MIGRATIONS.length) options.onMigration?.({ from, to: MIGRATIONS.length, copy: null });
    const queue = new PostgresQueue(database, new Boss(address), (guarded) => new PostgresStore(guarded, null));
    return new PostgresStore(database, queue);
  } catch (error) {
    await database.close();
    throw error;
  }
}

class PostgresStore implements Store {
  readonly cells: PostgresCells;
  readonly sales: PostgresSales;
  readonly imports: PostgresImports;
  readonly names: PostgresNames;
  readonly models: PostgresModels;
  readonly runs: PostgresRuns;
  readonly trainings: PostgresTrainings;
  /** Whoever it is asked for: pieces of work have no merchant, and whose a training is was looked at before. */
  readonly queue: PostgresQueue | null;
  readonly recommendations: PostgresRecommendations;
  readonly experiments: PostgresExperiments;
  readonly access: PostgresAccess;
  readonly documents: PostgresDocuments;
  readonly journal: PostgresJournal;
  readonly intervals: PostgresIntervals;
  readonly stock: PostgresStock;
  readonly competitors: PostgresCompetitors;
  private readonly database: PostgresConnection;
  /** Those that were asked for last: each knows names that it need not read again. */
  private readonly ofMerchants = new Map<string, Store>();

  constructor(database: PostgresConnection, queue: PostgresQueue | null) {
    this.database = database;
    this.queue = queue;
    this.cells = new PostgresCells(database);
    this.sales = new PostgresSales(database);
    this.imports = new PostgresImports(database);
    this.names = new PostgresNames(database);
    this.models = new PostgresModels(database);
    this.runs = new PostgresRuns(database);
    this.trainings = new PostgresTrainings(database);
    this.recommendations = new PostgresRecommendations(database);
    this.experiments = new PostgresExperiments(database);
    this.access = new PostgresAccess(database);
    this.documents = new PostgresDocuments(database);
    this.journal = new PostgresJournal(database);
    this.intervals = new PostgresIntervals(database);
    this.stock = new PostgresStock(database);
    this.competitors = new PostgresCompetitors(database);
  }

  within(merchant: string): Store {
    const known = this.ofMerchants.get(merchant);
    if (known) return known;
    if (this.ofMerchants.size >= MOST_MERCHANTS) this.ofMerchants.clear();
    const store = new PostgresStore(this.database.within(merchant), this.queue);
    this.ofMerchants.set(merchant, store);
    return store;
  }

  async backup(): Promise<StoreContents> {
    throw new DemandaError('BACKUP_DATABASE', { database: this.database.place });
  }

  async close(): Promise<void> {
    await this.queue?.close();
    await this.database.close();
  }
}
