/** Learns what all cells have in common from a bounded sample of them, so that shards and machines share it. */

import { createHash } from 'node:crypto';
import type { PrepareDocument } from '../contract/documents.ts';
import type { Lang, Pooling } from '../core/vocabulary.ts';
import { studyFile } from '../data/read-sales.ts';
import { readingDocument } from '../data/reading-plan.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import type { Executor } from '../fleet/executor.ts';
import { type Fleet, type FleetProgress, type FleetSource, trainFleet } from '../fleet/fleet-run.ts';
import { MAX_POOLED_CELLS } from '../fleet/market-calendar.ts';
import { type CellScores, MOST_SCORED_CELLS, PooledScores } from '../fleet/pooled-scores.ts';
import type { CellRows } from '../rules/shards.ts';
import { header, settingsOf, type WorkspaceContext } from './context.ts';
import { datasetCells } from './dataset-cells.ts';
import { type DatasetOptions, type DatasetWork, type ReadDataset, withDatasetStore } from './dataset-store.ts';
import { dayToday } from './dates.ts';
import { learnExactly } from './exact-training.ts';
import { executorFor, fleetOptionsOf, requireInstrument, sourceOf } from './fleet-source.ts';
import { type Knowledge, type KnowledgeInput, writeKnowledge } from './knowledge-file.ts';
import { placeName } from './location.ts';

/** Whole merchants are read, as their sales tell how often each cell sells, until these many rows. */
const MOST_ROWS = 4_000_000;

export interface LearnOptions {
  readonly market?: boolean;
  readonly pooling?: Pooling;
  readonly instrument?: string;
  readonly workers?: number;
  /** Nothing is written once it is aborted: its reason is thrown. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: FleetProgress) => void;
}

export interface PrepareOptions extends DatasetOptions, LearnOptions {
  readonly lang?: Lang;
  /** ISO 3166 and ISO 4217 codes of the sales; ES and EUR unless told. */
  readonly country?: string;
  readonly currency?: string;
  readonly executor?: (threads: number) => Executor;
}

/** Learns from the cells of a workspace. @throws DemandaError WORKSPACE_EMPTY, INSTRUMENT_UNKNOWN */
export async function prepareWorkspace(
  context: WorkspaceContext,
  output: string,
  options: LearnOptions,
): Promise<PrepareDocument> {
  const cells = await context.store.cells.count({});
  if (cells === 0) throw new DemandaError('WORKSPACE_EMPTY', { folder: placeName(context.location) });
  return learn(context, output, { cells, input: null }, options);
}

/**
 * Learns from a dataset of sales: a file, folder or pattern of Parquet or CSV. It is read as a whole once, so that all
 * shards read it alike.
 *
 * @throws DemandaError DATASET_NO_SALES, and those of files that cannot be read
 */
export async function prepare(input: string, output: string, options: PrepareOptions = {}): Promise<PrepareDocument> {
  const {
    lang = 'es',
    executor,
    country,
    currency,
    market,
    pooling,
    instrument,
    workers,
    signal,
    onProgress,
    ...reading
  } = options;
  const settings = {
    ...(country !== undefined && { country: country.toUpperCase() }),
    ...(currency !== undefined && { currency: currency.toUpperCase() }),
  };
  const dataset = await readDataset(input, reading, currency);
  const merchants = sampledMerchants(dataset.cells);
  const work: DatasetWork = { lang, settings, executor };
  return withDatasetStore(dataset, merchants, work, (context) =>
    learn(
      context,
      output,
      {
        cells: dataset.cells.length,
        input: { reading: readingDocument(dataset.form, dataset.plan), options: reading },
      },
      {
        ...(market !== undefined && { market }),
        ...(pooling !== undefined && { pooling }),
        ...(instrument !== undefined && { instrument }),
        ...(workers !== undefined && { workers }),
        ...(signal && { signal }),
        ...(onProgress && { onProgress }),
      },
    ),
  );
}

