/** What a shard writes of each of its cells. */

import { createHash } from 'node:crypto';
import { debuglog } from 'node:util';
import type { RunDocumentItem } from '../contract/documents.ts';
import { visibleText } from '../contract/visible-text.ts';
import type { DemandModel } from '../core/demand/fit-demand.ts';
import type { GuardrailSettings } from '../core/pricing/guardrails.ts';
import type { CellSeries } from '../core/series/cell-series.ts';
import type { Lang } from '../core/vocabulary.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { PooledScores } from '../fleet/pooled-scores.ts';
import { recommendCell } from './cell-pricing.ts';
import type { WorkspaceContext } from './context.ts';
import type { Knowledge } from './knowledge-file.ts';
import { forecastCell, LastSales, plannedRows, plannedSpan } from './planned-rows.ts';
import { failedRun } from './run-items.ts';
import type { ShardOutput } from './shard-output.ts';
import { forecastRow, modelRow, priceRow, runRow } from './shard-tables.ts';

/** With NODE_DEBUG=demanda every cell is told on stderr. */
const log = debuglog('demanda');

/** How a cell ended. */
export interface CellEnd {
  readonly run: RunDocumentItem;
  readonly startedAt: string;
  /** Null where there is none. */
  readonly model: DemandModel | null;
}

/** Under what a shard's cells are trained and priced, beside its knowledge. */
export interface CellTerms {
  readonly lang: Lang;
  readonly seed: number;
  /** Options of the solver, as text: of another model another id. */
  readonly solver: string;
  readonly guardrails: Partial<GuardrailSettings>;
}

/** Writes what came of a cell: model, price and forecasts, or why there are none. */
export class CellWriter {
  private readonly context: WorkspaceContext;
  private readonly knowledge: Knowledge;
  private readonly output: ShardOutput;
  private readonly terms: CellTerms;
  private readonly lastSales: LastSales;
  private readonly scores: PooledScores;

  constructor(context: WorkspaceContext, knowledge: Knowledge, output: ShardOutput, terms: CellTerms) {
    this.context = context;
    this.knowledge = knowledge;
    this.output = output;
    this.terms = terms;
    this.lastSales = new LastSales(context);
    this.scores = new PooledScores({
      read: async (_, type) => knowledge.scores[type] ?? null,
      update: async () => {},
    });
  }

  /** @returns the run as it is written: one whose price fails is a failed one */
  async write(series: CellSeries, { run: ended, startedAt, model }: CellEnd): Promise<RunDocumentItem> {
    const runId = runIdOf(this.knowledge.id, series, this.terms);
    let run: RunDocumentItem = { ...ended, modelId: model === null ? null : runId };
    try {
      if (model !== null) await this.writeModel(series, model, runId);
    } catch (error) {
      if (!(error instanceof DemandaError) || error.entry.kind === 'system') throw error;
      run = failedRun(series, this.terms.seed, error.code, error.messageIn(this.terms.lang), ended.seconds);
    }
    const { merchant, product } = series;
    log('ended %s %d', visibleText(`${merchant}:${product}`), run.iterations);
    this.output.add('runs', runRow({ ...run, runId }, startedAt));
    if (run.failure) this.output.add('failures', { merchant, product, run_id: runId, ...run.failure });
    return run;
  }

  private async writeModel(series: CellSeries, model: DemandModel, modelId: string): Promise<void> {
    const { context, output, knowledge } = this;
    const { holidays } = knowledge.market;
    const { guardrails } = this.terms;
    const lastSale = await this.lastSales.of(series.merchant);
    const priced = await recommendCell(
      context,
      { series, lastSale, model, holidays, summary: { modelId } },
      { guardrails },
    );
    const span = plannedSpan(series, model, lastSale, {});
    const planned = plannedRows(series, span, model.todayPrice);
    const { items } = forecastCell(series, model, planned, await this.scores.poolFor(model));
    const { currency } = knowledge.settings as { currency: string };
    output.add('models', modelRow(model, modelId));
    output.add('prices', priceRow(priced, modelId, { productType: series.productType, currency }));
    for (const item of items) output.add('forecasts', forecastRow(item, modelId));
  }
}

/** The same for the same knowledge, rows, seed and solver, wherever a cell is trained: the form of a UUID. */
function runIdOf(knowledgeId: string, series: CellSeries, { seed, solver }: CellTerms): string {
  const { merchant, product } = series;
  const hash = createHash('sha256').update(JSON.stringify([knowledgeId, seed, solver, merchant, product]));
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
