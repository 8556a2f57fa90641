/** A list that the server gives page by page: the next page is asked for when its rows come near. */

import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiProblem, getJson, withQuery } from '../api-client.ts';
import { askedAgain } from '../connection.ts';

interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

export interface PagedList<T> {
  readonly items: readonly T[];
  /** Everything is here. */
  readonly complete: boolean;
  readonly problem: ApiProblem | null;
  readonly loading: boolean;
  /** Asks for pages until the row with this index is here. */
  readonly need: (index: number) => void;
  readonly reload: () => void;
}

const FIRST_PAGE = 100;
const LATER_PAGES = 1_000;

function pageAddress(address: string, cursor: string | null): string {
  const paging = new URLSearchParams({
    limit: String(cursor === null ? FIRST_PAGE : LATER_PAGES),
    ...(cursor !== null && { cursor }),
  });
  return `${withQuery(address, {})}${address.includes('?') ? '&' : '?'}${paging}`;
}

/**
 * @param address path and query without paging; null asks for nothing @param refreshMs asks again after so long, while
 * the page is looked at
 */
export function usePagedList<T>(address: string | null, refreshMs?: number): PagedList<T> {
  const [, redraw] = useState(0);
  const state = useRef(emptyState<T>(address));
  // What was there stays while another filter's first page is on its way: rows do not jump to nothing and back.
  if (state.current.address !== address)
    state.current = { ...emptyState<T>(address), items: state.current.items, stale: true };

  async function load(): Promise<void> {
    const current = state.current;
    if (current.address === null || current.busy) return;
    current.busy = true;
    try {
      while (
        state.current === current &&
        !current.complete &&
        (current.stale || current.items.length <= current.wanted)
      ) {
        const page = await getJson<Page<T>>(pageAddress(current.address, current.cursor));
        if (state.current !== current) return;
        if (current.stale) current.items = [];
        current.items.push(...page.items);
        current.stale = false;
        current.cursor = page.nextCursor;
        current.complete = page.nextCursor === null;
        current.problem = null;
        redraw((n) => n + 1);
      }
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      current.problem = error.status === 0 && current.items.length > 0 ? null : error;
      if (state.current === current) redraw((n) => n + 1);
    } finally {
      current.busy = false;
    }
  }
  function reload(): void {
    state.current = {
      ...emptyState<T>(state.current.address),
      items: state.current.items,
      stale: true,
      wanted: state.current.wanted,
    };
    load();
  }
  useEffect(() => {
    load();
    return askedAgain(reload, refreshMs);
  }, [address, refreshMs]);
  function need(index: number): void {
    if (index <= state.current.wanted) return;
    state.current.wanted = index;
    load();
  }
  const { items, complete, problem, stale } = state.current;
  return { items, complete, problem, loading: stale && problem === null, need, reload };
}

function emptyState<T>(address: string | null) {
  return {
    address,
    items: [] as T[],
    cursor: null as string | null,
    complete: false,
    /** The items are those of another address or of an earlier time. */
    stale: true,
    busy: false,
    wanted: 0,
    problem: null as ApiProblem | null,
  };
}
