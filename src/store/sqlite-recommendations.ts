/** Recommendations and their workflow in SQLite: one open recommendation a cell, decided under its revision, exported in batches that can be asked for again. */

import type { DatabaseSync } from 'node:sqlite';
import type { RecommendationStatus } from '../contract/api.ts';
import type { Recommendation } from '../contract/documents.ts';
import type { Decision, ExportBatch, KeptRecommendation, Page, PageAsked, RecommendationChoice, RecommendationStore } from '../contract/service-store.ts';
import { DemandaError } from '../errors.ts';
import { insertAudit } from './sqlite-access.ts';
import { Conditions, pageOf, type Sqlite } from './sqlite-connection.ts';

/** What may follow what. Rejected and approved ones may be taken back; exported and superseded ones are past. */
const STEPS: Readonly<Record<Decision['to'], readonly RecommendationStatus[]>> = {
  reviewed: ['proposed', 'approved', 'rejected'],
  approved: ['proposed', 'reviewed', 'approved'],
  rejected: ['proposed', 'reviewed', 'approved'],
  proposed: ['reviewed', 'approved', 'rejected'],
};

const SELECT = `SELECT r.id, r.revision, r.status, r.merchant, r.product, coalesce(o.product_type, r.product) AS productType, r.at, r.price, r.reason,
  r.decided_by AS decidedBy, r.decided_at AS decidedAt, r.batch_id AS batchId, b.activation_date AS activationDate, r.gain,
  r.status IN ('proposed', 'reviewed', 'approved') AND r.model_id IS NOT o.model_id AS stale, r.document AS json
  FROM recommendation r LEFT JOIN overview o ON o.merchant = r.merchant AND o.product = r.product LEFT JOIN export_batch b ON b.batch_id = r.batch_id`;

type Row = Omit<KeptRecommendation, 'document'> & { readonly json: string };

/** Within a write: see Store.putRecommendations. */
export function keepRecommendations(database: DatabaseSync, at: string, items: readonly Recommendation[]): { ids: number[]; changed: number } {
  const newest = database.prepare('SELECT id, status, document FROM recommendation WHERE merchant = ? AND product = ? ORDER BY at DESC, id DESC LIMIT 1');
  const insert = database.prepare(
    `INSERT INTO recommendation (merchant, product, at, document, status, model_id, price, gain) VALUES (?, ?, ?, ?, 'proposed', ?, ?, ?) RETURNING id`,
  );
  const supersede = database.prepare(
    "UPDATE recommendation SET status = 'superseded', revision = revision + 1 WHERE merchant = ? AND product = ? AND status IN ('proposed', 'reviewed', 'approved', 'rejected')",
  );
  const base = database.prepare(`INSERT INTO overview (merchant, product, product_type, unit) VALUES (?, ?, ?, ?) ON CONFLICT (merchant, product) DO NOTHING`);
  const show = database.prepare(
    `UPDATE overview SET current_price = ?, recommended_price = ?, gain = ?, probability_better = ?, recommended = ?, horizon_days = ?, reasons = ?,
       recommendation_id = ?, recommendation_status = 'proposed', revision = revision + 1 WHERE merchant = ? AND product = ?`,
  );
  const ids: number[] = [];
  let changed = 0;
  for (const item of items) {
    const json = JSON.stringify(item);
    const before = newest.get(item.merchant, item.product) as { id: number; status: RecommendationStatus; document: string } | undefined;
    if (before && before.document === json && before.status !== 'superseded') {
      ids.push(before.id);
      continue;
    }
    const gain = item.expectedProfit.value - item.current.expectedProfit;
    supersede.run(item.merchant, item.product);
    const { id } = insert.get(item.merchant, item.product, at, json, item.modelId, item.price, gain) as { id: number };
    base.run(item.merchant, item.product, item.product, item.unit);
    show.run(
      item.current.price,
      item.recommended ? item.price : null,
      item.recommended ? gain : null,
      item.probabilityBetter,
      Number(item.recommended),
      item.horizonDays,
      item.reasons.join(','),
      id,
      item.merchant,
      item.product,
    );
    ids.push(id);
    changed++;
  }
  return { ids, changed };
}

export class SqliteRecommendations implements RecommendationStore {
  private readonly sqlite: Sqlite;

  constructor(sqlite: Sqlite) {
    this.sqlite = sqlite;
  }

  async list(choice: RecommendationChoice, sort: 'id' | 'expectedGain', { limit, after }: PageAsked): Promise<Page<KeptRecommendation>> {
    const conditions = new Conditions()
      .equal('r.status', choice.status)
      .equal('r.merchant', choice.merchant)
      .equal('r.product', choice.product)
      .equal('o.product_type', choice.productType)
      .equal('o.recommended', choice.recommended === undefined ? undefined : Number(choice.recommended));
    // Without a status: what is on the table, the newest of every cell.
    if (choice.status === undefined) conditions.add('r.id = o.recommendation_id');
    if (choice.reason !== undefined) conditions.add("(',' || o.reasons || ',') LIKE ?", `%,${choice.reason},%`);
    const by = sort === 'id' ? ['r.id'] : ['r.gain', 'r.id'];
    if (after) conditions.add(`(${by.join(', ')}) < (${by.map(() => '?').join(', ')})`, ...after);
    const rows = this.sqlite.all<Row>(
      `${SELECT} ${conditions.where} ORDER BY ${by.map((key) => `${key} DESC`).join(', ')} LIMIT ?`,
      ...conditions.values,
      limit + 1,
    );
    return pageOf(rows.map(kept), limit, (last) => (sort === 'id' ? [last.id] : [last.gain, last.id]));
  }

