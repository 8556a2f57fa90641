/** A PostgreSQL database from before the overview lay in one part. */

import { afterAll, describe, expect, it } from 'vitest';
import { PostgresConnection } from '../../src/store/postgres/connection.ts';
import { migratePostgres } from '../../src/store/postgres/migrate.ts';
import { WHOLE_OVERVIEW } from '../../src/store/postgres/migrations/008-whole-overview.ts';
import { MIGRATIONS } from '../../src/store/postgres/migrations/migrations.ts';
import { makeRoles } from '../../src/store/postgres/roles.ts';
import { databasesOf, type TestDatabases } from '../support/databases.ts';

const databases = await databasesOf();
if (typeof databases === 'string') describe.skip(`PostgreSQL: ${databases}`, () => {});
else describeMigration(databases);

/** What stands of a table in the catalogs, whether it lies in one part or in many. */
const SHAPES = {
  columns: `SELECT attname, format_type(atttypid, atttypmod) AS type, attnotnull, attcollation, attgenerated,
      pg_get_expr(d.adbin, d.adrelid) AS expression
    FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE attrelid = 'demanda.overview'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attname`,
  indexes: `SELECT indexname, replace(indexdef, ' ON ONLY ', ' ON ') AS definition FROM pg_indexes
    WHERE schemaname = 'demanda' AND tablename = 'overview' ORDER BY indexname`,
  triggers: `SELECT tgname, pg_get_triggerdef(oid) AS definition FROM pg_trigger
    WHERE tgrelid = 'demanda.overview'::regclass AND NOT tgisinternal ORDER BY tgname`,
  policies: `SELECT tablename, policyname, permissive, roles, cmd, qual, with_check FROM pg_policies
    WHERE tablename IN ('overview', 'overview_name') ORDER BY tablename, policyname`,
  security: `SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = 'demanda.overview'::regclass`,
  rights: `SELECT grantee, privilege_type FROM information_schema.table_privileges
    WHERE table_schema = 'demanda' AND table_name = 'overview' ORDER BY grantee, privilege_type`,
};

function describeMigration({ server, empty, remove }: TestDatabases): void {
  afterAll(remove);

  async function earlier(address: string): Promise<PostgresConnection> {
    const connection = new PostgresConnection(address);
    await connection.write(async (transaction) => {
      await makeRoles(transaction, connection.place);
      await transaction.exec(
        'CREATE SCHEMA demanda; CREATE TABLE demanda.schema_version (version int NOT NULL); INSERT INTO demanda.schema_version VALUES (0)',
      );
      const before = MIGRATIONS.slice(0, MIGRATIONS.indexOf(WHOLE_OVERVIEW));
      for (const step of before) await transaction.exec(step);
      await transaction.run('UPDATE demanda.schema_version SET version = $1', before.length);
      await transaction.exec(`
        INSERT INTO demanda.cell (merchant, product, product_type, unit, frequency, missing_days, rows, first_day, last_day, gap,
            one_weekday, one_month_day)
          SELECT 'shop ' || i % 40, 'product ' || i, 'type ' || i % 3, 'kg', 'daily', 'zero', i, 1, i, 1, false, false
          FROM generate_series(1, 500) i;
        UPDATE demanda.overview SET model_id = 'm' || rows, wape = rows / 1000.0, gain = CASE WHEN rows % 3 = 0 THEN rows END,
          reasons = CASE WHEN rows % 5 = 0 THEN ARRAY['NO_COST'] ELSE '{}' END, recommended = rows % 2 = 0,
          run_status = CASE WHEN rows % 7 = 0 THEN 'failed' END, recommendation_id = rows,
          recommendation_status = 'proposed', priced_model = 'm' || rows, priced_rows = rows, priced_day = last_day,
          current_price = 2, recommended_price = 2 + rows % 2, revision = rows`);
    });
    return connection;
  }

  const shapes = async (connection: PostgresConnection): Promise<Record<string, unknown>> =>
    Object.fromEntries(
      await Promise.all(Object.entries(SHAPES).map(async ([name, sql]) => [name, await connection.all(sql)] as const)),
    );

  it('has the same rows, columns, indexes, triggers, policies and rights afterwards', async () => {
    const connection = await earlier(await empty());
    const rows = await connection.all('SELECT * FROM demanda.overview ORDER BY merchant, product');
    const names = await connection.all('SELECT * FROM demanda.overview_name ORDER BY kind, name');
    const shape = await shapes(connection);
    // This step alone: later ones put more on the overview.
    await connection.write(async (transaction) => {
      await transaction.exec(WHOLE_OVERVIEW);
      await transaction.run('UPDATE demanda.schema_version SET version = version + 1');
    });
    expect(rows).toHaveLength(500);
    expect(await connection.all('SELECT * FROM demanda.overview ORDER BY merchant, product')).toEqual(rows);
    expect(await connection.all('SELECT * FROM demanda.overview_name ORDER BY kind, name')).toEqual(names);
    expect(await shapes(connection)).toEqual(shape);
    expect(await connection.all("SELECT relname FROM pg_class WHERE relname ~ '^overview_([0-9]+|whole)$'")).toEqual(
      [],
    );
    await migratePostgres(connection);
    expect(await connection.all('SELECT * FROM demanda.overview ORDER BY merchant, product')).toEqual(rows);
    await connection.close();
  });

  it('loses no row where its owner is a member of no role that sees one', async () => {
    const address = await empty();
    const before = await earlier(address);
    await before.all(`DO $body$ BEGIN
      CREATE ROLE owner_of_overview LOGIN;
      GRANT CREATE ON SCHEMA demanda TO owner_of_overview; GRANT USAGE ON SCHEMA demanda TO owner_of_overview;
      ALTER TABLE demanda.overview OWNER TO owner_of_overview;
      ALTER TABLE demanda.overview_name OWNER TO owner_of_overview;
      GRANT ALL ON ALL TABLES IN SCHEMA demanda TO owner_of_overview; END $body$`);
    const url = new URL(address);
    url.username = 'owner_of_overview';
    const owner = new PostgresConnection(url.href);
    expect(await owner.all('SELECT * FROM demanda.overview')).toEqual([]);
    await migratePostgres(owner);
    expect(await before.all('SELECT * FROM demanda.overview')).toHaveLength(500);
    await Promise.all([owner.close(), before.close()]);
    await server.drop(address);
  });
}
