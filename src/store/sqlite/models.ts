/** Models in SQLite: summary columns beside the document's bytes, their form and checksum (../model-bytes.ts). */

import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
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
import type { SqliteConnection } from './connection.ts';
import { versionFacts, writeAliases, writeNumber } from './model-versions.ts';

const SELECT = `SELECT model_id AS modelId, run_id AS runId, merchant, product, product_type AS productType, unit,
  version, iterations, wape, rmse, rmsse, elasticity, elasticity_low AS elasticityLow,
  elasticity_high AS elasticityHigh, own_rows AS ownRows, trained_at AS trainedAt,
  (SELECT group_concat(alias) FROM model_alias a
   WHERE a.merchant = model.merchant AND a.product = model.product AND a.version = model.version) AS aliases
  FROM model`;

const LIVE = `version = (SELECT version FROM model_alias a
  WHERE a.merchant = model.merchant AND a.product = model.product AND alias = 'live')`;

type Row = Omit<ModelSummary, 'aliases'> & { readonly aliases: string | null };

export class SqliteModels implements ModelStore {
  private readonly sqlite: SqliteConnection;

  constructor(sqlite: SqliteConnection) {
    this.sqlite = sqlite;
  }

  async put(models: readonly NewModel[], deed: Deed): Promise<ModelSummary[]> {
    const ids = this.sqlite.write((database) => {
      const inserted = models.map((model) => insertModel(database, model));
      insertAudit(database, deed);
      return inserted;
    });
    return ids.map((id) => modelSummary(this.sqlite, id));
  }

  async *list(filter: CellFilter): AsyncIterable<ModelSummary> {
    let after: SQLInputValue[] = ['', '', 0];
    for (;;) {
      const { where, values } = cellConditions(filter).add('(merchant, product, version) > (?, ?, ?)', ...after);
      const tail = 'ORDER BY merchant, product, version LIMIT 500';
      const page = summaries(this.sqlite, `${where} ${tail}`, ...values);
      yield* page;
      const last = page.at(-1);
      if (!last || page.length < 500) return;
      after = [last.merchant, last.product, last.version];
    }
  }

  async count(filter: CellFilter): Promise<number> {
    const { where, values } = cellConditions(filter);
    return this.sqlite.all<{ n: number }>(`SELECT count(*) AS n FROM model ${where}`, ...values)[0]?.n ?? 0;
  }

  async read(
    { merchant, product }: CellName,
    modelId?: string,
  ): Promise<{ readonly summary: ModelSummary; readonly model: DemandModel } | null> {
    const which = modelId === undefined ? LIVE : 'model_id = ?';
    const values = [merchant, product, ...(modelId === undefined ? [] : [modelId])];
    const [summary] = summaries(this.sqlite, `WHERE merchant = ? AND product = ? AND ${which}`, ...values);
    if (!summary) return null;
    const [kept] = this.sqlite.all<ModelBytes>(
      'SELECT form, document, crc FROM model WHERE model_id = ?',
      summary.modelId,
    );
    try {
      return { summary, model: modelOf(kept as ModelBytes) };
    } catch (error) {
      throw new DemandaError('MODEL_CORRUPT', { merchant, product, version: summary.version }, { cause: error });
    }
  }

  async summary({ merchant, product }: CellName, modelId: string): Promise<ModelSummary | null> {
    const where = 'WHERE merchant = ? AND product = ? AND model_id = ?';
    return summaries(this.sqlite, where, merchant, product, modelId)[0] ?? null;
  }

  async setAlias(cell: CellName, alias: Alias, version: number, deed: Deed): Promise<void> {
    this.sqlite.write((database) => {
      const facts = requireVersion(database, cell, version);
      // Written even where it stands already: who sets it expects what is shown of the cell to be computed anew.
      writeAliases(database, cell, { ...facts, [alias]: null }, moved(facts, alias, version));
      insertAudit(database, deed);
    });
  }

  async delete(cell: CellName, version: number, deed: Deed): Promise<DeletedModel> {
    return this.sqlite.write((database) => {
      const facts = requireVersion(database, cell, version);
      const { aliases, promoted } = afterDeletion(facts, version);
      database
        .prepare('DELETE FROM model WHERE merchant = ? AND product = ? AND version = ?')
        .run(cell.merchant, cell.product, version);
      writeAliases(database, cell, facts, aliases);
      insertAudit(database, deed);
      return { live: aliases.live, promoted };
    });
  }
}

function summaries(sqlite: SqliteConnection, where: string, ...values: SQLInputValue[]): ModelSummary[] {
  return sqlite
    .all<Row>(`${SELECT} ${where}`, ...values)
    .map((row) => ({ ...row, aliases: row.aliases === null ? [] : (row.aliases.split(',').sort() as Alias[]) }));
}

export function modelSummary(sqlite: SqliteConnection, modelId: string): ModelSummary {
  return summaries(sqlite, 'WHERE model_id = ?', modelId)[0] as ModelSummary;
}

/** Within a write. @returns the model's id */
export function insertModel(
  database: DatabaseSync,
  { runId, model, trainedAt, seconds, seed, live }: NewModel,
): string {
  const facts = versionFacts(database, model);
  const { version, aliases } = place(facts, { live });
  const { form, document, crc } = modelBytes(model);
  const modelId = `${runId}-${version}`;
  const { wape, rmse, rmsse } = model.crossValidated;
  database
    .prepare('INSERT INTO model VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
    .run(
      modelId,
      runId,
      model.merchant,
      model.product,
      model.productType,
      model.unit,
      version,
      model.iterations,
      wape,
      rmse,
      rmsse,
      model.elasticity.value,
      model.elasticity.low,
      model.elasticity.high,
      model.ownRows,
      trainedAt,
      seconds,
      seed,
      crc,
      document,
      form,
    );
  writeNumber(database, model, version);
  writeAliases(database, model, facts, aliases);
  return modelId;
}

function requireVersion(database: DatabaseSync, cell: CellName, version: number): VersionFacts {
  const facts = versionFacts(database, cell);
  if (!facts.versions.includes(version)) {
    const { merchant, product } = cell;
    throw new DemandaError('MODEL_VERSION_UNKNOWN', { merchant, product, version });
  }
  return facts;
}
