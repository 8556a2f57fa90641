/** The one deep entry: everything a user can do with a workspace. Library, command line and API call it and add nothing. */

import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type {
  BacktestDocument,
  CellView,
  CompareDocument,
  ComparedModel,
  Component as ComponentPart,
  DoctorDocument,
  DocumentHeader,
  ForecastDocument,
  ForecastItem,
  HistoryAnalysisDocument,
  HistoryListDocument,
  ImportDocument,
  ModelDocumentItem,
  ModelsDocument,
  Recommendation,
  RecommendDocument,
  RunDocumentItem,
  TrainDocument,
} from './contract/documents.ts';
import type { CellFilter, ModelSummary, RunSummary, Store } from './contract/store.ts';
import { diagnoseDemand } from './core/demand/diagnostics.ts';
import { estimateEffects } from './core/demand/effects.ts';
import type { DemandModel } from './core/demand/fit-demand.ts';
import { type DemandCurveDraws, demandCurveDraws, modelParts } from './core/demand/predict.ts';
import { DAILY_SPECS, type Spec } from './core/demand/spec.ts';
import { BacktestScores, backtestOrigins } from './core/evaluation/backtest.ts';
import { withMarketIndex } from './core/market/market-index.ts';
import type { Pooling } from './core/market/pooling.ts';
import { assumedSeries, type ColdStartGiven, coldStartCurve, coldStartFacts, coldStartPrices, coldStartPricing } from './core/pricing/cold-start.ts';
import { DEFAULT_GUARDRAILS, type GuardrailSettings } from './core/pricing/guardrails.ts';
import { pricingFacts } from './core/pricing/pricing-facts.ts';
import { ASSUMED_MARKUP, demandDraws, priceGrid, recommendPrice, span, wasteAdjustedCost } from './core/pricing/recommend-price.ts';
import type { CellSeries, Holiday } from './core/series/cell-series.ts';
import { analyzeConvergence } from './core/training/convergence.ts';
import type { ErrorHistory } from './core/training/history.ts';
import { DEFAULT_PATIENCE, DEFAULT_TRAINING, type TrainingOptions } from './core/training/training.ts';
import { nearestName } from './data/columns.ts';
import { holidaysOf } from './data/holidays.ts';
import { readModelFile } from './data/read-model-file.ts';
import { readPlan } from './data/read-plan.ts';
import { DemandaError, type ErrorCode } from './errors.ts';
import { type Executor, inlineExecutor, threadsExecutor } from './fleet/executor.ts';
import {
  backtestFleet,
  type FleetOptions,
  type FleetProgress,
  type FleetSource,
  fitSettings,
  learnMarket,
  searchSpecs,
  specsOf,
  trainFleet,
} from './fleet/fleet-run.ts';
import { type IterationProgress, threadsFor } from './fleet/iterate-cell.ts';
import { type CellToIterate, type GivenOptions, iterateFleet, modelOfCheckpoint } from './fleet/iterate-fleet.ts';
import { MarketCalendar } from './fleet/market-calendar.ts';
import { PooledScores } from './fleet/pooled-scores.ts';
import { openSqliteStore } from './store/sqlite-store.ts';
import { Access } from './workspace/access.ts';
import { dayOf, isoDate } from './workspace/dates.ts';
import { type ImportOptions, importFile } from './workspace/import-file.ts';
import { keepIterated, marketOf } from './workspace/kept-training.ts';
import { kernelsAgree } from './workspace/kernel-check.ts';
import { checkpointInterval, convergencePoints, differencesOf } from './workspace/model-comparison.ts';
import { Overview } from './workspace/overview.ts';
import { DEFAULT_HORIZON_DAYS, forecastCell, plannedByFile, plannedByOptions, plannedRows, tradedWeekdays } from './workspace/planned-rows.ts';
import { writePredictions } from './workspace/predictions-file.ts';
import { Recommendations } from './workspace/recommendations.ts';
import { doneSince, trainingSince } from './workspace/resumption.ts';
import { becomesLive, cellKey, doneRun, failedRun, modelItem, runEvents, runSummary, unfinishedSummary } from './workspace/run-items.ts';
import { Trainings } from './workspace/trainings.ts';
import { Uploads } from './workspace/uploads.ts';

export type { ImportOptions } from './workspace/import-file.ts';
export { DEFAULT_HORIZON_DAYS };

export interface CellChoice {
  readonly merchant?: string;
  readonly product?: string;
  readonly productType?: string;
}

export interface TrainOptions extends CellChoice {
  /** These cells, instead of a choice by name. */
  readonly cells?: readonly { readonly merchant: string; readonly product: string }[];
  /** Of a fleet that goes on: the instant (ISO 8601) at which it began; that of the last fleet unless told. */
  readonly since?: string;
  /** Called with every run as it is kept. */
  readonly onRun?: (run: RunDocumentItem) => void;
  readonly workers?: number;
  readonly seed?: number;
  readonly pooling?: Pooling;
  /** `cost` or an imported covariate: guards the price effect against prices that follow demand (control function). */
  readonly instrument?: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: FleetProgress) => void;
  /** `exact` unless iterations are given. */
  readonly solver?: 'exact' | 'stochastic';
  /** Market prices enter: imported ones, else the nearest commodity index. */
  readonly market?: boolean;
  /** Budget of iterations; see TrainingOptions for what follows. */
  readonly iterations?: number;
  readonly simulatedRows?: number;
  readonly simulationNoise?: boolean;
  /** 1,000 unless told. */
  readonly checkpointEvery?: number;
  readonly evaluateEvery?: number;
  readonly searchEvery?: number;
  readonly patience?: number;
  /** Goes on with interrupted trainings; `fresh` begins anew in spite of them. */
  readonly resume?: boolean;
  readonly fresh?: boolean;
  /** Facts of a cell without any sale; see {@link ColdStartGiven}. */
  readonly coldStart?: ColdStartGiven;
  readonly onIteration?: (cell: { readonly merchant: string; readonly product: string }, progress: IterationProgress) => void;
}

export interface RecommendOptions extends CellChoice {
  /** These cells, instead of a choice by name. */
  readonly cells?: readonly { readonly merchant: string; readonly product: string }[];
  /** 14 unless told. */
  readonly horizonDays?: number;
  /** First day of the horizon (ISO date); the day after the last sale unless told. */
  readonly from?: string;
  readonly guardrails?: Partial<GuardrailSettings>;
  /** Facts of a cell without any sale; see {@link ColdStartGiven}. */
  readonly coldStart?: ColdStartGiven;
}

