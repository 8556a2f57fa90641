/** The filters that hold, each as a chip that takes it away: none filters a list unseen. */

import { useSession } from '../session.tsx';
import { useQuery } from './use-query.ts';

export interface HeldFilter {
  readonly label: string;
  /** Keys of the address that make it. */
  readonly keys: readonly string[];
}

/** Of a merchant and a product that another page named. */
export function nameFilters(query: Readonly<Record<string, string>>): readonly HeldFilter[] {
  return ['product', 'merchant'].flatMap((key) => (query[key] ? [{ label: query[key], keys: [key] }] : []));
}

export function FilterChips({ filters }: { readonly filters: readonly HeldFilter[] }) {
  const { t } = useSession();
  const { hrefWith } = useQuery();
  if (filters.length === 0) return null;
  return (
    <div class="chips">
      {filters.map(({ label, keys }) => (
        <a
          class="chip"
          key={keys.join(' ')}
          href={hrefWith(Object.fromEntries(keys.map((key) => [key, null])))}
          aria-label={t('filterRemove', { filter: label })}
        >
          {label} ×
        </a>
      ))}
    </div>
  );
}
