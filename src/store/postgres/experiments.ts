/** Price tests in PostgreSQL. */

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
import type { PostgresConnection, Reader, Transaction } from './connection.ts';

/** Of the advisory lock under which tests are started: two may want the same days of a cell. */
const START_LOCK = 4_162_930_121;

const SELECT = `SELECT id, merchant, at, actor, actor_name AS "actorName", design, turn, size, seed,
  first_day AS "firstDay", last_day AS "lastDay", max_loss AS "maxLoss", expected, ending, ended_day AS "endedDay",
  ended_at AS "endedAt", ended_by_name AS "endedByName" FROM demanda.experiment e`;

type Row = Omit<KeptExperiment, 'cells' | 'expected'> & { readonly expected: string };
type CellRow = Omit<TestedCellPlan, 'prices'> & { readonly experiment: number; readonly number: number };
type PriceRow = PlannedPrice & { readonly experiment: number; readonly number: number };

export class PostgresExperiments implements ExperimentStore {
  private readonly database: PostgresConnection;

  constructor(database: PostgresConnection) {
    this.database = database;
  }

  async list(choice: ExperimentChoice, { limit, after }: PageAsked): Promise<Page<KeptExperiment>> {
    const { merchant, product, open } = choice;
    const conditions = new Conditions().equal('merchant', merchant ?? undefined);
    if (product !== undefined)
      conditions.add(
        'EXISTS (SELECT 1 FROM demanda.experiment_cell c WHERE c.experiment = e.id AND c.product = ?)',
        product,
      );
    if (open) conditions.add('ending IS NULL');
    if (after) conditions.add('id < ?', after[0] as number);
    return this.database.snapshot(async (reader) => {
      const rows = await reader.all<Row>(
        `${SELECT} ${conditions.where} ORDER BY id DESC LIMIT ${conditions.bind(limit + 1)}`,
        ...conditions.values,
      );
      return pageOf(await keptOf(reader, rows), limit, (last) => [last.id]);
    });
  }

  async read(id: number): Promise<KeptExperiment | null> {
    return this.database.snapshot((reader) => read(reader, id));
  }

  async open({ merchant, product }: CellName): Promise<readonly KeptExperiment[]> {
    return this.database.snapshot(async (reader) =>
      keptOf(
        reader,
        await reader.all<Row>(
          `${SELECT} WHERE ending IS NULL AND EXISTS (SELECT 1 FROM demanda.experiment_cell c
             WHERE c.experiment = e.id AND c.merchant = $1 AND c.product = $2) ORDER BY id DESC`,
          merchant,
          product,
        ),
      ),
    );
  }

  async start(experiment: NewExperiment, deed: (id: number) => Deed): Promise<KeptExperiment> {
    return this.database.write(async (transaction) => {
      await transaction.all('SELECT pg_advisory_xact_lock($1)', START_LOCK);
      requireNoOverlap(experiment, await withCells(transaction, experiment.cells));
      const id = await insert(transaction, experiment);
      await insertAudit(transaction, deed(id));
      return (await read(transaction, id)) as KeptExperiment;
    });
  }

  async end(id: number, how: Parameters<ExperimentStore['end']>[1], deed: Deed): Promise<KeptExperiment> {
    return this.database.write(async (transaction) => {
      await transaction.all('SELECT 1 FROM demanda.experiment WHERE id = $1 FOR UPDATE', id);
      requireOpen(await read(transaction, id), id);
      await transaction.run(
        `UPDATE demanda.experiment SET ending = $1, ended_day = $2, ended_at = $3, ended_by_name = $4 WHERE id = $5`,
        ...[how.ending, how.endedDay, how.at, how.actor.name, id],
      );
      await insertAudit(transaction, deed);
      return (await read(transaction, id)) as KeptExperiment;
    });
  }
}

async function read(reader: Reader, id: number): Promise<KeptExperiment | null> {
  const [kept] = await keptOf(reader, await reader.all<Row>(`${SELECT} WHERE id = $1`, id));
  return kept ?? null;
}

/** Tests that have one of some cells. */
async function withCells(reader: Reader, cells: readonly CellName[]): Promise<KeptExperiment[]> {
  const rows = await reader.all<Row>(
    `${SELECT} WHERE id IN (SELECT experiment FROM demanda.experiment_cell
       WHERE (merchant, product) IN (SELECT * FROM unnest($1::text[], $2::text[])))`,
    cells.map(({ merchant }) => merchant),
    cells.map(({ product }) => product),
  );
  return keptOf(reader, rows);
}

