/** long: every method's docstring and example, the reference of the library, stand here; no method does work. */

/**
 * The one deep entry: everything a user can do with a workspace. Library, command line and API call it and add nothing.
 */

import { existsSync } from 'node:fs';
import type { CellName } from '../contract/cell-name.ts';
import type { CompetitorsDocument } from '../contract/competitors.ts';
import type {
  BacktestDocument,
  BackupDocument,
  CellForecast,
  CellView,
  CollectDocument,
  CompareDocument,
  DeletedModelItem,
  DoctorDocument,
  DocumentHeader,
  ForecastDocument,
  ForecastTotals,
  HeldDocument,
  HistoryAnalysisDocument,
  HistoryListDocument,
  ImportDocument,
  ModelDocumentItem,
  ModelsDocument,
  PortfolioDocument,
  PrepareDocument,
  Recommendation,
  RecommendDocument,
  RecommendTotals,
  RestoreDocument,
  RunDocumentItem,
  ScenarioDocument,
  TrainDocument,
  TrainTotals,
} from '../contract/documents.ts';
import type { ModelFile } from '../contract/model-schema.ts';
import type { KeptLinesDocument } from '../contract/portfolio.ts';
import type { PromotionsDocument } from '../contract/promotions.ts';
import type { Actor } from '../contract/store/deed.ts';
import type { QueueFigures } from '../contract/store/queue.ts';
import type { RunNote, RunSummary } from '../contract/store/runs.ts';
import type { Store } from '../contract/store/store.ts';
import type { TotalsDocument } from '../contract/totals.ts';
import type { GuardrailSettings } from '../core/pricing/guardrails.ts';
import type { ErrorHistory } from '../core/training/history.ts';
import type { Alias, Lang, ListPage, SettingName } from '../core/vocabulary.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import type { Executor } from '../fleet/executor.ts';
import { translator } from '../i18n/messages.ts';
import { isDatabaseAddress, type Migration, openStore, placeOf, restoreStore, storeFile } from '../store/open.ts';
import { Access } from './access.ts';
import { type DeedMaker, systemUser } from './actors.ts';
import { Alerts } from './alerts.ts';
import { backtest } from './backtest.ts';
import { backup, type RestoreOptions } from './backups.ts';
import { collectInto } from './collect.ts';
import { type CompetitorsOptions, competitors } from './competitors.ts';
import { deedNow, header, settingsOf, type WorkspaceContext } from './context.ts';
import { runDoctor } from './doctor.ts';
import { Experiments } from './experiments.ts';
import { forecast, forecastEach } from './forecasts.ts';
import { acceptHeld, type HeldAsked, listHeld } from './held-values.ts';
import { analyzeHistory, type HistoryChoice, historyOf, listHistories } from './histories.ts';
import { Holdouts } from './holdouts.ts';
import { ImportBatches } from './import-batches.ts';
import type { ImportOptions } from './import-file.ts';
import { importFiles, importOne } from './imports.ts';
import { isOfLines, keepLines, keptLines, type LinesToKeep } from './kept-lines.ts';
import { locationOf, placeName, type WorkspaceLocation } from './location.ts';
import { deleteModel, exportModel, importModel, listModels, rollback, setAlias } from './models.ts';
import { NameChanges } from './name-changes.ts';
import { type CellChoice, Names } from './names.ts';
import type {
  BacktestOptions,
  ForecastOptions,
  PortfolioOptions,
  ProposeOptions,
  RecommendOptions,
  ScenarioOptions,
  TotalsOptions,
  TrainOptions,
} from './options.ts';
import { Overview } from './overview.ts';
import { Perishables } from './perishables.ts';
import { portfolio } from './portfolio.ts';
import { type LearnOptions, prepareWorkspace } from './prepare.ts';
import { PriceLog } from './price-log.ts';
import { answersOf, figuresOf, proposeAnswers, proposeTrained, recommend, recommendEach } from './pricing.ts';
import { type PromotionsOptions, promotions } from './promotions.ts';
import { isForQueue, type QueuedTraining, trainOnQueue } from './queued-training.ts';
import { Recommendations } from './recommendations.ts';
import { readAs } from './remembered-mapping.ts';
import { processLog, runLog } from './run-log.ts';
import { annotateRun } from './run-notes.ts';
import { isOfViews, saveColumns, savedViews, saveView } from './saved-views.ts';
import { scenario } from './scenario.ts';
import { requireQueue, Schedules, startDue } from './schedules.ts';
import { type GuardrailsDocument, guardrailsAt, requireCurrency, setGuardrails, setSettings } from './settings.ts';
import { Tables } from './tables/tables.ts';
import { totals } from './totals.ts';
import { runTraining, train, trainEach } from './training.ts';
import { Trainings } from './trainings.ts';
import { Uploads } from './uploads.ts';
import { compare, showCell } from './views.ts';
import { Watch } from './watch.ts';
import { type WorkerNews, work } from './worker.ts';

export interface WorkOptions {
  readonly threads: number;
  readonly once?: boolean;
  readonly signal?: AbortSignal;
  readonly onNews?: (news: WorkerNews) => void;
}

export interface OpenWorkspaceOptions {
  readonly lang?: Lang | undefined;
  readonly actor?: Actor | undefined;
  readonly onMigration?: ((migration: Migration) => void) | undefined;
  readonly store?: Store | undefined;
  readonly executor?: ((threads: number) => Executor) | undefined;
  readonly optionName?: ((option: string) => string) | undefined;
  readonly folder?: string | undefined;
}

