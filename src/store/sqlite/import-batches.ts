/** What an import leaves behind so that it can be taken back: its batch, and what stood where it wrote. */

import { randomBytes } from 'node:crypto';
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { actorId, type Deed } from '../../contract/store/deed.ts';
import type { BatchSource, ImportBatch } from '../../contract/store/imports.ts';
import type { SalesCommit } from '../../contract/store/sales.ts';
import type { ImportKind } from '../../core/vocabulary.ts';
import { DemandaError } from '../../errors/demanda-error.ts';
import type { RowFigure } from '../../errors/table.ts';
import { ASSUMED_UNIT, covariatesContradict, freeImportId, SAME_FIGURE } from '../../rules/import-batches.ts';
import { type Covariates, covariatesAfter } from '../../rules/merge-tickets.ts';
import { COLUMNS } from './sale-days.ts';

/** Of rows that came from no file. */
const NOWHERE: BatchSource = { file: '', digest: null, options: '{}', rejected: 0 };

export interface OpenBatch {
  /** What its rows are marked with; later batches have higher ones. */
  readonly number: number;
  readonly id: string;
}

/** Within the transaction of an import, before its first row. */
export function beginBatch(database: DatabaseSync, kind: ImportKind): OpenBatch {
  const taken = database.prepare('SELECT 1 FROM import WHERE import_id = ?');
  const id = freeImportId(randomBytes(8).toString('hex'), (some) => taken.get(some) !== undefined);
  const { lastInsertRowid } = database
    .prepare(
      `INSERT INTO import (import_id, at, actor, actor_name, kind, file, options, accepted, rejected, replaced,
        added, unchanged, merchants, products)
       VALUES (?, '', '', '', ?, '', '', 0, 0, 0, 0, 0, 0, 0)`,
    )
    .run(id, kind);
  return { number: Number(lastInsertRowid), id };
}

type BatchCounts = Pick<
  ImportBatch,
  'accepted' | 'replaced' | 'added' | 'unchanged' | 'merchants' | 'products' | 'firstDay' | 'lastDay'
>;

/** Within the same transaction, after its last row. @param deed the audit entry, which says who imported when */
export function endBatch(
  database: DatabaseSync,
  { number }: OpenBatch,
  { at, actor, merchant }: Deed,
  { file, digest, options, rejected }: BatchSource = NOWHERE,
  { accepted, replaced, added, unchanged, merchants, products, firstDay, lastDay }: BatchCounts,
): void {
  database
    .prepare(
      `UPDATE import SET at = ?, actor = ?, actor_name = ?, merchant = ?, file = ?, digest = ?, options = ?,
        rejected = ?,
         accepted = ?, replaced = ?, added = ?, unchanged = ?, merchants = ?, products = ?, first_day = ?,
           last_day = ? WHERE number = ?`,
    )
    .run(
      ...[at, actorId(actor), actor.name, merchant, file, digest, options, rejected],
      ...[accepted, replaced, added, unchanged, merchants, products, firstDay, lastDay, number],
    );
}

/** What an import of sales says besides its rows. */
export type ToldSales = Pick<
  SalesCommit,
  'unit' | 'usualUnit' | 'frequency' | 'missingDays' | 'knownCovariates' | 'knownFor'
>;

/**
 * Cells of an import with their settings before it, and the cells themselves where they are missing.
 *
 * @param cells a table of merchant, product and type; @param add makes the missing cells
 */
export function noteCells(
  database: DatabaseSync,
  { number }: OpenBatch,
  cells: string,
  { unit, usualUnit, frequency, missingDays }: ToldSales,
  add: () => void,
): void {
  const usual = usualUnit || ASSUMED_UNIT;
  const told = [unit || null, frequency ?? null, missingDays ?? null] as const;
  const from = `FROM ${cells} t JOIN cell c ON c.merchant = t.merchant AND c.product = t.product`;
  database
    .prepare(
      `INSERT INTO import_cell SELECT ?, c.id, 0, c.product_type, c.unit, c.given_frequency, c.missing_days,
        t.type, ?, ?, ?, ? ${from}`,
    )
    .run(number, ...told, usual);
  const { last } = database.prepare('SELECT coalesce(max(id), 0) AS last FROM cell').get() as { last: number };
  add();
  database
    .prepare(
      `INSERT INTO import_cell SELECT ?, c.id, 1, c.product, '', NULL, 'zero', t.type, ?, ?, ?, ? ${from} WHERE
        c.id > ?`,
    )
    .run(number, ...told, usual, last);
}

/** Covariates that are known ahead from this import on. */
export function noteKnown(
  database: DatabaseSync,
  { number }: OpenBatch,
  { knownCovariates, knownFor }: ToldSales,
): void {
  const known = database.prepare('INSERT OR IGNORE INTO known_covariate (merchant, name) VALUES (?, ?)');
  const note = database.prepare('INSERT OR IGNORE INTO import_covariate VALUES (?, ?, ?, ?)');
  for (const name of knownCovariates) {
    const { changes } = known.run(knownFor ?? '', name);
    note.run(number, knownFor ?? '', name, Number(changes));
  }
}

