/** Settings of the workspace, and small documents that several trainings share. */

import type { Deed } from './deed.ts';

/** Documents and settings are plain data: what JSON keeps of them comes back. */
export interface DocumentStore {
  /** Null when there is none. */
  read(kind: string, key: string): Promise<unknown>;
  put(kind: string, key: string, document: unknown): Promise<void>;
  /**
   * Reads and writes a document in one step: those who change it at the same time lose nothing. @param change null →
   * there is none yet
   */
  update(kind: string, key: string, change: (document: unknown) => unknown): Promise<void>;
  /** Writes a document, or with null takes it away, with the audit entry: both or neither. */
  keep(kind: string, key: string, document: unknown, deed: Deed): Promise<void>;
  /** Null when it is not set. */
  setting(key: string): Promise<string | null>;
  settings(): Promise<Readonly<Record<string, string>>>;
  /** All or none, with the audit entry. @param values null: the setting goes */
  setSettings(values: Readonly<Record<string, string | null>>, deed: Deed): Promise<void>;
}