export interface ForecastOptions extends CellChoice {
  readonly days?: number;
  readonly from?: string;
  /** Planned price; today's unless told. */
  readonly price?: number;
  /** File of dated prices, promotions and covariates; its dates are forecast instead of the next days. */
  readonly planFile?: string;
}

export interface BacktestOptions extends CellChoice {
  readonly horizonDays?: number;
  readonly origins?: number;
  readonly stepDays?: number;
  readonly minRows?: number;
  /** ISO date; the last sale unless told. */
  readonly until?: string;
  readonly predictionsFile?: string;
  readonly workers?: number;
  readonly pooling?: Pooling;
  /** Market prices enter the models, as in training. */
  readonly market?: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: FleetProgress) => void;
}

/** Posterior draws behind every interval of prices: 2,000 put the Monte-Carlo error of a 5 % quantile at about half a hundredth. */
const CURVE_DRAWS = 1_000;
export const DEFAULT_CHECKPOINT_EVERY = 1_000;
/** Of {@link BacktestOptions}; the horizon is the usual one. */
export const DEFAULT_BACKTEST = { origins: 10, stepDays: 14, minRows: 120 } as const;
/** Points that a history may have. */
const MOST_POINTS = 20_000;
/** Without sales there is no level to follow: one yearly wave at most, no trend. */
const ASSUMED_SPECS = [{ ...(DAILY_SPECS[1] as Spec), fastDiscount: 1, slowDiscount: 1 }];
/** Market prices bring a trend and a fuller season. */
const ASSUMED_MARKET_SPECS = ASSUMED_SPECS.map((spec) => ({ ...spec, fourierOrder: 2, trend: true }));
/** Years of rows that stand for a cell without any sale, with market data and without. */
const ASSUMED_YEARS = { market: 3, none: 1 } as const;
/** Holidays are looked up this far ahead of the last sale. */
const HOLIDAYS_AHEAD_DAYS = 500;

export class Workspace {
  readonly folder: string;
  /** Every cell at a glance, and lists of runs, merchants, products and market prices. */
  readonly overview: Overview;
  /** Sessions, API keys and the audit log. */
  readonly access: Access;
  /** Recommendations and their workflow. */
  readonly recommendations: Recommendations;
  /** Files that came over the network, to be imported. */
  readonly uploads: Uploads;
  /** Trainings in processes of their own. */
  readonly trainings: Trainings;
  private readonly store: Store;
  private readonly lang: 'es' | 'en';
  /** The holidays that were looked up last: a calendar takes longer to work out than a price. */
  private calendar: { readonly key: string; readonly holidays: readonly Holiday[] } | null = null;

  private constructor(folder: string, store: Store, lang: 'es' | 'en') {
    this.folder = folder;
    this.store = store;
    this.lang = lang;
    const header = (): Promise<DocumentHeader> => this.header();
    this.overview = new Overview(store, header);
    this.access = new Access(store.access, header);
    this.recommendations = new Recommendations(store, header, (choice) => this.recommendAndKeep(choice));
    this.uploads = new Uploads(folder, header, lang, (file, options) => this.importFile(file, options));
    this.trainings = new Trainings(store, folder, header, {
      train: (options) => this.train(options),
      recommend: async (cells) => {
        await this.recommendAndKeep({ cells });
      },
    });
  }

  /** Opens a workspace, creating it where there is none. @param lang language of messages about rows and failures */
  static async open(folder = './.demanda', { lang = 'es' as 'es' | 'en' } = {}): Promise<Workspace> {
    return new Workspace(folder, await openSqliteStore(folder), lang);
  }

  /** The same workspace speaking another language; it closes with this one. */
  in(lang: 'es' | 'en'): Workspace {
    return lang === this.lang ? this : new Workspace(this.folder, this.store, lang);
  }

  async close(): Promise<void> {
    await this.store.close();
  }

  /** Imports files; nothing of a file is written when one of its rows is bad, unless `skipBad`. */
  async importFiles(files: readonly string[], options: ImportOptions = {}): Promise<ImportDocument> {
    const done: ImportDocument['files'][number][] = [];
    for (const file of files) done.push(await this.importFile(file, options));
    return { ...(await this.header()), files: done };
  }

  private async importFile(file: string, options: ImportOptions): Promise<ImportDocument['files'][number]> {
    const { unit = '' } = await this.settings();
    return importFile(this.store, file, { unit, ...options }, this.lang);
  }

  /** Trains every chosen cell with the exact solver. A cell that cannot be trained is a failed run, never the end of the others. */
  async train(options: TrainOptions = {}): Promise<TrainDocument> {
    const stochastic = options.solver === 'stochastic' || (options.solver === undefined && options.iterations !== undefined);
    if (stochastic) return this.trainByIterations(options);
    const filter = await this.chosen(options);
    if (options.instrument !== undefined) await this.requireInstrument(filter, options.instrument);
    const seed = options.seed ?? 1;
    const executor = await this.executor(filter, options.workers);
    const fleet = await this.fleetOptions(options);
    const source = await this.source(filter, fleet.market);
    const runs: RunDocumentItem[] = [];
    const held = new Map<string, { merchant: string; product: string }>();
    const pooledScores = new PooledScores(this.store);
    const batch: { run: RunDocumentItem; startedAt: string; model: DemandModel | null }[] = [];
    const flush = async (): Promise<void> => {
      const finished = batch.splice(0);
      const live = await Promise.all(
        finished.map(async ({ model }) => model !== null && becomesLive(model, (await this.store.readModel(model.merchant, model.product))?.model ?? null)),
      );
      const saved = await this.store.finishRuns(
        finished.map(({ run, startedAt, model }, i) => ({
          run: runSummary(run, startedAt),
          events: model === null ? [] : runEvents(model),
          model: model && { runId: run.runId, model, trainedAt: new Date().toISOString(), seconds: run.seconds, seed, live: live[i] as boolean },
        })),
      );
      for (const { model } of finished) if (model) pooledScores.add(model);
      await pooledScores.save();
      for (const [i, { run }] of finished.entries()) {
        const kept = { ...run, modelId: saved[i]?.modelId ?? null };
        runs.push(kept);
        options.onRun?.(kept);
        if (!held.delete(cellKey(run))) continue;
        await this.store.releaseCell(run.merchant, run.product, process.pid);
      }
    };
    try {
      const calendar = await learnMarket(source, executor, fleet);
      const specs = await searchSpecs(source, executor, calendar, fleet);
      const holding: FleetSource = {
        ...source,
        // A cell that another process trains has a run there: here it is only told.
        cells: () =>
          this.holdEach(source.cells(), held, (series, error) => {
            const run = failedRun(series, seed, error.code, error.messageIn(this.lang), 0);
            runs.push(run);
            options.onRun?.(run);
          }),
      };
      await trainFleet(
        holding,
        executor,
        { calendar, specs },
        fleet,
        async (series, outcome, seconds) => {
          const startedAt = new Date(Date.now() - seconds * 1000).toISOString();
          if (outcome.ok) batch.push({ run: doneRun(outcome.value, seconds, seed), startedAt, model: outcome.value });
          else {
            const code: ErrorCode = `TRAIN_${outcome.code}`;
            const message = new DemandaError(code, { merchant: series.merchant, product: series.product }).messageIn(this.lang);
            batch.push({ run: failedRun(series, seed, outcome.code, message, seconds), startedAt, model: null });
          }
          if (batch.length >= 50) await flush();
        },
        () => performance.now(),
      );
      await flush();
    } finally {
      // First: threads left behind would keep the process alive should the store refuse what follows.
      await executor.close();
      for (const cell of held.values()) await this.store.releaseCell(cell.merchant, cell.product, process.pid);
    }
    runs.sort((a, b) => (a.merchant === b.merchant ? (a.product < b.product ? -1 : 1) : a.merchant < b.merchant ? -1 : 1));
    return { ...(await this.header()), runs, failed: runs.filter((r) => r.status === 'failed').length };
  }

