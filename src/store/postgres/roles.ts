/**
 * The two roles that rows are shown to (docs/decisions/store.md): who connects is a member of both. They are of the
 * whole server, so that databases of one server share them.
 */

import { DemandaError } from '../../errors/demanda-error.ts';
import { type PostgresConnection, type Reader, STAFF, TENANT, type Transaction } from './connection.ts';

interface Rights {
  /** As SQL writes it. */
  readonly name: string;
  readonly makesRoles: boolean;
  /** Of the two roles: how many there are, and of how many the user is a member. */
  readonly roles: number;
  readonly memberships: number;
}

async function rightsOf(reader: Reader): Promise<Rights> {
  const rights = await reader.one<Rights>(
    `SELECT quote_ident(current_user) AS name,
       (SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user) AS "makesRoles",
       count(*)::int AS roles, (count(*) FILTER (WHERE pg_has_role(oid, 'USAGE')))::int AS memberships
     FROM pg_roles WHERE rolname IN ($1, $2)`,
    STAFF,
    TENANT,
  );
  return rights as Rights;
}

/** Within the first migration. @throws DemandaError DATABASE_RIGHTS, saying what to run */
export async function makeRoles(transaction: Transaction, place: string): Promise<void> {
  const { name, roles, makesRoles } = await rightsOf(transaction);
  if (roles < 2) {
    if (!makesRoles)
      throw new DemandaError('DATABASE_RIGHTS', {
        database: place,
        detail: `CREATE ROLE ${STAFF}; CREATE ROLE ${TENANT}; GRANT ${STAFF}, ${TENANT} TO ${name}`,
      });
    // Another database of the server may make it at the same time.
    for (const role of [STAFF, TENANT])
      await transaction.exec(`DO $body$ BEGIN
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${role}') THEN CREATE ROLE ${role} NOLOGIN; END IF;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $body$`);
  }
  const { memberships } = await rightsOf(transaction);
  if (memberships < 2 && makesRoles) await transaction.exec(`GRANT ${STAFF}, ${TENANT} TO CURRENT_USER`);
}

/** Who is no member would find every table empty. @throws DemandaError DATABASE_RIGHTS, saying what to run */
export async function requireRoles(database: PostgresConnection): Promise<void> {
  const { name, memberships } = await rightsOf(database);
  if (memberships < 2)
    throw new DemandaError('DATABASE_RIGHTS', {
      database: database.place,
      detail: `GRANT ${STAFF}, ${TENANT} TO ${name}`,
    });
}