  async read(id: number): Promise<KeptRecommendation | null> {
    const [row] = this.sqlite.all<Row>(`${SELECT} WHERE r.id = ?`, id);
    return row ? kept(row) : null;
  }

  async decide(decision: Decision): Promise<void> {
    this.sqlite.write((database) => {
      const update = database.prepare(
        'UPDATE recommendation SET status = ?, revision = revision + 1, reason = ?, price = ?, decided_by = ?, decided_at = ? WHERE id = ?',
      );
      for (const id of decision.ids) {
        const row = this.require(database, id, decision.merchant);
        checkRevision(row, decision.expectedRevisions[String(id)]);
        if (!STEPS[decision.to].includes(row.status)) throw stepRefused(row, decision.to);
        const computed = (JSON.parse(row.json) as Recommendation).price;
        const taken = decision.to === 'proposed' || decision.to === 'rejected' ? computed : (decision.price ?? row.price);
        const reason = decision.to === 'proposed' ? null : (decision.reason ?? row.reason);
        update.run(decision.to, reason, taken, decision.actor, decision.at, id);
        showStatus(database, id, decision.to);
        insertAudit(database, {
          at: decision.at,
          actor: decision.actor,
          action: `recommendation.${decision.to}`,
          merchant: row.merchant,
          detail: { id, product: row.product, price: taken, computedPrice: computed, reason },
        });
      }
    });
  }

  async export(
    batch: Omit<ExportBatch, 'items' | 'request'>,
    ids: readonly number[],
    expectedRevisions: Readonly<Record<string, number>> | null,
  ): Promise<ExportBatch> {
    const request = JSON.stringify({ ids: ids.toSorted((a, b) => a - b), activationDate: batch.activationDate, format: batch.format });
    return this.sqlite.write((database) => {
      const [before] = this.batches(batch.batchId);
      if (before) {
        if (before.request !== request || before.merchant !== batch.merchant) throw new DemandaError('BATCH_DIFFERENT', { batchId: batch.batchId });
        return before;
      }
      const items = ids.map((id): ExportBatch['items'][number] => {
        const row = this.require(database, id, batch.merchant);
        if (expectedRevisions) checkRevision(row, expectedRevisions[String(id)]);
        if (row.status !== 'approved') throw stepRefused(row, 'exported');
        if (row.stale) throw new DemandaError('RECOMMENDATION_STALE', { merchant: row.merchant, product: row.product });
        const { unit, current } = JSON.parse(row.json) as Recommendation;
        const { merchant, product, price, gain, reason } = row;
        return { recommendationId: String(id), merchant, product, unit, priceBefore: current.price, price, expectedGain: gain, reason };
      });
      const update = database.prepare("UPDATE recommendation SET status = 'exported', revision = revision + 1, batch_id = ? WHERE id = ?");
      for (const id of ids) {
        update.run(batch.batchId, id);
        showStatus(database, id, 'exported');
      }
      database
        .prepare('INSERT INTO export_batch VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
        .run(batch.batchId, batch.at, batch.actor, batch.merchant, batch.activationDate, batch.format, request, JSON.stringify(items));
      insertAudit(database, {
        at: batch.at,
        actor: batch.actor,
        action: 'recommendation.export',
        merchant: batch.merchant,
        detail: { batchId: batch.batchId, count: ids.length, activationDate: batch.activationDate },
      });
      return { ...batch, request, items };
    });
  }

  async batch(batchId: string): Promise<ExportBatch | null> {
    return this.batches(batchId)[0] ?? null;
  }

  private batches(batchId: string): ExportBatch[] {
    return this.sqlite
      .all<Omit<ExportBatch, 'items'> & { items: string }>(
        `SELECT batch_id AS batchId, at, actor, merchant, activation_date AS activationDate, format, request, items FROM export_batch WHERE batch_id = ?`,
        batchId,
      )
      .map((row) => ({ ...row, items: JSON.parse(row.items) as ExportBatch['items'] }));
  }

  private require(database: DatabaseSync, id: number, merchant: string | null): Row {
    const row = database.prepare(`${SELECT} WHERE r.id = ?`).get(id) as Row | undefined;
    if (!row || (merchant !== null && row.merchant !== merchant)) throw new DemandaError('RECOMMENDATION_UNKNOWN', { id });
    return row;
  }
}

function kept({ json, ...row }: Row): KeptRecommendation {
  return { ...row, document: JSON.parse(json) as Recommendation };
}

/** @param expected the revision that the caller saw; one that was not given was not seen */
function checkRevision(row: Row, expected: number | undefined): void {
  if (row.revision === expected) return;
  throw new DemandaError('RECOMMENDATION_CHANGED', {
    merchant: row.merchant,
    product: row.product,
    status: row.status,
    by: row.decidedBy ?? '–',
    at: row.decidedAt ?? row.at,
  });
}

function stepRefused(row: Row, to: string): DemandaError {
  return new DemandaError('RECOMMENDATION_STEP', { merchant: row.merchant, product: row.product, status: row.status, to });
}

function showStatus(database: DatabaseSync, id: number, status: RecommendationStatus): void {
  database.prepare('UPDATE overview SET recommendation_status = ?, revision = revision + 1 WHERE recommendation_id = ?').run(status, id);
}