  /** Trains every chosen cell by iterations, with checkpoints and an error history each. */
  private async trainByIterations(options: TrainOptions): Promise<TrainDocument> {
    const training = trainingOptions(options);
    const checkpointEvery = options.checkpointEvery ?? DEFAULT_CHECKPOINT_EVERY;
    if (options.checkpointEvery !== undefined && checkpointEvery > training.iterations) {
      throw new DemandaError('CHECKPOINT_INTERVAL', { every: checkpointEvery, iterations: training.iterations });
    }
    if (training.evaluateEvery !== null && training.iterations / training.evaluateEvery > MOST_POINTS) {
      throw new DemandaError('EVALUATION_INTERVAL', { every: training.evaluateEvery, least: Math.ceil(training.iterations / MOST_POINTS), most: MOST_POINTS });
    }
    const cold = await this.startsCold(options);
    const filter = cold ? {} : await this.chosen(options);
    if (options.instrument !== undefined) await this.requireInstrument(filter, options.instrument);
    const since = await trainingSince(this.store, options, filter, cold);
    const executor = threadsExecutor(threadsFor(cold ? 1 : await this.store.countCells(filter), options.workers));
    const fleet = await this.fleetOptions(options);
    const source = await this.source(filter, fleet.market);
    const runs: RunDocumentItem[] = [];
    const held = new Map<string, { merchant: string; product: string }>();
    const pooledScores = new PooledScores(this.store);
    const fail = (series: CellSeries, error: DemandaError): void => {
      const run = failedRun(series, training.seed, error.code, error.messageIn(this.lang), 0);
      runs.push(run);
      options.onRun?.(run);
    };
    try {
      const calendar = await learnMarket(source, executor, fleet);
      const cells = cold ? this.assumedCell(options) : skipping(source.cells(), await doneSince(this.store, since, filter));
      const { holdEach } = this;
      const assumedSpecs = fleet.market ? ASSUMED_MARKET_SPECS : ASSUMED_SPECS;
      const prepared = async function* (this: Workspace): AsyncIterable<CellToIterate> {
        for await (const series of holdEach.call(this, cells, held, fail)) {
          const settings = fitSettings(series, cold ? assumedSpecs : specsOf(series), fleet, calendar);
          yield { series, assumed: cold, inputs: { priors: calendar.priorsFor(series), settings } };
        }
      };
      await iterateFleet(
        prepared.call(this),
        executor,
        this.store,
        {
          options: training,
          checkpointEvery,
          resume: options.resume === true ? { iterations: options.iterations ?? null, given: givenOptions(options) } : null,
          signal: options.signal,
          onProgress: options.onIteration,
        },
        async (cell) => {
          const market = fleet.market ? await marketOf(this.store, cell.series) : undefined;
          const run = await keepIterated(this.store, cell, pooledScores, market, this.lang);
          runs.push(run);
          options.onRun?.(run);
          held.delete(cellKey(cell.series));
          await this.store.releaseCell(cell.series.merchant, cell.series.product, process.pid);
        },
        fail,
        () => performance.now(),
      );
    } finally {
      // First: threads left behind would keep the process alive should the store refuse what follows.
      await executor.close();
      for (const cell of held.values()) await this.store.releaseCell(cell.merchant, cell.product, process.pid);
    }
    runs.sort((a, b) => (a.merchant === b.merchant ? (a.product < b.product ? -1 : 1) : a.merchant < b.merchant ? -1 : 1));
    return { ...(await this.header()), runs, failed: runs.filter((r) => r.status === 'failed').length };
  }

  /** The rows that stand for a cell without any sale. */
  private async *assumedCell(options: TrainOptions): AsyncIterable<CellSeries> {
    const { merchant, product } = options as { merchant: string; product: string };
    const facts = coldStartFacts(product, options.coldStart ?? {});
    if (!facts) throw new DemandaError('COLD_START_NO_PRICE', { merchant, product });
    await this.store.putDocument('cold-start', coldStartKey(merchant, product), options.coldStart ?? {});
    const yesterday = Math.floor(Date.now() / 86_400_000) - 1;
    const series = assumedSeries(merchant, product, facts, yesterday, options.market === true ? ASSUMED_YEARS.market : ASSUMED_YEARS.none);
    if (options.market !== true) yield series;
    else yield withMarketIndex({ ...series, marketPrice: await this.store.marketPricesOn(product, series.days) }).series;
  }

  private async *holdEach(
    cells: AsyncIterable<CellSeries>,
    held: Map<string, { merchant: string; product: string }>,
    onHeldByOther: (series: CellSeries, error: DemandaError) => void,
  ): AsyncIterable<CellSeries> {
    for await (const series of cells) {
      try {
        await this.store.holdCell(series.merchant, series.product, { pid: process.pid, since: new Date().toISOString() });
      } catch (error) {
        if (!(error instanceof DemandaError) || error.code !== 'RUN_HELD_BY_OTHER') throw error;
        onHeldByOther(series, error);
        continue;
      }
      held.set(cellKey(series), { merchant: series.merchant, product: series.product });
      yield series;
    }
  }

  async models(choice: CellChoice = {}): Promise<ModelsDocument> {
    const models: ModelDocumentItem[] = [];
    for await (const summary of this.store.listModels(await this.resolve(choice, { allowEmpty: true }))) models.push(modelItem(summary));
    return { ...(await this.header()), models };
  }