/**
 * A workspace: sales, models, prices and trainings in a folder. A cell is a product of a merchant.
 *
 * Names need not have the right capitals. Where no cell, merchant, product or type is named so, methods throw
 * MERCHANT_UNKNOWN, PRODUCT_UNKNOWN, PRODUCT_TYPE_UNKNOWN or PRODUCT_IS_TYPE. Every method may throw STORE_BUSY while
 * another process writes for long, and every one that writes STORE_DISK_FULL.
 */
export class Workspace {
  readonly folder: string;
  /** Every cell at a glance, and lists of runs, merchants, products and market prices. */
  readonly overview: Overview;
  /** Sessions, API keys and the audit log. */
  readonly access: Access;
  /** Recommendations and their workflow. */
  readonly recommendations: Recommendations;
  /** Price tests: proposed, started, looked at, stopped. */
  readonly experiments: Experiments;
  /** Shops that keep their prices, and what the others earned beside them. */
  readonly holdouts: Holdouts;
  /** Prices in force by day, and planned changes. */
  readonly priceLog: PriceLog;
  /** Stock, orders and markdowns of goods that go off. */
  readonly perishables: Perishables;
  /** Lists as files. */
  readonly tables: Tables;
  /** Imports that were made, and their undoing. */
  readonly imports: ImportBatches;
  /** Names of merchants and products, which are listed, changed and joined. */
  readonly names: NameChanges;
  /** Files that came over the network, to be imported. */
  readonly uploads: Uploads;
  /** Trainings in processes of their own, or on the queue of a database. */
  readonly trainings: Trainings;
  /** Trainings that start again and again. */
  readonly schedules: Schedules;
  /** Looks at all cells: what is new or has drifted is brought up to date. */
  readonly watch: Watch;
  /** Messages about what was found, and where they go. */
  readonly alerts: Alerts;
  private readonly context: WorkspaceContext;

  private constructor(context: WorkspaceContext) {
    const { location, store, lang } = context;
    this.context = context;
    this.folder = location.folder;
    const ownHeader = () => header(context);
    const deed: DeedMaker = (action, merchant, detail) => deedNow(context, action, merchant, detail);
    this.overview = new Overview(store, ownHeader);
    this.access = new Access(store.access, ownHeader);
    this.recommendations = new Recommendations(store, ownHeader, {
      answer: (options) => answersOf(context, options),
      propose: (options) => proposeAnswers(context, options),
      proposeTrained: (cells, options) => proposeTrained(context, cells, options),
      figures: (kept, price) => figuresOf(context, kept, price),
    });
    this.experiments = new Experiments(context);
    this.holdouts = new Holdouts(context);
    this.priceLog = new PriceLog(store, ownHeader);
    this.perishables = new Perishables(context);
    this.tables = new Tables(this, ownHeader, lang);
    this.schedules = new Schedules(context);
    this.alerts = new Alerts(context);
    this.watch = new Watch(
      context,
      { propose: (cells) => proposeTrained(context, cells, { count: cells.length }) },
      this.alerts,
    );
    this.imports = new ImportBatches(store, ownHeader, deed);
    this.names = new NameChanges(store, ownHeader, deed);
    this.uploads = new Uploads(
      this.folder,
      ownHeader,
      { lang, only: context.merchant },
      {
        importFile: (file, options) => importOne(context, file, options),
        readAs: (file, options) => readAs(context, file, options),
        log: (action, merchant, detail) => store.access.addAudit(deed(action, merchant, detail)),
      },
    );
    this.trainings = new Trainings(store, location, ownHeader, deed, {
      train: (options, each) => runTraining(context, options, async () => {}, each),
      propose: async (cells) => {
        await proposeTrained(context, cells, { count: cells.length });
      },
    });
  }

  /**
   * Opens a workspace, creating it where there is none. A store of an earlier version is brought up to date, after a
   * copy of it was kept beside it.
   *
   * @param place folder of the workspace, or the address of a PostgreSQL database that it lies in
   * @param folder beside a database: of this machine, for files that were sent to it and for logs; one of the user's
   * state unless told
   * @param lang language of messages about rows and failures; Spanish unless told
   * @param actor who is written into the audit log with every change; the system's user unless told
   * @param onMigration hears where the copy is
   * @param store keeps everything in place of the one that the folder holds, and is closed with the workspace. It
   * lives in
   * this process: trainings in processes of their own, and the API's threads, open the folder
   * @param executor does the calculations of one call, and is closed with it; threads of this process unless told.
   * Trainings in processes of their own have threads there
   * @param optionName how messages about rows and failures name an option; by its key unless told
   * @throws DemandaError STORE_NEWER, STORE_DAMAGED, STORE_UNREADABLE, WORKSPACE_IN_USE, and of a database the
   * DATABASE_
   * codes
   * @example
   * const workspace = await Workspace.open('./prices', { lang: 'en' });
   * await workspace.close();
   */
  static async open(
    place = './.demanda',
    {
      folder,
      lang = 'es',
      actor = systemUser('library'),
      onMigration,
      store: given,
      executor,
      optionName = (option) => option,
    }: OpenWorkspaceOptions = {},
  ): Promise<Workspace> {
    const location = locationOf(place, folder);
    const store = given ?? (await openStore(place, { ...(onMigration && { onMigration }) }));
    const names = new Names(store, placeName(location));
    const calendar = { kept: null };
    return new Workspace({ location, merchant: null, store, names, lang, actor, executor, optionName, calendar });
  }

