import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gunzipSync, inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Store } from '../../src/contract/store/store.ts';
import { type ModelBytes, modelOf } from '../../src/store/model-bytes.ts';
import { openStore } from '../../src/store/open.ts';
import { MIGRATIONS } from '../../src/store/sqlite/migrations/migrations.ts';
import { temporaryFolder } from '../support/temporary.ts';

const EARLIER = join(import.meta.dirname, 'earlier');

/** SHA-256 of the steps that are out, of which none may change. */
const FROZEN = [
  '5fa1cb4791cc0e32db3345af36dd7fc1b30167282ac2448e7b0232b5f41050e8',
  '7b41fa2bf0533f89fdc18ddddb03edaf0564aef8806912e88494f5aca5bcdf5c',
  '39a2982b876e466af9d233ebe40f70124b638aa7aace1d6bfe3b66e334539cc0',
  'a00f9a95934fdfd12a8484b3a8e7600ebb1a1a88fc027852380257f3a4d5bba0',
  'c6aeb3e4d93e0d9d9c79926acb6dfee0e3c53e9bcf2a1c143d388c291f850b97',
  '6b7746fd188bb4bf9221c09747ce011caa4f9b455e2f0d48c4c32987e0958361',
  '80a037232e72d726560ca401f9b70bd1f0686c2bec46bf1a504a47ffee0ec3e8',
  '80c57b0686c94dd58f4718c20044a65beac210b2983da7027f96d95f1638bba8',
  'cc72fffd5dbb4bf6dd4d539902628b3a692dfd5017e288067a593e38d66d29f4',
  '4e4aef805054b44445c1c95c023f4f67b7109916835b2123f2f2f07946ab8ba3',
  '99a74bc261f9899590eb472bdd958eb075f3c5078d219f3aa1bd6f712310e2a6',
  '198e64238ccc0063fe60c27504c51e6f76f4adc4aec470ccac3b8da480aa7bb1',
  'a1d7a42d514ad7b8977ae2f3892236e0b862825674f5a245a33dc3d1c25c8a11',
  '1c302ec0f5b64f11c851c2b1bea0e4fa7343979ed839f59748676d7dec3dbf90',
  'a4c9627bb980cb1610b654761e9d128bf6aab627bbd85d6a800bd48e5e073778',
  'b42ddb4fec98bc7a952244ce99e5728abf420ff51f3f23b7fb8eff5c66f5b2a2',
  'c7e154ccad6bc4a79d9df7719611142f84eb4bd1d60e80b63e75fe8600f51430',
  '5b952921f08863043c839ff2faa9dcb43106c3af33741d40ed148caaf5b9900a',
  '383c2eda16a2577006ac81d987217c961562adfbb0decfe7395f6bd9284f4b87',
  'd845c01607a4dd2e0a20695a563b4aea5aa82a2a9d6ae86c46f359c5e6a91246',
  '7fa4a3a1241df5ed58ec218ed600f5cbe0875c9bc4578aaeb3256892038b6252',
  '405f71409fb1edbf2f05c107f024b958ecc7bb66650c727dfb38f60e922fac3a',
  'f6ec1b40c281d6a390d7cd96d174263467a103620d142fe85cac5b164a2296e0',
  '5301b83ced622c96ab515fda4a835613bca313ec43d90ad95ac3ab255aea3ca4',
];

type Row = Record<string, unknown>;

/** What a store held before it was brought up to date. */
interface Before {
  readonly cells: Row[];
  readonly sold: Row[];
  readonly models: Row[];
  /** By id: what each model is. */
  readonly documents: ReadonlyMap<string, unknown>;
  readonly aliases: Row[];
  readonly runs: Row[];
  readonly recommendations: Row[];
}