  /** Makes a version the live one: the one before the live one unless told. */
  async rollback(merchant: string, product: string, version?: number): Promise<void> {
    const cell = await this.requireCell(merchant, product);
    let target = version;
    if (target === undefined) {
      const { summary } = await this.requireModel(cell.merchant, cell.product);
      for await (const model of this.store.listModels(cell)) if (model.version < summary.version) target = model.version;
      if (target === undefined) throw new DemandaError('MODEL_NO_EARLIER', { ...cell, version: summary.version });
    }
    await this.store.setAlias(cell.merchant, cell.product, 'live', target);
  }

  async setAlias(merchant: string, product: string, alias: 'live' | 'candidate', version: number): Promise<void> {
    const cell = await this.requireCell(merchant, product);
    await this.store.setAlias(cell.merchant, cell.product, alias, version);
  }

  async deleteModel(merchant: string, product: string, version: number): Promise<void> {
    const cell = await this.requireCell(merchant, product);
    await this.store.deleteModel(cell.merchant, cell.product, version);
  }

  async exportModel(merchant: string, product: string, version?: number): Promise<DemandModel> {
    const cell = await this.requireCell(merchant, product);
    if (version === undefined) return (await this.requireModel(cell.merchant, cell.product)).model;
    for await (const summary of this.store.listModels(cell)) {
      if (summary.version === version) return (await this.requireModel(cell.merchant, cell.product, summary.modelId)).model;
    }
    throw new DemandaError('MODEL_VERSION_UNKNOWN', { ...cell, version });
  }

  /** Keeps a model file as a new version: the candidate, or live where the cell has none. Its cell must have sales here. */
  async importModel(file: string): Promise<ModelDocumentItem> {
    const model = await readModelFile(file);
    const cell = await this.requireCell(model.merchant, model.product);
    const [summary] = await this.store.putModels([
      { runId: randomUUID(), model: { ...model, ...cell }, trainedAt: new Date().toISOString(), seconds: 0, seed: 0, live: false },
    ]);
    return modelItem(summary as ModelSummary);
  }

  async recommend(options: RecommendOptions = {}): Promise<RecommendDocument> {
    const { schema, currency, recommendations } = await this.recommendAndKeep(options);
    return { schema, currency, recommendations };
  }

  private async recommendAndKeep(options: RecommendOptions): Promise<RecommendDocument & { readonly ids: readonly number[]; readonly changed: number }> {
    const recommendations: Recommendation[] = [];
    const { cells } = options;
    // A cold start from facts alone is an answer, not a recommendation of the workspace: it is kept only where a model was trained.
    if (await this.startsCold(options)) {
      const cold = await this.recommendCold(options);
      const kept = cold.modelId === null ? NOTHING_KEPT : await this.store.putRecommendations(new Date().toISOString(), [cold]);
      return { ...(await this.header()), recommendations: [cold], ...kept };
    }
    const holidays = await this.holidays();
    const named = cells !== undefined || (options.merchant !== undefined && options.product !== undefined);
    for await (const series of cells ? this.seriesOf(cells) : this.store.streamSeries(await this.resolve(options))) {
      const found = await this.findModelAmong(series, options);
      if (!found) {
        if (named) throw new DemandaError('MODEL_MISSING', { merchant: series.merchant, product: series.product });
        continue;
      }
      recommendations.push(await this.recommendCell(series, found.model, found.summary, holidays, options));
    }
    return { ...(await this.header()), recommendations, ...(await this.store.putRecommendations(new Date().toISOString(), recommendations)) };
  }

  private async *seriesOf(cells: readonly { readonly merchant: string; readonly product: string }[]): AsyncIterable<CellSeries> {
    for (const { merchant, product } of cells) {
      const series = await this.store.readSeries(merchant, product);
      if (!series) throw new DemandaError('CELL_UNKNOWN', { merchant, product });
      yield series;
    }
  }

  /** A named cell starts cold in an empty workspace, or where its facts are given and it has no sales. */
  private async startsCold({ merchant, product, coldStart = {} }: Pick<RecommendOptions, 'merchant' | 'product' | 'coldStart'>): Promise<boolean> {
    if (merchant === undefined || product === undefined) return false;
    const given = Object.keys(coldStart).length > 0;
    if ((await this.store.readSeries(merchant, product)) !== null) {
      if (given) throw new DemandaError('COLD_START_HAS_SALES', { merchant, product });
      return false;
    }
    return given || (await this.store.countCells({})) === 0 || (await this.isTrainedWithoutSales(merchant, product));
  }

  private async isTrainedWithoutSales(merchant: string, product: string): Promise<boolean> {
    return (await this.store.readModel(merchant, product)) !== null || (await this.store.newestCheckpoint(merchant, product)) !== null;
  }

  /** The facts that a training without sales was given, and those given now. */
  private async coldStartGiven(merchant: string, product: string, given: ColdStartGiven = {}): Promise<ColdStartGiven> {
    return { ...((await this.store.getDocument('cold-start', coldStartKey(merchant, product))) as ColdStartGiven | null), ...given };
  }

  /** A price without any sale: by the cell's model where it was trained without sales, else by published facts. */
  private async recommendCold(options: RecommendOptions): Promise<Recommendation> {
    const { merchant, product } = options as { merchant: string; product: string };
    const given = await this.coldStartGiven(merchant, product, options.coldStart);
    const facts = coldStartFacts(product, given);
    if (!facts) throw new DemandaError('COLD_START_NO_PRICE', { merchant, product });
    const horizonDays = options.horizonDays ?? DEFAULT_HORIZON_DAYS;
    const guardrails = { ...(await this.guardrails(merchant, product)), ...options.guardrails };
    const found = await this.findModel(merchant, product, null);
    let curve: DemandCurveDraws;
    if (found) {
      const standIn = assumedSeries(merchant, product, facts, found.model.lastDay);
      const planned = plannedRows(standIn, found.model, options.from, horizonDays, found.model.todayPrice);
      curve = demandCurveDraws(found.model, planned, coldStartPrices(facts), CURVE_DRAWS, 1);
    } else curve = coldStartCurve(facts, horizonDays, CURVE_DRAWS, 1);
    const { costAssumed: _, ...document } = recommendPrice(curve, coldStartPricing(facts, given.cost !== undefined), guardrails);
    return {
      merchant,
      product,
      unit: facts.unit,
      modelId: found?.summary.modelId ?? null,
      ...(found?.summary.unfinished && { unfinished: true }),
      horizonDays,
      ...document,
      assumptions: facts.assumptions,
    };
  }

