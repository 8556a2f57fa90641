/** Trains one of several shards of a dataset, with prices and forecasts, into Parquet files. */

import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { debuglog } from 'node:util';
import { cellKey } from '../contract/cell-name.ts';
import type { RunDocumentItem, ShardDocument } from '../contract/documents.ts';
import { visibleText } from '../contract/visible-text.ts';
import type { CellSeries } from '../core/series/cell-series.ts';
import type { Lang } from '../core/vocabulary.ts';
import { datasetParts } from '../data/dataset.ts';
import { tableForm } from '../data/reading/table.ts';
import { otherColumn, readingPlan } from '../data/reading-plan.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import type { Executor } from '../fleet/executor.ts';
import { type FleetProgress, trainFleet } from '../fleet/fleet-run.ts';
import { PooledScores } from '../fleet/pooled-scores.ts';
import type { TrainedOutcome } from '../fleet/work.ts';
import { cellsOfShard, type Shard } from '../rules/shards.ts';
import type { WorkspaceContext } from './context.ts';
import { datasetCells } from './dataset-cells.ts';
import { dayToday, type ReadDataset, withDatasetStore } from './dataset-store.ts';
import { executorFor, sourceOf } from './fleet-source.ts';
import { type Knowledge, readKnowledge } from './knowledge-file.ts';
import { forecastCell, LastSales, plannedRows, plannedSpan } from './planned-rows.ts';
import { readDataset } from './prepare.ts';
import { recommendCell } from './pricing.ts';
import { doneRun, failedRun, refusedRun } from './run-items.ts';
import { shardName } from './shard-number.ts';
import { checkShard, type DoneNote, doneNote, ShardOutput, shardsIn } from './shard-output.ts';
import { forecastRow, modelRow, priceRow, runRow } from './shard-tables.ts';

export interface ShardOptions {
  /** File, folder or pattern of Parquet or CSV. */
  readonly input: string;
  /** What `prepare` wrote. */
  readonly knowledge: string;
  /** Folder of the results. */
  readonly output: string;
  /** The whole, 0 of 1, unless told. */
  readonly shard?: Shard;
  readonly lang?: Lang;
  readonly workers?: number;
  readonly seed?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: FleetProgress) => void;
  readonly executor?: (threads: number) => Executor;
}

/**
 * Trains the cells of a shard. What is done already is not done again; a cell that cannot be trained is a failure in
 * the results, never the end of the others.
 *
 * @throws DemandaError KNOWLEDGE_DIFFERS, SHARD_OTHER_RUN, SHARD_OTHER_COUNT and those of files that cannot be read
 */
export async function trainShard(options: ShardOptions): Promise<ShardDocument> {
  const { input, output, shard = { index: 0, count: 1 }, lang = 'es', executor } = options;
  const knowledge = await readKnowledge(options.knowledge);
  const digest = await inputDigest(input);
  const before = await doneBefore(output, shard, knowledge, digest);
  if (before) return { ...documentOf(before), skipped: true };
  const started = performance.now();
  const dataset = await openDataset(input, knowledge, options.knowledge);
  const cells = cellsOfShard(dataset.cells, shard);
  const merchants = [...new Set(cells.map(({ merchant }) => merchant))];
  const shardOutput = new ShardOutput(output, shard, knowledge.id);
  try {
    const training = new ShardTraining(knowledge, shardOutput, options);
    if (cells.length > 0)
      await withDatasetStore(dataset, merchants, { lang, settings: knowledge.settings, executor }, (context) =>
        training.train(context, cells),
      );
    if (options.signal?.aborted) throw new DemandaError('SHARD_STOPPED', { shard: shardName(shard) });
    const seconds = (performance.now() - started) / 1_000;
    const { currency } = knowledge.settings as { currency: string };
    const note = {
      schema: 1,
      ...{ currency, knowledgeId: knowledge.id, input: digest, shard: shard.index },
      ...{ shards: shard.count, cells: cells.length, ...training.counts, seconds },
    } as const;
    return { ...documentOf(await shardOutput.finish(note)), skipped: false };
  } finally {
    await shardOutput.drop();
  }
}

