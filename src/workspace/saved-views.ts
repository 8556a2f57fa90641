/** Lists as somebody wants to see them again: kept in the workspace, so that everybody finds them. */

import type { SavedViews } from '../contract/api.ts';
import type { DocumentHeader } from '../contract/documents.ts';
import type { ListPage } from '../core/vocabulary.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { deedNow, header, type WorkspaceContext } from './context.ts';

/** Settings that keep them: one each, so that two people who save at the same time lose nothing. */
const VIEW = 'view:';
const COLUMNS = 'columns:';

/** Whether a setting is a saved view or a list's columns, which are of nobody's settings. */
export function isOfViews(key: string): boolean {
  return key.startsWith(VIEW) || key.startsWith(COLUMNS);
}

/** Of all lists together. */
const MOST_VIEWS = 200;

const keyOf = (page: ListPage, name: string): string => `${VIEW}${JSON.stringify([page, name])}`;

export async function savedViews(context: WorkspaceContext): Promise<DocumentHeader & SavedViews> {
  const settings = await context.store.documents.settings();
  const views: SavedViews['views'] = [];
  const columns: SavedViews['columns'] = {};
  for (const [key, value] of Object.entries(settings)) {
    if (key.startsWith(VIEW)) {
      const [page, name] = JSON.parse(key.slice(VIEW.length)) as [ListPage, string];
      views.push({ page, name, query: value });
    } else if (key.startsWith(COLUMNS)) columns[key.slice(COLUMNS.length) as ListPage] = JSON.parse(value) as string[];
  }
  views.sort((a, b) => (a.name < b.name ? -1 : 1));
  return { ...(await header(context)), views, columns };
}

/** Keeps a view under its name. @param view.query null: it goes @throws DemandaError VIEWS_FULL */
export async function saveView(
  context: WorkspaceContext,
  { page, name, query }: { readonly page: ListPage; readonly name: string; readonly query: string | null },
): Promise<void> {
  const { views } = await savedViews(context);
  const isThere = views.some((view) => view.page === page && view.name === name);
  if (query !== null && !isThere && views.length >= MOST_VIEWS)
    throw new DemandaError('VIEWS_FULL', { most: MOST_VIEWS });
  const action = query === null ? 'view.forget' : 'view.save';
  await context.store.documents.setSettings({ [keyOf(page, name)]: query }, deedNow(context, action, null, { name }));
}

/** Which columns a list shows, and in which order. @param columns null: as it comes */
export async function saveColumns(
  context: WorkspaceContext,
  page: ListPage,
  columns: readonly string[] | null,
): Promise<void> {
  await context.store.documents.setSettings(
    { [COLUMNS + page]: columns && JSON.stringify(columns) },
    deedNow(context, 'view.columns', null, { page }),
  );
}
