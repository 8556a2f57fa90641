/** Trains one of several shards of a dataset, with prices and forecasts, into Parquet files. */

import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type CellName, cellKey } from '../contract/cell-name.ts';
import type { RunDocumentItem, ShardDocument } from '../contract/documents.ts';
import { checkOptions } from '../contract/options/check-options.ts';
import type { OptionsOf } from '../contract/options/option.ts';
import { GUARDRAIL_OPTIONS } from '../contract/options/price.ts';
import { LEARN, SHARD_SOLVER } from '../contract/options/shards.ts';
import type { GuardrailSettings } from '../core/pricing/guardrails.ts';
import type { CellSeries } from '../core/series/cell-series.ts';
import type { Lang } from '../core/vocabulary.ts';
import { datasetParts } from '../data/dataset.ts';
import { tableForm } from '../data/reading/table.ts';
import { otherColumn, readingPlan } from '../data/reading-plan.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import type { Executor } from '../fleet/executor.ts';
import { type FleetProgress, trainFleet } from '../fleet/fleet-run.ts';
import { cellsOfShard, type Shard } from '../rules/shards.ts';
import { makeFolder } from '../store/private-files.ts';
import { fileFailure } from '../store/system-failure.ts';
import type { WorkspaceContext } from './context.ts';
import { shardCells } from './dataset-cells.ts';
import { type ReadDataset, withDatasetStore } from './dataset-store.ts';
import { dayToday } from './dates.ts';
import { executorFor, sourceOf } from './fleet-source.ts';
import { trainByIterations } from './iterated-training.ts';
import { type Knowledge, readKnowledge } from './knowledge-file.ts';
import { prepare, readDataset } from './prepare.ts';
import { doneRun, refusedRun } from './run-items.ts';
import { requireConsistent } from './settings.ts';
import { type CellEnd, CellWriter } from './shard-cells.ts';
import { shardName } from './shard-number.ts';
import {
  checkShard,
  type DoneNote,
  doneNote,
  type RunMark,
  requireSameRun,
  ShardOutput,
  shardsIn,
} from './shard-output.ts';
import { isIterated, requireOneSolver } from './training.ts';

export interface ShardOptions extends OptionsOf<typeof SHARD_SOLVER>, OptionsOf<typeof LEARN> {
  /** File, folder or pattern of Parquet or CSV. */
  readonly input: string;
  /**
   * What `prepare` wrote. Without it a whole dataset (0 of 1) is learned from first, with `market`, `pooling` and
   * `instrument`, and what was learned is kept in the output's folder as `knowledge`.
   */
  readonly knowledge?: string;
  /** Folder of the results. */
  readonly output: string;
  /** The whole, 0 of 1, unless told. */
  readonly shard?: Shard;
  /** Of the prices, instead of those that the knowledge brings from a workspace. */
  readonly guardrails?: Partial<GuardrailSettings>;
  readonly lang?: Lang;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: FleetProgress) => void;
  readonly executor?: (threads: number) => Executor;
}

const WHOLE: Shard = { index: 0, count: 1 };

/**
 * Trains the cells of a shard. What is done already is not done again; a cell that cannot be trained is a failure in
 * the results, never the end of the others.
 *
 * @throws DemandaError KNOWLEDGE_DIFFERS, SHARD_KNOWLEDGE_MISSING, SHARD_OTHER_RUN, SHARD_OTHER_COUNT, those of options
 * that are refused and of files that cannot be read
 */
export async function trainShard(options: ShardOptions): Promise<ShardDocument> {
  checkShardOptions(options);
  const { input, output, shard = WHOLE, lang = 'es', executor } = options;
  const terms = termsOf(options);
  const asked = { input: await inputDigest(input), options: JSON.stringify(terms) };
  if (options.knowledge === undefined) {
    const before = await doneAlone(output, shard, asked);
    if (before) return { ...documentOf(before), skipped: true };
  }
  const file = options.knowledge ?? (await learnKnowledge(options));
  const knowledge = await readKnowledge(file);
  const { currency } = knowledge.settings as { currency: string };
  requireConsistent(currency, terms.guardrails);
  const before = await doneBefore(output, shard, { ...asked, knowledgeId: knowledge.id });
  if (before) return { ...documentOf(before), skipped: true };
  const started = performance.now();
  const dataset = await openDataset(input, knowledge, { file, shard });
  const { cells } = dataset;
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
    const note = {
      schema: 1,
      ...{ currency, knowledgeId: knowledge.id, ...asked, shard: shard.index },
      ...{ shards: shard.count, cells: cells.length, ...training.counts, seconds },
    } as const;
    const { note: done, isOwn } = await shardOutput.finish(note);
    // Another process did the same shard at the same time, and was first.
    if (!isOwn) requireSameRun(output, done, note);
    return { ...documentOf(done), skipped: !isOwn };
  } finally {
    await shardOutput.drop();
  }
}

