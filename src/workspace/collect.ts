/** Results of shards: whether all are there, what they come to, and into a workspace for people to look at and decide on. */

import type { CollectDocument, Recommendation, RunDocumentItem } from '../contract/documents.ts';
import { parseModel } from '../contract/model-schema.ts';
import type { DemandModel } from '../core/demand/fit-demand.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { PooledScores } from '../fleet/pooled-scores.ts';
import type { Shard } from '../rules/shards.ts';
import { deedNow, header, type WorkspaceContext } from './context.ts';
import { keepFitted } from './kept-training.ts';
import { placeName } from './location.ts';
import { shardRows } from './shard-input.ts';
import { checkShard, type DoneNote, doneNote, requireSameRun, shardsIn, tableFile } from './shard-output.ts';
import { type RowOf, recommendationOf, runOf } from './shard-tables.ts';

/** Cells that are written at once. */
const WRITTEN_AT_ONCE = 50;

/**
 * Adds up what shards wrote, after the digests of their files were checked.
 *
 * @throws DemandaError COLLECT_NOTHING, SHARD_OTHER_COUNT, SHARD_OTHER_RUN, SHARD_DAMAGED
 */
export async function collect(folder: string): Promise<CollectDocument> {
  return (await collected(folder)).document;
}

/**
 * Loads the runs, models and prices of the shards that are done into a workspace: prices as recommendations that wait
 * for a decision. What is there already is left as it is, so that it may be done again after anything.
 *
 * @throws DemandaError COLLECT_NO_SALES where the workspace has no sales of any of the cells, COLLECT_CURRENCY
 */
export async function collectInto(context: WorkspaceContext, folder: string): Promise<CollectDocument> {
  const { document, notes } = await collected(folder);
  const { currency } = await header(context);
  if (currency !== document.currency)
    throw new DemandaError('COLLECT_CURRENCY', { folder, there: document.currency, here: currency });
  const loading = new Loading(context, { file: folder, cells: document.cells });
  for (const { shard, shards } of notes) await loading.load(folder, { index: shard, count: shards });
  const { loaded } = loading;
  if (loaded.unsold > 0 && loaded.unsold === document.cells)
    throw new DemandaError('COLLECT_NO_SALES', { folder, workspace: placeName(context.location) });
  return { ...document, loaded: { ...loaded } };
}

async function collected(folder: string): Promise<{ document: CollectDocument; notes: readonly DoneNote[] }> {
  const found = await shardsIn(folder);
  const [first] = found;
  if (!first) throw new DemandaError('COLLECT_NOTHING', { folder });
  const { count } = first.shard;
  const other = found.find(({ shard }) => shard.count !== count);
  if (other) throw new DemandaError('SHARD_OTHER_COUNT', { folder, there: other.shard.count, here: count });
  const done = new Set(found.flatMap(({ shard, done }) => (done ? [shard.index] : [])));
  const notes: DoneNote[] = [];
  for (const index of [...done].sort((a, b) => a - b)) {
    const note = (await doneNote(folder, { index, count })) as DoneNote;
    await checkShard(folder, note);
    requireSameRun(folder, note, notes[0] ?? note);
    notes.push(note);
  }
  const failures: Record<string, number> = {};
  for (const note of notes)
    for (const [code, cells] of Object.entries(note.failures)) failures[code] = (failures[code] ?? 0) + cells;
  const sum = (of: (note: DoneNote) => number): number => notes.reduce((total, note) => total + of(note), 0);
  const document: CollectDocument = {
    schema: 1,
    currency: notes[0]?.currency ?? '',
    folder,
    knowledgeId: notes[0]?.knowledgeId ?? null,
    shards: count,
    missing: Array.from({ length: count }, (_, index) => index).filter((index) => !done.has(index)),
    cells: sum(({ cells }) => cells),
    trained: sum(({ trained }) => trained),
    failed: sum(({ failed }) => failed),
    failures,
    seconds: sum(({ seconds }) => seconds),
    loaded: null,
  };
  if (notes.length === 0) throw new DemandaError('COLLECT_NOTHING', { folder });
  return { document, notes };
}

/** A run with what came of it. */
interface CollectedCell {
  readonly run: RunDocumentItem;
  readonly startedAt: string;
  readonly model: DemandModel | null;
  readonly price: RowOf<'prices'> | null;
}

class Loading {
  readonly loaded = { runs: 0, models: 0, prices: 0, present: 0, unsold: 0 };
  private readonly context: WorkspaceContext;
  private readonly scores: PooledScores;
  private told: Readonly<Record<string, unknown>> | null;

  /** @param told of it in the audit log */
  constructor(context: WorkspaceContext, told: Readonly<Record<string, unknown>>) {
    this.context = context;
    this.told = told;
    this.scores = new PooledScores(context.store.documents);
  }