  /**
   * Puts a backup in the place of the store of a workspace that nobody has open; the store that was there is kept
   * beside it. Sessions end; keys that were revoked since the backup stay revoked. Killed at any moment, it leaves the
   * old store or the new one.
   *
   * @param folder of the workspace, made where there is none
   * @param file a backup; it is checked (pages, references, models) before anything is changed
   * @param dryRun checks the backup and changes nothing
   * @throws DemandaError BACKUP_MISSING, BACKUP_NO_STORE, BACKUP_DAMAGED, STORE_NEWER, WORKSPACE_IN_USE,
   * STORE_DISK_FULL, BACKUP_DATABASE
   * @example
   * const { cells, models } = await Workspace.restore('./prices', './monday.demanda', { dryRun: true });
   */
  static async restore(
    folder: string,
    file: string,
    { lang = 'es', dryRun = false, actor = systemUser('library') }: RestoreOptions = {},
  ): Promise<RestoreDocument> {
    if (isDatabaseAddress(folder)) throw new DemandaError('BACKUP_DATABASE', { database: placeOf(folder) });
    const { replaced, version, cells, models } = restoreStore(folder, file, { dryRun, actor });
    const base = { file, folder, replaced, storeVersion: version, cells, models, dryRun };
    if (dryRun) return { schema: 1, currency: null, ...base };
    const workspace = await Workspace.open(folder, { lang, actor });
    try {
      return { ...(await header(workspace.context)), ...base };
    } finally {
      await workspace.close();
    }
  }

  /**
   * Copies the workspace's store to a file outside it: consistent whoever writes meanwhile, checked, for this user
   * alone,
   * whole or not there at all. Sessions, answers kept for repeated requests and uploaded files that wait to be imported
   * are not in it.
   *
   * @param replace takes the place of an earlier file of that name
   * @returns with `bytes` of the file and the numbers of cells and models in it
   * @throws DemandaError BACKUP_EXISTS, BACKUP_INSIDE, FILE_UNWRITABLE, DISK_FULL, STORE_DAMAGED, MODEL_CORRUPT, and
   * of a
   * database, which pg_dump copies, BACKUP_DATABASE
   * @example
   * const { bytes } = await workspace.backup('./monday.demanda', { replace: true });
   */
  backup(file: string, options: { readonly replace?: boolean } = {}): Promise<BackupDocument> {
    return backup(this.context, file, options);
  }

  /**
   * Whether a folder is a workspace: to open one would make it so. Of a database only opening it tells: it is taken for
   * one.
   *
   * @example
   * if (!Workspace.exists('./prices')) throw new Error('No workspace there');
   */
  static exists(folder: string): boolean {
    return isDatabaseAddress(folder) || existsSync(storeFile(folder));
  }

  /**
   * The same workspace speaking another language; it closes with this one.
   *
   * @example
   * const { checks } = await workspace.in('es').doctor();
   */
  in(lang: Lang): Workspace {
    return lang === this.context.lang ? this : new Workspace({ ...this.context, lang });
  }

  /**
   * The same workspace at work for somebody else, who is written into the audit log; it closes with this one.
   *
   * @example
   * await workspace.as({ kind: 'library', id: 'nightly', name: 'Nightly prices' }).recommend({ keep: true });
   */
  as(actor: Actor): Workspace {
    return new Workspace({ ...this.context, actor });
  }

  /**
   * The same workspace at work for a merchant: a database keeps everybody else's rows from it, whatever it is asked;
   * in a
   * folder nothing is kept from it. It closes with this one.
   *
   * @param merchant null: everybody's
   * @example
   * const { models } = await workspace.within('MyShop').models();
   */
  within(merchant: string | null): Workspace {
    if (merchant === null) return this;
    const store = this.context.store.within(merchant);
    const names = new Names(store, placeName(this.context.location));
    return new Workspace({ ...this.context, merchant, store, names, calendar: { kept: null } });
  }

  /**
   * Works on the trainings that wait on the queue of the workspace's database, one piece after another: any number of
   * processes on any machines may. What is under way when it is told to end is given back to the others.
   *
   * @param threads that train at the same time
   * @param once ends when the queue is empty
   * @param signal ends it
   * @param onNews hears of pieces that were begun or failed, and of a database that is lost and back
   * @throws DemandaError QUEUE_MISSING, and the DATABASE_ codes that no waiting mends
   * @example
   * await workspace.work({ threads: 4, once: true });
   */
  async work(options: WorkOptions): Promise<void> {
    const { context } = this;
    const { signal = new AbortController().signal } = options;
    await work(context, requireQueue(context), {
      ...options,
      signal,
      startDue: (due) =>
        startDue(
          context,
          due,
          (asked, { id, merchant, lang, actor }) =>
            this.as(actor).trainings.start(
              { actor, name: actor.name, scopes: [], merchant, keyId: null },
              asked,
              lang,
              id,
            ),
          (choice, { lang, actor }) =>
            this.as(actor)
              .in(lang)
              .watch.run({ ...choice, signal }),
        ),
    });
  }

