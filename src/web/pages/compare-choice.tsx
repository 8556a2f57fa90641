/** What is compared, each with a way to leave it out, and a search for more. */

import { useState } from 'preact/hooks';
import type { OverviewRow } from '../../contract/api.ts';
import { type CellName, cellKey } from '../../contract/cell-name.ts';
import { withQuery } from '../api-client.ts';
import { Icon } from '../parts/icon.tsx';
import { SearchBox } from '../parts/search-box.tsx';
import { useSession } from '../session.tsx';
import { useResource } from '../use-resource.ts';

interface ComparedListProps {
  readonly cells: readonly CellName[];
  readonly runs: readonly string[];
  /** As many as a comparison holds. */
  readonly most: number;
  /** Name of the run at this index, once it is known. */
  readonly runName: (index: number) => string | undefined;
  readonly onCells: (cells: readonly CellName[]) => void;
  readonly onRuns: (runs: readonly string[]) => void;
}

export function ComparedList({ cells, runs, most, runName, onCells, onRuns }: ComparedListProps) {
  const { t } = useSession();
  const count = cells.length + runs.length;
  return (
    <div class="stack tight">
      <ul class="chips">
        {cells.map((cell) => (
          <li key={cellKey(cell)}>
            <button
              type="button"
              class="chip"
              aria-label={t('compareRemove', { name: `${cell.product} · ${cell.merchant}` })}
              onClick={() => onCells(cells.filter((other) => other !== cell))}
            >
              {cell.product} <span class="count">{cell.merchant}</span> <Icon name="close" />
            </button>
          </li>
        ))}
        {runs.map((run, i) => (
          <li key={run}>
            <button
              type="button"
              class="chip"
              aria-label={t('compareRemove', { name: runName(i) ?? run })}
              onClick={() => onRuns(runs.filter((other) => other !== run))}
            >
              {runName(i) ?? t('runShort', { id: run.slice(0, 8) })} <Icon name="close" />
            </button>
          </li>
        ))}
      </ul>
      {count < most && <CellSearch compared={cells} few={count < 2} onChoose={(cell) => onCells([...cells, cell])} />}
    </div>
  );
}

interface CellSearchProps {
  readonly compared: readonly CellName[];
  /** There is nothing to compare yet: the search proposes before it is asked. */
  readonly few: boolean;
  readonly onChoose: (cell: CellName) => void;
}

function CellSearch({ compared, few, onChoose }: CellSearchProps) {
  const { t } = useSession();
  const [search, setSearch] = useState('');
  const open = search !== '' || few;
  const found = useResource<{ readonly items: readonly OverviewRow[] }>(
    open ? withQuery('/api/overview', { search, limit: 24, sort: 'expectedGain', order: 'desc' }) : null,
  );
  const free = (found.data?.items ?? []).filter(
    (row) =>
      row.state !== 'untrained' &&
      row.state !== 'failed' &&
      !compared.some((cell) => cell.merchant === row.merchant && cell.product === row.product),
  );
  return (
    <div class="stack tight">
      <SearchBox value={search} label={t('compareSearch')} onSearch={setSearch} />
      {open && free.length > 0 && (
        <ul class="chips">
          {free.map(({ merchant, product }) => (
            <li key={cellKey({ merchant, product })}>
              <button type="button" class="chip add" onClick={() => onChoose({ merchant, product })}>
                + {product} <span class="count">{merchant}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
