/** What an import leaves behind so that it can be taken back: its batch, and which covariates are known by it. */

import { randomBytes } from 'node:crypto';
import { actorId, type Deed } from '../../contract/store/deed.ts';
import type { BatchSource, ImportBatch } from '../../contract/store/imports.ts';
import type { ImportKind } from '../../core/vocabulary.ts';
import { freeImportId } from '../../rules/import-batches.ts';
import type { GivenSales } from '../../rules/imported-cells.ts';
import type { Transaction } from './connection.ts';

/** Of rows that came from no file. */
const NOWHERE: BatchSource = { file: '', digest: null, options: '{}', rejected: 0 };

export interface OpenBatch {
  /** What its rows are marked with; later batches have higher ones. */
  readonly number: number;
  readonly id: string;
}

/** Within the transaction of an import, before its first row. */
export async function beginBatch(transaction: Transaction, kind: ImportKind): Promise<OpenBatch> {
  const random = randomBytes(8).toString('hex');
  const beginnings = Array.from(random, (_, i) => random.slice(0, i + 1));
  const rows = await transaction.all<{ id: string }>(
    // Ids are given once in the whole store, whoever may see them.
    'SELECT * FROM demanda.imports_named($1) AS id',
    beginnings,
  );
  const taken = new Set(rows.map((row) => row.id));
  const id = freeImportId(random, (some) => taken.has(some));
  const begun = await transaction.one<{ number: number }>(
    `INSERT INTO demanda.import (import_id, at, actor, actor_name, kind, file, options, accepted, rejected, replaced,
       added, unchanged, merchants, products)
     VALUES ($1, '', '', '', $2, '', '', 0, 0, 0, 0, 0, 0, 0) RETURNING number`,
    id,
    kind,
  );
  return { number: begun?.number as number, id };
}

type BatchCounts = Pick<
  ImportBatch,
  'accepted' | 'replaced' | 'added' | 'unchanged' | 'merchants' | 'products' | 'firstDay' | 'lastDay'
>;

/** Within the same transaction, after its last row. @param deed the audit entry, which says who imported when */
export async function endBatch(
  transaction: Transaction,
  { number }: OpenBatch,
  { at, actor, merchant }: Deed,
  { file, digest, options, rejected }: BatchSource = NOWHERE,
  { accepted, replaced, added, unchanged, merchants, products, firstDay, lastDay }: BatchCounts,
): Promise<void> {
  await transaction.run(
    `UPDATE demanda.import SET at = $1, actor = $2, actor_name = $3, merchant = $4, file = $5, digest = $6,
       options = $7, rejected = $8, accepted = $9, replaced = $10, added = $11, unchanged = $12, merchants = $13,
       products = $14, first_day = $15, last_day = $16 WHERE number = $17`,
    ...[at, actorId(actor), actor.name, merchant, file, digest, options, rejected],
    ...[accepted, replaced, added, unchanged, merchants, products, firstDay, lastDay, number],
  );
}

/** Covariates that are known ahead from this import on. */
export async function noteKnown(
  transaction: Transaction,
  { number }: OpenBatch,
  { knownCovariates, knownFor }: Pick<GivenSales, 'knownCovariates' | 'knownFor'>,
): Promise<void> {
  if (knownCovariates.length === 0) return;
  await transaction.run(
    `WITH known AS (INSERT INTO demanda.known_covariate SELECT DISTINCT $2, n FROM unnest($3::text[]) n
       ON CONFLICT DO NOTHING RETURNING name)
     INSERT INTO demanda.import_covariate SELECT DISTINCT $1::int, $2, n, n IN (SELECT name FROM known)
       FROM unnest($3::text[]) n`,
    number,
    knownFor ?? '',
    knownCovariates,
  );
}

/** Id of an import; null of number 0, which no import has. */
export async function importIdOf(transaction: Transaction, number: number): Promise<string | null> {
  const row = await transaction.one<{ id: string }>(
    'SELECT import_id AS id FROM demanda.import WHERE number = $1',
    number,
  );
  return row?.id ?? null;
}
