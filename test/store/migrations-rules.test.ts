import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { cellKey } from '../../src/contract/cell-name.ts';
import { guardrailKey } from '../../src/rules/guardrail-scopes.ts';
import { openStore } from '../../src/store/open.ts';
import { MIGRATION_8 } from '../../src/store/sqlite/migrations/008-rules.ts';
import { MIGRATIONS } from '../../src/store/sqlite/migrations/migrations.ts';
import { deedOf } from '../support/deeds.ts';
import { temporaryFolder } from '../support/temporary.ts';

const before = MIGRATIONS.indexOf(MIGRATION_8);

/** A store as it was before, with the rows that some statements write. @returns its folder */
function earlierStore(write: (database: DatabaseSync) => void): string {
  const folder = temporaryFolder();
  mkdirSync(folder, { recursive: true });
  const database = new DatabaseSync(join(folder, 'demanda.sqlite'));
  for (const migration of MIGRATIONS.slice(0, before)) database.exec(migration);
  database.exec(`PRAGMA user_version = ${before}`);
  write(database);
  database.close();
  return folder;
}

const RUN = (id: string, startedAt: string, status = 'done', modelId: string | null = null): string =>
  `INSERT INTO run (run_id, merchant, product, status, stop_reason, iterations, simulated_rows, own_rows, started_at, seconds, seed, model_id, points)
   VALUES ('${id}', 'Ana', 'Pera', '${status}', 'budget used', 5, 1, 9, '${startedAt}', 1, 1, ${modelId === null ? 'NULL' : `'${modelId}'`}, 3);`;
const MODEL = (version: number): string =>
  `INSERT INTO model VALUES ('m${version}', 'r${version}', 'Ana', 'Pera', 'Fruta', 'kg', ${version}, 0, 0.2, 1, 1, -2, -3, -1, 9, '2026-01-01', 1, 1, 0, x'00');`;
const CELL = (merchant: string, product: string, type: string): string =>
  `INSERT INTO cell (merchant, product, product_type, unit, frequency, rows, first_day, last_day) VALUES ('${merchant}', '${product}', '${type}', 'kg', 'daily', 1, 1, 1);`;

it('a cell of an earlier store whose live version was deleted has a live one again, and no alias names what is gone', async () => {
  const folder = earlierStore((database) =>
    database.exec(
      `${MODEL(1)} ${MODEL(3)} INSERT INTO model_alias VALUES ('Ana', 'Pera', 'live', 2), ('Ana', 'Pera', 'candidate', 3), ('Bea', 'Kiwi', 'live', 1);`,
    ),
  );
  const store = await openStore(folder);
  const found: unknown[] = [];
  for await (const { version, aliases } of store.models.list({})) found.push([version, ...aliases]);
  expect(found).toEqual([[1], [3, 'live']]);
  await expect(store.models.delete({ merchant: 'Ana', product: 'Pera' }, 3, deedOf('model.delete'))).resolves.toEqual({
    live: 1,
    promoted: 1,
  });
  await store.close();
});

it('numbers go on above all that models, aliases, runs and recommendations of an earlier store know', async () => {
  const uuid = '01234567-89ab-cdef-0123-456789abcdef';
  const numbers = async (write: string): Promise<unknown> => {
    const folder = earlierStore((database) => database.exec(write));
    await (await openStore(folder)).close();
    const database = new DatabaseSync(join(folder, 'demanda.sqlite'));
    const rows = database.prepare('SELECT merchant, product, last FROM model_number').all();
    database.close();
    return rows.map((row) => ({ ...row }));
  };
  const pera = (last: number) => [{ merchant: 'Ana', product: 'Pera', last }];
  expect(await numbers(MODEL(2))).toEqual(pera(2));
  expect(await numbers(`${MODEL(2)} ${RUN('r-9', '2026-01-01', 'done', 'r-9-12')} ${RUN('q', '2026-01-02')}`)).toEqual(
    pera(12),
  );
  const recommended = `INSERT INTO recommendation (merchant, product, at, document, model_id) VALUES ('Ana', 'Pera', '2026', '{}', '${uuid}-31'), ('Ana', 'Pera', '2026', '{}', 'else');`;
  expect(await numbers(recommended)).toEqual(pera(31));
});

