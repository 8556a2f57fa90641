import { describe, expect, it } from 'vitest';
import { inParallel } from '../../src/fleet/in-parallel.ts';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('tasks over a stream', () => {
  it('are all awaited when the stream throws', async () => {
    let ended = 0;
    async function* broken(): AsyncIterable<number> {
      yield* [30, 20, 10];
      throw new Error('the disk went away');
    }
    const all = inParallel(broken(), 5, pause, () => {
      ended++;
    });
    await expect(all).rejects.toThrow('the disk went away');
    expect(ended).toBe(3);
  });

  it('are all awaited when one fails, and no further item is read', async () => {
    let read = 0;
    let ended = 0;
    async function* many(): AsyncIterable<number> {
      for (;;) yield read++;
    }
    const all = inParallel(
      many(),
      3,
      async (item) => {
        await pause(item === 1 ? 5 : 40);
        if (item === 1) throw new Error('item 1');
      },
      () => {
        ended++;
      },
    );
    await expect(all).rejects.toThrow('item 1');
    expect([read, ended]).toStrictEqual([4, 2]);
  });
});
