/**
 * The part of a page's state that stands in its address: filters, sort, tab. A link or a reload brings the same page
 * back.
 */

import { useLocation } from 'preact-iso';

export interface QueryState {
  readonly query: Readonly<Record<string, string>>;
  /** Changes some of it; null and '' take a key away. Filters replace the address, so that Back leaves the page. */
  readonly change: (values: Readonly<Record<string, string | null>>) => void;
  /** The address that these changes lead to. */
  readonly hrefWith: (values: Readonly<Record<string, string | null>>) => string;
}

export function useQuery(): QueryState {
  const { path, query, route } = useLocation();
  const hrefWith = (values: Readonly<Record<string, string | null>>): string => {
    const search = new URLSearchParams(query);
    for (const [key, value] of Object.entries(values)) {
      if (value === null || value === '') search.delete(key);
      else search.set(key, value);
    }
    const text = search.toString();
    // `path` of the router is decoded by nobody: names in it keep their %2F.
    return text === '' ? path : `${path}?${text}`;
  };
  return { query, hrefWith, change: (values) => route(hrefWith(values), true) };
}
