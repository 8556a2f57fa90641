/** Models in PostgreSQL: summary columns beside the document's bytes, their form and checksum (../model-bytes.ts). */

import type { CellName } from '../../contract/cell-name.ts';
import type { CellFilter } from '../../contract/store/cells.ts';
import type { Deed } from '../../contract/store/deed.ts';
import type { DeletedModel, ModelStore, ModelSummary, NewModel } from '../../contract/store/models.ts';
import type { DemandModel } from '../../core/demand/fit-demand.ts';
import type { Alias } from '../../core/vocabulary.ts';
import { DemandaError } from '../../errors/demanda-error.ts';
import { afterDeletion, moved, place, type VersionFacts } from '../../rules/versions.ts';
import { type ModelBytes, modelBytes, modelOf } from '../model-bytes.ts';
import { insertAudit } from './audit.ts';
import { cellConditions } from './conditions.ts';
import type { PostgresConnection, Reader, Transaction, Value } from './connection.ts';
import { versionFacts, writeAliases, writeNumber } from './model-versions.ts';

const SELECT = `SELECT model_id AS "modelId", run_id AS "runId", merchant, product, product_type AS "productType", unit,
  version, iterations, wape, rmse, rmsse, elasticity, elasticity_low AS "elasticityLow",
  elasticity_high AS "elasticityHigh", own_rows AS "ownRows", trained_at AS "trainedAt",
  ARRAY(SELECT a.alias FROM demanda.model_alias a
   WHERE a.merchant = m.merchant AND a.product = m.product AND a.version = m.version ORDER BY a.alias) AS aliases
  FROM demanda.model m`;

const LIVE = `version = (SELECT a.version FROM demanda.model_alias a
  WHERE a.merchant = m.merchant AND a.product = m.product AND alias = 'live')`;

/** Where a model lies: its merchant says in which part of the table. */
export interface ModelKey {
  readonly merchant: string;
  readonly modelId: string;
}

export class PostgresModels implements ModelStore {
  private readonly database: PostgresConnection;

  constructor(database: PostgresConnection) {
    this.database = database;
  }

  async put(models: readonly NewModel[], deed: Deed): Promise<ModelSummary[]> {
    return this.database.write(async (transaction) => {
      const kept: ModelSummary[] = [];
      const keys: ModelKey[] = [];
      for (const model of models) keys.push(await insertModel(transaction, model));
      await insertAudit(transaction, deed);
      for (const key of keys) kept.push(await modelSummary(transaction, key));
      return kept;
    });
  }

  async *list(filter: CellFilter): AsyncIterable<ModelSummary> {
    let after: Value[] = ['', '', 0];
    for (;;) {
      const { where, values } = cellConditions(filter).add('(merchant, product, version) > (?, ?, ?)', ...after);
      const tail = 'ORDER BY merchant, product, version LIMIT 500';
      const page = await this.database.all<ModelSummary>(`${SELECT} ${where} ${tail}`, ...values);
      yield* page;
      const last = page.at(-1);
      if (!last || page.length < 500) return;
      after = [last.merchant, last.product, last.version];
    }
  }

  async count(filter: CellFilter): Promise<number> {
    const { where, values } = cellConditions(filter);
    return (
      (await this.database.one<{ n: number }>(`SELECT count(*) AS n FROM demanda.model ${where}`, ...values))?.n ?? 0
    );
  }

  async read(
    { merchant, product }: CellName,
    modelId?: string,
  ): Promise<{ readonly summary: ModelSummary; readonly model: DemandModel } | null> {
    const which = modelId === undefined ? LIVE : 'model_id = $3';
    const row = await this.database.one<ModelSummary & ModelBytes>(
      `${SELECT.replace(' AS aliases', ' AS aliases, form, document, crc')} WHERE merchant = $1 AND product = $2 AND ${which}`,
      ...[merchant, product, ...(modelId === undefined ? [] : [modelId])],
    );
    if (!row) return null;
    const { form, document, crc, ...summary } = row;
    try {
      return { summary, model: modelOf({ form, document, crc }) };
    } catch (error) {
      throw new DemandaError('MODEL_CORRUPT', { merchant, product, version: summary.version }, { cause: error });
    }
  }

  async summary({ merchant, product }: CellName, modelId: string): Promise<ModelSummary | null> {
    const sql = `${SELECT} WHERE merchant = $1 AND product = $2 AND model_id = $3`;
    return (await this.database.one<ModelSummary>(sql, merchant, product, modelId)) ?? null;
  }

  async setAlias(cell: CellName, alias: Alias, version: number, deed: Deed): Promise<void> {
    await this.database.write(async (transaction) => {
      const facts = await requireVersion(transaction, cell, version);
      // Written even where it stands already: who sets it expects what is shown of the cell to be computed anew.
      await writeAliases(transaction, cell, { ...facts, [alias]: null }, moved(facts, alias, version));
      await insertAudit(transaction, deed);
    });
  }

  async delete(cell: CellName, version: number, deed: Deed): Promise<DeletedModel> {
    return this.database.write(async (transaction) => {
      const facts = await requireVersion(transaction, cell, version);
      const { aliases, promoted } = afterDeletion(facts, version);
      await transaction.run(
        'DELETE FROM demanda.model WHERE merchant = $1 AND product = $2 AND version = $3',
        ...[cell.merchant, cell.product, version],
      );
      await writeAliases(transaction, cell, facts, aliases);
      await insertAudit(transaction, deed);
      return { live: aliases.live, promoted };
    });
  }
}

export async function modelSummary(reader: Reader, { merchant, modelId }: ModelKey): Promise<ModelSummary> {
  const sql = `${SELECT} WHERE merchant = $1 AND model_id = $2`;
  return (await reader.one<ModelSummary>(sql, merchant, modelId)) as ModelSummary;
}

/** Within a write. */
export async function insertModel(
  transaction: Transaction,
  { runId, model, trainedAt, seconds, seed, live }: NewModel,
): Promise<ModelKey> {
  const facts = await versionFacts(transaction, model);
  const { version, aliases } = place(facts, { live });
  const { form, document, crc } = modelBytes(model);
  const modelId = `${runId}-${version}`;
  const { merchant, product, productType, unit, iterations, ownRows } = model;
  const { wape, rmse, rmsse } = model.crossValidated;
  const { value, low, high } = model.elasticity;
  await transaction.run(
    `INSERT INTO demanda.model (model_id, run_id, merchant, product, product_type, unit, version, iterations, wape,
       rmse, rmsse, elasticity, elasticity_low, elasticity_high, own_rows, trained_at, seconds, seed, crc, document, form)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)`,
    ...[modelId, runId, merchant, product, productType, unit, version, iterations, wape, rmse, rmsse, value, low, high],
    ...[ownRows, trainedAt, seconds, seed, crc, document, form],
  );
  await writeNumber(transaction, model, version);
  await writeAliases(transaction, model, facts, aliases);
  return { merchant, modelId };
}

async function requireVersion(transaction: Transaction, cell: CellName, version: number): Promise<VersionFacts> {
  const facts = await versionFacts(transaction, cell);
  if (!facts.versions.includes(version)) {
    const { merchant, product } = cell;
    throw new DemandaError('MODEL_VERSION_UNKNOWN', { merchant, product, version });
  }
  return facts;
}
