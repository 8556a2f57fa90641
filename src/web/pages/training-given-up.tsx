/** Pieces of a training that workers ended at, and their way back on the queue. */

import { useState } from 'preact/hooks';
import type { TrainingDetail } from '../../contract/api.ts';
import { apiPath, sendJson } from '../api-client.ts';
import { Icon } from '../parts/icon.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { useProblemToast } from '../parts/use-problem-toast.ts';
import { useSession } from '../session.tsx';
import { showToast } from '../toasts.tsx';

type GivenUp = TrainingDetail['givenUp'][number];

interface TrainingGivenUpProps {
  readonly trainingId: string;
  readonly pieces: readonly GivenUp[];
  readonly reload: () => void;
}

export function TrainingGivenUp({ trainingId, pieces, reload }: TrainingGivenUpProps) {
  const { t, may } = useSession();
  const columns = useGivenUpColumns();
  const tellProblem = useProblemToast();
  const [busy, setBusy] = useState(false);
  async function retry(): Promise<void> {
    setBusy(true);
    try {
      await sendJson('POST', apiPath('trainings', trainingId, 'retry'), {});
      showToast(t('retried'));
    } catch (error) {
      tellProblem(error);
    }
    setBusy(false);
    reload();
  }
  if (pieces.length === 0) return null;
  return (
    <section class="card pad stack tight">
      <div class="row between">
        <h2>{t('givenUp')}</h2>
        {may('train') && (
          <button type="button" class="button" disabled={busy} onClick={retry}>
            <Icon name="play" />
            {t('retryGivenUp')}
          </button>
        )}
      </div>
      <div class="table-wrap">
        <Table caption={t('givenUp')} columns={columns} rows={pieces} keyOf={({ number }) => number} />
      </div>
    </section>
  );
}

function useGivenUpColumns(): readonly Column<GivenUp>[] {
  const { t, f } = useSession();
  return [
    { id: 'number', head: t('piece'), num: true, cell: ({ number }) => f.number(number) },
    {
      id: 'cells',
      head: t('pieceProducts'),
      namesRow: true,
      cell: ({ first, last, cells }) => {
        if (first === null) return t('pieceLearning');
        const named = `${first.product} · ${first.merchant}`;
        return cells > 1 && last !== null ? `${named} … ${last.product} · ${last.merchant}` : named;
      },
    },
    { id: 'attempts', head: t('pieceAttempts'), num: true, cell: ({ attempts }) => f.number(attempts) },
    { id: 'reason', head: t('pieceReason'), cell: ({ reason }) => reason },
  ];
}