/** Covariates as rows keep them. */
const parsed = (text: SQLOutputValue): Covariates | null =>
  text === null ? null : (JSON.parse(String(text)) as Covariates);

/** `covariates_after(before, now, named)` and `covariates_contradict(…)`: the rules of those names, within SQL. */
export function defineCovariateRules(database: DatabaseSync): void {
  const after = (before: SQLOutputValue, now: SQLOutputValue, named: SQLOutputValue): Covariates | null =>
    covariatesAfter(parsed(before), parsed(now), JSON.parse(String(named)) as string[]);
  database.function('covariates_after', (before, now, named) => {
    const merged = after(before, now, named);
    return merged && JSON.stringify(merged);
  });
  database.function('covariates_contradict', (before, now, named) =>
    Number(covariatesContradict(parsed(before), after(before, now, named))),
  );
}

/** What an import writes of a row that is there. */
export interface Writing {
  /** Columns of the table, quantity and price among them. */
  readonly columns: readonly string[];
  /** Names of covariates; empty: none. */
  readonly covariates: readonly string[];
}

/** Fields by their columns. */
const FIGURES = new Map(Object.entries(COLUMNS).map(([field, column]) => [column as string, field as RowFigure]));

const VALUES = 'quantity, price, cost, promo, sold_out, waste, market_price, covariates';

/**
 * What stands where the import will write; of rows that it leaves as they are only whose they were.
 *
 * @param days a table of the rows that it will write; @returns how many rows it leaves as they are
 */
export function noteRows(database: DatabaseSync, { number }: OpenBatch, days: string, writing: Writing): number {
  const { columns, covariates } = writing;
  const same = columns.map((column) => `s.${column} IS r.${column}`);
  if (covariates.length > 0) same.push('s.covariates IS covariates_after(s.covariates, r.covariates, ?)');
  const values = VALUES.split(', ').map((column) => `CASE same WHEN 0 THEN ${column} END`);
  database
    .prepare(
      `INSERT INTO import_sale SELECT ${number}, cell, day, import, same, ${values.join(', ')}
       FROM (SELECT s.*, ${same.join(' AND ')} AS same FROM ${days} r JOIN sale s ON s.cell = r.cell AND s.day =
         r.day)`,
    )
    .run(...(covariates.length > 0 ? [JSON.stringify(covariates)] : []));
  const { n } = database.prepare('SELECT count(*) AS n FROM import_sale WHERE import = ? AND same = 1').get(number) as {
    n: number;
  };
  return n;
}

/**
 * That the import contradicts no row that is there, besides those that it is added to; by rules/import-batches.ts.
 *
 * @throws DemandaError IMPORT_DAYS_THERE
 */
export function requireAgreement(
  database: DatabaseSync,
  { number }: OpenBatch,
  days: string,
  { columns, covariates }: Writing,
  file: string,
): void {
  const against = columns.map((column): readonly [string, string] => {
    if (column === 'sold_out') return [column, 'b.sold_out > r.sold_out'];
    const [before, now] = [`b.${column}`, `r.${column}`];
    return [
      column,
      `(${before} IS NOT NULL AND (${now} IS NULL OR abs(${before} - ${now}) > ${SAME_FIGURE} *
        max(abs(${before}), abs(${now}), 1e-6)))`,
    ];
  });
  if (covariates.length > 0)
    against.push(['covariates', `covariates_contradict(b.covariates, r.covariates, ${quoted(covariates)})`]);
  const from = `FROM import_sale b JOIN ${days} r ON r.cell = b.cell AND r.day = b.day
    WHERE b.import = ${number} AND b.same = 0 AND r.stored IS NULL AND (${against.map(([, is]) => is).join(' OR ')})`;
  const { n } = database.prepare(`SELECT count(*) AS n ${from}`).get() as { n: number };
  if (n === 0) return;
  const columnCase = against.map(([column, is]) => `WHEN ${is} THEN '${column}'`).join(' ');
  const value = (of: string): string =>
    `CASE ${against.map(([column, is]) => `WHEN ${is} THEN ${of}.${column}`).join(' ')} END`;
  const most = database
    .prepare(
      `SELECT c.merchant, c.product, m.day, m."column", m."before", m."after", i.import_id AS earlier FROM cell c JOIN (
         SELECT b.cell, b.day, b.previous, CASE ${columnCase} END AS "column", ${value('b')} AS "before",
           ${value('r')} AS "after" ${from}
         ORDER BY abs(b.quantity - r.quantity) DESC, b.cell, b.day LIMIT 1) m ON m.cell = c.id LEFT JOIN import
           i ON i.number = m.previous`,
    )
    .get() as Record<string, string | number | null>;
  throw new DemandaError('IMPORT_DAYS_THERE', {
    file,
    days: n,
    merchant: String(most.merchant),
    product: String(most.product),
    date: new Date(Number(most.day) * 86_400_000).toISOString().slice(0, 10),
    figure: FIGURES.get(String(most.column)) ?? 'covariates',
    before: most.before ?? '–',
    after: most.after ?? '–',
    earlier: most.earlier ?? '–',
  });
}

/** A list of names as text within a statement. */
function quoted(names: readonly string[]): string {
  return `'${JSON.stringify(names).replaceAll("'", "''")}'`;
}
