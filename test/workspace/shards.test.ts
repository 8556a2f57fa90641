import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { asyncBufferFromFile, parquetMetadataAsync, parquetSchema } from 'hyparquet';
import { beforeAll, describe, expect, it, vi } from 'vitest';
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
const LONG = process.env.DEMANDA_LONG === '1';
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

  it.each(LONG ? [4, 7] : [3])(
    'give the same bytes whatever their number and order: %d',
    { timeout: 120_000 },
    async (count) => {
      const output = temporaryFolder();
      const order = Array.from({ length: count }, (_, i) => (i * 5 + 2) % count);
      for (const index of order) await train(output, index, count);
      expect(await collect(output)).toMatchObject({ shards: count, missing: [], cells: 13 });
      expect(await tables(output)).toEqual(await tables(whole));
    },
  );

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

  it('are done once where two processes do one at the same time, and are what its note says', async () => {
    const output = temporaryFolder();
    const done = await Promise.all([train(output), train(output), train(output)]);
    expect(done.filter(({ skipped }) => !skipped)).toHaveLength(1);
    expect(await collect(output)).toMatchObject({ missing: [], cells: 13 });
    expect(await tables(output)).toEqual(await tables(whole));
    for (const table of readdirSync(output)) expect(readdirSync(join(output, table))).toHaveLength(1);
  });

  it('take the place of a process that was killed while it gave files their names, and clear up after it', async () => {
    const output = temporaryFolder();
    for (const table of ['_done', 'prices']) mkdirSync(join(output, table));
    writeFileSync(join(output, '_done', '.shard-00000-of-00001.publishing'), 'somebody');
    writeFileSync(join(output, 'prices', '.shard-00000-of-00001.deadbeef'), 'half');
    // Half a minute is soon over.
    const now = performance.now.bind(performance);
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => now() * 1_000);
    try {
      expect(await train(output)).toMatchObject({ cells: 13, skipped: false });
    } finally {
      clock.mockRestore();
    }
    expect(await tables(output)).toEqual(await tables(whole));
    for (const table of readdirSync(output)) expect(readdirSync(join(output, table))).toHaveLength(1);
  });

  it('are not taken for done under other options', async () => {
    const other = { input: sales, knowledge, output: whole, executor };
    for (const option of [{ seed: 2 }, { iterations: 100 }, { guardrails: { maxChange: 0.01 } }])
      await expect(trainShard({ ...other, ...option })).rejects.toMatchObject({ code: 'SHARD_OTHER_RUN' });
    const bad = trainShard({ ...other, guardrails: { minPrice: 5, maxPrice: 2 } });
    await expect(bad).rejects.toMatchObject({ code: 'GUARDRAILS_CONTRADICT' });
  });

  it('keep prices within the limits that are given', async () => {
    const output = temporaryFolder();
    await trainShard({ input: sales, knowledge, output, executor, guardrails: { maxChange: 0.02 } });
    const prices = async (of: string): Promise<number[]> =>
      (await parquetRows(join(of, 'prices', 'shard-00000-of-00001.parquet'))).map((row) =>
        Math.abs(Number(row.price) / Number(row.current_price) - 1),
      );
    expect(Math.max(...(await prices(output)))).toBeLessThanOrEqual(0.02 + 1e-9);
    expect(Math.max(...(await prices(whole)))).toBeGreaterThan(0.02);
    expect(await tableOf(output, 'models')).toEqual(await tableOf(whole, 'models'));
  });

  it('learn from the sales themselves where one process does all of them', { timeout: 120_000 }, async () => {
    const output = temporaryFolder();
    const alone = { input: sales, output, executor };
    expect(await trainShard(alone)).toMatchObject({ cells: 13, skipped: false });
    expect(await tables(output)).toEqual(await tables(whole));
    const learned = readFileSync(join(output, 'knowledge'));
    expect(await trainShard(alone)).toMatchObject({ skipped: true });
    expect(readFileSync(join(output, 'knowledge'))).toEqual(learned);
    await expect(trainShard({ ...alone, pooling: 'merchant' })).rejects.toMatchObject({ code: 'SHARD_OTHER_RUN' });
    const part = trainShard({ ...alone, shard: { index: 0, count: 2 } });
    await expect(part).rejects.toMatchObject({ code: 'SHARD_KNOWLEDGE_MISSING' });
    // Killed before its note: what it learned is learned again, and is the same; another's is not overwritten.
    rmSync(join(output, '_done'), { recursive: true });
    expect(await trainShard(alone)).toMatchObject({ skipped: false });
    rmSync(join(output, '_done'), { recursive: true });
    await expect(trainShard({ ...alone, pooling: 'merchant' })).rejects.toMatchObject({ code: 'SHARD_OTHER_RUN' });
    expect(readFileSync(join(output, 'knowledge'))).toEqual(learned);
  });

  it('learn nothing of which only a part was looked at', async () => {
    const output = temporaryFolder();
    const stop = new AbortController();
    const alone = trainShard({ input: sales, output, executor, signal: stop.signal, onProgress: () => stop.abort() });
    await expect(alone).rejects.toMatchObject({ code: 'SHARD_STOPPED' });
    expect(readdirSync(output)).toEqual([]);
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

describe('iterations', () => {
  it('give a shard the models that they give a workspace', { timeout: 120_000 }, async () => {
    const iterated = { iterations: 120, simulatedRows: 50 };
    const output = temporaryFolder();
    for (const index of [1, 0])
      await trainShard({ input: sales, knowledge, output, executor, shard: { index, count: 2 }, ...iterated });
    expect(await collect(output)).toMatchObject({ missing: [], trained: 12, failed: 1 });
    const workspace = await Workspace.open(temporaryFolder(), { executor });
    try {
      await workspace.importFiles([sales]);
      await workspace.train(iterated);
      let models = 0;
      for (const file of readdirSync(join(output, 'models')))
        for (const { merchant, product, document } of await parquetRows(join(output, 'models', file))) {
          const model = await workspace.exportModel(String(merchant), String(product));
          expect(JSON.parse(JSON.stringify(model))).toEqual(JSON.parse(String(document)));
          models++;
        }
      expect(models).toBe(12);
      for (const file of readdirSync(join(output, 'runs')))
        for (const { status, iterations } of await parquetRows(join(output, 'runs', file)))
          if (status === 'done') expect(iterations).toBe(120);
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
