/** Names of merchants and products in PostgreSQL, and how they change: one transaction each. */

import { type CellName, cellKey } from '../../contract/cell-name.ts';
import type { Deed } from '../../contract/store/deed.ts';
import type { NameAlias, NameChange, NameChangeSummary, NameStore, NameSummary } from '../../contract/store/names.ts';
import type { NamedKind } from '../../core/vocabulary.ts';
import { DemandaError } from '../../errors/demanda-error.ts';
import {
  aliasesAfter,
  type NamedCell,
  type NamePlan,
  planChange,
  renamedChoice,
  renamedScores,
  settingsAfter,
  takersOf,
} from '../../rules/name-changes.ts';
import { insertAudit } from './audit.ts';
import { settleFrequencies } from './cell-days.ts';
import { joinCells } from './cell-joins.ts';
import { renameCell } from './cell-moves.ts';
import { copySharedCompetitors } from './competitors.ts';
import type { PostgresConnection, Transaction } from './connection.ts';
import { standing } from './holds.ts';
import { forgetNames } from './import-undo.ts';
import { moveMerchant } from './merchant-moves.ts';
import { readAliases, writeAliases } from './name-aliases.ts';
import { lockSales, undone } from './open-import.ts';
import { copySharedCosts, moveCosts, moveSharedPrices } from './price-moves.ts';
import { namesOf } from './stored-cells.ts';

/** Every cell that anything is kept of. */
const CELLS = `SELECT merchant, product FROM demanda.overview UNION SELECT merchant, product FROM demanda.run
  UNION SELECT merchant, product FROM demanda.model_number`;

export class PostgresNames implements NameStore {
  private readonly connection: PostgresConnection;

  constructor(connection: PostgresConnection) {
    this.connection = connection;
  }

  async list(kind: NamedKind, merchant: string | null): Promise<readonly NameSummary[]> {
    return this.connection.all<NameSummary>(
      `SELECT n.${kind} AS name, count(*) AS cells, coalesce(sum(c.rows), 0) AS rows, min(c.first_day) AS "firstDay",
         max(c.last_day) AS "lastDay",
         coalesce(array_agg(DISTINCT c.unit ORDER BY c.unit) FILTER (WHERE c.unit <> ''), '{}') AS units
       FROM (${CELLS}) n LEFT JOIN demanda.cell c ON c.merchant = n.merchant AND c.product = n.product
       WHERE $1::text IS NULL OR n.merchant = $1 GROUP BY n.${kind} ORDER BY n.${kind}`,
      merchant,
    );
  }

  async change(change: NameChange, deedOf: (summary: NameChangeSummary) => Deed): Promise<NameChangeSummary> {
    const work = async (transaction: Transaction): Promise<NameChangeSummary> => {
      await lockSales(transaction);
      const summary = await changeNames(transaction, change, new Date().toISOString());
      await insertAudit(transaction, deedOf(summary));
      return summary;
    };
    return change.dryRun ? undone(this.connection, work) : this.connection.write(work);
  }

  async aliases(merchant: string | null): Promise<readonly NameAlias[]> {
    return (await readAliases(this.connection)).filter((alias) => merchant === null || alias.merchant === merchant);
  }

  async forget({ kind, merchant, name }: Omit<NameAlias, 'target'>, deed: Deed): Promise<boolean> {
    return this.connection.write(async (transaction) => {
      const forgotten = await transaction.run(
        'DELETE FROM demanda.name_alias WHERE kind = $1 AND merchant = $2 AND name = $3',
        ...[kind, merchant ?? '', name],
      );
      if (forgotten > 0) await insertAudit(transaction, deed);
      return forgotten > 0;
    });
  }
}

/** Within a transaction. */
async function changeNames(transaction: Transaction, change: NameChange, at: string): Promise<NameChangeSummary> {
  const { kind, from, into, merchant } = change;
  const cells = await namedCells(transaction, change);
  const plan = planChange(change, cells);
  await requireFree(transaction, cells);
  const summary = { renamed: plan.renamed.length, merged: 0, rows: 0, sameDays: 0 };
  const lost = { models: 0, retired: 0, trainings: 0, recommendations: 0, held: 0 };
  const typesBefore = await types(transaction);
  const newest = await transaction.one<{ revision: number }>(
    'SELECT coalesce(max(revision), 0) + 1 AS revision FROM demanda.overview',
  );
  const revision = newest?.revision ?? 1;
  for (const move of plan.renamed) {
    summary.rows += await renameCell(transaction, move, revision);
    await moveCosts(transaction, move, at);
    if (kind === 'product' && merchant !== null) {
      await copySharedCosts(transaction, move, at);
      await copySharedCompetitors(transaction, move.from, move.into);
    }
  }
  for (const { into: cell, from: others } of plan.joined) {
    const joined = await joinCells(transaction, { from: others, into: cell }, revision, at);
    for (const other of others) await moveCosts(transaction, { from: other, into: cell }, at);
    summary.merged += others.length;
    summary.rows += joined.rows;
    summary.sameDays += joined.sameDays;
    for (const what of ['models', 'retired', 'trainings', 'recommendations', 'held'] as const)
      lost[what] += joined[what];
  }
  const moved = [...plan.renamed, ...plan.joined].map((move) => move.into.merchant);
  await settleFrequencies(transaction, [...new Set(moved)]);
  await transaction.run("UPDATE demanda.version SET number = number + 1 WHERE what = 'sales'");
  if (kind === 'product' && merchant === null)
    for (const name of from) await moveSharedPrices(transaction, name, into, at);
  let keys = 0;
  if (kind === 'merchant')
    for (const name of from)
      keys += await moveMerchant(transaction, { from: name, into, joined: change.how === 'merge' }, at);
  await moveChoices(transaction, plan);
  const guardrails = await moveGuardrails(transaction, change, typesBefore);
  await moveScores(transaction, plan);
  await settleNames(transaction);
  await writeAliases(transaction, aliasesAfter(await readAliases(transaction), change, takersOf(plan)));
  const imports = await transaction.one<{ n: number }>(
    'SELECT count(*) AS n FROM demanda.import_joined WHERE at = $1',
    at,
  );
  return { ...summary, ...lost, imports: imports?.n ?? 0, guardrails, keys };
}