function documentOf({ input: _, files: __, ...document }: DoneNote): Omit<ShardDocument, 'skipped'> {
  return document;
}

/** The note of a shard that was done with this knowledge. @throws DemandaError SHARD_OTHER_COUNT, SHARD_OTHER_RUN */
async function doneBefore(output: string, shard: Shard, { id }: Knowledge, input: string): Promise<DoneNote | null> {
  const other = (await shardsIn(output)).find((found) => found.shard.count !== shard.count);
  if (other)
    throw new DemandaError('SHARD_OTHER_COUNT', { folder: output, there: other.shard.count, here: shard.count });
  const note = await doneNote(output, shard);
  if (!note) return null;
  if (note.knowledgeId !== id || note.input !== input) throw new DemandaError('SHARD_OTHER_RUN', { folder: output });
  await checkShard(output, note);
  return note;
}

/**
 * Of names, sizes and both ends of the files (a Parquet file ends with what it says of its columns): whether they are
 * those of before is asked each time, and must cost nothing.
 */
async function inputDigest(input: string): Promise<string> {
  const hash = createHash('sha256');
  const files: string[] = [];
  for (const { file, partition } of await datasetParts(input))
    files.push(JSON.stringify([basename(file), partition, ...(await endsOf(file))]));
  for (const file of files.sort()) hash.update(file);
  return hash.digest('hex');
}

/** Bytes of each end of a file that are looked at. */
const END_BYTES = 65_536;

async function endsOf(path: string): Promise<[size: number, digest: string]> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const hash = createHash('sha256');
    for (const position of [0, Math.max(0, size - END_BYTES)]) {
      const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(END_BYTES), position });
      hash.update(buffer.subarray(0, bytesRead));
    }
    return [size, hash.digest('hex')];
  } finally {
    await file.close();
  }
}

/** A dataset as the knowledge reads it. @throws DemandaError KNOWLEDGE_DIFFERS where its columns are others */
async function openDataset(input: string, { input: learned, settings }: Knowledge, file: string): Promise<ReadDataset> {
  if (learned === null) return readDataset(input, {}, settings.currency);
  const { reading, options } = learned;
  const form = await tableForm(input, options);
  const column = otherColumn(reading.headers, form.headers);
  if (column !== null) throw new DemandaError('KNOWLEDGE_COLUMNS', { input, file, column });
  const plan = readingPlan(reading, form.headers);
  return { input, form, plan, options, ...(await datasetCells(input, form, plan, { ...options, today: dayToday() })) };
}

/** With NODE_DEBUG=demanda every cell is told on stderr. */
const log = debuglog('demanda');

/** Cells of a shard on their way into its files, in order of name. */
class ShardTraining {
  private trained = 0;
  private failed = 0;
  private readonly failures: Record<string, number> = {};
  private readonly knowledge: Knowledge;
  private readonly output: ShardOutput;
  private readonly options: ShardOptions;

  constructor(knowledge: Knowledge, output: ShardOutput, options: ShardOptions) {
    this.knowledge = knowledge;
    this.output = output;
    this.options = options;
  }

  get counts(): Pick<ShardDocument, 'trained' | 'failed' | 'failures'> {
    return { trained: this.trained, failed: this.failed, failures: this.failures };
  }

  async train(context: WorkspaceContext, cells: readonly { merchant: string; product: string }[]): Promise<void> {
    const { market: knowledge } = this.knowledge;
    const { workers, onProgress, signal } = this.options;
    const own = new Set(cells.map(cellKey));
    const all = await sourceOf(context, {}, knowledge.market);
    const order: CellSeries[] = [];
    const source = {
      ...all,
      count: own.size,
      async *cells() {
        for await (const series of all.cells())
          if (own.has(cellKey(series))) {
            order.push(series);
            yield series;
          }
      },
    };
    const executor = await executorFor(context, {}, workers);
    const results = new Map<CellSeries, CellResult>();
    const cell = new CellWriter(context, this.knowledge, this.output);
    try {
      await trainFleet({
        source,
        executor,
        knowledge,
        options: { ...knowledge, ...(onProgress && { onProgress }), ...(signal && { signal }) },
        onCell: async (series, outcome, seconds) => {
          results.set(series, { outcome, seconds, startedAt: new Date(Date.now() - seconds * 1_000).toISOString() });
          for (let next = order[0]; next && results.has(next); next = order[0]) {
            order.shift();
            const result = results.get(next) as CellResult;
            results.delete(next);
            this.count(await cell.write(next, result, this.options));
          }
        },
        now: () => performance.now(),
      });
    } finally {
      await executor.close();
    }
  }

