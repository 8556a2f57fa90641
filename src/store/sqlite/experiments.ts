/** Price tests in SQLite. */

import type { DatabaseSync } from 'node:sqlite';
import type { CellName } from '../../contract/cell-name.ts';
import { actorId, type Deed } from '../../contract/store/deed.ts';
import type {
  ExpectedOfTest,
  ExperimentChoice,
  ExperimentStore,
  KeptExperiment,
  NewExperiment,
  PlannedPrice,
  TestedCellPlan,
} from '../../contract/store/experiments.ts';
import type { Page, PageAsked } from '../../contract/store/page.ts';
import { ownerOf, type PlannedRow, requireNoOverlap, requireOpen } from '../../rules/experiments.ts';
import { pageOf } from '../page-of.ts';
import { insertAudit } from './audit.ts';
import { Conditions } from './conditions.ts';
import type { SqliteConnection } from './connection.ts';

const SELECT = `SELECT id, at, actor, actor_name AS actorName, design, turn, size, seed, first_day AS firstDay,
  last_day AS lastDay, max_loss AS maxLoss, expected, ending, ended_day AS endedDay, ended_at AS endedAt,
  ended_by_name AS endedByName FROM experiment e`;

type Row = Omit<KeptExperiment, 'cells' | 'merchant' | 'expected'> & { readonly expected: string };
type CellRow = Omit<TestedCellPlan, 'prices'> & { readonly number: number };

export class SqliteExperiments implements ExperimentStore {
  private readonly sqlite: SqliteConnection;

  constructor(sqlite: SqliteConnection) {
    this.sqlite = sqlite;
  }

  async list(choice: ExperimentChoice, { limit, after }: PageAsked): Promise<Page<KeptExperiment>> {
    const { merchant, product, open } = choice;
    const conditions = new Conditions();
    const cells = 'FROM experiment_cell c WHERE c.experiment = e.id';
    if (merchant !== null) conditions.add(`NOT EXISTS (SELECT 1 ${cells} AND c.merchant <> ?)`, merchant);
    if (product !== undefined) conditions.add(`EXISTS (SELECT 1 ${cells} AND c.product = ?)`, product);
    if (open) conditions.add('ending IS NULL');
    if (after) conditions.add('id < ?', after[0] as number);
    return this.sqlite.guarded(() => {
      const rows = this.sqlite.database
        .prepare(`${SELECT} ${conditions.where} ORDER BY id DESC LIMIT ?`)
        .all(...conditions.values, limit + 1) as unknown as Row[];
      return pageOf(
        rows.map((row) => keptOf(this.sqlite.database, row)),
        limit,
        (last) => [last.id],
      );
    });
  }

  async read(id: number): Promise<KeptExperiment | null> {
    return this.sqlite.guarded(() => read(this.sqlite.database, id));
  }

  async open({ merchant, product }: CellName): Promise<readonly KeptExperiment[]> {
    return this.sqlite.guarded(() =>
      (
        this.sqlite.database
          .prepare(
            `${SELECT} WHERE ending IS NULL AND EXISTS (SELECT 1 FROM experiment_cell c WHERE c.experiment = e.id
               AND c.merchant = ? AND c.product = ?) ORDER BY id DESC`,
          )
          .all(merchant, product) as unknown as Row[]
      ).map((row) => keptOf(this.sqlite.database, row)),
    );
  }

  async start(experiment: NewExperiment, deed: (id: number) => Deed): Promise<KeptExperiment> {
    return this.sqlite.write((database) => {
      requireNoOverlap(experiment, withCells(database, experiment.cells));
      const id = insert(database, experiment);
      insertAudit(database, deed(id));
      return read(database, id) as KeptExperiment;
    });
  }

  async end(id: number, how: Parameters<ExperimentStore['end']>[1], deed: Deed): Promise<KeptExperiment> {
    return this.sqlite.write((database) => {
      requireOpen(read(database, id), id);
      database
        .prepare('UPDATE experiment SET ending = ?, ended_day = ?, ended_at = ?, ended_by_name = ? WHERE id = ?')
        .run(how.ending, how.endedDay, how.at, how.actor.name, id);
      insertAudit(database, deed);
      return read(database, id) as KeptExperiment;
    });
  }
}

