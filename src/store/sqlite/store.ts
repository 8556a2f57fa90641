/** The embedded store: one SQLite file in the workspace folder, any number of readers while one process writes. */

import { dirname } from 'node:path';
import type { Store, StoreContents } from '../../contract/store/store.ts';
import { SqliteAccess } from './access.ts';
import { backupStore } from './backup.ts';
import { SqliteCells } from './cells.ts';
import { SqliteCompetitors } from './competitors.ts';
import { SqliteConnection } from './connection.ts';
import { SqliteDocuments } from './documents.ts';
import { SqliteExperiments } from './experiments.ts';
import { SqliteImports } from './imports.ts';
import { SqliteIntervals } from './intervals.ts';
import { SqliteJournal } from './journal.ts';
import { SqliteModels } from './models.ts';
import { SqliteNames } from './names.ts';
import { type OpenOptions, openDatabase } from './open-database.ts';
import { SqliteRecommendations } from './recommendations.ts';
import { SqliteRuns } from './runs.ts';
import { SqliteSales } from './sales.ts';
import { SqliteStock } from './stock.ts';
import { SqliteTrainings } from './trainings.ts';

/** How long a write waits for another process's transaction; they are short by design. */
const BUSY_TIMEOUT_MS = 10_000;

/**
 * Opens the store of a workspace folder, creating folder and file when they are missing. @throws DemandaError as {@link
 * openDatabase}
 */
export async function openSqliteStore(
  folder: string,
  { busyTimeoutMs = BUSY_TIMEOUT_MS, onMigration }: Partial<OpenOptions> = {},
): Promise<Store> {
  return new SqliteStore(new SqliteConnection(openDatabase(folder, { busyTimeoutMs, onMigration }), busyTimeoutMs));
}

class SqliteStore implements Store {
  readonly cells: SqliteCells;
  readonly sales: SqliteSales;
  readonly imports: SqliteImports;
  readonly names: SqliteNames;
  readonly models: SqliteModels;
  readonly runs: SqliteRuns;
  readonly trainings: SqliteTrainings;
  readonly queue = null;
  readonly recommendations: SqliteRecommendations;
  readonly experiments: SqliteExperiments;
  readonly access: SqliteAccess;
  readonly documents: SqliteDocuments;
  readonly journal: SqliteJournal;
  readonly intervals: SqliteIntervals;
  readonly stock: SqliteStock;
  readonly competitors: SqliteCompetitors;
  private readonly sqlite: SqliteConnection;

  constructor(sqlite: SqliteConnection) {
    this.sqlite = sqlite;
    this.cells = new SqliteCells(sqlite);
    this.sales = new SqliteSales(sqlite);
    this.imports = new SqliteImports(sqlite);
    this.names = new SqliteNames(sqlite);
    this.models = new SqliteModels(sqlite);
    this.runs = new SqliteRuns(sqlite);
    this.trainings = new SqliteTrainings(sqlite);
    this.recommendations = new SqliteRecommendations(sqlite);
    this.experiments = new SqliteExperiments(sqlite);
    this.access = new SqliteAccess(sqlite);
    this.documents = new SqliteDocuments(sqlite);
    this.journal = new SqliteJournal(sqlite);
    this.intervals = new SqliteIntervals(sqlite);
    this.stock = new SqliteStock(sqlite);
    this.competitors = new SqliteCompetitors(sqlite);
  }

  within(): Store {
    return this;
  }

  async backup(file: string, options: { readonly replace: boolean }): Promise<StoreContents> {
    return backupStore(this.sqlite.database, dirname(this.sqlite.file), file, options);
  }

  async close(): Promise<void> {
    this.sqlite.close();
  }
}
