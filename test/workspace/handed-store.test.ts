import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Store } from '../../src/contract/store/store.ts';
import { MemoryData, openMemoryStore } from '../../src/store/memory/store.ts';
import { Workspace } from '../../src/workspace.ts';
import { temporaryFolder } from '../support/temporary.ts';

const CELL = { merchant: 'Ana', product: 'Pera' };

/** What a workspace makes of ten weeks of sales, without clocks and ids. */
async function lived(folder: string, store?: Store): Promise<unknown> {
  const file = join(temporaryFolder(), 'sales.csv');
  const rows = Array.from({ length: 70 }, (_, i) => {
    const day = new Date(Date.UTC(2025, 0, 1 + i)).toISOString().slice(0, 10);
    const price = 2 + 0.2 * (Math.floor(i / 5) % 3);
    return `${day},Ana,Pera,Fruta,${(20 - 5 * price + ((i * 7) % 5)).toFixed(1)},${price.toFixed(2)},1`;
  });
  writeFileSync(file, `fecha,comerciante,producto,tipo,kg,precio,coste\n${rows.join('\n')}\n`);
  const workspace = await Workspace.open(folder, { lang: 'en', store });
  const {
    files: [{ file: _, batchId, ...imported }],
  } = await workspace.importFiles([file]);
  expect(await workspace.imports.show(batchId as string, null)).toMatchObject({ accepted: 70, from: '2025-01-01' });
  await workspace.train({ ...CELL, workers: 1 });
  const { modelId, ...model } = (await workspace.models(CELL)).models[0];
  const { recommendations } = await workspace.recommend(CELL);
  const priced = recommendations.map((item) => ({ ...item, modelId: modelId === item.modelId }));
  const overview = (await workspace.overview.list({}, 'merchant', 'asc', { limit: 1 })).items;
  await workspace.close();
  return { imported, model: { ...model, runId: '', trainedAt: '', seconds: 0 }, priced, state: overview[0].state };
}

describe('a workspace that is handed a store', () => {
  it('keeps everything there and nothing in the folder, and answers as with its own', async () => {
    const [own, handed] = [join(temporaryFolder(), 'ws'), join(temporaryFolder(), 'ws')];
    const data = new MemoryData();
    expect(await lived(handed, openMemoryStore(data))).toEqual(await lived(own));
    expect(existsSync(join(own, 'demanda.sqlite'))).toBe(true);
    expect(existsSync(join(handed, 'demanda.sqlite'))).toBe(false);
    expect(await openMemoryStore(data).models.count({})).toBe(1);
  });
});
