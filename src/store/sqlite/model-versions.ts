/**
 * Versions and aliases of a cell's models in SQLite; rules/versions.ts decides, this reads and writes. All within a
 * write.
 */

import type { DatabaseSync } from 'node:sqlite';
import type { CellName } from '../../contract/cell-name.ts';
import { ALIASES, type Alias } from '../../core/vocabulary.ts';
import type { Aliases, VersionFacts } from '../../rules/versions.ts';

export function versionFacts(database: DatabaseSync, { merchant, product }: CellName): VersionFacts {
  const last = database
    .prepare('SELECT last FROM model_number WHERE merchant = ? AND product = ?')
    .get(merchant, product) as { last: number } | undefined;
  const versions = database
    .prepare('SELECT version FROM model WHERE merchant = ? AND product = ?')
    .all(merchant, product) as { version: number }[];
  const aliases = database
    .prepare('SELECT alias, version FROM model_alias WHERE merchant = ? AND product = ?')
    .all(merchant, product) as {
    alias: Alias;
    version: number;
  }[];
  const of = (name: Alias): number | null => aliases.find(({ alias }) => alias === name)?.version ?? null;
  return {
    last: last?.last ?? 0,
    versions: versions.map(({ version }) => version),
    live: of('live'),
    candidate: of('candidate'),
  };
}

/** A number that was given is not given again, whatever becomes of its model. */
export function writeNumber(database: DatabaseSync, { merchant, product }: CellName, version: number): void {
  database
    .prepare('INSERT INTO model_number VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET last = max(last, excluded.last)')
    .run(merchant, product, version);
}

/**
 * Moves what differs. What is removed goes first: the live version and the candidate of an overview are never two at
 * once.
 */
export function writeAliases(
  database: DatabaseSync,
  { merchant, product }: CellName,
  before: Aliases,
  after: Aliases,
): void {
  const changed = ALIASES.filter((alias) => before[alias] !== after[alias]);
  for (const alias of changed) {
    if (after[alias] === null)
      database
        .prepare('DELETE FROM model_alias WHERE merchant = ? AND product = ? AND alias = ?')
        .run(merchant, product, alias);
  }
  for (const alias of changed) {
    if (after[alias] !== null)
      database
        .prepare('INSERT OR REPLACE INTO model_alias VALUES (?, ?, ?, ?)')
        .run(merchant, product, alias, after[alias]);
  }
}