  /**
   * Trains as {@link train} does, but on the queue of the workspace's database, together with its workers: this process
   * works on it too, until it has ended. An abort of `signal` stops the training for all.
   *
   * @returns null where that is nothing for a queue: a workspace without one, a cell without sales
   * @throws DemandaError WORKSPACE_EMPTY, CELL_UNKNOWN, and those of names that are not there
   * @example
   * const ended = await workspace.trainOnQueue({ merchant: 'MyShop' });
   */
  async trainOnQueue(
    options: TrainOptions,
    onNews?: (news: WorkerNews) => void,
  ): Promise<(QueuedTraining & DocumentHeader) | null> {
    const { context } = this;
    if (!(await isForQueue(context, options))) return null;
    const ended = await trainOnQueue(context, options, {
      trainings: this.trainings,
      work: (given) => this.work(given),
      ...(onNews && { onNews }),
    });
    return { ...(await header(context)), ...ended };
  }

  /**
   * What waits on the queue, what is worked on, and by how many; null where the workspace has none.
   *
   * @example
   * const workers = (await workspace.queueFigures())?.workers;
   */
  async queueFigures(): Promise<QueueFigures | null> {
    return (await this.context.store.queue?.figures()) ?? null;
  }

  /**
   * From now on this process finds what workers that are gone left, and lets schedules come due; a workspace without a
   * queue needs nobody for that.
   *
   * @example
   * await workspace.superviseQueue();
   */
  async superviseQueue(): Promise<void> {
    await this.context.store.queue?.supervise('serve');
  }

  /** Where it lies, for whoever opens it in another thread or process. */
  get location(): WorkspaceLocation {
    return this.context.location;
  }

  /**
   * Closes the store. Whatever else is asked of this handle, or of one made from it, then fails.
   *
   * @example
   * await workspace.close();
   */
  async close(): Promise<void> {
    await this.context.store.close();
  }

  /**
   * Imports files of sales, market prices or costs (CSV, JSON, XLSX, Parquet). Nothing of a file is written when one of
   * its rows is bad, unless `skipBad`; files before it stay imported.
   *
   * @param files paths, taken over in this order
   * @returns a record for each file: rows (all, accepted, rejected), the first 100 issues, first and last date (ISO)
   * @throws DemandaError IMPORT_NO_FILE, IMPORT_REJECTED and the other IMPORT_ codes, DISK_FULL
   * @example
   * const { files } = await workspace.importFiles(['sales.csv'], { unit: 'kg', skipBad: true });
   * const rejected = files[0]?.rejected;
   */
  importFiles(files: readonly string[], options: ImportOptions = {}): Promise<ImportDocument> {
    return importFiles(this.context, files, options);
  }

  /**
   * Trains every chosen cell. A cell that cannot be trained is a failed run, never the end of the others.
   *
   * Without `iterations` the exact solver trains; with it each cell is trained by iterations, with checkpoints and an
   * error history. An abort of `signal` stops after the next evaluation with all done so far kept.
   *
   * @returns a run for each cell, by name: errors of cross-validation (WAPE is a share), elasticity with its 90 %
   * interval, seconds of training
   * @throws DemandaError WORKSPACE_EMPTY, INSTRUMENT_UNKNOWN, CHECKPOINT_EXISTS, CHECKPOINT_MISSING,
   * CHECKPOINT_INTERVAL,
   * EVALUATION_INTERVAL, COLD_START_HAS_SALES, COLD_START_NO_PRICE, and those of names that are not there
   * @example
   * const { runs, failed } = await workspace.train({ merchant: 'MyShop', iterations: 10_000, resume: true });
   */
  train(options: TrainOptions = {}): Promise<TrainDocument> {
    return train(this.context, options);
  }

  /**
   * As {@link train}, with the runs told by name one by one: memory does not grow with the number of cells.
   *
   * @param each called with a run once it and those of all names before it have ended
   * @returns how many runs there were, how many of them done and failed, and the instrument
   * @throws DemandaError as {@link train}
   * @example
   * const { done } = await workspace.trainEach({}, ({ product, status }) => console.log(product, status));
   */
  trainEach(options: TrainOptions, each: (run: RunDocumentItem) => void): Promise<TrainTotals> {
    return trainEach(this.context, options, each);
  }

  /**
   * Learns what all cells have in common, from 1,000 of them at most, and keeps it as a file with which trainings of
   * files on any number of machines give the same.
   *
   * @param output the file
   * @throws DemandaError WORKSPACE_EMPTY, INSTRUMENT_UNKNOWN, DISK_FULL, FILE_UNWRITABLE
   * @example
   * const { knowledgeId } = await workspace.prepare('./knowledge');
   */
  prepare(output: string, options: LearnOptions = {}): Promise<PrepareDocument> {
    return prepareWorkspace(this.context, output, options);
  }

  /**
   * Loads what shards wrote into this workspace, which has the sales: runs, models, and prices as recommendations that
   * wait for a decision. What is there already stays as it is.
   *
   * @param folder the shards' output
   * @throws DemandaError COLLECT_NOTHING, COLLECT_NO_SALES, COLLECT_CURRENCY, SHARD_DAMAGED, SHARD_OTHER_COUNT,
   * SHARD_OTHER_RUN
   * @example
   * const { loaded, missing } = await workspace.collect('./run1');
   */
  collect(folder: string): Promise<CollectDocument> {
    return collectInto(this.context, folder);
  }

