/** Views and columns of a list, as the workspace keeps them for everybody. */

import type { SavedViews } from '../../contract/api.ts';
import type { ListPage } from '../../core/vocabulary.ts';
import { sendJson } from '../api-client.ts';
import { useSession } from '../session.tsx';
import { useResource } from '../use-resource.ts';
import { useProblemToast } from './use-problem-toast.ts';

export interface KeptViews {
  readonly views: readonly { readonly name: string; readonly query: string }[];
  /** Null: as the list comes. */
  readonly columns: readonly string[] | null;
  /** Whether this session may change them. */
  readonly mayChange: boolean;
  /** @param query null: the view goes */
  readonly save: (name: string, query: string | null) => Promise<void>;
  readonly choose: (columns: readonly string[] | null) => Promise<void>;
}

export function useSavedViews(page: ListPage): KeptViews {
  const { may } = useSession();
  const tellProblem = useProblemToast();
  const { data, reload } = useResource<SavedViews>('/api/views');
  async function send(path: string, body: object): Promise<void> {
    try {
      await sendJson('PUT', path, { page, ...body });
    } catch (error) {
      tellProblem(error);
    }
    reload();
  }
  return {
    views: data?.views.filter((view) => view.page === page) ?? [],
    columns: data?.columns[page] ?? null,
    mayChange: data !== null && may('approve'),
    save: (name, query) => send('/api/views', { name, query }),
    choose: (columns) => send('/api/views/columns', { columns }),
  };
}