/** @throws DemandaError naming the option whose value is refused, or OPTIONS_CONFLICT, SHARD_KNOWLEDGE_MISSING */
function checkShardOptions({ knowledge, shard = WHOLE, input, ...options }: ShardOptions): void {
  checkOptions({ ...SHARD_SOLVER, ...LEARN }, options);
  checkOptions(GUARDRAIL_OPTIONS, options.guardrails ?? {});
  requireOneSolver(options, String);
  if (knowledge === undefined && shard.count > 1) throw new DemandaError('SHARD_KNOWLEDGE_MISSING', { input });
  for (const name of ['market', 'pooling', 'instrument'] as const)
    if (knowledge !== undefined && options[name] !== undefined)
      throw new DemandaError('OPTIONS_CONFLICT', { first: 'knowledge', second: name });
}

/** What of the options the results depend on, in an order of its own. */
function termsOf(options: ShardOptions) {
  const given = (names: readonly (keyof ShardOptions)[]) =>
    Object.fromEntries(names.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])));
  const { seed = 1, guardrails = {} } = options;
  return {
    seed,
    solver: given(
      (Object.keys(SHARD_SOLVER) as (keyof typeof SHARD_SOLVER)[]).filter((name) => name !== 'seed').sort(),
    ),
    learn: given(['instrument', 'market', 'pooling']),
    guardrails: Object.fromEntries(Object.entries(guardrails).sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

function documentOf({ input: _, options: __, files: ___, ...document }: DoneNote): Omit<ShardDocument, 'skipped'> {
  return document;
}

/** The note of a shard that was done with this knowledge. @throws DemandaError SHARD_OTHER_COUNT, SHARD_OTHER_RUN */
async function doneBefore(output: string, shard: Shard, asked: RunMark): Promise<DoneNote | null> {
  const other = (await shardsIn(output)).find((found) => found.shard.count !== shard.count);
  if (other)
    throw new DemandaError('SHARD_OTHER_COUNT', { folder: output, there: other.shard.count, here: shard.count });
  const note = await doneNote(output, shard);
  if (!note) return null;
  requireSameRun(output, note, asked);
  await checkShard(output, note);
  return note;
}

/** Knowledge of a dataset that was learned from and trained by one process, in the folder of its results. */
const LEARNED = 'knowledge';

/** The note of a dataset that is done, so that it need not be learned from again to know that. */
async function doneAlone(output: string, shard: Shard, asked: Omit<RunMark, 'knowledgeId'>): Promise<DoneNote | null> {
  const file = join(output, LEARNED);
  if (!existsSync(file)) return null;
  return doneBefore(output, shard, { ...asked, knowledgeId: (await readKnowledge(file)).id });
}

/**
 * Learns from a dataset, each time the same from the same; knowledge that is there already is never overwritten.
 *
 * @returns the file with it
 * @throws DemandaError SHARD_OTHER_RUN where the knowledge that is there is another
 */
async function learnKnowledge({ input, output, ...options }: ShardOptions): Promise<string> {
  const { lang, executor, market, pooling, instrument, workers, signal, onProgress } = options;
  const file = join(output, LEARNED);
  const learned = join(output, `.${LEARNED}.${randomUUID().slice(0, 8)}`);
  try {
    makeFolder(output);
  } catch (error) {
    throw fileFailure(error, output);
  }
  try {
    const { knowledgeId } = await prepare(input, learned, {
      ...(lang !== undefined && { lang }),
      ...(executor !== undefined && { executor }),
      ...(market !== undefined && { market }),
      ...(pooling !== undefined && { pooling }),
      ...(instrument !== undefined && { instrument }),
      ...(workers !== undefined && { workers }),
      ...(signal !== undefined && { signal }),
      ...(onProgress !== undefined && { onProgress }),
    });
    if (!existsSync(file)) await rename(learned, file);
    else if ((await readKnowledge(file)).id !== knowledgeId)
      throw new DemandaError('SHARD_OTHER_RUN', { folder: output });
    return file;
  } catch (error) {
    throw signal?.aborted ? new DemandaError('SHARD_STOPPED', { shard: shardName(WHOLE) }, { cause: error }) : error;
  } finally {
    await rm(learned, { force: true });
  }
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

/** A shard of a dataset as the knowledge reads it. @throws DemandaError KNOWLEDGE_COLUMNS where its columns are others */
async function openDataset(
  input: string,
  { input: learned, settings }: Knowledge,
  { file, shard }: { readonly file: string; readonly shard: Shard },
): Promise<ReadDataset> {
  if (learned === null) {
    const dataset = await readDataset(input, {}, settings.currency);
    return { ...dataset, cells: cellsOfShard(dataset.cells, shard) };
  }
  const { reading, options } = learned;
  const form = await tableForm(input, options);
  const column = otherColumn(reading.headers, form.headers);
  if (column !== null) throw new DemandaError('KNOWLEDGE_COLUMNS', { input, file, column });
  const plan = readingPlan(reading, form.headers);
  const looked = { input, form, plan, options: { ...options, today: dayToday() } };
  return { input, form, plan, options, ...(await shardCells(looked, shard)) };
}

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

  async train(context: WorkspaceContext, cells: readonly CellName[]): Promise<void> {
    const { lang = 'es' } = this.options;
    const { seed, solver, guardrails } = termsOf(this.options);
    const terms = { lang, seed, solver: JSON.stringify(solver), guardrails };
    const writer = new CellWriter(context, this.knowledge, this.output, terms);
    if (isIterated(this.options)) await this.iterate(context, cells, writer);
    else await this.fit(context, cells, writer);
  }

  private async fit(context: WorkspaceContext, cells: readonly CellName[], writer: CellWriter): Promise<void> {
    const { market: knowledge } = this.knowledge;
    const { workers, onProgress, signal, seed = 1, lang = 'es' } = this.options;
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
    const ends = new Map<CellSeries, CellEnd>();
    try {
      await trainFleet({
        source,
        executor,
        knowledge,
        options: { ...knowledge, ...(onProgress && { onProgress }), ...(signal && { signal }) },
        onCell: async (series, outcome, seconds) => {
          const startedAt = new Date(Date.now() - seconds * 1_000).toISOString();
          const run = outcome.ok
            ? doneRun(outcome.value, seconds, seed)
            : refusedRun(series, seed, outcome, seconds, lang);
          ends.set(series, { run, startedAt, model: outcome.ok ? outcome.value : null });
          for (let next = order[0]; next && ends.has(next); next = order[0]) {
            order.shift();
            const end = ends.get(next) as CellEnd;
            ends.delete(next);
            this.count(await writer.write(next, end));
          }
        },
        now: () => performance.now(),
      });
    } finally {
      await executor.close();
    }
  }

  /** By iterations, as a workspace does: through the store of the shard's sales, which holds checkpoints meanwhile. */
  private async iterate(context: WorkspaceContext, cells: readonly CellName[], writer: CellWriter): Promise<void> {
    const { workers, signal, onProgress } = this.options;
    const solver = Object.fromEntries(
      (Object.keys(SHARD_SOLVER) as (keyof typeof SHARD_SOLVER)[]).map((name) => [name, this.options[name]]),
    );
    const { store } = context;
    const { market } = this.knowledge.market;
    const source = await sourceOf(context, {}, market);
    for (let first = 0; first < cells.length; first += ITERATED_AT_ONCE) {
      const some = cells.slice(first, first + ITERATED_AT_ONCE).map(({ merchant, product }) => ({ merchant, product }));
      const runs: RunDocumentItem[] = [];
      await trainByIterations(
        context,
        { ...solver, market, ...(workers !== undefined && { workers }), ...(signal && { signal }) },
        async () => {},
        (run) => runs.push(run),
        // Their specs are searched for by the iterations themselves.
        {
          trainingId: randomUUID(),
          cells: some,
          knowledge: { ...this.knowledge.market, specs: new Map() },
          goesOn: false,
        },
      );
      if (signal?.aborted) return;
      for (const run of runs) {
        const series = (await source.read(run)) as CellSeries;
        const startedAt = (await store.runs.read(run.runId))?.startedAt ?? new Date().toISOString();
        const model = run.modelId === null ? null : ((await store.models.read(run))?.model ?? null);
        this.count(await writer.write(series, { run, startedAt, model }));
      }
      onProgress?.({ stage: 'train', done: this.trained + this.failed, total: cells.length });
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

/** Cells that are iterated before what came of them is written. */
const ITERATED_AT_ONCE = 50;