  /** Before the first write: what cannot be told of is not done. */
  private async tell(): Promise<void> {
    if (this.told === null) return;
    await this.context.store.access.addAudit(deedNow(this.context, 'model.import', null, this.told));
    this.told = null;
  }

  async load(folder: string, shard: Shard): Promise<void> {
    let batch: CollectedCell[] = [];
    for await (const cell of cellsOf(folder, shard)) {
      batch.push(cell);
      if (batch.length < WRITTEN_AT_ONCE) continue;
      await this.keep(batch);
      batch = [];
    }
    if (batch.length > 0) await this.keep(batch);
  }

  private async keep(cells: readonly CollectedCell[]): Promise<void> {
    const { store } = this.context;
    const known: { readonly cell: CollectedCell; readonly modelId: string | null }[] = [];
    const fresh: CollectedCell[] = [];
    for (const cell of cells) {
      const { merchant, product, runId } = cell.run;
      const run = await store.runs.read(runId);
      if (run) known.push({ cell, modelId: run.modelId });
      else if ((await store.cells.count({ merchant, product })) === 0) this.loaded.unsold++;
      else fresh.push(cell);
    }
    this.loaded.present += known.length;
    if (fresh.length > 0) await this.tell();
    const seed = fresh[0]?.run.seed ?? 1;
    const kept = fresh.length === 0 ? [] : await keepFitted(store, fresh, seed, this.scores, null);
    this.loaded.runs += fresh.length;
    this.loaded.models += fresh.filter(({ model }) => model !== null).length;
    await this.propose([...known, ...fresh.map((cell, i) => ({ cell, modelId: kept[i]?.modelId ?? null }))]);
  }

  /** Proposes prices by live models, each once: what people decided about it since stands. */
  private async propose(
    cells: readonly { readonly cell: CollectedCell; readonly modelId: string | null }[],
  ): Promise<void> {
    const { store, actor } = this.context;
    const items: Recommendation[] = [];
    for (const { cell, modelId } of cells) {
      if (modelId === null || cell.price === null) continue;
      const { merchant, product } = cell.run;
      if (!(await this.isLive(merchant, product, modelId))) continue;
      const [newest] = (await store.recommendations.list({ merchant, product }, 'id', { limit: 1, after: null })).items;
      if (newest?.document.modelId !== modelId) items.push(recommendationOf(cell.price, modelId));
    }
    if (items.length === 0) return;
    const asked = { at: new Date().toISOString(), actor, replaceApproved: false };
    this.loaded.prices += (await store.recommendations.propose(items, asked)).proposed.length;
  }

  private async isLive(merchant: string, product: string, modelId: string): Promise<boolean> {
    for await (const summary of this.context.store.models.list({ merchant, product }))
      if (summary.modelId === modelId) return summary.aliases.includes('live');
    return false;
  }
}

/** Cells of a shard as its files have them, each in order of name. @throws DemandaError SHARD_DAMAGED */
async function* cellsOf(folder: string, shard: Shard): AsyncGenerator<CollectedCell> {
  const open = <T extends 'prices' | 'models' | 'failures'>(table: T): AsyncGenerator<RowOf<T>> =>
    shardRows(tableFile(folder, table, shard), table);
  const sources = { prices: open('prices'), models: open('models'), failures: open('failures') };
  const next = async <T extends keyof typeof sources>(table: T, run: RowOf<'runs'>): Promise<RowOf<T>> => {
    const { value } = (await sources[table].next()) as { value: RowOf<T> | undefined };
    if (value?.merchant !== run.merchant || value.product !== run.product)
      throw new DemandaError('SHARD_DAMAGED', { file: tableFile(folder, table, shard) });
    return value;
  };
  try {
    for await (const run of shardRows(tableFile(folder, 'runs', shard), 'runs')) {
      const startedAt = run.started_at.toISOString();
      if (run.model_id === null) {
        const failure = await next('failures', run);
        yield { run: runOf(run, '', null, failure), startedAt, model: null, price: null };
        continue;
      }
      const row = await next('models', run);
      const model = modelIn(row, tableFile(folder, 'models', shard));
      yield { run: runOf(run, row.unit, model.elasticity, null), startedAt, model, price: await next('prices', run) };
    }
  } finally {
    for (const source of Object.values(sources)) await source.return(undefined);
  }
}

function modelIn({ document }: RowOf<'models'>, file: string): DemandModel {
  const parsed = parseModel(JSON.parse(document));
  if (!parsed.ok) throw new DemandaError('MODEL_FILE_INVALID', { file, path: parsed.path, rule: parsed.rule });
  return parsed.model;
}