async function namedCells(transaction: Transaction, { kind, from, into }: NameChange): Promise<NamedCell[]> {
  return transaction.all<NamedCell>(
    `SELECT n.merchant, n.product, coalesce(c.unit, '') AS unit FROM (${CELLS}) n
     LEFT JOIN demanda.cell c ON c.merchant = n.merchant AND c.product = n.product
     WHERE n.${kind} = ANY ($1) ORDER BY n.merchant, n.product`,
    [...from, into],
  );
}

/** @throws DemandaError RUN_HELD_BY_OTHER */
async function requireFree(transaction: Transaction, cells: readonly CellName[]): Promise<void> {
  const hold = await transaction.one<CellName & { name: string; since: string }>(
    `SELECT h.merchant, h.product, h.name, h.since FROM demanda.held_cell h WHERE ${standing('h')}
       AND (h.merchant, h.product) IN (SELECT * FROM unnest($1::text[], $2::text[]))
     ORDER BY h.merchant, h.product LIMIT 1`,
    ...namesOf(cells),
  );
  if (hold === undefined) return;
  const { merchant, product, name, since } = hold;
  throw new DemandaError('RUN_HELD_BY_OTHER', { merchant, product, pid: name, since });
}

/** Types that there are. */
async function types(transaction: Transaction): Promise<ReadonlySet<string>> {
  const rows = await transaction.all<{ type: string }>('SELECT DISTINCT product_type AS type FROM demanda.overview');
  return new Set(rows.map(({ type }) => type));
}

/** Cells that trainings were asked for. */
async function moveChoices(transaction: Transaction, { renamed, joined }: NamePlan): Promise<void> {
  const moves = new Map<string, CellName>();
  for (const { from, into } of renamed) moves.set(cellKey(from), into);
  for (const { from, into } of joined) for (const cell of from) moves.set(cellKey(cell), into);
  const asked = await transaction.all<{ id: string; chosen: string }>(
    'SELECT training_id AS id, chosen FROM demanda.training WHERE chosen IS NOT NULL',
  );
  for (const { id, chosen } of asked) {
    const before = JSON.parse(chosen) as CellName[];
    const after = renamedChoice(before, moves);
    if (after !== before)
      await transaction.run(
        'UPDATE demanda.training SET chosen = $1 WHERE training_id = $2',
        JSON.stringify(after),
        id,
      );
  }
}

/** @returns how many are gone */
async function moveGuardrails(
  transaction: Transaction,
  change: NameChange,
  typesBefore: ReadonlySet<string>,
): Promise<number> {
  const rows = await transaction.all<{ key: string; value: string }>('SELECT key, value FROM demanda.setting');
  const { changes, gone } = settingsAfter(
    Object.fromEntries(rows.map(({ key, value }) => [key, value])),
    change,
    typesBefore,
    await types(transaction),
  );
  for (const [key, value] of Object.entries(changes)) {
    await transaction.run('DELETE FROM demanda.setting WHERE key = $1', key);
    if (value !== null) await transaction.run('INSERT INTO demanda.setting (key, value) VALUES ($1, $2)', key, value);
  }
  return gone;
}

/** What intervals of a type's cells rest on. */
async function moveScores(transaction: Transaction, plan: NamePlan): Promise<void> {
  const rows = await transaction.all<{ key: string; json: string }>(
    "SELECT key, json FROM demanda.document WHERE kind = 'conformal-scores'",
  );
  const scores = new Map(rows.map(({ key, json }) => [key, JSON.parse(json) as object]));
  const after = renamedScores(scores, plan);
  if (after === scores) return;
  await transaction.run("DELETE FROM demanda.document WHERE kind = 'conformal-scores'");
  for (const [type, cells] of after)
    await transaction.run(
      "INSERT INTO demanda.document (kind, key, json) VALUES ('conformal-scores', $1, $2)",
      type,
      JSON.stringify(cells),
    );
}

/** Names that lists offer. */
async function settleNames(transaction: Transaction): Promise<void> {
  await transaction.run(
    `INSERT INTO demanda.overview_name (kind, name)
     SELECT 'merchant', merchant FROM demanda.overview UNION SELECT 'product', product FROM demanda.overview
     UNION SELECT 'productType', product_type FROM demanda.overview ON CONFLICT DO NOTHING`,
  );
  await forgetNames(transaction);
}
