/** Settings and small documents in memory. */

import type { Deed } from '../../contract/store/deed.ts';
import type { DocumentStore } from '../../contract/store/documents.ts';
import type { MemoryData } from './data.ts';

export const keyOf = (kind: string, key: string): string => JSON.stringify([kind, key]);

export class MemoryDocuments implements DocumentStore {
  private readonly data: MemoryData;

  constructor(data: MemoryData) {
    this.data = data;
  }

  async read(kind: string, key: string): Promise<unknown> {
    return JSON.parse(this.data.documents.get(keyOf(kind, key)) ?? 'null');
  }

  async put(kind: string, key: string, document: unknown): Promise<void> {
    this.data.documents.set(keyOf(kind, key), JSON.stringify(document));
  }

  async update(kind: string, key: string, change: (document: unknown) => unknown): Promise<void> {
    const before = JSON.parse(this.data.documents.get(keyOf(kind, key)) ?? 'null');
    this.data.documents.set(keyOf(kind, key), JSON.stringify(change(before)));
  }

  async keep(kind: string, key: string, document: unknown, deed: Deed): Promise<void> {
    this.data.write(() => {
      if (document === null) this.data.documents.delete(keyOf(kind, key));
      else this.data.documents.set(keyOf(kind, key), JSON.stringify(document));
      this.data.log(deed);
    });
  }

  async setting(key: string): Promise<string | null> {
    return this.data.settings.get(key) ?? null;
  }

  async settings(): Promise<Readonly<Record<string, string>>> {
    return Object.fromEntries(this.data.settings.entries());
  }

  async setSettings(values: Readonly<Record<string, string | null>>, deed: Deed): Promise<void> {
    this.data.write(() => {
      for (const [key, value] of Object.entries(values)) {
        if (value === null) this.data.settings.delete(key);
        else this.data.settings.set(key, value);
      }
      this.data.log(deed);
    });
  }
}
