/** Cursors of lists on the wire: opaque to those who hand them back. */

import type { DocumentHeader } from '../contract/documents.ts';
import type { Cursor, Page, PageAsked } from '../contract/store/page.ts';
import { DemandaError } from '../errors/demanda-error.ts';

export interface PageQuery {
  readonly limit: number;
  readonly cursor?: string;
}

export interface ListDocument<T> extends DocumentHeader {
  readonly items: T[];
  readonly nextCursor: string | null;
}

/** @param parts how many sort values a cursor of this list has; @throws DemandaError CURSOR_INVALID */
export function pageAsked({ limit, cursor }: PageQuery, parts: number): PageAsked {
  if (cursor === undefined) return { limit, after: null };
  let after: unknown;
  try {
    after = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch (cause) {
    throw new DemandaError('CURSOR_INVALID', {}, { cause });
  }
  const valid =
    Array.isArray(after) &&
    after.length === parts &&
    after.every((v) => v === null || typeof v === 'string' || Number.isFinite(v));
  if (!valid) throw new DemandaError('CURSOR_INVALID', {});
  return { limit, after: after as Cursor };
}

export function listDocument<T, R>(header: DocumentHeader, page: Page<T>, item: (from: T) => R): ListDocument<R> {
  return {
    ...header,
    items: page.items.map(item),
    nextCursor: page.next && Buffer.from(JSON.stringify(page.next)).toString('base64url'),
  };
}

/** The same of a page that is still being read: both at once, as each look into a database waits for its answer. */
export async function listOf<T, R>(
  header: Promise<DocumentHeader>,
  page: Promise<Page<T>>,
  item: (from: T) => R,
): Promise<ListDocument<R>> {
  const [begin, found] = await Promise.all([header, page]);
  return listDocument(begin, found, item);
}
