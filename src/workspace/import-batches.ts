/** Imports as batches: what was imported by whom, and how it is taken back. */

import type {
  DocumentHeader,
  ImportBatchDocument,
  ImportBatchItem,
  ImportUndoDocument,
} from '../contract/documents.ts';
import type { ImportBatch } from '../contract/store/imports.ts';
import type { Store } from '../contract/store/store.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import type { DeedMaker } from './actors.ts';
import { dateOrNull } from './dates.ts';
import { type ListDocument, listDocument, type PageQuery, pageAsked } from './pages.ts';

export class ImportBatches {
  private readonly store: Store;
  private readonly header: () => Promise<DocumentHeader>;
  private readonly deed: DeedMaker;

  constructor(store: Store, header: () => Promise<DocumentHeader>, deed: DeedMaker) {
    this.store = store;
    this.header = header;
    this.deed = deed;
  }

  /**
   * Imports, the newest first. @param merchant only those whose rows are all its own; null: all; @throws DemandaError
   * CURSOR_INVALID
   */
  async list(merchant: string | null, page: PageQuery): Promise<ListDocument<ImportBatchItem>> {
    return listDocument(await this.header(), await this.store.imports.list(merchant, pageAsked(page, 1)), itemOf);
  }

  /** @throws DemandaError IMPORT_BATCH_UNKNOWN */
  async show(id: string, merchant: string | null): Promise<ImportBatchDocument> {
    const found = await this.store.imports.find(id.toLowerCase(), merchant);
    if (found === null) throw new DemandaError('IMPORT_BATCH_UNKNOWN', { id });
    return { ...(await this.header()), ...itemOf(found) };
  }

  /**
   * Takes an import back: rows that it wrote anew go, those that were there are again what they were. Nothing but
   * importing the file again brings it back.
   *
   * @throws DemandaError IMPORT_BATCH_UNKNOWN, IMPORT_BATCH_UNDONE, IMPORT_UNDO_LATER, IMPORT_UNDO_OTHERS
   */
  async undo(id: string, merchant: string | null): Promise<ImportUndoDocument> {
    const { batch, ...done } = await this.store.imports.undo(id.toLowerCase(), merchant, ({ batch, ...counts }) =>
      this.deed('import.undo', batch.merchant, { file: batch.file, kind: batch.kind, batchId: batch.id, ...counts }),
    );
    return { ...(await this.header()), ...itemOf(batch), ...done };
  }
}

function itemOf({ firstDay, lastDay, actorName, options, ...batch }: ImportBatch): ImportBatchItem {
  const { id, at, actor, kind, file, digest, merchant, undoneAt, undoneByName } = batch;
  const { accepted, rejected, replaced, added, unchanged, merchants, products } = batch;
  return {
    ...{ id, at, actor, by: actorName, kind, file, digest, merchant },
    options: JSON.parse(options) as ImportBatchItem['options'],
    ...{ accepted, rejected, replaced, added, unchanged, merchants, products },
    ...{ from: dateOrNull(firstDay), to: dateOrNull(lastDay), undoneAt, undoneBy: undoneByName },
  };
}
