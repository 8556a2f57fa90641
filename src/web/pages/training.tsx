/** One training as it runs: how far, how fast, how good; stopped gently, gone on with later. */

import { useState } from 'preact/hooks';
import { useLocation, useRoute } from 'preact-iso';
import type { CellProgress, TrainingItem } from '../../contract/api.ts';
import { apiPath, sendJson } from '../api-client.ts';
import { Icon } from '../parts/icon.tsx';
import { LiveCurve } from '../parts/live-curve.tsx';
import { Page } from '../parts/page.tsx';
import { Note, ProblemNote, Skeleton } from '../parts/states.tsx';
import { useProblemToast } from '../parts/use-problem-toast.ts';
import { useSession } from '../session.tsx';
import { showToast } from '../toasts.tsx';
import { TrainingCells } from './training-cells.tsx';
import { TrainingGivenUp } from './training-given-up.tsx';
import { TrainingProgress } from './training-progress.tsx';
import { TrainingResult } from './training-result.tsx';
import { useLiveTraining } from './use-live-training.ts';

export function TrainingPage() {
  const { trainingId } = useRoute().params as { trainingId: string };
  const { t, f } = useSession();
  const { detail, training, cells: live, running } = useLiveTraining(apiPath('trainings', trainingId));
  const outcome = detail.data?.outcome ?? null;
  const [followed, setFollowed] = useState<string | null>(null);
  const crumbs = [{ href: '/train', label: t('navTrain') }];
  if (detail.problem || !training) {
    return (
      <Page title={t('training')} crumbs={crumbs}>
        {detail.problem ? <ProblemNote problem={detail.problem} retry={detail.reload} /> : <Skeleton lines={6} />}
      </Page>
    );
  }
  const cells = [...live.values()].sort(
    (a, b) => Number(b.status === 'running') - Number(a.status === 'running') || b.seq - a.seq,
  );
  const shown = (followed !== null && live.get(followed)) || cells.find((cell) => cell.points.length > 1) || cells[0];
  return (
    <Page
      title={t('trainingTitle', { date: f.time(training.startedAt) })}
      crumbs={crumbs}
      actions={<TrainingActions training={training} running={running} reload={detail.reload} />}
    >
      {training.message && (
        <Note tone={training.status === 'failed' ? 'bad' : 'warn'} icon="warning">
          {training.message}
        </Note>
      )}
      <TrainingProgress training={training} cells={cells} outcome={outcome} running={running} />
      {!running && outcome && <TrainingResult training={training} outcome={outcome} cells={cells} />}
      <TrainingGivenUp trainingId={trainingId} pieces={detail.data?.givenUp ?? []} reload={detail.reload} />
      {shown && shown.points.length > 1 && <CurveCard cell={shown} />}
      <TrainingCells cells={cells} shown={shown} onFollow={setFollowed} />
    </Page>
  );
}

interface TrainingActionsProps {
  readonly training: TrainingItem;
  readonly running: boolean;
  readonly reload: () => void;
}

function TrainingActions({ training, running, reload }: TrainingActionsProps) {
  const { t, may } = useSession();
  const { route } = useLocation();
  const tellProblem = useProblemToast();
  const [busy, setBusy] = useState(false);
  async function act(what: 'stop' | 'resume'): Promise<void> {
    setBusy(true);
    try {
      const answer = await sendJson<{ trainingId?: string }>('POST', apiPath('trainings', training.trainingId, what));
      showToast(t(what === 'stop' ? 'stopAsked' : 'resumed'));
      if (answer.trainingId !== undefined && answer.trainingId !== training.trainingId)
        route(`/train/${answer.trainingId}`);
    } catch (error) {
      tellProblem(error);
    }
    setBusy(false);
    reload();
  }
  if (!may('train')) return null;
  return (
    <>
      {running && (
        <button
          type="button"
          class="button"
          disabled={busy || training.status === 'stopping'}
          onClick={() => act('stop')}
        >
          <Icon name="stop" />
          {t('stop')}
        </button>
      )}
      {!running && training.canResume && (
        <button type="button" class="button primary" disabled={busy} onClick={() => act('resume')}>
          <Icon name="play" />
          {t('resume')}
        </button>
      )}
    </>
  );
}

/** The curve of one cell, large. */
function CurveCard({ cell }: { readonly cell: CellProgress }) {
  const { t, f } = useSession();
  return (
    <section class="card pad stack tight">
      <div class="row between">
        <h2>
          {cell.product} <span class="muted">· {cell.merchant}</span>
        </h2>
        <span class="muted">
          {t('iterationOf', { iteration: f.number(cell.iteration), iterations: f.number(cell.iterations) })}
          {cell.best !== null && ` · ${t('bestError', { error: f.percent(cell.best, 1) })}`}
          {cell.runId !== null && (
            <>
              {' · '}
              <a class="in-text" href={`/history/${encodeURIComponent(cell.runId)}`}>
                {t('nextHistory')}
              </a>
            </>
          )}
        </span>
      </div>
      <LiveCurve large points={cell.points} label={t('liveCurve', { product: cell.product })} />
    </section>
  );
}
