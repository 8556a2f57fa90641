/** Brings the schema of a database up to date, one process at a time, in one transaction. */

import { DemandaError } from '../../errors/demanda-error.ts';
import type { PostgresConnection, Reader } from './connection.ts';
import { MIGRATIONS } from './migrations/migrations.ts';
import { makeRoles } from './roles.ts';

/** Of the advisory lock under which the schema is changed; drawn once. */
const SCHEMA_LOCK = 4_162_930_117;

/**
 * @returns the version that it had; 0 for a database that held nothing of ours
 * @throws DemandaError STORE_NEWER, DATABASE_RIGHTS
 */
export async function migratePostgres(connection: PostgresConnection): Promise<number> {
  const version = await versionOf(connection);
  if (version === MIGRATIONS.length) return version;
  requireKnown(connection, version);
  return connection.write(async (transaction) => {
    await transaction.run('SELECT pg_advisory_xact_lock($1)', SCHEMA_LOCK);
    // Read again under the lock: another process may have migrated while this one waited.
    const before = await versionOf(transaction);
    requireKnown(connection, before);
    if (before === 0) {
      await makeRoles(transaction, connection.place);
      // A schema that was made for the user asks for no right to make one.
      await transaction.exec(`DO $body$ BEGIN
          IF to_regnamespace('demanda') IS NULL THEN CREATE SCHEMA demanda; END IF; END $body$;
        CREATE TABLE IF NOT EXISTS demanda.schema_version (version int NOT NULL);
        INSERT INTO demanda.schema_version VALUES (0)`);
    }
    for (const step of MIGRATIONS.slice(before)) await transaction.exec(step);
    await transaction.run('UPDATE demanda.schema_version SET version = $1', MIGRATIONS.length);
    return before;
  });
}

async function versionOf(reader: Reader): Promise<number> {
  const there = await reader.one<{ there: boolean }>(
    "SELECT to_regclass('demanda.schema_version') IS NOT NULL AS there",
  );
  if (!there?.there) return 0;
  const row = await reader.one<{ version: number }>('SELECT version FROM demanda.schema_version');
  return row?.version ?? 0;
}

function requireKnown({ place }: PostgresConnection, found: number): void {
  if (found > MIGRATIONS.length)
    throw new DemandaError('STORE_NEWER', { file: place, found, known: MIGRATIONS.length });
}
