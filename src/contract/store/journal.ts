/** What the program did by itself, and told: entries by kind, newest first; and the secrets that it needs for it. */

import type { Deed } from './deed.ts';
import type { Page, PageAsked } from './page.ts';

/** `watch-run`: one look at all cells. `watch-cell`: what was found or done of one. `alert`: a message and its delivery. */
export type JournalKind = 'watch-run' | 'watch-cell' | 'alert';

export interface NewJournalEntry {
  /** ISO 8601 instant. */
  readonly at: string;
  /** Null: of the whole workspace. */
  readonly merchant: string | null;
  /** Plain data: what JSON keeps of it comes back. */
  readonly detail: unknown;
}

export interface JournalEntry extends NewJournalEntry {
  /** Grows in the order in which entries are kept. */
  readonly id: number;
}

/** A document of the store, by kind and key. */
export interface NewDocument {
  readonly kind: string;
  readonly key: string;
  /** Plain data. */
  readonly document: unknown;
}

export interface JournalStore {
  /** All or none. @param keep so many of the kind are left, the newest. @returns the ids, in their order */
  add(kind: JournalKind, entries: readonly NewJournalEntry[], keep: number): Promise<number[]>;
  /** Newest first. @param merchant only this one's; null: all */
  list(kind: JournalKind, merchant: string | null, page: PageAsked): Promise<Page<JournalEntry>>;
  /** Another detail in the place of an entry's. @returns false where it is no more there */
  change(id: number, detail: unknown): Promise<boolean>;
  /** Null when there is none. No merchant's handle reads any. */
  secret(name: string): Promise<string | null>;
  /**
   * All or none, with the audit entry, which holds none of them.
   *
   * @param values null: the secret goes
   * @param document what is kept with them, in the place of the one that was there
   */
  setSecrets(values: Readonly<Record<string, string | null>>, deed: Deed, document?: NewDocument): Promise<void>;
}