it('runs stay in the order in which they were written, and a fleet that was interrupted knows what it had done', async () => {
  const folder = earlierStore((database) =>
    database.exec(
      `INSERT INTO document VALUES ('training', 'since', '"2026-03-01T00:00:00.000Z"'); ${RUN('old', '2026-02-01T00:00:00.000Z')} ${RUN('new', '2026-03-02T00:00:00.000Z')}`,
    ),
  );
  const store = await openStore(folder);
  const runs: unknown[] = [];
  const fleet = await store.documents.read('training', 'fleet');
  for await (const { runId, trainingId } of store.runs.list({})) runs.push([runId, trainingId === fleet]);
  expect(runs).toEqual([
    ['old', false],
    ['new', true],
  ]);
  await store.close();
});

it('facts of cells without sales and scores of types keep their cells under keys that cannot collide', async () => {
  const scores = {
    'Ana\u0000Té "verde" ñ': { scores: [0.1, 1e-7], daysAhead: [1, 2] },
    'Bea\u0000Té': { scores: [], daysAhead: [] },
  };
  const folder = earlierStore((database) => {
    const insert = database.prepare('INSERT INTO document VALUES (?, ?, ?)');
    insert.run('cold-start', 'Ana\u0000Té "verde" ñ', '{"price":2}');
    insert.run('cold-start', 'Bea\u0000Té', '{}');
    insert.run('conformal-scores', 'Té', JSON.stringify(scores));
    insert.run('conformal-scores', 'nada', '{}');
  });
  const store = await openStore(folder);
  const key = (merchant: string, product: string): string => cellKey({ merchant, product });
  expect(await store.documents.read('cold-start', key('Ana', 'Té "verde" ñ'))).toEqual({ price: 2 });
  expect(await store.documents.read('cold-start', key('Bea', 'Té'))).toEqual({});
  expect(await store.documents.read('conformal-scores', 'nada')).toEqual({});
  expect(await store.documents.read('conformal-scores', 'Té')).toEqual({
    [key('Ana', 'Té "verde" ñ')]: { scores: [0.1, 1e-7], daysAhead: [1, 2] },
    [key('Bea', 'Té')]: { scores: [], daysAhead: [] },
  });
  await store.close();
});

it('guardrails go to the scope that their key names; where it can be read in several ways, to those whose names there are', async () => {
  const folder = earlierStore((database) => {
    database.exec(
      [
        CELL('A/B', 'p', 'C'),
        CELL('A', 'q', 'X'),
        CELL('Z', 'r', 'B/C'),
        CELL('M', 's', 'N/O'),
        CELL('M/N', 's', 'O'),
        CELL('Bar', 'Té', 'Té'),
        CELL('T/U', 'v', 'w'),
      ].join(' '),
    );
    const insert = database.prepare('INSERT INTO setting VALUES (?, ?)');
    for (const scope of ['', 'Bar/', '/Té', 'Bar/Té', 'A/B/C', 'M/N/O', 'T/U/', 'gone/away'])
      insert.run(`guardrails:${scope}`, JSON.stringify({ of: scope }));
    insert.run('currency', 'MXN');
  });
  const store = await openStore(folder);
  const keyed = (merchant: string | undefined, productType: string | undefined, of: string) => [
    guardrailKey({ ...(merchant !== undefined && { merchant }), ...(productType !== undefined && { productType }) }),
    JSON.stringify({ of }),
  ];
  expect(await store.documents.settings()).toEqual({
    currency: 'MXN',
    ...Object.fromEntries([
      keyed(undefined, undefined, ''),
      keyed('Bar', undefined, 'Bar/'),
      keyed(undefined, 'Té', '/Té'),
      keyed('Bar', 'Té', 'Bar/Té'),
      // A/B sells C; A and B/C are known too, but not together.
      keyed('A/B', 'C', 'A/B/C'),
      // Both are real: both keep what held for them.
      keyed('M', 'N/O', 'M/N/O'),
      keyed('M/N', 'O', 'M/N/O'),
      keyed('T/U', undefined, 'T/U/'),
      // Names that are not there (yet) lose nothing.
      keyed('gone', 'away', 'gone/away'),
    ]),
  });
  await store.close();
});