  /**
   * Every version of the chosen cells' models, with errors, elasticity and aliases.
   *
   * @throws DemandaError MERCHANT_UNKNOWN, PRODUCT_UNKNOWN, PRODUCT_TYPE_UNKNOWN, PRODUCT_IS_TYPE
   * @example
   * const { models } = await workspace.models({ merchant: 'MyShop' });
   * const live = models.filter(({ aliases }) => aliases.includes('live'));
   */
  models(choice: CellChoice = {}): Promise<ModelsDocument> {
    return listModels(this.context, choice);
  }

  /**
   * A merchant's name as the workspace has it, whatever the case that it is asked for in.
   *
   * @throws DemandaError MERCHANT_UNKNOWN, with the nearest
   * @example
   * const merchant = await workspace.merchantNamed('myshop');
   */
  async merchantNamed(merchant: string): Promise<string> {
    return (await this.context.names.trained({ merchant })).merchant as string;
  }

  /**
   * Names of a choice as the workspace has them, whatever the case that they are asked for in.
   *
   * @throws DemandaError MERCHANT_UNKNOWN, PRODUCT_UNKNOWN, PRODUCT_TYPE_UNKNOWN, with the nearest
   * @example
   * const { merchant, product } = await workspace.choiceNamed({ merchant: 'myshop', product: 'meat' });
   */
  choiceNamed(choice: CellChoice): Promise<CellChoice> {
    return this.context.names.trained(choice);
  }

  /**
   * The cell that "merchant:product" names; names may hold colons.
   *
   * @returns the first reading where no cell is named so; null when nothing stands on a side of every colon
   * @throws DemandaError CELL_AMBIGUOUS when several readings are cells
   * @example
   * const cell = await workspace.cellNamed('MyShop:Meat');
   */
  cellNamed(target: string): Promise<CellName | null> {
    return this.context.names.target(target);
  }

  /**
   * The cells that a list such as "MyShop:Meat,MyShop:Fish" names; names may hold commas and colons.
   *
   * @returns a cell for each part; a part that names nothing comes back as it is
   * @throws DemandaError CELL_AMBIGUOUS
   * @example
   * const unnamed = (await workspace.cellsNamed('MyShop:Meat,Fish')).filter((part) => typeof part === 'string');
   */
  cellsNamed(list: string): Promise<(CellName | string)[]> {
    return this.context.names.targets(list);
  }

  /**
   * Values of sales that are left out because they are far off those around them.
   *
   * @param asked of a merchant, product, day or column; all unless told
   * @throws DemandaError naming the nearest cell that there is
   * @example
   * const { held } = await workspace.held({ merchant: 'MyShop' });
   */
  held(asked: HeldAsked = {}): Promise<HeldDocument> {
    return listHeld(this.context, asked);
  }

  /**
   * Counts held values after all; models know of them once they are trained again.
   *
   * @returns how many they were
   * @throws DemandaError naming the nearest cell that there is
   * @example
   * await workspace.acceptHeld({ merchant: 'MyShop', product: 'Meat', date: '2026-05-01' });
   */
  acceptHeld(asked: HeldAsked = {}): Promise<number> {
    return acceptHeld(this.context, asked);
  }

  /**
   * Makes a version the live one.
   *
   * @param version the one before the live one unless told
   * @throws DemandaError MODEL_MISSING, MODEL_NO_EARLIER, MODEL_VERSION_UNKNOWN
   * @example
   * await workspace.rollback('MyShop', 'Meat');
   */
  rollback(merchant: string, product: string, version?: number): Promise<void> {
    return rollback(this.context, merchant, product, version);
  }

  /**
   * Gives a version an alias, which is taken from the one that had it.
   *
   * @throws DemandaError MODEL_VERSION_UNKNOWN
   * @example
   * await workspace.setAlias('MyShop', 'Meat', 'candidate', 3);
   */
  setAlias(merchant: string, product: string, alias: Alias, version: number): Promise<void> {
    return setAlias(this.context, merchant, product, alias, version);
  }

  /**
   * Deletes a version; of the live one the newest that is left takes the place. Its number is not given again.
   *
   * @returns the cell, the version, and the one that is live now
   * @throws DemandaError MODEL_VERSION_UNKNOWN
   * @example
   * const deleted = await workspace.deleteModel('MyShop', 'Meat', 2);
   */
  deleteModel(merchant: string, product: string, version: number): Promise<DeletedModelItem> {
    return deleteModel(this.context, merchant, product, version);
  }

  /**
   * A model as a file holds it, to be written as JSON and read by {@link importModel}.
   *
   * @param version the live one unless told
   * @throws DemandaError MODEL_MISSING, MODEL_VERSION_UNKNOWN
   * @example
   * const text = JSON.stringify(await workspace.exportModel('MyShop', 'Meat'));
   */
  exportModel(merchant: string, product: string, version?: number): Promise<ModelFile> {
    return exportModel(this.context, merchant, product, version);
  }

  /**
   * Keeps a model file as a new version: the candidate, or live where the cell has none. A model that was trained on
   * sales needs a cell that has some here, a model that was trained without any does not.
   *
   * @throws DemandaError MODEL_FILE_MISSING, MODEL_FILE_UNREADABLE, MODEL_FILE_INVALID, WORKSPACE_EMPTY,
   * MERCHANT_UNKNOWN, PRODUCT_UNKNOWN
   * @example
   * const { version } = await workspace.importModel('meat.json');
   */
  importModel(file: string): Promise<ModelDocumentItem> {
    return importModel(this.context, file);
  }