/** A real store of a version, in a folder of its own. */
function earlier(version: number): { readonly folder: string; readonly before: Before } {
  const folder = temporaryFolder();
  const file = join(folder, 'demanda.sqlite');
  writeFileSync(file, gunzipSync(readFileSync(join(EARLIER, `v${version}.sqlite.gz`))));
  const database = new DatabaseSync(file, { readOnly: true });
  const all = (sql: string): Row[] => (database.prepare(sql).all() as Row[]).map((row) => ({ ...row }));
  expect(all('PRAGMA user_version')).toEqual([{ user_version: version }]);
  const before = {
    cells: all('SELECT merchant, product, product_type AS productType, rows FROM cell ORDER BY merchant, product'),
    sold: all('SELECT count(*) AS days, total(quantity) AS quantity FROM sale GROUP BY cell ORDER BY cell'),
    models: all('SELECT model_id AS modelId, version, elasticity FROM model ORDER BY merchant, product, version'),
    documents: new Map(
      all(`SELECT model_id, document, crc, ${version < 18 ? '1' : 'form'} AS form FROM model`).map((kept) => [
        kept.model_id as string,
        kept.form === 1
          ? (JSON.parse(inflateSync(kept.document as Uint8Array).toString()) as unknown)
          : modelOf(kept as unknown as ModelBytes),
      ]),
    ),
    aliases: all('SELECT merchant, product, alias, version FROM model_alias ORDER BY merchant, product, alias'),
    runs: version < 2 ? [] : all('SELECT run_id AS runId, status, iterations, wape FROM run ORDER BY rowid'),
    recommendations: all('SELECT id, document FROM recommendation ORDER BY id'),
  };
  database.close();
  return { folder, before };
}

async function listed<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const row of rows) found.push(row);
  return found;
}

async function keepsAll(store: Store, before: Before): Promise<void> {
  expect(await listed(store.cells.list({}))).toMatchObject(before.cells);
  const series = await listed(store.sales.stream({}));
  expect(series.map(({ quantity }) => quantity.length)).toEqual(before.sold.map(({ days }) => days));
  series.forEach(({ quantity }, i) => {
    expect(quantity.reduce((sum, value) => sum + value, 0)).toBeCloseTo(before.sold[i].quantity as number, 9);
  });
  const models = await listed(store.models.list({}));
  expect(models).toMatchObject(before.models);
  expect(
    models.flatMap(({ merchant, product, version, aliases }) =>
      aliases.map((alias) => ({ merchant, product, alias, version })),
    ),
  ).toEqual(before.aliases);
  for (const summary of models) {
    const { model } = (await store.models.read(summary, summary.modelId)) ?? {};
    expect(model?.elasticity.value).toBe(summary.elasticity);
    expect(model).toEqual(before.documents.get(summary.modelId));
  }
  const runs = await listed(store.runs.list({}));
  expect(runs).toMatchObject(before.runs);
  for (const { runId, iterations } of runs.filter((run) => run.iterations > 0))
    expect((await store.runs.history(runId))?.iterations.at(-1)).toBe(iterations);
  for (const { id, document } of before.recommendations)
    expect((await store.recommendations.read(id as number))?.document).toEqual(JSON.parse(document as string));
}

describe('migrations', () => {
  it('are frozen as they went out', () => {
    const hashes = MIGRATIONS.map((step) => createHash('sha256').update(step).digest('hex'));
    expect(hashes).toEqual(FROZEN);
  });
  it('are tried from a real store of every earlier version', () => {
    const files = readdirSync(EARLIER).filter((name) => name.endsWith('.gz'));
    expect(files.toSorted()).toEqual(
      MIGRATIONS.slice(0, -1)
        .map((_, i) => `v${i + 1}.sqlite.gz`)
        .toSorted(),
    );
  });
  it.each(MIGRATIONS.slice(0, -1).map((_, i) => i + 1))(
    'bring version %d up to date, and lose nothing',
    async (from) => {
      const { folder, before } = earlier(from);
      expect(before.cells).toHaveLength(3);
      expect(before.models.length).toBeGreaterThanOrEqual(3);
      expect(before.recommendations.length).toBeGreaterThanOrEqual(1);
      const told: unknown[] = [];
      const store = await openStore(folder, { onMigration: (migration) => told.push(migration) });
      const copy = join(folder, `demanda.sqlite.before-v${MIGRATIONS.length}`);
      expect(told).toEqual([{ from, to: MIGRATIONS.length, copy }]);
      expect(existsSync(copy)).toBe(true);
      await keepsAll(store, before);
      // What is shown of cells is put together by the steps themselves.
      const shown = await store.cells.overview({}, 'merchant', 'asc', { limit: 10, after: null });
      expect(shown.items.map(({ merchant, product }) => ({ merchant, product }))).toEqual(
        before.cells.map(({ merchant, product }) => ({ merchant, product })),
      );
      const [pear] = shown.items;
      expect(pear).toMatchObject({ product: 'Pera', state: 'live', rows: 70 });
      // The price moves every fifth day, and a tenth above the lowest is the last one's.
      expect(pear?.lastPrice).toBeCloseTo(2.2, 9);
      expect(pear?.priceSince).toBe(Date.UTC(2025, 0, 1) / 86_400_000 + 65);
      await store.close();
      const again = await openStore(folder);
      await keepsAll(again, before);
      await again.close();
    },
  );
});
