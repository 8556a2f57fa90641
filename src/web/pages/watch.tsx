/** Keeping watch: the last look, what sells otherwise than expected, and what was done about it. */

import type { WatchRun, WatchState } from '../../contract/watch.ts';
import { driftWords, watchWords } from '../../i18n/watch-words.ts';
import { sendJson } from '../api-client.ts';
import { CardHead } from '../parts/card-head.tsx';
import { useColumns } from '../parts/columns.tsx';
import { Icon } from '../parts/icon.tsx';
import { useListView } from '../parts/list-view.tsx';
import { modelPath } from '../parts/model-path.ts';
import { Page } from '../parts/page.tsx';
import { Select } from '../parts/select.tsx';
import { Empty, Note, ProblemNote, Skeleton } from '../parts/states.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { useProblemToast } from '../parts/use-problem-toast.ts';
import { useSession } from '../session.tsx';
import { showToast } from '../toasts.tsx';
import { useResource } from '../use-resource.ts';

/** A look takes some time: what comes of it is asked for so often. */
const REFRESH_MS = 5_000;
/** Hours between looks that are offered. */
const EVERY = { 12: 'watchEvery12', 24: 'watchEveryDay', 168: 'watchEveryWeek' } as const;

type Found = WatchState['cells'][number];

export function WatchPage() {
  const { t, may, session } = useSession();
  const tellProblem = useProblemToast();
  const state = useResource<WatchState>('/api/watch', REFRESH_MS);
  const mayLook = may('train') && session.merchant === null;

  async function look(): Promise<void> {
    try {
      await sendJson('POST', '/api/watch', {});
      showToast(t('watchStarted'));
    } catch (error) {
      tellProblem(error);
    }
    state.reload();
  }
  const { data } = state;
  const actions = mayLook && (
    <button type="button" class="button primary" disabled={data?.running ?? true} onClick={look}>
      <Icon name="search" />
      {t(data?.running ? 'watchRunning' : 'watchNow')}
    </button>
  );
  return (
    <Page title={t('navWatch')} lead={t('watchLead')} actions={actions}>
      {state.problem ? (
        <ProblemNote problem={state.problem} retry={state.reload} />
      ) : data === null ? (
        <Skeleton lines={5} />
      ) : (
        <Watched state={data} onChanged={state.reload} />
      )}
    </Page>
  );
}

function Watched({ state, onChanged }: { readonly state: WatchState; readonly onChanged: () => void }) {
  const { t, f, may, session } = useSession();
  const [last] = state.runs;
  const isWhole = session.merchant === null;
  return (
    <>
      {last?.stale.map((old) => (
        <Note tone="warn" icon="warning" key={old.merchant}>
          {t('watchStale', { merchant: old.merchant, date: f.date(old.lastDate), days: old.days })}{' '}
          <a href="/data">{t('navData')}</a>
        </Note>
      ))}
      {last ? (
        <LastLook run={last} />
      ) : (
        isWhole && (
          <Empty icon="shield" title={t('watchNever')}>
            <p>{t('watchNeverLead')}</p>
          </Empty>
        )
      )}
      {isWhole && may('admin') && <Every state={state} onChanged={onChanged} />}
      <section class="card table-wrap">
        <CardHead title={t('watchFound')} lead={t('watchFoundLead')} />
        {state.cells.length > 0 ? (
          <FoundTable cells={state.cells} />
        ) : (
          <p class="muted pad">{last || !isWhole ? t('watchFoundNone') : '–'}</p>
        )}
      </section>
    </>
  );
}

function LastLook({ run }: { readonly run: WatchRun }) {
  const { t, f } = useSession();
  const tiles = [
    { label: t('watchDrifted'), value: run.drifted, tone: run.drifted > 0 ? 'bad' : 'good' },
    { label: t('watchTaken'), value: run.warm, tone: '' },
    { label: t('watchTrained'), value: run.full, tone: '' },
    ...(run.failed > 0 ? [{ label: t('watchFailed'), value: run.failed, tone: 'bad' }] : []),
  ];
  return (
    <dl class="tiles">
      <div class="card tile">
        <dt>{t('watchLast')}</dt>
        <dd>
          {f.time(run.at)}
          <span class="small muted block">{t('watchOf', { checked: run.checked, upToDate: run.upToDate })}</span>
        </dd>
      </div>
      {tiles.map(({ label, value, tone }) => (
        <div class="card tile" key={label}>
          <dt>{label}</dt>
          <dd class={tone}>{f.number(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

function Every({ state, onChanged }: { readonly state: WatchState; readonly onChanged: () => void }) {
  const { t } = useSession();
  const tellProblem = useProblemToast();
  const { every } = state;
  const usual = Object.entries(EVERY).map(([value, label]) => ({ value, label: t(label) }));
  const isOther = every !== null && !(every in EVERY);
  const choices = [
    { value: '', label: t('watchEveryOff') },
    ...usual,
    ...(isOther ? [{ value: String(every), label: t('watchEveryHours', { hours: every }) }] : []),
  ];
  async function choose(value: string): Promise<void> {
    try {
      await sendJson('PUT', '/api/watch', { every: value === '' ? null : Number(value) });
      showToast(t('saved'));
    } catch (error) {
      tellProblem(error);
    }
    onChanged();
  }
  return (
    <div class="card pad settings">
      <div class="setting">
        <Select
          labelled
          label={t('watchEvery')}
          value={every === null ? '' : String(every)}
          choices={choices}
          onChoose={choose}
        />
        <p class="muted small">{t('watchEveryHint')}</p>
      </div>
    </div>
  );
}

function FoundTable({ cells }: { readonly cells: readonly Found[] }) {
  const { t, lang } = useSession();
  const { time } = useColumns();
  const { actions, reasons } = watchWords(lang);
  const columns: readonly Column<Found>[] = [
    time('watchWhen', ({ at }) => at),
    {
      id: 'product',
      head: t('watchProduct'),
      namesRow: true,
      sortBy: ({ product }) => product,
      cell: ({ merchant, product }) => (
        <a href={modelPath(merchant, product)}>
          <span class="strong">{product}</span>
          <span class="small muted block">{merchant}</span>
        </a>
      ),
    },
    {
      id: 'what',
      head: t('watchWhat'),
      cell: ({ drifts, reason, live, message }) => (
        <>
          {drifts.map((drift) => (
            <span class="block" key={drift.kind}>
              {driftWords(drift, lang)}
            </span>
          ))}
          {drifts.length === 0 && reasons[reason]}
          {live === false && <span class="block">{t('watchWorse')}</span>}
          {message !== null && <span class="small muted block">{message}</span>}
        </>
      ),
    },
    {
      id: 'did',
      head: t('watchDid'),
      sortBy: ({ action }) => actions[action],
      cell: ({ action }) => <span class={`badge ${action === 'failed' ? 'bad' : 'good'}`}>{actions[action]}</span>,
    },
  ];
  const view = useListView({ rows: cells, columns, textOf: ({ merchant, product }) => `${product} ${merchant}` });
  return (
    <>
      {view.tools && <div class="pad">{view.tools}</div>}
      <Table
        columns={columns}
        rows={view.rows}
        sorting={view.sorting}
        class="card-rows"
        caption={t('watchFound')}
        keyOf={({ at, merchant, product }, i) => `${at} ${merchant} ${product} ${i}`}
      />
    </>
  );
}