  /**
   * Answers which prices earn most. With `keep` the answers are proposed too, for people to decide on; without it
   * nothing
   * is written. A proposal takes the place of the cell's earlier proposal or rejection. A reviewed or approved price
   * stands, and is named in `kept.standing`, unless `replaceApproved`.
   *
   * @returns prices and profits in the workspace's currency, demand in the cell's unit, all over the horizon of days
   * @throws DemandaError OPTION_WHOLE and OPTION_TOO_LARGE for a horizon outside 1 to 365 days, MODEL_MISSING for a
   * named cell without a model, COLD_START_NO_PRICE, COLD_START_HAS_SALES, and those of names that are not there
   * @example
   * const { recommendations } = await workspace.recommend({ merchant: 'MyShop', guardrails: { maxChange: 0.1 } });
   * const price = recommendations[0]?.price;
   */
  recommend(options: RecommendOptions & ProposeOptions & { readonly keep?: boolean } = {}): Promise<RecommendDocument> {
    return recommend(this.context, options);
  }

  /**
   * Prices of each merchant's products that earn most together, what one sells in the place of another counted, within
   * every product's limits and the rules between them. With `keep` the prices that move are proposed.
   *
   * @returns prices and profits in the workspace's currency, demand in each product's unit, all over the horizon
   * @throws DemandaError as {@link recommend}, LINES_COLUMNS and LINES_VALUE for a file of product lines that says
   * nothing or something wrong
   * @example
   * const { portfolios } = await workspace.portfolio({ merchant: 'MyShop', mostDearer: 0.02 });
   */
  portfolio(options: PortfolioOptions = {}): Promise<PortfolioDocument> {
    return portfolio(this.context, options);
  }

  /**
   * What promotions of each merchant's products did and earned, what they took from other products and from the weeks
   * after, the deepest that pays, and, where it is asked for, the calendar of promotions that earns most under rules.
   *
   * @returns money in the workspace's currency, quantities in each product's unit; null where past promotions cannot
   * tell
   * @throws DemandaError MODELS_NONE, DISPLAY_UNKNOWN, BLOCKED_DATES, FROM_BEFORE_LAST_SALE, FROM_TOO_FAR, and those of
   * names that are not there
   * @example
   * const { merchants } = await workspace.promotions({ merchant: 'MyShop', calendar: true, mostAtOnce: 2 });
   */
  promotions(options: PromotionsOptions = {}): Promise<PromotionsDocument> {
    return promotions(this.context, options);
  }

  /**
   * Plans of a merchant's prices side by side, each with what all products sell and earn over the horizon: as today,
   * each price best alone, all best together, and plans of one's own.
   *
   * @param options.plans prices by product; of those that a plan does not name, today's
   * @param options.propose name of the plan whose prices are proposed
   * @throws DemandaError as {@link portfolio}, SCENARIO_PRICE, SCENARIO_PRODUCT, SCENARIO_PLAN, SCENARIO_LIMIT,
   * PRICES_COLUMNS, PRICES_VALUE and PRICES_TWICE of a file of prices
   * @example
   * const prices = [{ product: 'Meat', price: 12.9 }];
   * const { plans } = await workspace.scenario({ merchant: 'MyShop', plans: [{ name: 'mine', prices }] });
   */
  scenario(options: ScenarioOptions): Promise<ScenarioDocument> {
    return scenario(this.context, options);
  }

  /**
   * What competitors ask beside the own prices: the newest price of each, how old it is, and who is cheapest.
   *
   * @param options.effects what their prices do to demand, with its interval, and how much of the own changes they
   * follow
   * @returns prices in the workspace's currency per unit of each product
   * @throws DemandaError those of names that are not there
   * @example
   * const { products } = await workspace.competitors({ merchant: 'MyShop' });
   */
  competitors(options: CompetitorsOptions = {}): Promise<CompetitorsDocument> {
    return competitors(this.context, options);
  }

  /**
   * As {@link recommend}, with the recommendations told by name one by one: memory does not grow with their number.
   *
   * @param each with `keep` called once all are proposed, a thousand in a step
   * @throws DemandaError as {@link recommend}
   * @example
   * await workspace.recommendEach({ keep: true }, ({ product, price }) => console.log(product, price));
   */
  recommendEach(
    options: RecommendOptions & ProposeOptions & { readonly keep?: boolean },
    each: (recommendation: Recommendation) => void,
  ): Promise<RecommendTotals> {
    return recommendEach(this.context, options, each);
  }

  /**
   * What will be sold on each day or in each week: the expected quantity in the cell's unit and its 90 % interval.
   *
   * @throws DemandaError MODEL_MISSING for a named cell without a model, PLAN_NO_CELL and the other codes of a plan
   * file
   * @example
   * const { forecasts } = await workspace.forecast({ merchant: 'MyShop', product: 'Meat', days: 28, price: 12.5 });
   */
  forecast(options: ForecastOptions = {}): Promise<ForecastDocument> {
    return forecast(this.context, options);
  }

