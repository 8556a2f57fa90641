/** The button below a table that shows more of its rows, and asks for those that are not here yet. */

import { useSession } from '../session.tsx';
import type { PagedList } from './paged-list.ts';

interface ShowMoreProps {
  readonly list: Pick<PagedList<unknown>, 'complete' | 'need'>;
  /** Rows of the list that are here and can be shown. */
  readonly count: number;
  /** Rows shown now, and how many a press adds. */
  readonly rows: number;
  readonly step: number;
  readonly onRows: (rows: number) => void;
}

export function ShowMore({ list, count, rows, step, onRows }: ShowMoreProps) {
  const { t } = useSession();
  if (count === 0 || (count <= rows && list.complete)) return null;
  return (
    <p class="pad">
      <button
        type="button"
        class="button"
        onClick={() => {
          onRows(rows + step);
          list.need(rows + step);
        }}
      >
        {t('showMore')}
      </button>
    </p>
  );
}
