/** What the server of a database, the way to it and its users may do to a workspace, each told in one sentence. */

import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, describe, expect, it, vi } from 'vitest';
import type { FinishedRun } from '../../src/contract/store/runs.ts';
import { MIGRATIONS } from '../../src/store/postgres/migrations/migrations.ts';
import { openPostgresStore } from '../../src/store/postgres/store.ts';
import { holderOf } from '../contracts/holder.ts';
import { importSales } from '../contracts/names.ts';
import { deedOf } from '../support/deeds.ts';
import { startPostgres, type TestServer } from '../support/postgres.ts';

const folder = mkdtempSync(join(tmpdir(), 'demanda-hba-'));
chmodSync(folder, 0o755);
const rules = join(folder, 'pg_hba.conf');
// The administrator is believed, everybody else has a password.
writeFileSync(rules, 'host all demanda 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n');
const server = await startPostgres([`hba_file=${rules}`]);
if (typeof server === 'string') describe.skip(`PostgreSQL: ${server}`, () => {});
else describeServer(server);

function describeServer({ database, start, stop, remove }: TestServer): void {
  afterAll(async () => {
    await remove();
    rmSync(folder, { recursive: true });
  });

  async function administer(address: string, statement: string): Promise<pg.QueryResult> {
    const client = new pg.Client({ connectionString: address });
    await client.connect();
    try {
      return await client.query(statement);
    } finally {
      await client.end();
    }
  }
  const as = (address: string, user: string, password = 'geheim'): string => {
    const url = new URL(address);
    [url.username, url.password] = [user, password];
    return url.href;
  };
  const opened = (address: string): Promise<unknown> => openPostgresStore(address).then((store) => store.close());
  const schema = (address: string): Promise<void> => openPostgresStore(address).then((store) => store.close());

  describe('a database', () => {
    it('of a newer version is refused, and left as it is', async () => {
      const address = await database();
      await schema(address);
      await administer(address, `UPDATE demanda.schema_version SET version = ${MIGRATIONS.length + 1}`);
      await expect(opened(address)).rejects.toMatchObject({
        code: 'STORE_NEWER',
        parameters: { found: MIGRATIONS.length + 1, known: MIGRATIONS.length },
      });
    });
    it('that is not there, or refuses the password, is named without the password', async () => {
      const address = await database();
      await administer(address, "CREATE ROLE anna LOGIN PASSWORD 'richtig'");
      for (const [wrong, code] of [
        [as(address, 'anna'), 'DATABASE_LOGIN'],
        [as(address, 'nobody'), 'DATABASE_LOGIN'],
        [address.replace(/[^/]+$/, 'missing'), 'DATABASE_MISSING'],
      ] as const) {
        const error: Error & { code?: string } = await opened(wrong).then(
          () => new Error('it opened'),
          (refused: Error) => refused,
        );
        expect(error.code, error.message).toBe(code);
        expect(`${error.message} ${JSON.stringify(error)}`).not.toContain('geheim');
      }
    });
    it('whose user has no right says what to run, and after that it opens', async () => {
      const address = await database();
      await administer(address, "CREATE ROLE berta LOGIN PASSWORD 'geheim'");
      // A database that nobody may make a schema in.
      await expect(opened(as(address, 'berta'))).rejects.toMatchObject({ code: 'DATABASE_RIGHTS' });
      await schema(address);
      const refused = await opened(as(address, 'berta')).catch((error: Error) => error);
      expect(refused).toMatchObject({ code: 'DATABASE_RIGHTS' });
      const { rows } = await administer(address, "SELECT pg_has_role('berta', 'demanda_staff', 'USAGE') AS has");
      expect(rows).toEqual([{ has: false }]);
      await administer(address, 'GRANT demanda_staff, demanda_tenant TO berta');
      await opened(as(address, 'berta'));
    });
    it('is worked with by a user who owns nothing of it: imports, runs, models, and a merchant’s part', async () => {
      const address = await database();
      await schema(address);
      await administer(address, "CREATE ROLE carla LOGIN PASSWORD 'geheim' IN ROLE demanda_staff, demanda_tenant");
      const store = await openPostgresStore(as(address, 'carla'));
      const days = [100, 101, 102];
      for (const merchant of ['Ana', 'Bea'])
        await importSales(
          store,
          days.map((day) => ({ merchant, product: 'Pera', day, quantity: 2, price: 3 })),
        );
      expect(await store.cells.count({})).toBe(2);
      await store.runs.hold([{ merchant: 'Ana', product: 'Pera' }], holderOf('h'));
      const run = {
        startedAt: new Date().toISOString(),
        simulatedRowsPerIteration: 1,
        ownRows: 3,
        seed: 1,
        inputs: {},
      };
      await store.runs.start({ ...run, runId: 'r1', merchant: 'Ana', product: 'Pera', holderId: 'h' });
      const ended: FinishedRun['run'] = {
        ...{ runId: 'r1', merchant: 'Ana', product: 'Pera', status: 'failed', stopReason: 'failed', converged: null },
        ...{ iterations: 1, simulatedRowsPerIteration: 1, ownRows: 3, wape: null, rmse: null, rmsse: null, seconds: 1 },
        ...{ startedAt: run.startedAt, seed: 1, failureCode: 'X', failureMessage: 'x', points: 0, errorKind: null },
        ...{ firstError: null, bestError: null, bestIteration: null, lastError: null },
      };
      const events = [{ iteration: 1, kind: 'fold', detail: {} }] as const;
      await store.runs.finish([{ run: ended, events, model: null }]);
      expect(await store.runs.events('r1')).toEqual(events);
      // Its month has a part of its own, which a user made who may not make tables.
      const month = run.startedAt.slice(0, 7).replace('-', '_');
      const parts = await administer(address, `SELECT count(*)::int AS n FROM demanda.run_event_${month}`);
      expect(parts.rows).toEqual([{ n: 1 }]);
      const bea = store.within('Bea');
      expect(await bea.cells.count({})).toBe(1);
      expect(await bea.runs.read('r1')).toBeNull();
      expect(await bea.runs.events('r1')).toEqual([]);
      expect(await bea.sales.read({ merchant: 'Ana', product: 'Pera' })).toBeNull();
      await expect(bea.access.addAudit(deedOf('settings.change', 'Ana'))).rejects.toMatchObject({
        code: 'DATABASE_RIGHTS',
      });
      expect(await store.within('O’Brien \\ "x"').cells.count({})).toBe(0);
      // Sums of all are nobody's who is bound to a merchant, and follow what it writes all the same.
      const judged = (merchant: string) => ({
        merchant,
        product: 'Pera',
        rows: [{ day: 100, side: 'inside' }] as const,
      });
      await store.intervals.add([judged('Ana'), judged('Bea')]);
      const own = [{ month: '1970-04', inside: 1, above: 0, below: 0 }];
      for (const choice of [{}, { search: 'pera' }, { merchant: 'Bea' }])
        expect(await bea.intervals.months(choice)).toEqual(own);
      expect(await bea.intervals.months({ merchant: 'Ana' })).toEqual([]);
      const typed = { merchant: 'Bea', product: 'Pera', productType: 'Conferencia', day: 103, quantity: 2, price: 3 };
      await importSales(bea, [typed], { deed: () => deedOf('import.commit', 'Bea'), knownFor: 'Bea' });
      expect(await store.intervals.months({ productType: 'Conferencia' })).toEqual(own);
      expect(await store.intervals.months({})).toEqual([{ ...own[0], inside: 2 }]);
      expect(await store.cells.count({})).toBe(2);
      await store.close();
    });
    it('is made by a user who owns the schema and is no administrator, whom no policy leaves without rows', async () => {
      const address = await database();
      await administer(address, "CREATE ROLE dora LOGIN PASSWORD 'geheim' CREATEROLE");
      const name = new URL(address).pathname.slice(1);
      await administer(address, `GRANT CREATE ON DATABASE ${name} TO dora`);
      // The roles of the server are somebody else's already: they are given to it.
      await administer(address, 'GRANT demanda_staff, demanda_tenant TO dora WITH ADMIN OPTION');
      const store = await openPostgresStore(as(address, 'dora'));
      await importSales(store, [{ merchant: 'Ana', product: 'Pera', day: 100, quantity: 2, price: 3 }]);
      expect(await store.cells.count({})).toBe(1);
      expect(await store.within('Bea').cells.count({})).toBe(0);
      await store.close();
    });
    it('is brought up to date by one of several processes that open it at once', async () => {
      const address = await database();
      const program = `import { openPostgresStore } from ${JSON.stringify(new URL('../../src/store/postgres/store.ts', import.meta.url).href)};
        const store = await openPostgresStore(process.env.ADDRESS); await store.cells.count({}); await store.close();`;
      const codes = await Promise.all(
        Array.from({ length: 3 }, () => {
          const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
            env: { ...process.env, ADDRESS: address },
            stdio: 'inherit',
          });
          return new Promise((resolve) => child.once('exit', resolve));
        }),
      );
      expect(codes).toEqual([0, 0, 0]);
      const { rows } = await administer(address, 'SELECT version FROM demanda.schema_version');
      expect(rows).toEqual([{ version: MIGRATIONS.length }]);
    }, 60_000);
    it('that crashes is told in one sentence, and works again when it is back', async () => {
      const address = await database();
      const store = await openPostgresStore(address);
      await store.documents.put('a', 'b', 1);
      await stop('immediate');
      const refused = { code: 'DATABASE_UNREACHABLE' };
      await expect(store.documents.read('a', 'b')).rejects.toMatchObject(refused);
      await expect(store.documents.put('a', 'b', 2)).rejects.toMatchObject(refused);
      await expect(opened(address)).rejects.toMatchObject(refused);
      await start();
      expect(await store.documents.read('a', 'b')).toBe(1);
      await store.documents.put('a', 'b', 2);
      expect(await store.documents.read('a', 'b')).toBe(2);
      await store.close();
    }, 60_000);
    it('that crashes within a transaction undoes it', async () => {
      const address = await database();
      const store = await openPostgresStore(address);
      await store.documents.put('a', 'b', 1);
      // A row written waits for longer than the test, so that the crash is surely between the write and the commit.
      await administer(
        address,
        `CREATE FUNCTION demanda.wait() RETURNS trigger LANGUAGE plpgsql AS
           'BEGIN PERFORM pg_sleep(3600); RETURN NULL; END';
         CREATE TRIGGER wait AFTER UPDATE OF json ON demanda.document FOR EACH ROW
           WHEN (NEW.json = '2') EXECUTE FUNCTION demanda.wait()`,
      );
      const update = expect(store.documents.update('a', 'b', () => 2)).rejects.toMatchObject({
        code: 'DATABASE_UNREACHABLE',
      });
      await vi.waitFor(
        async () => {
          const waiting =
            "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'";
          expect((await administer(address, waiting)).rowCount).toBe(1);
        },
        { timeout: 30_000 },
      );
      await stop('immediate');
      await update;
      await start();
      expect(await store.documents.read('a', 'b')).toBe(1);
      await store.close();
    }, 60_000);
    it('tells by its own clock whether a lease is over: a worker whose clock is wrong by minutes steals no cell', async () => {
      const address = await database();
      const [right, wrong] = [await openPostgresStore(address), await openPostgresStore(address)];
      const [a, b] = ['Tomate', 'Pera'].map((product) => ({ merchant: 'Ana', product }));
      try {
        await right.runs.hold([a as never], holderOf('right', 60_000));
        for (const minutes of [10, -10]) {
          vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + minutes * 60_000 });
          expect((await wrong.runs.hold([a as never, b as never], holderOf('wrong', 60_000))).held).toEqual([b]);
          vi.useRealTimers();
          // What the wrong clock was given is as long as it asked for, and nobody takes it either.
          expect((await right.runs.hold([b as never], holderOf('right', 60_000))).held).toEqual([]);
          await wrong.runs.release([b as never], 'wrong');
        }
      } finally {
        vi.useRealTimers();
        await right.close();
        await wrong.close();
      }
    });
  });
}
