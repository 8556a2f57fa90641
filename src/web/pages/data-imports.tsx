/** Imports that were made, newest first; any of them can be taken back as long as no later one wrote the same rows. */

import { useState } from 'preact/hooks';
import type { ImportBatchRow, ImportUndone } from '../../contract/api.ts';
import { actorWords } from '../../i18n/audit-words.ts';
import { ApiProblem, apiPath, sendJson } from '../api-client.ts';
import { CardHead } from '../parts/card-head.tsx';
import { useColumns } from '../parts/columns.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { ListTable } from '../parts/list-table.tsx';
import { usePagedList } from '../parts/paged-list.ts';
import { problemText, Skeleton } from '../parts/states.tsx';
import type { Column } from '../parts/table.tsx';
import { useSession } from '../session.tsx';
import { showToast } from '../toasts.tsx';
import { KIND_WORDS } from './import-words.ts';

const STEP = 10;

export function ImportList({ onUndone }: { readonly onUndone: () => void }) {
  const { t, f, lang } = useSession();
  const list = usePagedList<ImportBatchRow>('/api/imports');
  const [asked, setAsked] = useState<ImportBatchRow | null>(null);
  const columns = useImportColumns(setAsked);

  async function undo(batch: ImportBatchRow): Promise<void> {
    try {
      const { removed, restored, models } = await sendJson<ImportUndone>('POST', apiPath('imports', batch.id, 'undo'));
      const counts = { id: batch.id, removed: f.number(removed), restored: f.number(restored) };
      showToast([t('importUndone', counts), models > 0 ? t('importUndoneModels', { models }) : ''].join(' ').trim());
      onUndone();
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      showToast(problemText(error, t('unreachable')));
    }
    list.reload();
  }
  return (
    <section class="card">
      <CardHead title={t('importsTitle')} lead={t('importsLead')} />
      <ListTable
        list={list}
        name="imports"
        step={STEP}
        frame="table-wrap"
        caption={t('importsTitle')}
        columns={columns}
        rows={list.items}
        keyOf={({ id }) => id}
        textOf={({ id, file, kind, actor, by }) =>
          [id, file, t(KIND_WORDS[kind]), actorWords(actor, by, lang)].join(' ')
        }
        waiting={<Skeleton lines={3} />}
        empty={<p class="muted pad">{t('importsNone')}</p>}
      />
      {asked && <UndoDialog batch={asked} onClose={() => setAsked(null)} onUndo={undo} />}
    </section>
  );
}

interface UndoDialogProps {
  readonly batch: ImportBatchRow;
  readonly onClose: () => void;
  readonly onUndo: (batch: ImportBatchRow) => void;
}

function UndoDialog({ batch, onClose, onUndo }: UndoDialogProps) {
  const { t } = useSession();
  return (
    <Dialog
      title={t('importUndoTitle', { id: batch.id })}
      onClose={onClose}
      onSubmit={() => {
        onUndo(batch);
        onClose();
      }}
      submit={t('importUndo')}
    >
      <p>{t('importUndoLead', { file: batch.file })}</p>
    </Dialog>
  );
}

function useImportColumns(onUndo: (batch: ImportBatchRow) => void): readonly Column<ImportBatchRow>[] {
  const { t, f, may, lang } = useSession();
  const { count } = useColumns();
  return [
    { id: 'id', head: 'ID', cell: ({ id }) => <code>{id}</code> },
    { id: 'when', head: t('when'), cellClass: 'nowrap', sortBy: ({ at }) => at, cell: ({ at }) => f.time(at) },
    { id: 'file', head: t('importFile'), namesRow: true, sortBy: ({ file }) => file, cell: ({ file }) => file },
    {
      id: 'kind',
      head: t('importKindOf'),
      sortBy: ({ kind }) => t(KIND_WORDS[kind]),
      cell: ({ kind }) => t(KIND_WORDS[kind]),
    },
    count('importRows', ({ accepted }) => accepted),
    count('importReplacedRows', ({ replaced }) => replaced),
    {
      id: 'days',
      head: t('importDays'),
      sortBy: ({ from }) => from,
      cell: ({ from, to }) =>
        from === null || to === null ? (
          '–'
        ) : (
          <>
            <span class="nowrap">{f.date(from)} –</span> <span class="nowrap">{f.date(to)}</span>
          </>
        ),
    },
    {
      id: 'who',
      head: t('who'),
      sortBy: ({ actor, by }) => actorWords(actor, by, lang),
      cell: ({ actor, by }) => actorWords(actor, by, lang),
    },
    {
      id: 'actions',
      head: t('actions'),
      headHidden: true,
      cellClass: 'num',
      cell: (batch) =>
        batch.undoneAt !== null ? (
          <span class="badge">{t('importWasUndone')}</span>
        ) : (
          may('train') && (
            <button type="button" class="button small danger" onClick={() => onUndo(batch)}>
              {t('importUndo')}
              <span class="hidden-text"> {batch.id}</span>
            </button>
          )
        ),
    },
  ];
}