  private async recommendCell(
    series: CellSeries,
    model: DemandModel,
    summary: ModelSummary,
    holidays: readonly Holiday[],
    options: RecommendOptions,
  ): Promise<Recommendation> {
    const horizonDays = options.horizonDays ?? DEFAULT_HORIZON_DAYS;
    const planned = plannedRows(series, model, options.from, horizonDays, model.todayPrice);
    const own = estimateEffects(series, series.days.length, {
      holidays,
      market: false,
      ...(model.instrument !== null && { instrument: model.instrument }),
    });
    const facts = pricingFacts(series, model, planned.days[0] as number, own?.price ?? null);
    const unitCost = wasteAdjustedCost(facts.cost ?? facts.todayPrice / ASSUMED_MARKUP, facts.cost === null ? 0 : facts.wasteShare);
    const curve = demandCurveDraws(model, planned, priceGrid(model.todayPrice, model.triedRange, unitCost), CURVE_DRAWS, 1);
    const guardrails = { ...(await this.guardrails(series.merchant, series.productType)), ...options.guardrails };
    const result = recommendPrice(curve, facts, guardrails);
    const { costAssumed, ...document } = result;
    return {
      merchant: series.merchant,
      product: series.product,
      unit: series.unit,
      modelId: summary.modelId,
      ...(summary.unfinished && { unfinished: true as const }),
      horizonDays,
      ...document,
      assumptions: costAssumed ? [{ code: 'UNIT_COST', value: result.unitCost }] : [],
    };
  }

  async forecast(options: ForecastOptions = {}): Promise<ForecastDocument> {
    const forecasts: ForecastItem[] = [];
    const pooledScores = new PooledScores(this.store);
    const plan = options.planFile === undefined ? null : await readPlan(options.planFile);
    for await (const series of this.store.streamSeries(await this.resolve(options))) {
      const found = await this.findModelAmong(series, options);
      if (found) {
        const planned = plan ? plannedByFile(plan, series, found.model) : plannedByOptions(series, found.model, options);
        forecasts.push(...forecastCell(series, found.model, planned, await pooledScores.poolFor(found.model)));
      } else if (options.product !== undefined && options.merchant !== undefined)
        throw new DemandaError('MODEL_MISSING', { merchant: series.merchant, product: series.product });
    }
    if (plan && forecasts.length === 0) throw new DemandaError('PLAN_NO_CELL', { file: options.planFile as string });
    return { ...(await this.header()), forecasts };
  }

  /** One cell's model, curve, parts, observed points, recommendation and forecast. */
  async show(merchant: string, product: string, { modelId, instrument }: { readonly modelId?: string; readonly instrument?: string } = {}): Promise<CellView> {
    const { series, sold, model, summary } = await this.requireTrained(merchant, product, modelId);
    if (instrument !== undefined) await this.requireInstrument(series, instrument);
    const recommendation = sold
      ? await this.recommendCell(series, model, summary, await this.holidays(), {})
      : await this.recommendCold({ merchant: series.merchant, product: series.product });
    const history = await this.store.readHistory(summary.runId);
    const planned = plannedRows(series, model, undefined, DEFAULT_HORIZON_DAYS, model.todayPrice);
    const [low, high] = model.triedRange;
    const from = Math.min(low, recommendation.price) * 0.85;
    const to = Math.max(high, recommendation.price) * 1.15;
    const prices = Float64Array.from({ length: 41 }, (_, i) => from + ((to - from) * i) / 40);
    const draws = demandCurveDraws(model, planned, prices, CURVE_DRAWS, 1);
    const curve = Array.from(prices, (price) => {
      const demand = demandDraws(draws, price);
      const sold = span(demand);
      const profit = span(demand.map((q) => (price - recommendation.unitCost) * q));
      return { price, demand: sold.value, low: sold.low, high: sold.high, profit: profit.value, profitLow: profit.low, profitHigh: profit.high };
    });
    const traded = tradedWeekdays(series);
    const components: ComponentPart[] = modelParts(model).map((part) => ({
      name: part.name,
      // A day on which the shop never trades has no demand to show.
      points: part.points
        .filter((p) => part.name !== 'weekday' || traded.has(p.at))
        .map((p) => ({ at: part.name === 'trend' ? isoDate(p.at) : p.at, multiplier: p.multiplier })),
    }));
    return {
      show: {
        ...(await this.header()),
        model: modelItem(summary),
        spec: model.components.map((c) => ({ ...c.spec, weight: c.weight })),
        curve,
        triedRange: model.triedRange,
        components,
        convergence: history ? convergencePoints(history) : [],
        errorKind: history?.errorKind ?? null,
        events: history?.events ?? [],
        checkpointEvery: checkpointInterval(await this.store.runEvents(summary.runId)),
        diagnostics: sold ? { ...diagnoseDemand(series, instrument ?? model.instrument ?? undefined), candidates: model.crossValidated.candidates } : null,
      },
      observed: Array.from(sold ? series.days : [], (day, i) => ({
        date: isoDate(day),
        price: series.price[i] as number,
        quantity: series.quantity[i] as number,
      })).filter((o) => o.price > 0),
      recommendation,
      forecast: forecastCell(series, model, plannedByOptions(series, model, {}), await new PooledScores(this.store).poolFor(model)),
    };
  }

  /** Two or more models side by side. @param names merchant and product of each; the live model unless `modelId` names a version */
  async compare(names: readonly { readonly merchant: string; readonly product: string; readonly modelId?: string }[]): Promise<CompareDocument> {
    if (names.length < 2) throw new DemandaError('COMPARE_TOO_FEW', { count: names.length });
    const models: ComparedModel[] = [];
    for (const { merchant, product, modelId } of names) {
      const { show, recommendation } = await this.show(merchant, product, modelId === undefined ? {} : { modelId });
      models.push({
        ...show.model,
        label: `${show.model.merchant} · ${show.model.product}${modelId === undefined ? '' : ` · ${show.model.version}`}`,
        errorKind: show.errorKind,
        spec: show.spec,
        curve: show.curve.map(({ price, demand, profit }) => ({ price, demand, profit })),
        convergence: show.convergence.flatMap(({ iteration, error }) => (error === null ? [] : [{ iteration, error }])),
        recommendation,
      });
    }
    return { ...(await this.header()), models, differences: differencesOf(models) };
  }

