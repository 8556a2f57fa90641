import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LONGEST_LEASE_MS } from '../../src/contract/store/runs.ts';
import { HOLDER_ID, holdCell, releaseCells } from '../../src/fleet/lease.ts';
import { MemoryData, openMemoryStore } from '../../src/store/memory/store.ts';
import { holderOf } from '../contracts/holder.ts';

const A = { merchant: 'Ana', product: 'Tomate' };
const B = { merchant: 'Ana', product: 'Pera' };

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe('a cell that is held for a training', () => {
  it('stays held for as long as the training lasts, and is free for others afterwards', async () => {
    const data = new MemoryData();
    const [own, other] = [openMemoryStore(data), openMemoryStore(data)];
    await holdCell(own, A);
    await holdCell(own, B);
    for (let hour = 0; hour < 3; hour++) {
      await vi.advanceTimersByTimeAsync(3_600_000);
      expect((await other.runs.hold([A, B], holderOf('other'))).held).toEqual([]);
    }
    await releaseCells(own, [A]);
    await vi.advanceTimersByTimeAsync(2 * LONGEST_LEASE_MS);
    expect((await other.runs.hold([A, B], holderOf('other'))).held).toEqual([A]);
    await releaseCells(own, [B]);
    expect(vi.getTimerCount()).toBe(0);
  });
  it('outlives renewals that a busy store refuses for some minutes', async () => {
    const data = new MemoryData();
    const [own, other] = [openMemoryStore(data), openMemoryStore(data)];
    await holdCell(own, A);
    const renew = vi.spyOn(own.runs, 'renew').mockRejectedValue(new Error('busy'));
    await vi.advanceTimersByTimeAsync(LONGEST_LEASE_MS - 60_000);
    expect(renew.mock.calls.length).toBeGreaterThan(2);
    expect((await other.runs.hold([A], holderOf('other'))).held).toEqual([]);
    renew.mockRestore();
    await vi.advanceTimersByTimeAsync(LONGEST_LEASE_MS);
    expect((await other.runs.hold([A], holderOf('other'))).held).toEqual([]);
    await releaseCells(own, [A]);
  });
  it('is refused with the words of who holds it', async () => {
    const store = openMemoryStore();
    await store.runs.hold([A], { ...holderOf('other'), name: '4321' });
    await expect(holdCell(store, A)).rejects.toMatchObject({
      code: 'RUN_HELD_BY_OTHER',
      message: expect.stringContaining('4321'),
    });
    expect(HOLDER_ID).not.toBe('other');
    expect(vi.getTimerCount()).toBe(0);
  });
});
