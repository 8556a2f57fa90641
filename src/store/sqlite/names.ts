/** Names of merchants and products in SQLite, and how they change: one transaction each. */

import type { DatabaseSync } from 'node:sqlite';
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
import { beginJoining, endJoining, joinCells } from './cell-joins.ts';
import { renameCell } from './cell-moves.ts';
import { copySharedCompetitors } from './competitors.ts';
import type { SqliteConnection } from './connection.ts';
import { holdOf, holdStands } from './holds.ts';
import { forgetNames } from './import-undo.ts';
import { moveMerchant } from './merchant-moves.ts';
import { readAliases, writeAliases } from './name-aliases.ts';
import { copySharedCosts, moveCosts, moveSharedPrices } from './price-moves.ts';
import { undone } from './staging.ts';

/** Every cell that anything is kept of. */
const CELLS = `SELECT merchant, product FROM overview UNION SELECT merchant, product FROM run
  UNION SELECT merchant, product FROM model_number`;

export class SqliteNames implements NameStore {
  private readonly sqlite: SqliteConnection;

  constructor(sqlite: SqliteConnection) {
    this.sqlite = sqlite;
  }

  async list(kind: NamedKind, merchant: string | null): Promise<readonly NameSummary[]> {
    const rows = this.sqlite.all<Omit<NameSummary, 'units'> & { readonly units: string }>(
      `SELECT n.${kind} AS name, count(*) AS cells, coalesce(sum(c.rows), 0) AS rows, min(c.first_day) AS firstDay, max(c.last_day) AS lastDay,
         json_group_array(DISTINCT c.unit) FILTER (WHERE c.unit <> '') AS units
       FROM (${CELLS}) n LEFT JOIN cell c ON c.merchant = n.merchant AND c.product = n.product
       WHERE ?1 IS NULL OR n.merchant = ?1 GROUP BY n.${kind} ORDER BY n.${kind}`,
      merchant,
    );
    return rows.map((row) => ({ ...row, units: (JSON.parse(row.units) as string[]).sort() }));
  }

  async change(change: NameChange, deedOf: (summary: NameChangeSummary) => Deed): Promise<NameChangeSummary> {
    const work = (): NameChangeSummary => {
      const { database } = this.sqlite;
      const at = new Date().toISOString();
      const summary = changeNames(database, change, at);
      insertAudit(database, deedOf(summary));
      return summary;
    };
    return change.dryRun ? undone(this.sqlite, work) : this.sqlite.write(work);
  }

  async aliases(merchant: string | null): Promise<readonly NameAlias[]> {
    return this.sqlite
      .guarded(() => readAliases(this.sqlite.database))
      .filter((alias) => merchant === null || alias.merchant === merchant);
  }

  async forget({ kind, merchant, name }: Omit<NameAlias, 'target'>, deed: Deed): Promise<boolean> {
    return this.sqlite.write((database) => {
      const { changes } = database
        .prepare('DELETE FROM name_alias WHERE kind = ? AND merchant = ? AND name = ?')
        .run(kind, merchant ?? '', name);
      if (Number(changes) > 0) insertAudit(database, deed);
      return Number(changes) > 0;
    });
  }
}

/** Within a transaction. */
function changeNames(database: DatabaseSync, change: NameChange, at: string): NameChangeSummary {
  const { kind, from, into, merchant } = change;
  const cells = namedCells(database, change);
  const plan = planChange(change, cells);
  requireFree(database, cells);
  const summary = { renamed: plan.renamed.length, merged: 0, rows: 0, sameDays: 0 };
  const lost = { models: 0, retired: 0, trainings: 0, recommendations: 0 };
  const typesBefore = types(database);
  const { revision } = database.prepare('SELECT max(revision) + 1 AS revision FROM overview').get() as {
    revision: number;
  };
  beginJoining(database);
  for (const move of plan.renamed) {
    summary.rows += renameCell(database, move, revision);
    moveCosts(database, move, at);
    if (kind === 'product' && merchant !== null) {
      copySharedCosts(database, move, at);
      copySharedCompetitors(database, move.from, move.into);
    }
  }
  for (const { into: cell, from: others } of plan.joined) {
    const joined = joinCells(database, { from: others, into: cell }, revision, at);
    for (const other of others) moveCosts(database, { from: other, into: cell }, at);
    summary.merged += others.length;
    summary.rows += joined.rows;
    summary.sameDays += joined.sameDays;
    for (const what of ['models', 'retired', 'trainings', 'recommendations'] as const) lost[what] += joined[what];
  }
  const held = endJoining(database, kind === 'merchant' ? [into] : []);
  if (kind === 'product' && merchant === null) for (const name of from) moveSharedPrices(database, name, into, at);
  let keys = 0;
  if (kind === 'merchant')
    for (const name of from) keys += moveMerchant(database, { from: name, into, joined: change.how === 'merge' }, at);
  moveChoices(database, plan);
  const guardrails = moveGuardrails(database, change, typesBefore);
  moveScores(database, plan);
  settleNames(database);
  writeAliases(database, aliasesAfter(readAliases(database), change, takersOf(plan)));
  const imports = database.prepare('SELECT count(*) AS n FROM import_joined WHERE at = ?').get(at) as { n: number };
  return { ...summary, ...lost, held, imports: imports.n, guardrails, keys };
}

