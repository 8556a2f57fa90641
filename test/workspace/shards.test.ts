import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { asyncBufferFromFile, parquetMetadataAsync, parquetSchema } from 'hyparquet';
import { beforeAll, describe, expect, it } from 'vitest';
import { inlineExecutor } from '../../src/fleet/inline.ts';
import { readKnowledge } from '../../src/workspace/knowledge-file.ts';
import { SHARD_TABLES } from '../../src/workspace/shard-tables.ts';
import { collect, prepare, trainShard, Workspace } from '../../src/workspace.ts';
import { parquetRows, tableOf, writeDataset } from '../support/sales-dataset.ts';
import { lastingFolder, temporaryFolder } from '../support/temporary.ts';

const folder = lastingFolder();
const [sales, knowledge, whole] = ['sales', 'knowledge', 'whole'].map((name) => join(folder, name)) as [
  string,
  string,
  string,
];
const executor = inlineExecutor;
/** What must not depend on who trains. */
const SAME = ['models', 'prices', 'forecasts', 'failures'] as const;

const train = (output: string, index = 0, count = 1) =>
  trainShard({ input: sales, knowledge, output, shard: { index, count }, executor });

async function tables(output: string): Promise<Record<string, string[]>> {
  return Object.fromEntries(
    await Promise.all(SAME.map(async (table) => [table, await tableOf(output, table)] as const)),
  );
}

beforeAll(async () => {
  writeDataset(sales, 120);
  expect(await prepare(sales, knowledge, { executor })).toMatchObject({ cells: 13, sampled: 13 });
  expect(await train(whole)).toMatchObject({ cells: 13, skipped: false });
}, 120_000);

describe('shards', () => {
  it('have each cell once', async () => {
    const { trained, failed } = await collect(whole);
    expect(trained + failed).toBe(13);
    expect(await tableOf(whole, 'runs')).toHaveLength(13);
    expect(await tableOf(whole, 'models')).toHaveLength(trained);
    expect(await tableOf(whole, 'prices')).toHaveLength(trained);
    expect(await tableOf(whole, 'failures')).toHaveLength(failed);
    expect(trained).toBeGreaterThan(10);
  });

  it.each([4, 7])('give the same bytes whatever their number and order: %d', { timeout: 120_000 }, async (count) => {
    const output = temporaryFolder();
    const order = Array.from({ length: count }, (_, i) => (i * 3 + 2) % count);
    for (const index of order) await train(output, index, count);
    expect(await collect(output)).toMatchObject({ shards: count, missing: [], cells: 13 });
    expect(await tables(output)).toEqual(await tables(whole));
  });

  it('without a cell are done all the same', { timeout: 120_000 }, async () => {
    const output = temporaryFolder();
    const documents = [];
    for (const index of [1, 2]) documents.push(await train(output, index, 40));
    expect(documents.some(({ cells }) => cells === 0)).toBe(true);
    expect(await collect(output)).toMatchObject({ shards: 40, missing: expect.arrayContaining([0, 39]) });
  });

  it('are not trained again', async () => {
    const before = readFileSync(join(whole, 'models', 'shard-00000-of-00001.parquet'));
    expect(await train(whole)).toMatchObject({ cells: 13, skipped: true });
    expect(readFileSync(join(whole, 'models', 'shard-00000-of-00001.parquet'))).toEqual(before);
  });

  it('leave nothing but their files', async () => {
    expect(readdirSync(whole).sort()).toEqual(['_done', 'failures', 'forecasts', 'models', 'prices', 'runs']);
    for (const table of readdirSync(whole)) expect(readdirSync(join(whole, table))).toHaveLength(1);
  });

  it('write typed columns, and in which schema', async () => {
    for (const [table, columns] of Object.entries(SHARD_TABLES)) {
      const metadata = await parquetMetadataAsync(
        await asyncBufferFromFile(join(whole, table, 'shard-00000-of-00001.parquet')),
      );
      const noted = Object.fromEntries(metadata.key_value_metadata?.map(({ key, value }) => [key, value]) ?? []);
      expect(noted).toMatchObject({ 'demanda.schema': '1', 'demanda.table': table });
      const found = parquetSchema(metadata).children.map(({ element }) => [
        element.name,
        element.converted_type ?? element.type,
        element.repetition_type === 'OPTIONAL',
      ]);
      const written = {
        string: 'UTF8',
        json: 'UTF8',
        double: 'DOUBLE',
        int: 'INT32',
        boolean: 'BOOLEAN',
        date: 'DATE',
      };
      const types: Readonly<Record<string, string>> = { ...written, timestamp: 'TIMESTAMP_MILLIS' };
      expect(found).toEqual(
        Object.entries(columns).map(([name, type]) => [name, types[type.replace('?', '')], type.endsWith('?')]),
      );
    }
    const [price] = await parquetRows(join(whole, 'prices', 'shard-00000-of-00001.parquet'));
    expect(price?.from_day).toBeInstanceOf(Date);
    expect(price?.price).toBeGreaterThan(0);
  });
});

