/** Every training of every cell: how it ended, how good it became, and the way to its error history. */

import { useState } from 'preact/hooks';
import type { RunItem } from '../../contract/api.ts';
import { withQuery } from '../api-client.ts';
import { RunBadge, STOP_REASON } from '../parts/badges.tsx';
import { modelPath } from '../parts/model-path.ts';
import { Page } from '../parts/page.tsx';
import { usePagedList } from '../parts/paged-list.ts';
import { Select } from '../parts/select.tsx';
import { ShowMore } from '../parts/show-more.tsx';
import { Empty, ProblemNote, Skeleton } from '../parts/states.tsx';
import { useQuery } from '../parts/use-query.ts';
import { useSession } from '../session.tsx';

const STEP = 100;
/** As many runs as a comparison holds. */
const MOST_COMPARED = 20;

export function HistoryPage() {
  const { t, f } = useSession();
  const { query, change } = useQuery();
  const list = usePagedList<RunItem>(withQuery('/api/histories', { merchant: query.merchant, product: query.product, status: query.status }));
  const [rows, setRows] = useState(STEP);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const shown = list.items.slice(0, rows);
  const statuses = (['done', 'running', 'stopped', 'failed'] as const).map((value) => ({
    value,
    label: t(({ done: 'runDone', running: 'runRunning', stopped: 'runStopped', failed: 'runFailed' } as const)[value]),
  }));
  return (
    <Page
      title={t('navHistory')}
      lead={t('historyLead')}
      actions={
        chosen.size > 1 && (
          <a class="button primary" href={`/compare?runs=${encodeURIComponent([...chosen].join(','))}`}>
            {t('compareChosen', { count: chosen.size })}
          </a>
        )
      }
    >
      <div class="toolbar">
        <Select
          label={t('state')}
          value={query.status ?? ''}
          choices={[{ value: '', label: t('allStates') }, ...statuses]}
          onChoose={(status) => change({ status })}
        />
        {(query.merchant || query.product) && (
          <a class="chip" href="/history">
            {[query.product, query.merchant].filter(Boolean).join(' · ')} ×
          </a>
        )}
      </div>
      {list.problem && <ProblemNote problem={list.problem} retry={list.reload} />}
      {list.loading && list.items.length === 0 && !list.problem && (
        <div class="card pad">
          <Skeleton lines={6} />
        </div>
      )}
      {list.complete && list.items.length === 0 && (
        <Empty icon="history" title={t('noRuns')}>
          <p>{t('noRunsLead')}</p>
          <a class="button primary" href="/train">
            {t('navTrain')}
          </a>
        </Empty>
      )}
      {list.items.length > 0 && (
        <div class="card table-wrap">
          <table class="table">
            <caption class="hidden-text">{t('historyLead')}</caption>
            <thead>
              <tr>
                <th scope="col">
                  <span class="hidden-text">{t('choose')}</span>
                </th>
                <th scope="col">{t('product')}</th>
                <th scope="col">{t('startedAt')}</th>
                <th scope="col">{t('state')}</th>
                <th scope="col" class="num">
                  {t('iterations')}
                </th>
                <th scope="col" class="num">
                  {t('firstError')}
                </th>
                <th scope="col" class="num">
                  {t('best')}
                </th>
                <th scope="col" class="num">
                  {t('duration')}
                </th>
              </tr>
            </thead>
            <tbody>
              {shown.map((run) => (
                <tr key={run.runId}>
                  <td>
                    {run.points > 0 && (
                      <input
                        type="checkbox"
                        aria-label={t('chooseRow', { product: run.product, merchant: run.merchant })}
                        checked={chosen.has(run.runId)}
                        disabled={!chosen.has(run.runId) && chosen.size >= MOST_COMPARED}
                        onChange={() => {
                          const next = new Set(chosen);
                          if (!next.delete(run.runId)) next.add(run.runId);
                          setChosen(next);
                        }}
                      />
                    )}
                  </td>
                  <td>
                    <a class="name" href={run.points > 0 ? `/history/${encodeURIComponent(run.runId)}` : modelPath(run.merchant, run.product)}>
                      {run.product}
                    </a>
                    <small>{run.merchant}</small>
                  </td>
                  <td class="nowrap">{f.time(run.startedAt)}</td>
                  <td>
                    <RunBadge status={run.status} />
                    <small>{run.failure ? run.failure.message : run.status === 'running' ? '' : t(STOP_REASON[run.stopReason])}</small>
                  </td>
                  <td class="num">{run.iterations === 0 ? t('exactSolver') : f.number(run.iterations)}</td>
                  <td class="num">{run.firstError === null ? '–' : f.percent(run.firstError, 1)}</td>
                  <td class="num">
                    {run.bestError === null ? '–' : f.percent(run.bestError, 1)}
                    {run.errorKind === 'simulated' && <small>{t('onSimulated')}</small>}
                  </td>
                  <td class="num">{f.duration(run.seconds)}</td>
                </tr>
              ))}
            </tbody>
          </table>
          <ShowMore list={list} count={list.items.length} rows={rows} step={STEP} onRows={setRows} />
        </div>
      )}
    </Page>
  );
}
