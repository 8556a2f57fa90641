/**
 * Versions and aliases of a cell's models in PostgreSQL; rules/versions.ts decides, this reads and writes. All within a
 * write.
 */

import type { CellName } from '../../contract/cell-name.ts';
import { ALIASES, type Alias } from '../../core/vocabulary.ts';
import type { Aliases, VersionFacts } from '../../rules/versions.ts';
import type { Transaction } from './connection.ts';

/** Locks the cell's versions until the transaction ends: who else numbers or names them waits. */
export async function versionFacts(transaction: Transaction, { merchant, product }: CellName): Promise<VersionFacts> {
  const last = await transaction.one<{ last: number }>(
    `INSERT INTO demanda.model_number AS n (merchant, product, last) VALUES ($1, $2, 0)
     ON CONFLICT (merchant, product) DO UPDATE SET last = n.last RETURNING last`,
    merchant,
    product,
  );
  const found = await transaction.all<{ version: number; alias: Alias | null }>(
    `SELECT version, NULL AS alias FROM demanda.model WHERE merchant = $1 AND product = $2
     UNION ALL SELECT version, alias FROM demanda.model_alias WHERE merchant = $1 AND product = $2`,
    merchant,
    product,
  );
  const of = (name: Alias): number | null => found.find(({ alias }) => alias === name)?.version ?? null;
  return {
    last: last?.last ?? 0,
    versions: found.filter(({ alias }) => alias === null).map(({ version }) => version),
    live: of('live'),
    candidate: of('candidate'),
  };
}

/** A number that was given is not given again, whatever becomes of its model. */
export async function writeNumber(
  transaction: Transaction,
  { merchant, product }: CellName,
  version: number,
): Promise<void> {
  await transaction.run(
    `INSERT INTO demanda.model_number AS n (merchant, product, last) VALUES ($1, $2, $3)
     ON CONFLICT (merchant, product) DO UPDATE SET last = greatest(n.last, excluded.last)`,
    ...[merchant, product, version],
  );
}

/**
 * Moves what differs. What is removed goes first: the live version and the candidate of an overview are never two at
 * once.
 */
export async function writeAliases(
  transaction: Transaction,
  { merchant, product }: CellName,
  before: Aliases,
  after: Aliases,
): Promise<void> {
  const changed = ALIASES.filter((alias) => before[alias] !== after[alias]);
  for (const alias of changed) {
    if (after[alias] === null)
      await transaction.run(
        'DELETE FROM demanda.model_alias WHERE merchant = $1 AND product = $2 AND alias = $3',
        ...[merchant, product, alias],
      );
  }
  for (const alias of changed) {
    if (after[alias] !== null)
      await transaction.run(
        `INSERT INTO demanda.model_alias (merchant, product, alias, version) VALUES ($1, $2, $3, $4)
         ON CONFLICT (merchant, product, alias) DO UPDATE SET version = excluded.version`,
        ...[merchant, product, alias, after[alias]],
      );
  }
}