  private count({ failure }: RunDocumentItem): void {
    if (failure === undefined) this.trained++;
    else {
      this.failed++;
      this.failures[failure.code] = (this.failures[failure.code] ?? 0) + 1;
    }
  }
}

/** How a cell ended. */
interface CellResult {
  readonly outcome: TrainedOutcome;
  readonly seconds: number;
  readonly startedAt: string;
}

/** Writes what came of a cell: model, price and forecasts, or why there are none. */
class CellWriter {
  private readonly context: WorkspaceContext;
  private readonly knowledge: Knowledge;
  private readonly output: ShardOutput;
  private readonly lastSales: LastSales;
  private readonly scores: PooledScores;

  constructor(context: WorkspaceContext, knowledge: Knowledge, output: ShardOutput) {
    this.context = context;
    this.knowledge = knowledge;
    this.output = output;
    this.lastSales = new LastSales(context);
    this.scores = new PooledScores({
      read: async (_, type) => knowledge.scores[type] ?? null,
      update: async () => {},
    });
  }

  async write(
    series: CellSeries,
    { outcome, seconds, startedAt }: CellResult,
    { seed = 1, lang = 'es' }: ShardOptions,
  ): Promise<RunDocumentItem> {
    const runId = runIdOf(this.knowledge.id, series, seed);
    let run: RunDocumentItem;
    try {
      if (outcome.ok) await this.writeModel(series, outcome.value, runId);
      run = outcome.ok
        ? { ...doneRun(outcome.value, seconds, seed), modelId: runId }
        : refusedRun(series, seed, outcome, seconds, lang);
    } catch (error) {
      if (!(error instanceof DemandaError) || error.entry.kind === 'system') throw error;
      run = failedRun(series, seed, error.code, error.messageIn(lang), seconds);
    }
    const { merchant, product } = series;
    log('ended %s %d', visibleText(`${merchant}:${product}`), run.iterations);
    this.output.add('runs', runRow({ ...run, runId }, startedAt));
    if (run.failure) this.output.add('failures', { merchant, product, run_id: runId, ...run.failure });
    return run;
  }

  private async writeModel(
    series: CellSeries,
    model: Extract<TrainedOutcome, { ok: true }>['value'],
    modelId: string,
  ): Promise<void> {
    const { context, output, knowledge } = this;
    const { holidays } = knowledge.market;
    const lastSale = await this.lastSales.of(series.merchant);
    const priced = await recommendCell(context, { series, lastSale, model, holidays, summary: { modelId } }, {});
    const span = plannedSpan(series, model, lastSale, {});
    const planned = plannedRows(series, span, model.todayPrice);
    const { items } = forecastCell(series, model, planned, await this.scores.poolFor(model));
    const { currency } = knowledge.settings as { currency: string };
    output.add('models', modelRow(model, modelId));
    output.add('prices', priceRow(priced, modelId, { productType: series.productType, currency }));
    for (const item of items) output.add('forecasts', forecastRow(item, modelId));
  }
}

/** The same for the same knowledge, rows and seed, wherever a cell is trained: the form of a UUID. */
function runIdOf(knowledgeId: string, series: CellSeries, seed: number): string {
  const hash = createHash('sha256').update(JSON.stringify([knowledgeId, seed, series.merchant, series.product]));
  hash.update(JSON.stringify([series.productType, series.unit, series.frequency]));
  for (const column of [series.days, series.quantity, series.price, series.cost, series.promo, series.soldOut])
    hash.update(column);
  for (const column of [series.waste, series.marketPrice]) hash.update(column);
  for (const { name, knownAhead, values } of series.covariates)
    hash.update(JSON.stringify([name, knownAhead])).update(values);
  const hex = hash.digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}
