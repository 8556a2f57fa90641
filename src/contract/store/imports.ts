/** Imports as batches: what was imported by whom, and how it is taken back. */

import type { ImportKind } from '../../core/vocabulary.ts';
import type { Deed } from './deed.ts';
import type { Page, PageAsked } from './page.ts';

/** What an import is told of where its rows come from. */
export interface BatchSource {
  /** The file's name, without its folder. */
  readonly file: string;
  /** SHA-256 of the file's bytes, base64url; null where there is no file. */
  readonly digest: string | null;
  /** The options that changed how it was read, as JSON with sorted keys. */
  readonly options: string;
  /** Rows that were left out. */
  readonly rejected: number;
}

export interface ImportBatch extends BatchSource {
  /** Short and readable; given once in a store. */
  readonly id: string;
  readonly at: string;
  /** `kind:id` of who imported it. */
  readonly actor: string;
  readonly actorName: string;
  /** Whose rows they are; null where they are several's or everyone's. */
  readonly merchant: string | null;
  readonly kind: ImportKind;
  readonly accepted: number;
  /** Rows (of costs and market prices: prices) that were there before, `unchanged` among them. */
  readonly replaced: number;
  /** Rows that the import was added to. */
  readonly added: number;
  /** Rows that were there with all that the import says. */
  readonly unchanged: number;
  readonly merchants: number;
  readonly products: number;
  /** Days since 1970-01-01. */
  readonly firstDay: number | null;
  readonly lastDay: number | null;
  /** Null while it holds. */
  readonly undoneAt: string | null;
  readonly undoneByName: string | null;
}

/** What taking an import back did. */
export interface UndoSummary {
  readonly batch: ImportBatch;
  /** Rows, or prices, that are gone. */
  readonly removed: number;
  /** Rows, or prices, that are again what they were. */
  readonly restored: number;
  /** Cells that are gone with their rows. */
  readonly cellsRemoved: number;
  /** Cells whose live model was trained after the import, on what it wrote. */
  readonly models: number;
  /** Open recommendations of those models, which are out of date now. */
  readonly recommendations: number;
}

export interface ImportStore {
  /** The newest first. @param merchant only those whose rows are all its own; null: all */
  list(merchant: string | null, page: PageAsked): Promise<Page<ImportBatch>>;
  /** Null where there is none, or it is not this merchant's. */
  find(id: string, merchant: string | null): Promise<ImportBatch | null>;
  /**
   * The newest import of these bytes, read with these options, that was not taken back and whose rows no later import
   * wrote again: what it holds is there.
   */
  ofFile(digest: string, options: string): Promise<ImportBatch | null>;
  /**
   * Takes an import back: rows that it wrote anew go, those that were there are what they were, bit for bit; so are units,
   * types and frequencies of cells as far as no later import says otherwise. All or nothing, with the audit entry.
   *
   * @param merchant of the caller; null: the whole workspace
   * @throws DemandaError IMPORT_BATCH_UNKNOWN, IMPORT_BATCH_UNDONE, and where a later import wrote the same rows
   * IMPORT_UNDO_LATER, or IMPORT_UNDO_OTHERS where that is not the caller's to see
   */
  undo(id: string, merchant: string | null, deed: (summary: UndoSummary) => Deed): Promise<UndoSummary>;
}