  /**
   * What products take in and sell together: totals that add up from each product over its type and merchant to all,
   * with 90 % intervals. Forecasts of products and of sums are reconciled where past stretches show that sums know
   * more.
   *
   * @param options.prices planned ones by product; of others today's
   * @returns money in the workspace's currency, quantities by unit; products without a forecast are named as missing
   * @throws DemandaError MODELS_NONE, SCENARIO_PRICE, FROM_BEFORE_LAST_SALE, FROM_TOO_FAR, PRICES_COLUMNS,
   * PRICES_VALUE and PRICES_TWICE of a file of prices, and those of names that are not there
   * @example
   * const { totals } = await workspace.totals({ merchant: 'MyShop', horizon: '14d' });
   */
  totals(options: TotalsOptions = {}): Promise<TotalsDocument> {
    return totals(this.context, options);
  }

  /**
   * As {@link forecast}, told by name cell by cell: memory does not grow with their number.
   *
   * @param each called with the days that a cell's forecasts are of, and the forecasts
   * @throws DemandaError as {@link forecast}
   * @example
   * await workspace.forecastEach({ days: 28 }, ({ span }) => console.log(span?.product, span?.total.value));
   */
  forecastEach(options: ForecastOptions, each: (cell: CellForecast) => void): Promise<ForecastTotals> {
    return forecastEach(this.context, options, each);
  }

  /**
   * One cell's model, demand curve, parts, observed points, recommendation and forecast.
   *
   * @param modelId a version; the live one unless told
   * @param instrument `cost` or an imported covariate, for the diagnostics; the model's own unless told
   * @returns the curve at 41 prices with 90 % intervals, over 14 days
   * @throws DemandaError MODEL_MISSING, INSTRUMENT_UNKNOWN, COLD_START_NO_PRICE
   * @example
   * const { show, recommendation } = await workspace.show('MyShop', 'Meat');
   */
  show(
    merchant: string,
    product: string,
    options: { readonly modelId?: string; readonly instrument?: string } = {},
  ): Promise<CellView> {
    return showCell(this.context, merchant, product, options);
  }

  /**
   * Two or more models side by side.
   *
   * @param names merchant and product of each; the live model unless `modelId` names a version
   * @throws DemandaError COMPARE_TOO_FEW, MODEL_MISSING
   * @example
   * const [first, second] = ['Meat', 'Fish'].map((product) => ({ merchant: 'MyShop', product }));
   * const { differences } = await workspace.compare([first, second]);
   */
  compare(names: readonly (CellName & { readonly modelId?: string })[]): Promise<CompareDocument> {
    return compare(this.context, names);
  }

  /**
   * Runs of trainings by iterations, newest last.
   *
   * @throws DemandaError MERCHANT_UNKNOWN, PRODUCT_UNKNOWN, PRODUCT_TYPE_UNKNOWN, PRODUCT_IS_TYPE
   * @example
   * const { runs } = await workspace.historyList({ merchant: 'MyShop' });
   */
  historyList(choice: HistoryChoice = {}): Promise<HistoryListDocument> {
    return listHistories(this.context, choice);
  }

  /**
   * The error history of a cell's newest run that has one, or of a named run.
   *
   * @returns `history.iterations`, and in `history.values` an array of the same length for each of `history.metrics`
   * @throws DemandaError HISTORY_MISSING, HISTORY_DAMAGED
   * @example
   * const { run, history } = await workspace.history('MyShop', 'Meat');
   */
  history(
    merchant: string,
    product: string,
    runId?: string,
  ): Promise<{ readonly run: RunSummary; readonly history: ErrorHistory }> {
    return historyOf(this.context, merchant, product, runId);
  }

  /**
   * Writes tags and note of a run, and with it of the model version that came of it; what is not given stays.
   *
   * @returns what stands there now
   * @throws DemandaError RUN_UNKNOWN, RUN_NOTE
   * @example
   * const [run] = (await workspace.historyList()).runs;
   * if (run) await workspace.annotateRun(run.runId, { tags: ['summer'], note: 'With the new cost list' });
   */
  annotateRun(runId: string, note: Partial<RunNote>): Promise<RunNote> {
    return annotateRun(this.context, runId, note);
  }

  /**
   * A run as text: how it was begun, its error, searches, end, machine and failure.
   *
   * @throws DemandaError RUN_UNKNOWN, HISTORY_DAMAGED
   * @example
   * const [run] = (await workspace.historyList()).runs;
   * if (run) console.log(await workspace.runLog(run.runId));
   */
  async runLog(runId: string): Promise<string> {
    const { store, lang, merchant, location } = this.context;
    const run = await this.overview.run(runId, merchant);
    const kept = await store.runs.read(runId);
    // What a process said last may be of others' cells.
    const folder = store.queue || merchant !== null ? null : location.folder;
    return runLog(
      {
        run,
        history: await store.runs.history(runId),
        events: await store.runs.events(runId),
        process: processLog(folder, kept?.trainingId ?? null),
      },
      lang,
      translator(lang),
    );
  }

  /**
   * Whether and when a training by iterations settled, from its error history.
   *
   * @param runId the newest that has a history unless told
   * @throws DemandaError HISTORY_MISSING, HISTORY_DAMAGED
   * @example
   * const { converged } = await workspace.historyAnalyze('MyShop', 'Meat');
   */
  historyAnalyze(merchant: string, product: string, runId?: string): Promise<HistoryAnalysisDocument> {
    return analyzeHistory(this.context, merchant, product, runId);
  }