function read(database: DatabaseSync, id: number): KeptExperiment | null {
  const row = database.prepare(`${SELECT} WHERE id = ?`).get(id) as Row | undefined;
  return row ? keptOf(database, row) : null;
}

/** Tests that have one of some cells. */
function withCells(database: DatabaseSync, cells: readonly CellName[]): KeptExperiment[] {
  const rows = database
    .prepare(
      `${SELECT} WHERE id IN (SELECT experiment FROM experiment_cell
         WHERE (merchant, product) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?)))`,
    )
    .all(JSON.stringify(cells.map(({ merchant, product }) => [merchant, product]))) as unknown as Row[];
  return rows.map((row) => keptOf(database, row));
}

function keptOf(database: DatabaseSync, row: Row): KeptExperiment {
  const cells = database
    .prepare(
      `SELECT number, merchant, product, unit, base_price AS basePrice, unit_cost AS unitCost, model_id AS modelId
       FROM experiment_cell WHERE experiment = ? ORDER BY number`,
    )
    .all(row.id) as unknown as CellRow[];
  const prices = database.prepare(
    'SELECT day, level, price FROM experiment_price WHERE experiment = ? AND number = ? ORDER BY day',
  );
  return {
    ...row,
    merchant: ownerOf(cells),
    expected: JSON.parse(row.expected) as ExpectedOfTest,
    cells: cells.map(({ number, ...cell }) => ({
      ...cell,
      prices: prices.all(row.id, number).map((price) => ({ ...price })) as unknown as PlannedPrice[],
    })),
  };
}

function insert(database: DatabaseSync, experiment: NewExperiment): number {
  const { at, actor, design, turn, size, seed, firstDay, lastDay, maxLoss, expected, cells } = experiment;
  const { id } = database
    .prepare(
      `INSERT INTO experiment (at, actor, actor_name, design, turn, size, seed, first_day, last_day, max_loss,
         expected, ended_day)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
    )
    .get(
      ...[at, actorId(actor), actor.name, design, turn, size, seed, firstDay, lastDay, maxLoss],
      ...[JSON.stringify(expected), lastDay],
    ) as { id: number };
  const addCell = database.prepare('INSERT INTO experiment_cell VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  const addPrice = database.prepare('INSERT INTO experiment_price VALUES (?, ?, ?, ?, ?)');
  cells.forEach(({ merchant, product, unit, basePrice, unitCost, modelId, prices }, number) => {
    addCell.run(id, number, merchant, product, unit, basePrice, unitCost, modelId);
    for (const { day, level, price } of prices) addPrice.run(id, number, day, level, price);
  });
  return id;
}

/** What tests planned for a cell, as far as it counts. */
export function plannedOf(sqlite: SqliteConnection, { merchant, product }: CellName): PlannedRow[] {
  return sqlite.all<PlannedRow>(
    `SELECT p.day, p.price, c.base_price AS base FROM experiment_cell c
     JOIN experiment e ON e.id = c.experiment
     JOIN experiment_price p ON p.experiment = c.experiment AND p.number = c.number
     WHERE c.merchant = ? AND c.product = ? AND p.day <= e.ended_day ORDER BY p.day, c.experiment, c.number`,
    merchant,
    product,
  );
}

/** A cell takes another name. Within a write. */
export function renameTests(database: DatabaseSync, from: CellName, into: CellName): void {
  database
    .prepare('UPDATE experiment_cell SET merchant = ?, product = ? WHERE merchant = ? AND product = ?')
    .run(into.merchant, into.product, from.merchant, from.product);
}

/**
 * Tests of cells that become one end: what was planned for one of them is not what their sum is sold at. Within a
 * write, before their sales are joined. @param at when, ISO 8601
 */
export function endTests(database: DatabaseSync, cells: readonly CellName[], at: string): void {
  const end = database.prepare(
    `UPDATE experiment AS e SET ending = 'stopped', ended_at = ?1,
       ended_day = min(last_day, max(first_day - 1, coalesce(
       (SELECT max(last_day) FROM cell WHERE merchant = ?2 AND product = ?3), first_day - 1)))
     WHERE ending IS NULL AND id IN (SELECT experiment FROM experiment_cell WHERE merchant = ?2 AND product = ?3)`,
  );
  for (const { merchant, product } of cells) end.run(at, merchant, product);
}