  /** Runs of trainings by iterations, newest last. */
  async historyList(choice: CellChoice = {}): Promise<HistoryListDocument> {
    const { merchant, product } = await this.resolveTrained(choice);
    const runs: HistoryListDocument['runs'][number][] = [];
    for await (const run of this.store.listRuns({ ...(merchant !== undefined && { merchant }), ...(product !== undefined && { product }) })) {
      if (run.points === 0) continue;
      const { runId, unit, status, stopReason, iterations, points, errorKind, bestError, lastError, startedAt, seconds } = run;
      runs.push({
        merchant: run.merchant,
        product: run.product,
        unit,
        runId,
        status,
        stopReason,
        iterations,
        points,
        errorKind,
        bestError,
        lastError,
        startedAt,
        seconds,
      });
    }
    return { ...(await this.header()), runs };
  }

  /** The error history of a cell's newest run that has one, or of a named run. @throws DemandaError HISTORY_MISSING */
  async history(merchant: string, product: string, runId?: string): Promise<{ readonly run: RunSummary; readonly history: ErrorHistory }> {
    const cell = await this.resolveTrained({ merchant, product });
    let newest: RunSummary | null = null;
    for await (const run of this.store.listRuns(cell)) if (run.points > 0 && (runId === undefined || run.runId === runId)) newest = run;
    const history = newest && (await this.store.readHistory(newest.runId));
    if (!newest || !history) throw new DemandaError('HISTORY_MISSING', { merchant, product });
    return { run: newest, history };
  }

  async historyAnalyze(merchant: string, product: string, runId?: string): Promise<HistoryAnalysisDocument> {
    const { run, history } = await this.history(merchant, product, runId);
    return {
      ...(await this.header()),
      merchant: run.merchant,
      product: run.product,
      unit: run.unit,
      runId: run.runId,
      errorKind: history.errorKind,
      ...analyzeConvergence(history),
    };
  }

  /** Rolling-origin accuracy by the protocol, against the simple forecasts. */
  async backtest(options: BacktestOptions = {}): Promise<BacktestDocument> {
    const filter = await this.resolve(options);
    const horizonDays = options.horizonDays ?? DEFAULT_HORIZON_DAYS;
    const stepDays = options.stepDays ?? DEFAULT_BACKTEST.stepDays;
    const last = await this.store.lastDay();
    const untilDay = options.until === undefined ? (last as number) : dayOf(options.until);
    const origins = backtestOrigins(untilDay, horizonDays, options.origins ?? DEFAULT_BACKTEST.origins, stepDays);
    const executor = await this.executor(filter, options.workers);
    const fleet = await this.fleetOptions(options);
    const source = await this.source(filter, fleet.market);
    const scores = new BacktestScores();
    const started = performance.now();
    const collected: { key: string; series: CellSeries; forecasts: Parameters<Parameters<typeof backtestFleet>[5]>[1] }[] = [];
    try {
      // Origins of the market: every origin of the protocol and of the folds behind it.
      const marketDays = new Set<number>();
      for (const origin of origins) for (let k = 0; k <= 5; k++) marketDays.add(origin - k * horizonDays);
      const days = [...marketDays].sort((a, b) => b - a);
      const calendar = fleet.pooling === 'none' ? MarketCalendar.fit([], [], 'none') : await learnMarket(source, executor, fleet, days);
      await backtestFleet(
        source,
        executor,
        calendar,
        fleet,
        { origins, horizonDays, minRows: options.minRows ?? DEFAULT_BACKTEST.minRows },
        (series, forecasts) => {
          if (forecasts.length > 0) collected.push({ key: `${series.merchant}\u0000${series.product}`, series, forecasts });
        },
      );
    } finally {
      await executor.close();
    }
    collected.sort((a, b) => (a.key < b.key ? -1 : 1));
    for (const { key, forecasts } of collected) {
      for (const { actual, stepScale, methods } of forecasts) {
        for (const { name, prediction, low, high } of methods) scores.add(key, name, actual, prediction, stepScale, low, high);
      }
    }
    if (options.predictionsFile !== undefined) await writePredictions(options.predictionsFile, collected);
    const seconds = (performance.now() - started) / 1000;
    return {
      ...(await this.header()),
      cells: collected.length,
      horizonDays,
      origins: origins.length,
      methods: scores.figures().map((f) => ({ ...f, seconds: f.name === 'demanda' ? seconds : 0 })),
    };
  }

  async settings(): Promise<Readonly<Record<string, string>>> {
    return { country: 'ES', currency: 'EUR', ...(await this.store.settings()) };
  }

  /** @throws DemandaError COUNTRY_UNKNOWN, CURRENCY_UNKNOWN, OPTION_CHOICE */
  async setSetting(key: 'country' | 'currency' | 'unit' | 'lang', value: string): Promise<void> {
    const settled = key === 'country' || key === 'currency' ? value.toUpperCase() : value;
    if (key === 'country') holidaysOf(settled, 0, 1);
    if (key === 'currency' && !Intl.supportedValuesOf('currency').includes(settled)) throw new DemandaError('CURRENCY_UNKNOWN', { currency: value });
    if (key === 'lang' && settled !== 'es' && settled !== 'en') throw new DemandaError('OPTION_CHOICE', { option: '--lang', allowed: 'es | en', value });
    await this.store.setSetting(key, settled);
  }

  /** Guardrails of the workspace, of a merchant, of a product type, or of a merchant's product type: the more particular ones win. */
  async setGuardrails(scope: Pick<CellChoice, 'merchant' | 'productType'>, guardrails: Partial<GuardrailSettings>): Promise<void> {
    const named = scope.merchant === undefined && scope.productType === undefined ? {} : await this.resolve(scope);
    const key =
      named.merchant === undefined && named.productType === undefined ? 'guardrails:' : `guardrails:${named.merchant ?? ''}/${named.productType ?? ''}`;
    const stored = await this.store.getSetting(key);
    await this.store.setSetting(key, JSON.stringify({ ...(stored === null ? {} : (JSON.parse(stored) as Partial<GuardrailSettings>)), ...guardrails }));
  }

  /** What guardrails are set at a scope itself, and what holds there. @throws DemandaError for names that do not exist */
  async guardrailsAt(
    scope: Pick<CellChoice, 'merchant' | 'productType'>,
  ): Promise<DocumentHeader & { merchant: string | null; productType: string | null; own: Partial<GuardrailSettings>; effective: GuardrailSettings }> {
    const { merchant = '', productType = '' } = await this.resolve(scope, { allowEmpty: true });
    const stored = await this.store.getSetting(merchant === '' && productType === '' ? 'guardrails:' : `guardrails:${merchant}/${productType}`);
    return {
      ...(await this.header()),
      merchant: merchant || null,
      productType: productType || null,
      own: stored === null ? {} : (JSON.parse(stored) as Partial<GuardrailSettings>),
      effective: await this.guardrails(merchant, productType),
    };
  }