/** Looks at all of a dataset. @throws DemandaError DATASET_NO_SALES and those of files that cannot be read */
export async function readDataset(
  input: string,
  options: DatasetOptions,
  currency: string | undefined,
): Promise<ReadDataset> {
  const read = {
    ...options,
    covariates: [...(options.covariates ?? []), ...(options.knownCovariates ?? [])],
    today: dayToday(),
    ...(currency !== undefined && { currency }),
  };
  const { form, headers: _, study: __, ...plan } = await studyFile(input, read);
  if (plan.kind !== 'sales') throw new DemandaError('DATASET_NO_SALES', { input });
  return { input, form, plan, options, ...(await datasetCells({ input, form, plan, options: read })) };
}

/** Merchants by the digest of their names, whatever they sell, until they have rows enough. In order of name. */
function sampledMerchants(cells: readonly CellRows[]): string[] {
  const rows = new Map<string, number>();
  for (const cell of cells) rows.set(cell.merchant, (rows.get(cell.merchant) ?? 0) + cell.rows);
  const drawn = [...rows.keys()]
    .map((merchant) => ({ merchant, digest: createHash('sha256').update(merchant).digest('hex') }))
    .sort((a, b) => (a.digest < b.digest ? -1 : 1));
  const taken: string[] = [];
  let sum = 0;
  for (const { merchant } of drawn) {
    if (sum >= MOST_ROWS) break;
    sum += rows.get(merchant) as number;
    taken.push(merchant);
  }
  return taken.sort();
}

async function learn(
  context: WorkspaceContext,
  output: string,
  of: { readonly cells: number; readonly input: KnowledgeInput | null },
  options: LearnOptions,
): Promise<PrepareDocument> {
  if (options.instrument !== undefined) await requireInstrument(context, {}, options.instrument);
  const started = performance.now();
  const fleet = await fleetOptionsOf(context, options);
  const source = await sourceOf(context, {}, fleet.market);
  const sampled = Math.min(source.count, MAX_POOLED_CELLS);
  const executor = await executorFor(context, {}, options.workers);
  try {
    const cells: Fleet = { source, executor, options: fleet };
    const market = await learnExactly(cells);
    const scores = await learnScores(cells, market);
    // What was learned of some of the cells is nothing.
    options.signal?.throwIfAborted();
    const { lang: _, ...settings } = await settingsOf(context);
    const knowledge: Omit<Knowledge, 'id'> = { market, scores, settings, ...of, sampled };
    const id = await writeKnowledge(output, knowledge);
    return {
      ...(await header(context)),
      ...{ file: output, knowledgeId: id, cells: of.cells, sampled },
      instrument: market.instrument ?? null,
      seconds: (performance.now() - started) / 1_000,
    };
  } finally {
    await executor.close();
  }
}

/** Scores of the first cells by name of each product type, by models that are thrown away. */
async function learnScores(fleet: Fleet, market: Knowledge['market']): Promise<Readonly<Record<string, CellScores>>> {
  const kept: Record<string, CellScores> = {};
  const scores = new PooledScores({
    read: async (_, type) => kept[type] ?? null,
    update: async (_, type, change) => void (kept[type] = change(kept[type] ?? null) as CellScores),
  });
  await trainFleet({
    ...fleet,
    source: { ...fleet.source, cells: () => firstOfTypes(fleet.source) },
    knowledge: market,
    onCell: (_, outcome) => void (outcome.ok && scores.add(outcome.value)),
    now: () => performance.now(),
  });
  await scores.save();
  return Object.fromEntries(Object.entries(kept).sort(([a], [b]) => (a < b ? -1 : 1)));
}

async function* firstOfTypes(source: FleetSource): ReturnType<FleetSource['cells']> {
  const taken = new Map<string, number>();
  for await (const series of source.pooled(MAX_POOLED_CELLS)) {
    const count = taken.get(series.productType) ?? 0;
    if (count >= MOST_SCORED_CELLS) continue;
    taken.set(series.productType, count + 1);
    yield series;
  }
}
