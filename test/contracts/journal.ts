import { describe, expect, it } from 'vitest';
import type { JournalEntry } from '../../src/contract/store/journal.ts';
import type { Store } from '../../src/contract/store/store.ts';

const at = '2026-05-01T10:00:00.000Z';
const entry = (merchant: string | null, detail: unknown) => ({ at, merchant, detail });
const DEED = {
  at,
  actor: { kind: 'library', id: 'test', name: 'test' },
  action: 'alerts.change',
  merchant: null,
  detail: {},
} as const;

/** What the program did by itself, and its secrets. */
export function describeJournal(name: string, open: () => Promise<Store>): void {
  describe(`${name}: journal`, () => {
    const all = async (store: Store, merchant: string | null, limit = 100): Promise<readonly JournalEntry[]> =>
      (await store.journal.list('watch-cell', merchant, { limit, after: null })).items;

    it('gives entries back newest first, by kind and merchant, page by page', async () => {
      const store = await open();
      const ids = await store.journal.add(
        'watch-cell',
        [entry('Ana', { n: 1 }), entry('Bea', { n: 2 }), entry('Ana', { n: [3] })],
        10,
      );
      await store.journal.add('alert', [entry(null, 'x')], 10);
      expect(ids).toEqual(ids.toSorted((a, b) => a - b));
      expect(await all(store, null)).toEqual([
        { id: ids[2], at, merchant: 'Ana', detail: { n: [3] } },
        { id: ids[1], at, merchant: 'Bea', detail: { n: 2 } },
        { id: ids[0], at, merchant: 'Ana', detail: { n: 1 } },
      ]);
      const first = await store.journal.list('watch-cell', 'Ana', { limit: 1, after: null });
      expect(first.items.map(({ id }) => id)).toEqual([ids[2]]);
      const second = await store.journal.list('watch-cell', 'Ana', { limit: 1, after: first.next });
      expect(second.items.map(({ id }) => id)).toEqual([ids[0]]);
      expect(second.next).toBeNull();
      await store.close();
    });
    it('keeps so many of a kind, the newest, and leaves other kinds alone', async () => {
      const store = await open();
      await store.journal.add('alert', [entry(null, 'a'), entry(null, 'b')], 2);
      for (let n = 1; n <= 4; n++) await store.journal.add('watch-cell', [entry('Ana', n)], 3);
      expect((await all(store, null)).map(({ detail }) => detail)).toEqual([4, 3, 2]);
      expect((await store.journal.list('alert', null, { limit: 9, after: null })).items).toHaveLength(2);
      await store.close();
    });
    it('changes the detail of an entry that is there', async () => {
      const store = await open();
      const [id] = await store.journal.add('watch-cell', [entry('Ana', 'before')], 3);
      expect(await store.journal.change(id as number, { now: true })).toBe(true);
      expect((await all(store, null))[0]?.detail).toEqual({ now: true });
      expect(await store.journal.change((id as number) + 1_000, 'x')).toBe(false);
      await store.close();
    });
    it('keeps secrets with an entry of the log that holds none of them', async () => {
      const store = await open();
      expect(await store.journal.secret('one')).toBeNull();
      await store.journal.setSecrets({ one: 'hush-1', two: 'hush-2' }, DEED);
      await store.journal.setSecrets({ one: null, two: 'hush-3' }, DEED);
      expect([await store.journal.secret('one'), await store.journal.secret('two')]).toEqual([null, 'hush-3']);
      const document = { kind: 'alerts', key: 'settings', document: { webhook: null } };
      await store.journal.setSecrets({}, DEED, document);
      expect(await store.documents.read('alerts', 'settings')).toEqual({ webhook: null });
      const { items } = await store.access.audit(null, { limit: 10, after: null });
      expect(items).toHaveLength(3);
      expect(JSON.stringify(items)).not.toMatch(/hush/);
      await store.close();
    });
  });
}