  async doctor(): Promise<DoctorDocument> {
    const cells = await this.store.countCells({});
    const models = await this.store.countModels({});
    const [country, lastDay] = [(await this.settings()).country as string, (await this.store.lastDay()) ?? 20_000];
    const holidays = holidaysOf(country, lastDay - 365, lastDay).length;
    const checks = [
      { name: 'node', ok: Number(process.versions.node.split('.')[0]) >= 24, found: process.versions.node },
      { name: 'kernel', ok: kernelsAgree(), found: 'WebAssembly SIMD' },
      { name: 'threads', ok: availableParallelism() >= 1, found: String(availableParallelism()) },
      { name: 'store', ok: true, found: `${this.folder}: ${cells} cells, ${models} models` },
      { name: 'holidays', ok: holidays > 0, found: `${country}: ${holidays}` },
    ];
    return { ...(await this.header()), checks };
  }

  private async header(): Promise<DocumentHeader> {
    return { schema: 1, currency: (await this.settings()).currency as string };
  }

  private async guardrails(merchant: string, productType: string): Promise<GuardrailSettings> {
    const settings = await this.store.settings();
    let current: GuardrailSettings = DEFAULT_GUARDRAILS;
    // From the general to the particular: workspace, product type, merchant, merchant and type.
    for (const scope of ['', `/${productType}`, `${merchant}/`, `${merchant}/${productType}`]) {
      const stored = settings[`guardrails:${scope}`];
      if (stored !== undefined) current = { ...current, ...(JSON.parse(stored) as Partial<GuardrailSettings>) };
    }
    return current;
  }

  private async holidays(): Promise<readonly Holiday[]> {
    const [first, last] = [await this.store.firstDay(), await this.store.lastDay()];
    if (first === null || last === null) return [];
    const country = (await this.settings()).country as string;
    const key = `${country} ${first} ${last}`;
    if (this.calendar?.key !== key) this.calendar = { key, holidays: holidaysOf(country, first - 30, last + HOLIDAYS_AHEAD_DAYS) };
    return this.calendar.holidays;
  }

  private async executor(filter: CellFilter, workers?: number): Promise<Executor> {
    const cells = await this.store.countCells(filter);
    const threads = Math.min(workers ?? availableParallelism(), cells);
    return threads <= 1 ? inlineExecutor() : threadsExecutor(threads);
  }

  private async fleetOptions(options: {
    readonly pooling?: Pooling;
    readonly instrument?: string;
    readonly market?: boolean;
    readonly signal?: AbortSignal;
    readonly onProgress?: (p: FleetProgress) => void;
  }): Promise<FleetOptions> {
    return {
      holidays: await this.holidays(),
      market: options.market ?? false,
      pooling: options.pooling ?? 'workspace',
      ...(options.instrument !== undefined && { instrument: options.instrument }),
      ...(options.signal && { signal: options.signal }),
      ...(options.onProgress && { onProgress: options.onProgress }),
    };
  }

  private async source(filter: CellFilter, market = false): Promise<FleetSource> {
    const { store } = this;
    const shown = (series: CellSeries): CellSeries => (market ? withMarketIndex(series).series : series);
    return {
      count: await store.countCells(filter),
      async *cells() {
        for await (const series of store.streamSeries(filter)) yield shown(series);
      },
      async *pooled(limit) {
        const total = await store.countCells({});
        // Evenly spread over the workspace, so that the sample does not depend on what is trained. Sales are read of the sample only.
        const every = Math.max(1, total / limit);
        let index = 0;
        let next = 0;
        for await (const { merchant, product } of store.listCells({})) {
          if (index++ < next) continue;
          next += every;
          const series = await store.readSeries(merchant, product);
          if (series) yield shown(series);
        }
      },
    };
  }

  /** The cells that are named one by one, or those of a choice. */
  private async chosen(options: TrainOptions): Promise<CellFilter> {
    return options.cells ? { cells: options.cells } : this.resolve(options);
  }

  /** Names as the user gave them → a filter of what exists. @throws DemandaError naming the nearest that does */
  private async resolve(choice: CellChoice, { allowEmpty = false } = {}): Promise<CellFilter> {
    const { merchant: m, product: p, productType: type } = choice;
    // Names that are exactly right need no look at all the others.
    if (m !== undefined && p !== undefined && type === undefined && (await this.store.countCells({ merchant: m, product: p })) === 1) {
      return { merchant: m, product: p };
    }
    if ((await this.store.countCells({})) === 0) {
      // Names of cells without sales stand nowhere but in their models: they are taken as given.
      if (allowEmpty) return choice;
      throw new DemandaError('WORKSPACE_EMPTY', { folder: this.folder });
    }
    const merchant = choice.merchant === undefined ? undefined : known(choice.merchant, await this.store.merchants(), 'MERCHANT_UNKNOWN');
    const productType = choice.productType === undefined ? undefined : known(choice.productType, await this.store.productTypes(), 'PRODUCT_TYPE_UNKNOWN');
    let product: string | undefined;
    if (choice.product !== undefined) {
      const products = await this.store.products(merchant);
      if (!products.includes(choice.product) && (await this.store.productTypes()).includes(choice.product)) {
        const ofType: string[] = [];
        for await (const cell of this.store.listCells({ productType: choice.product, ...(merchant !== undefined && { merchant }) })) ofType.push(cell.product);
        const names = [...new Set(ofType)];
        if (names.length !== 1) throw new DemandaError('PRODUCT_IS_TYPE', { product: choice.product, products: names.join(', ') });
        product = names[0] as string;
      } else product = known(choice.product, products, 'PRODUCT_UNKNOWN');
    }
    return { ...(merchant !== undefined && { merchant }), ...(product !== undefined && { product }), ...(productType !== undefined && { productType }) };
  }

  /** A cell without the column trains without it; a column that no cell has is a mistake. */
  private async requireInstrument({ merchant, product, productType, cells }: CellFilter, instrument: string): Promise<void> {
    const columns = new Set<string>();
    const filter = {
      ...(cells !== undefined && { cells }),
      ...(merchant !== undefined && { merchant }),
      ...(product !== undefined && { product }),
      ...(productType !== undefined && { productType }),
    };
    for await (const series of this.store.streamSeries(filter)) {
      const found = instrumentColumns(series);
      if (found.includes(instrument)) return;
      for (const name of found) columns.add(name);
    }
    throw new DemandaError('INSTRUMENT_UNKNOWN', { instrument, columns: [...columns].join(', ') || '–' });
  }