function namedCells(database: DatabaseSync, { kind, from, into }: NameChange): NamedCell[] {
  return database
    .prepare(
      `SELECT n.merchant, n.product, coalesce(c.unit, '') AS unit FROM (${CELLS}) n
       LEFT JOIN cell c ON c.merchant = n.merchant AND c.product = n.product
       WHERE n.${kind} IN (SELECT value FROM json_each(?)) ORDER BY n.merchant, n.product`,
    )
    .all(JSON.stringify([...from, into]))
    .map((row) => ({ ...row })) as unknown as NamedCell[];
}

/** @throws DemandaError RUN_HELD_BY_OTHER */
function requireFree(database: DatabaseSync, cells: readonly CellName[]): void {
  for (const { merchant, product } of cells) {
    const hold = holdOf(database, { merchant, product });
    if (hold && holdStands(hold))
      throw new DemandaError('RUN_HELD_BY_OTHER', { merchant, product, pid: hold.name, since: hold.since });
  }
}

/** Types that there are. */
function types(database: DatabaseSync): ReadonlySet<string> {
  const rows = database.prepare('SELECT DISTINCT product_type AS type FROM overview').all() as {
    readonly type: string;
  }[];
  return new Set(rows.map(({ type }) => type));
}

/** Cells that trainings were asked for. */
function moveChoices(database: DatabaseSync, { renamed, joined }: NamePlan): void {
  const moves = new Map<string, CellName>();
  for (const { from, into } of renamed) moves.set(cellKey(from), into);
  for (const { from, into } of joined) for (const cell of from) moves.set(cellKey(cell), into);
  const update = database.prepare('UPDATE training SET chosen = ? WHERE training_id = ?');
  const asked = database.prepare('SELECT training_id AS id, chosen FROM training WHERE chosen IS NOT NULL').all();
  for (const { id, chosen } of asked as { readonly id: string; readonly chosen: string }[]) {
    const before = JSON.parse(chosen) as CellName[];
    const after = renamedChoice(before, moves);
    if (after !== before) update.run(JSON.stringify(after), id);
  }
}

/** @returns how many are gone */
function moveGuardrails(database: DatabaseSync, change: NameChange, typesBefore: ReadonlySet<string>): number {
  const rows = database.prepare('SELECT key, value FROM setting').all() as {
    readonly key: string;
    readonly value: string;
  }[];
  const { changes, gone } = settingsAfter(
    Object.fromEntries(rows.map(({ key, value }) => [key, value])),
    change,
    typesBefore,
    types(database),
  );
  const remove = database.prepare('DELETE FROM setting WHERE key = ?');
  const put = database.prepare('INSERT OR REPLACE INTO setting VALUES (?, ?)');
  for (const [key, value] of Object.entries(changes)) {
    if (value === null) remove.run(key);
    else put.run(key, value);
  }
  return gone;
}

/** What intervals of a type's cells rest on. */
function moveScores(database: DatabaseSync, plan: NamePlan): void {
  const rows = database.prepare("SELECT key, json FROM document WHERE kind = 'conformal-scores'").all();
  const scores = new Map(
    (rows as { key: string; json: string }[]).map(({ key, json }) => [key, JSON.parse(json) as object]),
  );
  const after = renamedScores(scores, plan);
  if (after === scores) return;
  database.exec("DELETE FROM document WHERE kind = 'conformal-scores'");
  const put = database.prepare("INSERT INTO document VALUES ('conformal-scores', ?, ?)");
  for (const [type, cells] of after) put.run(type, JSON.stringify(cells));
}

/** Names that lists offer. */
function settleNames(database: DatabaseSync): void {
  database.exec(`
    INSERT INTO overview_name (kind, name) SELECT 'merchant', merchant FROM overview WHERE true ON CONFLICT DO NOTHING;
    INSERT INTO overview_name (kind, name) SELECT 'product', product FROM overview WHERE true ON CONFLICT DO NOTHING;
    INSERT INTO overview_name (kind, name) SELECT 'productType', product_type FROM overview WHERE true ON CONFLICT DO NOTHING;
  `);
  forgetNames(database);
}
