import { describe, expect, it } from 'vitest';
import type { DemandModel } from '../../src/core/demand/fit-demand.ts';
import { PooledScores } from '../../src/fleet/pooled-scores.ts';

/** What the pool reads of a model. */
function modelOf(product: string, scores: readonly number[]): DemandModel {
  return {
    merchant: 'Ana',
    product,
    productType: 'Fruta',
    crossValidated: { scores, scoreDaysAhead: scores.map(() => 3) },
  } as unknown as DemandModel;
}

function memoryStore() {
  const kept = new Map<string, string>();
  return {
    update: async (kind: string, key: string, change: (document: unknown) => unknown): Promise<void> =>
      void kept.set(`${kind}/${key}`, JSON.stringify(change(JSON.parse(kept.get(`${kind}/${key}`) ?? 'null')))),
    read: async (kind: string, key: string): Promise<unknown> => JSON.parse(kept.get(`${kind}/${key}`) ?? 'null'),
  };
}

describe('pooled conformal scores', () => {
  it('lend a cell with few scores those of the other cells of its type, whatever the order of training', async () => {
    const results = [];
    for (const order of [
      [1, 2, 3],
      [3, 1, 2],
    ]) {
      const store = memoryStore();
      const pool = new PooledScores(store);
      for (const i of order) pool.add(modelOf(`p${i}`, [i, i / 10]));
      await pool.save();
      results.push(await new PooledScores(store).poolFor(modelOf('p2', [2])));
    }
    expect(results[0]).toEqual({ scores: [1, 0.1, 3, 0.3], daysAhead: [3, 3, 3, 3] });
    expect(results[1]).toEqual(results[0]);
  });
  it('keep earlier cells when one is trained again, and lend nothing to a cell with enough of its own', async () => {
    const store = memoryStore();
    const first = new PooledScores(store);
    first.add(modelOf('a', [1]));
    first.add(modelOf('b', [2]));
    await first.save();
    const second = new PooledScores(store);
    second.add(modelOf('b', [5]));
    await second.save();
    expect(await new PooledScores(store).poolFor(modelOf('c', []))).toEqual({ scores: [1, 5], daysAhead: [3, 3] });
    expect(await new PooledScores(store).poolFor(modelOf('c', new Array(40).fill(1)))).toBeNull();
  });

  it('leave the document of all workers alone where none of their cells is among the first', async () => {
    const store = memoryStore();
    let writes = 0;
    const update = (...of: Parameters<typeof store.update>): Promise<void> => {
      writes++;
      return store.update(...of);
    };
    const counted = { ...store, update };
    const name = (i: number): string => `p${String(i).padStart(3, '0')}`;
    const trained = async (numbers: readonly number[], score: number): Promise<void> => {
      const pool = new PooledScores(counted);
      for (const i of numbers) pool.add(modelOf(name(i), [score]));
      await pool.save();
    };
    await trained(
      Array.from({ length: 100 }, (_, i) => 2 * i),
      1,
    );
    expect(writes).toBe(1);
    await trained([199, 300], 2);
    expect(writes).toBe(1);
    // One of them again, and one before the last.
    await trained([198], 3);
    await trained([197, 400], 4);
    expect(writes).toBe(3);
    const kept = (await store.read('conformal-scores', 'Fruta')) as Record<string, { scores: number[] }>;
    expect(Object.keys(kept)).toHaveLength(100);
    expect(Object.values(kept).at(-1)).toMatchObject({ scores: [4] });
  });
});