async function keptOf(reader: Reader, rows: readonly Row[]): Promise<KeptExperiment[]> {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const cells = await reader.all<CellRow>(
    `SELECT experiment, number, merchant, product, unit, base_price AS "basePrice", unit_cost AS "unitCost",
       model_id AS "modelId" FROM demanda.experiment_cell WHERE experiment = ANY ($1::bigint[])
     ORDER BY experiment, number`,
    ids,
  );
  const prices = await reader.all<PriceRow>(
    `SELECT experiment, number, day, level, price FROM demanda.experiment_price WHERE experiment = ANY ($1::bigint[])
     ORDER BY experiment, number, day`,
    ids,
  );
  const pricesOf = Map.groupBy(prices, ({ experiment, number }) => `${experiment} ${number}`);
  const cellsOf = Map.groupBy(cells, ({ experiment }) => experiment);
  return rows.map((row) => ({
    ...row,
    expected: JSON.parse(row.expected) as ExpectedOfTest,
    cells: (cellsOf.get(row.id) ?? []).map(({ experiment, number, ...cell }) => ({
      ...cell,
      prices: (pricesOf.get(`${experiment} ${number}`) ?? []).map(({ day, level, price }) => ({ day, level, price })),
    })),
  }));
}

async function insert(transaction: Transaction, experiment: NewExperiment): Promise<number> {
  const { at, actor, design, turn, size, seed, firstDay, lastDay, maxLoss, expected, cells } = experiment;
  const { id } = (await transaction.one<{ id: number }>(
    `INSERT INTO demanda.experiment (merchant, at, actor, actor_name, design, turn, size, seed, first_day, last_day,
       max_loss, expected, ended_day)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $10) RETURNING id`,
    ...[ownerOf(cells), at, actorId(actor), actor.name, design, turn, size, seed, firstDay, lastDay, maxLoss],
    JSON.stringify(expected),
  )) as { id: number };
  for (const [number, { merchant, product, unit, basePrice, unitCost, modelId, prices }] of cells.entries()) {
    await transaction.run(
      `INSERT INTO demanda.experiment_cell (experiment, number, merchant, product, unit, base_price, unit_cost, model_id)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      ...[id, number, merchant, product, unit, basePrice, unitCost, modelId],
    );
    await transaction.run(
      `INSERT INTO demanda.experiment_price (experiment, number, day, level, price)
       SELECT $1, $2, * FROM unnest($3::int[], $4::text[], $5::float8[])`,
      ...[id, number, prices.map(({ day }) => day), prices.map(({ level }) => level)],
      prices.map(({ price }) => price),
    );
  }
  return id;
}

/** What tests planned for a cell, as far as it counts. */
export async function plannedOf(reader: Reader, { merchant, product }: CellName): Promise<PlannedRow[]> {
  return reader.all<PlannedRow>(
    `SELECT p.day, p.price, c.base_price AS base FROM demanda.experiment_cell c
     JOIN demanda.experiment e ON e.id = c.experiment
     JOIN demanda.experiment_price p ON p.experiment = c.experiment AND p.number = c.number
     WHERE c.merchant = $1 AND c.product = $2 AND p.day <= e.ended_day ORDER BY p.day, c.experiment, c.number`,
    merchant,
    product,
  );
}

/** A cell takes another name. Within a write. */
export async function renameTests(transaction: Transaction, from: CellName, into: CellName): Promise<void> {
  await transaction.run(
    'UPDATE demanda.experiment_cell SET merchant = $1, product = $2 WHERE merchant = $3 AND product = $4',
    ...[into.merchant, into.product, from.merchant, from.product],
  );
}

/**
 * Tests of cells that become one end: what was planned for one of them is not what their sum is sold at. Within a
 * write, before their sales are joined. @param at when, ISO 8601
 */
export async function endTests(transaction: Transaction, cells: readonly CellName[], at: string): Promise<void> {
  for (const { merchant, product } of cells)
    await transaction.run(
      `UPDATE demanda.experiment e SET ending = 'stopped', ended_at = $1,
         ended_day = least(last_day, greatest(first_day - 1, coalesce(
         (SELECT max(c.last_day) FROM demanda.cell c WHERE c.merchant = $2 AND c.product = $3), first_day - 1)))
       WHERE ending IS NULL AND id IN (SELECT t.experiment FROM demanda.experiment_cell t
         WHERE t.merchant = $2 AND t.product = $3)`,
      ...[at, merchant, product],
    );
}