  private async requireCell(merchant: string, product: string): Promise<{ merchant: string; product: string }> {
    return (await this.resolve({ merchant, product })) as { merchant: string; product: string };
  }

  /** The live model of a cell (or the given version); without one the newest checkpoint of a training that has not ended, marked unfinished. */
  private async findModel(
    merchant: string,
    product: string,
    series: CellSeries | null,
    modelId?: string,
  ): Promise<{ summary: ModelSummary; model: DemandModel } | null> {
    const kept = await this.store.readModel(merchant, product, modelId);
    if (kept || modelId !== undefined) return kept;
    const found = await this.store.newestCheckpoint(merchant, product);
    if (!found) return null;
    const outcome = modelOfCheckpoint(found, series);
    return outcome.ok ? { summary: unfinishedSummary(outcome.value, found), model: outcome.value } : null;
  }

  /** As {@link findModel}; among many cells one whose checkpoint cannot be used is one without a model. */
  private async findModelAmong(series: CellSeries, { merchant, product }: CellChoice): ReturnType<Workspace['findModel']> {
    try {
      return await this.findModel(series.merchant, series.product, series);
    } catch (error) {
      const named = merchant !== undefined && product !== undefined;
      if (named || !(error instanceof DemandaError) || !error.code.startsWith('CHECKPOINT_')) throw error;
      return null;
    }
  }

  /** A cell with a model, with its rows or, where it was trained without sales, with rows that stand for them. */
  private async requireTrained(
    merchant: string,
    product: string,
    modelId?: string,
  ): Promise<{ series: CellSeries; sold: boolean; model: DemandModel; summary: ModelSummary }> {
    const cell = (await this.resolveTrained({ merchant, product })) as { merchant: string; product: string };
    const series = await this.store.readSeries(cell.merchant, cell.product);
    const found = await this.findModel(cell.merchant, cell.product, series, modelId);
    if (!found) throw new DemandaError('MODEL_MISSING', cell);
    if (series) return { series, sold: true, ...found };
    const facts = coldStartFacts(cell.product, await this.coldStartGiven(cell.merchant, cell.product));
    if (!facts) throw new DemandaError('COLD_START_NO_PRICE', cell);
    return { series: assumedSeries(cell.merchant, cell.product, facts, found.model.lastDay), sold: false, ...found };
  }

  /** As {@link resolve}, but a cell trained without any sale exists too. */
  private async resolveTrained(choice: CellChoice): Promise<CellFilter> {
    const { merchant, product } = choice;
    if (merchant !== undefined && product !== undefined && (await this.store.readSeries(merchant, product)) === null) {
      if (await this.isTrainedWithoutSales(merchant, product)) return { merchant, product };
      if ((await this.store.countCells({})) === 0) {
        const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
        for await (const run of this.store.listRuns({})) {
          if (same(run.merchant, merchant) && same(run.product, product)) return { merchant: run.merchant, product: run.product };
        }
      }
    }
    return this.resolve(choice, { allowEmpty: true });
  }

  private async requireModel(merchant: string, product: string, modelId?: string): Promise<{ summary: ModelSummary; model: DemandModel }> {
    const found = await this.store.readModel(merchant, product, modelId);
    if (!found) throw new DemandaError('MODEL_MISSING', { merchant, product });
    return found;
  }
}

const NOTHING_KEPT = { ids: [], changed: 0 } as const;

function coldStartKey(merchant: string, product: string): string {
  return `${merchant}\u0000${product}`;
}

/** What a user named of a training that goes on: it stays as it began. */
function givenOptions(options: TrainOptions): GivenOptions {
  return {
    '--seed': { given: options.seed, of: (inputs) => inputs.options.seed },
    '--simulated-rows': { given: options.simulatedRows, of: (inputs) => inputs.options.simulatedRows },
    '--simulation-noise': { given: options.simulationNoise, of: (inputs) => inputs.options.simulationNoise },
    '--evaluate-every': { given: options.evaluateEvery, of: (inputs) => inputs.options.evaluateEvery },
    '--search-every': { given: options.searchEvery, of: (inputs) => inputs.options.searchEvery },
    '--patience': { given: options.patience, of: (inputs) => inputs.options.patience },
    '--checkpoint-every': { given: options.checkpointEvery, of: (inputs) => inputs.checkpointEvery },
    '--market': { given: options.market, of: (inputs) => inputs.settings.market },
  };
}

/** A training's options from a user's. */
function trainingOptions(options: TrainOptions): TrainingOptions {
  const { iterations, simulatedRows, simulationNoise, seed, evaluateEvery, searchEvery, patience } = options;
  // A budget that the user chose is used up, unless a patience was chosen too (model.md §6).
  const defaultPatience = iterations === undefined ? DEFAULT_PATIENCE : null;
  return {
    ...DEFAULT_TRAINING,
    ...(iterations !== undefined && { iterations }),
    ...(simulatedRows !== undefined && { simulatedRows }),
    ...(simulationNoise !== undefined && { simulationNoise }),
    ...(seed !== undefined && { seed }),
    ...(evaluateEvery !== undefined && { evaluateEvery }),
    ...(searchEvery !== undefined && { searchEvery }),
    patience: patience ?? defaultPatience,
  };
}

async function* skipping(cells: AsyncIterable<CellSeries>, done: ReadonlySet<string>): AsyncIterable<CellSeries> {
  for await (const series of cells) if (!done.has(cellKey(series))) yield series;
}

function known(name: string, existing: readonly string[], code: 'MERCHANT_UNKNOWN' | 'PRODUCT_UNKNOWN' | 'PRODUCT_TYPE_UNKNOWN'): string {
  if (existing.includes(name)) return name;
  const folded = existing.find((e) => e.toLowerCase() === name.toLowerCase());
  if (folded !== undefined) return folded;
  throw new DemandaError(code, { name, nearest: nearestName(name, existing) ?? '' });
}

/** Columns that may serve as an instrument. */
function instrumentColumns(series: CellSeries): string[] {
  return [...(series.cost.some((c) => c > 0) ? ['cost'] : []), ...series.covariates.map((c) => c.name)];
}

/** The error table's words for anything thrown; foreign errors keep their own. */
export function messageOf(error: unknown, lang: 'es' | 'en'): { code: string; message: string; exit: number } {
  if (error instanceof DemandaError) return { code: error.code, message: error.messageIn(lang), exit: error.entry.exit };
  return { code: 'UNEXPECTED', message: error instanceof Error ? error.message : String(error), exit: 1 };
}
