/** Browsers that are signed in: who, since when and from where; any of them can be ended, as when a laptop was lost. */

import { useState } from 'preact/hooks';
import type { OpenSession } from '../../contract/api.ts';
import { actorWords } from '../../i18n/audit-words.ts';
import { ApiProblem, apiPath, sendJson } from '../api-client.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Icon } from '../parts/icon.tsx';
import { useListView } from '../parts/list-view.tsx';
import { usePagedList } from '../parts/paged-list.ts';
import { ShowMore } from '../parts/show-more.tsx';
import { ProblemNote, problemText, Skeleton } from '../parts/states.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { useSession } from '../session.tsx';
import { showToast } from '../toasts.tsx';

const STEP = 100;

/** What is asked about before it is ended: one session, or all others. */
type Ending = OpenSession | 'others';

export function SessionsSection() {
  const { t } = useSession();
  const list = usePagedList<OpenSession>('/api/sessions');
  const [rows, setRows] = useState(STEP);
  const [ending, setEnding] = useState<Ending | null>(null);

  async function end(which: Ending): Promise<void> {
    try {
      if (which === 'others') {
        const { ended } = await sendJson<{ readonly ended: number }>('DELETE', '/api/sessions');
        showToast(t('sessionsEnded', { count: ended }));
      } else {
        await sendJson('DELETE', apiPath('sessions', which.id));
        // Who ended the session of this page stands before the door.
        if (which.current) return location.reload();
        showToast(t('sessionEnded'));
      }
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      showToast(problemText(error, t('unreachable')));
    }
    list.reload();
  }
  if (list.problem) return <ProblemNote problem={list.problem} retry={list.reload} />;
  if (list.loading && list.items.length === 0) return <Skeleton lines={3} />;
  return (
    <section class="stack">
      <div class="row between">
        <p class="muted">{t('sessionsLead')}</p>
        <button
          type="button"
          class="button danger"
          disabled={list.items.every((session) => session.current)}
          onClick={() => setEnding('others')}
        >
          <Icon name="close" />
          {t('sessionsEndOthers')}
        </button>
      </div>
      <div class="card table-wrap">
        {list.items.length === 0 ? (
          <p class="muted pad">{t('sessionsNone')}</p>
        ) : (
          <SessionTable sessions={list.items.slice(0, rows)} onEnd={setEnding} />
        )}
        <ShowMore list={list} count={list.items.length} rows={rows} step={STEP} onRows={setRows} />
      </div>
      {ending && <EndDialog ending={ending} onClose={() => setEnding(null)} onEnd={end} />}
    </section>
  );
}

interface EndDialogProps {
  readonly ending: Ending;
  readonly onClose: () => void;
  readonly onEnd: (ending: Ending) => void;
}

function EndDialog({ ending, onClose, onEnd }: EndDialogProps) {
  const { t } = useSession();
  return (
    <Dialog
      title={ending === 'others' ? t('sessionsEndOthersTitle') : t('sessionEndTitle')}
      onClose={onClose}
      onSubmit={() => {
        onEnd(ending);
        onClose();
      }}
      submit={ending === 'others' ? t('sessionsEndOthers') : t('sessionEnd')}
    >
      <p>{ending !== 'others' && ending.current ? t('sessionEndOwnLead') : t('sessionEndLead')}</p>
    </Dialog>
  );
}

interface SessionTableProps {
  readonly sessions: readonly OpenSession[];
  readonly onEnd: (session: OpenSession) => void;
}

function SessionTable({ sessions, onEnd }: SessionTableProps) {
  const columns = useSessionColumns(onEnd);
  const view = useListView({
    rows: sessions,
    columns,
    name: 'sessions',
    textOf: ({ name, address }) => `${name} ${address}`,
  });
  return (
    <>
      {view.tools && <div class="pad">{view.tools}</div>}
      <Table columns={columns} rows={view.rows} sorting={view.sorting} keyOf={(session) => session.id} />
    </>
  );
}

function useSessionColumns(onEnd: SessionTableProps['onEnd']): readonly Column<OpenSession>[] {
  const { t, f, lang } = useSession();
  return [
    {
      id: 'who',
      head: t('who'),
      cell: ({ openedWith, name, current }) => (
        <>
          <span class="strong">{actorWords(openedWith === 'link' ? 'owner:' : 'key:', name, lang)}</span>
          {current && <span class="badge">{t('sessionCurrent')}</span>}
        </>
      ),
    },
    { id: 'merchant', head: t('merchant'), cell: ({ merchant }) => merchant ?? t('allMerchants') },
    { id: 'address', head: t('sessionAddress'), cell: ({ address }) => <code>{address ?? '–'}</code> },
    {
      id: 'since',
      head: t('sessionSince'),
      cellClass: 'nowrap',
      sortBy: (one) => one.createdAt,
      cell: ({ createdAt }) => f.time(createdAt),
    },
    {
      id: 'lastUsed',
      head: t('lastUsed'),
      cellClass: 'nowrap',
      sortBy: (one) => one.usedAt,
      cell: ({ usedAt }) => f.time(usedAt),
    },
    {
      id: 'expires',
      head: t('expires'),
      cellClass: 'nowrap',
      sortBy: (one) => one.expiresAt,
      cell: ({ expiresAt }) => f.date(expiresAt),
    },
    {
      id: 'actions',
      head: t('actions'),
      headHidden: true,
      cellClass: 'num',
      cell: (session) => (
        <button type="button" class="button small danger" onClick={() => onEnd(session)}>
          {t('sessionEnd')}
        </button>
      ),
    },
  ];
}