describe('what a workspace learns and trains', () => {
  it('is what shards learn and train from the same sales', { timeout: 120_000 }, async () => {
    const workspace = await Workspace.open(temporaryFolder(), { executor });
    try {
      await workspace.importFiles([sales]);
      const own = join(temporaryFolder(), 'knowledge');
      await workspace.prepare(own);
      const [here, there] = [await readKnowledge(own), await readKnowledge(knowledge)];
      expect(here.market).toEqual(there.market);
      expect(here.scores).toEqual(there.scores);
      const { runs } = await workspace.train();
      const rows = await parquetRows(join(whole, 'models', 'shard-00000-of-00001.parquet'));
      for (const { merchant, product, document } of rows) {
        const model = await workspace.exportModel(String(merchant), String(product));
        expect(JSON.parse(JSON.stringify(model))).toEqual(JSON.parse(String(document)));
      }
      expect(runs.filter(({ modelId }) => modelId !== null)).toHaveLength(rows.length);
    } finally {
      await workspace.close();
    }
  });
});

describe('collect', () => {
  it('loads what is done into a workspace, once', { timeout: 120_000 }, async () => {
    const output = temporaryFolder();
    await train(output, 0, 2);
    const workspace = await Workspace.open(temporaryFolder(), { executor });
    try {
      await expect(workspace.collect(output)).rejects.toMatchObject({ code: 'COLLECT_NO_SALES' });
      await workspace.importFiles([sales]);
      const first = await workspace.collect(output);
      expect(first).toMatchObject({ missing: [1], loaded: { present: 0, unsold: 0 } });
      expect(first.loaded?.models).toBe(first.trained);
      expect(first.loaded?.prices).toBe(first.trained);
      await train(output, 1, 2);
      const second = await workspace.collect(output);
      expect(second).toMatchObject({ missing: [], loaded: { present: first.cells } });
      const list = await workspace.recommendations.list({}, 'id', { limit: 100 });
      expect(list.items).toHaveLength(second.trained);
      const [item] = list.items;
      if (!item) throw new Error('no recommendation');
      // What somebody decided stands when it is loaded again.
      await workspace.recommendations.decide(
        { actor: { kind: 'library', id: 'test', name: 'Test' }, merchant: null, admin: true } as never,
        { to: 'rejected', ids: [String(item.id)], reason: 'no', expectedRevisions: { [item.id]: item.revision } },
      );
      expect(await workspace.collect(output)).toMatchObject({ loaded: { runs: 0, models: 0, prices: 0, present: 13 } });
      const { models } = await workspace.models();
      expect(models).toHaveLength(second.trained);
      const [asked] = (await workspace.recommend({ merchant: item.merchant, product: item.product })).recommendations;
      expect(asked?.price).toBe(item.price);
    } finally {
      await workspace.close();
    }
  });

  it('tells of files that are not what was written', async () => {
    const output = temporaryFolder();
    await cp(whole, output, { recursive: true });
    rmSync(join(output, 'prices', 'shard-00000-of-00001.parquet'));
    await expect(collect(output)).rejects.toMatchObject({ code: 'SHARD_DAMAGED' });
    await expect(train(output)).rejects.toMatchObject({ code: 'SHARD_DAMAGED' });
    await expect(collect(temporaryFolder())).rejects.toMatchObject({ code: 'COLLECT_NOTHING' });
  });
});
