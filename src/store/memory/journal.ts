/** The journal and the secrets in memory. */

import type { Deed } from '../../contract/store/deed.ts';
import type {
  JournalEntry,
  JournalKind,
  JournalStore,
  NewDocument,
  NewJournalEntry,
} from '../../contract/store/journal.ts';
import type { Page, PageAsked } from '../../contract/store/page.ts';
import type { MemoryData } from './data.ts';
import { keyOf } from './documents.ts';
import { pageBy } from './pages.ts';

export class MemoryJournal implements JournalStore {
  private readonly data: MemoryData;

  constructor(data: MemoryData) {
    this.data = data;
  }

  async add(kind: JournalKind, entries: readonly NewJournalEntry[], keep: number): Promise<number[]> {
    return this.data.write(() => {
      const ids = entries.map(({ at, merchant, detail }) => {
        const id = this.data.next('journal');
        this.data.journal.set(String(id), { id, kind, at, merchant, detail: JSON.stringify(detail) });
        return id;
      });
      const ofKind = this.data.journal.values().filter((entry) => entry.kind === kind);
      for (const { id } of ofKind.sort((a, b) => b.id - a.id).slice(keep)) this.data.journal.delete(String(id));
      return ids;
    });
  }

  async list(kind: JournalKind, merchant: string | null, page: PageAsked): Promise<Page<JournalEntry>> {
    const found = this.data.journal
      .values()
      .filter((entry) => entry.kind === kind && (merchant === null || entry.merchant === merchant));
    const { items, next } = pageBy(found, ({ id }) => [id], { order: 'desc' }, page);
    return {
      items: items.map(({ kind: _, detail, ...entry }) => ({ ...entry, detail: JSON.parse(detail) })),
      next,
    };
  }

  async change(id: number, detail: unknown): Promise<boolean> {
    const entry = this.data.journal.get(String(id));
    if (!entry) return false;
    this.data.write(() => this.data.journal.set(String(id), { ...entry, detail: JSON.stringify(detail) }));
    return true;
  }

  async secret(name: string): Promise<string | null> {
    return this.data.secrets.get(name) ?? null;
  }

  async setSecrets(values: Readonly<Record<string, string | null>>, deed: Deed, document?: NewDocument): Promise<void> {
    this.data.write(() => {
      for (const [name, value] of Object.entries(values)) {
        if (value === null) this.data.secrets.delete(name);
        else this.data.secrets.set(name, value);
      }
      if (document) this.data.documents.set(keyOf(document.kind, document.key), JSON.stringify(document.document));
      this.data.log(deed);
    });
  }
}
