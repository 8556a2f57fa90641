import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import { MIGRATION_7 } from '../../src/store/sqlite/migrations/007-decisions.ts';
import { MIGRATIONS } from '../../src/store/sqlite/migrations/migrations.ts';
import { temporaryFolder } from '../support/temporary.ts';

const document = (price: number): string =>
  JSON.stringify({
    price,
    unit: 'kg',
    unitCost: 1.8,
    modelId: null,
    expectedProfit: { value: 15, low: 0, high: 20 },
    current: { price: 2, expectedProfit: 10 },
  });

it('a store of before: own prices are of unknown gain rather than that of another price, batches and covariates are kept', async () => {
  const folder = temporaryFolder();
  const database = new DatabaseSync(join(folder, 'demanda.sqlite'));
  const earlier = MIGRATIONS.slice(0, MIGRATIONS.indexOf(MIGRATION_7));
  for (const migration of earlier) database.exec(migration);
  database.exec(`PRAGMA user_version = ${earlier.length}; INSERT INTO known_covariate VALUES ('temp');
    INSERT INTO cell VALUES (1, 'Ana', 'Pera', 'Fruta', 'kg', 'daily', 1, 20000, 20000), (2, 'Ana', 'Uva', 'Fruta', 'kg', 'daily', 1, 20000, 20000)`);
  const keep = database.prepare(
    `INSERT INTO recommendation (id, merchant, product, at, document, status, price, gain, decided_by, batch_id) VALUES (?, 'Ana', ?, '2026', ?, ?, ?, 5, 'key:caja', ?)`,
  );
  keep.run(1, 'Pera', document(3.68), 'approved', 1.6, null);
  keep.run(2, 'Uva', document(3.68), 'exported', 1.5, 'monday-0001');
  keep.run(3, 'Uva', document(3.68), 'approved', 3.68, null);
  database.exec(`UPDATE overview SET recommendation_id = 1, recommended_price = 3.68, gain = 5, probability_better = 0.9 WHERE product = 'Pera';
    UPDATE overview SET recommendation_id = 3, recommended_price = 3.68, gain = 5, probability_better = 0.9 WHERE product = 'Uva'`);
  const item = {
    recommendationId: '2',
    merchant: 'Ana',
    product: 'Uva',
    unit: 'kg',
    priceBefore: 2,
    price: 1.5,
    expectedGain: 5,
    reason: 'x',
  };
  database
    .prepare(`INSERT INTO export_batch VALUES ('monday-0001', '2026', 'key:caja', 'Ana', '2026-02-01', 'csv', '{}', ?)`)
    .run(JSON.stringify([item]));
  database.close();

  const store = await openStore(folder);
  expect(await store.recommendations.read(1)).toMatchObject({
    price: 1.6,
    gain: null,
    figures: null,
    decidedBy: 'key:caja',
    decidedByName: null,
  });
  expect(await store.recommendations.read(2)).toMatchObject({
    gain: null,
    batchId: 'monday-0001',
    activationDate: '2026-02-01',
  });
  expect(await store.recommendations.read(3)).toMatchObject({ gain: 5 });
  const { items } = await store.cells.overview({}, 'product', 'asc', { limit: 10, after: null });
  expect(items).toMatchObject([
    { product: 'Pera', recommendedPrice: 1.6, gain: null, probabilityBetter: null },
    { product: 'Uva', recommendedPrice: 3.68, gain: 5, probabilityBetter: 0.9 },
  ]);
  expect(await store.recommendations.batches('monday-0001')).toEqual([
    {
      batchId: 'monday-0001',
      at: '2026',
      actor: 'key:caja',
      actorName: null,
      merchant: 'Ana',
      activationDate: '2026-02-01',
      format: 'csv',
      items: [{ ...item, expectedGain: null }],
    },
  ]);
  await store.close();
  const migrated = new DatabaseSync(join(folder, 'demanda.sqlite'), { readOnly: true });
  expect(migrated.prepare('SELECT merchant, name FROM known_covariate').all()).toEqual([
    { merchant: '', name: 'temp' },
  ]);
  migrated.close();
});