  /**
   * Accuracy at rolling origins, against the simple forecasts: each cell is trained anew on the days before each
   * origin.
   *
   * @returns errors of each method: WAPE and bias as shares over all rows, RMSSE as the mean over cells (1: as good as
   * repeating the day before), the share of sales inside the 90 % interval
   * @throws DemandaError WORKSPACE_EMPTY, FILE_UNWRITABLE, and those of names that are not there
   * @example
   * const { methods } = await workspace.backtest({ horizonDays: 14, origins: 5 });
   */
  backtest(options: BacktestOptions = {}): Promise<BacktestDocument> {
    return backtest(this.context, options);
  }

  /**
   * The settings that were made; country ES and currency EUR where they were not.
   *
   * @example
   * const { currency } = await workspace.settings();
   */
  async settings(): Promise<Readonly<Record<string, string>>> {
    return Object.fromEntries(
      Object.entries(await settingsOf(this.context)).filter(([key]) => !isOfViews(key) && !isOfLines(key)),
    );
  }

  /**
   * What ties the prices of a merchant's products, as it is kept for prices together.
   *
   * @throws DemandaError for a merchant that is not there
   * @example
   * const { lines } = await workspace.keptLines('MyShop');
   */
  keptLines(merchant: string): Promise<KeptLinesDocument> {
    return keptLines(this.context, merchant);
  }

  /**
   * Keeps what ties the prices of a merchant's products, in the place of what was kept.
   *
   * @throws DemandaError LINES_GIVEN, LINES_VALUE, LINES_TWICE, LINES_COLUMNS, and for a merchant that is not there
   * @example
   * await workspace.keepLines({ merchant: 'MyShop', lines: [{ product: 'Own cola', below: 'Cola', leastGap: 0.1 }] });
   */
  keepLines(asked: LinesToKeep): Promise<KeptLinesDocument> {
    return keepLines(this.context, asked);
  }

  /**
   * Views of lists that were saved, and the columns that they show.
   *
   * @example
   * const { views } = await workspace.views();
   */
  views(): ReturnType<typeof savedViews> {
    return savedViews(this.context);
  }

  /**
   * Saves a view of a list under its name; without a query it goes.
   *
   * @throws DemandaError VIEWS_FULL
   * @example
   * await workspace.saveView({ page: 'overview', name: 'Fish', query: 'productType=Pescado' });
   */
  saveView(view: { readonly page: ListPage; readonly name: string; readonly query: string | null }): Promise<void> {
    return saveView(this.context, view);
  }

  /**
   * Which columns a list shows, and in which order; null: as it comes.
   *
   * @example
   * await workspace.saveColumns('overview', ['product', 'lastPrice', 'expectedGain']);
   */
  saveColumns(page: ListPage, columns: readonly string[] | null): Promise<void> {
    return saveColumns(this.context, page, columns);
  }

  /**
   * Changes settings, all or none; with `dryRun` they are only checked.
   *
   * @throws DemandaError COUNTRY_UNKNOWN, CURRENCY_UNKNOWN, OPTION_CHOICE
   * @example
   * await workspace.setSettings({ country: 'MX', currency: 'MXN' });
   */
  setSettings(
    values: Readonly<Partial<Record<SettingName, string>>>,
    { dryRun = false }: { readonly dryRun?: boolean } = {},
  ): Promise<void> {
    return setSettings(this.context, values, dryRun);
  }

  /**
   * Makes sure that amounts of a currency may come in: the workspace is in it, or holds no amounts yet. Nothing is
   * converted or changed.
   *
   * @throws DemandaError CURRENCY_HELD where it holds amounts in another one
   * @example
   * await workspace.requireCurrency('EUR');
   */
  requireCurrency(currency: string): Promise<void> {
    return requireCurrency(this.context, currency);
  }

  /**
   * Sets guardrails of the workspace, of a merchant, of a product type, or of a merchant's product type: the more
   * particular ones win. Those that are not given stay as they are.
   *
   * @param guardrails shares between 0 and 1, prices in the workspace's currency; null: none
   * @throws DemandaError WORKSPACE_EMPTY, MERCHANT_UNKNOWN, PRODUCT_TYPE_UNKNOWN
   * @example
   * await workspace.setGuardrails({ merchant: 'MyShop' }, { minMargin: 0.2, maxChange: 0.1 });
   */
  setGuardrails(
    scope: Pick<CellChoice, 'merchant' | 'productType'>,
    guardrails: Partial<GuardrailSettings>,
  ): Promise<void> {
    return setGuardrails(this.context, scope, guardrails);
  }

  /**
   * What guardrails are set at a scope itself, and what holds there.
   *
   * @throws DemandaError MERCHANT_UNKNOWN, PRODUCT_TYPE_UNKNOWN
   * @example
   * const { own, effective } = await workspace.guardrailsAt({ merchant: 'MyShop' });
   */
  guardrailsAt(scope: Pick<CellChoice, 'merchant' | 'productType'>): Promise<GuardrailsDocument> {
    return guardrailsAt(this.context, scope);
  }

  /**
   * What a server does now and then: sends alerts that are due, and starts a look at all cells whose time has come. Of
   * a database the schedules of its workers start looks.
   *
   * @example
   * await workspace.keepWatch();
   */
  async keepWatch(): Promise<void> {
    await this.watch.startDue();
    await this.alerts.flush();
  }

  /**
   * Checks the workspace and the machine: what is in order, and what to do about the rest.
   *
   * @example
   * const troubles = (await workspace.doctor()).checks.filter(({ ok }) => !ok);
   */
  doctor(): Promise<DoctorDocument> {
    return runDoctor(this.context);
  }
}
