/** Imports that were made, newest first; any of them can be taken back as long as no later one wrote the same rows. */

import { useState } from 'preact/hooks';
import type { ImportBatchRow, ImportUndone } from '../../contract/api.ts';
import { actorWords } from '../../i18n/audit-words.ts';
import { ApiProblem, apiPath, sendJson } from '../api-client.ts';
import { CardHead } from '../parts/card-head.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { usePagedList } from '../parts/paged-list.ts';
import { ShowMore } from '../parts/show-more.tsx';
import { ProblemNote, problemText, Skeleton } from '../parts/states.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { useSession } from '../session.tsx';
import { showToast } from '../toasts.tsx';
import { KIND_WORDS } from './import-words.ts';

const STEP = 10;

export function ImportList({ onUndone }: { readonly onUndone: () => void }) {
  const { t, f } = useSession();
  const list = usePagedList<ImportBatchRow>('/api/imports');
  const [rows, setRows] = useState(STEP);
  const [asked, setAsked] = useState<ImportBatchRow | null>(null);

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
  if (list.problem) return <ProblemNote problem={list.problem} retry={list.reload} />;
  if (list.loading && list.items.length === 0) return <Skeleton lines={3} />;
  return (
    <section class="card">
      <CardHead title={t('importsTitle')} lead={t('importsLead')} />
      {list.items.length === 0 ? (
        <p class="muted pad">{t('importsNone')}</p>
      ) : (
        <div class="table-wrap">
          <ImportTable imports={list.items.slice(0, rows)} onUndo={setAsked} />
        </div>
      )}
      <ShowMore list={list} count={list.items.length} rows={rows} step={STEP} onRows={setRows} />
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

interface ImportTableProps {
  readonly imports: readonly ImportBatchRow[];
  readonly onUndo: (batch: ImportBatchRow) => void;
}

function ImportTable({ imports, onUndo }: ImportTableProps) {
  const { t, f, may, lang } = useSession();
  const columns: readonly Column<ImportBatchRow>[] = [
    { id: 'id', head: 'ID', cell: ({ id }) => <code>{id}</code> },
    { id: 'when', head: t('when'), cellClass: 'nowrap', cell: ({ at }) => f.time(at) },
    { id: 'file', head: t('importFile'), namesRow: true, cell: ({ file }) => file },
    { id: 'kind', head: t('importKindOf'), cell: ({ kind }) => t(KIND_WORDS[kind]) },
    { id: 'rows', head: t('importRows'), num: true, cell: ({ accepted }) => f.number(accepted) },
    { id: 'replaced', head: t('importReplacedRows'), num: true, cell: ({ replaced }) => f.number(replaced) },
    {
      id: 'days',
      head: t('importDays'),
      cellClass: 'nowrap',
      cell: ({ from, to }) => (from === null || to === null ? '–' : `${f.date(from)} – ${f.date(to)}`),
    },
    { id: 'who', head: t('who'), cell: ({ actor, by }) => actorWords(actor, by, lang) },
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
  return <Table columns={columns} rows={imports} keyOf={({ id }) => id} caption={t('importsTitle')} />;
}
