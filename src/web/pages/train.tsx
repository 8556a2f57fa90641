/** Starting a training: which cells, how deep, with every default explained; below, the trainings so far. */

import type { TrainingItem } from '../../contract/api.ts';
import { actorWords } from '../../i18n/audit-words.ts';
import { TrainingBadge } from '../parts/badges.tsx';
import { ListTable } from '../parts/list-table.tsx';
import { Page } from '../parts/page.tsx';
import { usePagedList } from '../parts/paged-list.ts';
import { Empty, Note, Skeleton } from '../parts/states.tsx';
import type { Column } from '../parts/table.tsx';
import { useSession } from '../session.tsx';
import { TrainForm } from './train-form.tsx';

const ORIGIN_WORDS = {
  terminal: 'originTerminal',
  library: 'originLibrary',
  schedule: 'originSchedule',
  dashboard: 'originDashboard',
} as const;

/** Trainings that are drawn at once. */
const STEP = 20;
/** A training that runs shows its progress within so long. */
const REFRESH_MS = 4_000;

export function TrainPage() {
  const { t, may } = useSession();
  const trainings = usePagedList<TrainingItem>('/api/trainings', REFRESH_MS);
  const columns = useTrainingColumns();
  return (
    <Page title={t('navTrain')} lead={t('trainLead')}>
      {may('train') ? <TrainForm /> : <Note>{t('trainNotAllowed')}</Note>}
      <section class="stack tight">
        <h2>{t('trainingsTitle')}</h2>
        <ListTable
          list={trainings}
          columns={columns}
          rows={trainings.items}
          step={STEP}
          textOf={({ origin, startedByName, merchant }) => [t(ORIGIN_WORDS[origin]), startedByName, merchant].join(' ')}
          keyOf={(training) => training.trainingId}
          waiting={<Skeleton lines={3} />}
          empty={
            <Empty icon="train" title={t('noTrainings')}>
              <p>{t('noTrainingsLead')}</p>
            </Empty>
          }
        />
      </section>
    </Page>
  );
}

function useTrainingColumns(): readonly Column<TrainingItem>[] {
  const { t, f, lang } = useSession();
  return [
    {
      id: 'startedAt',
      head: t('startedAt'),
      sortBy: ({ startedAt }) => startedAt,
      cell: ({ trainingId, startedAt }) => <a href={`/train/${trainingId}`}>{f.time(startedAt)}</a>,
    },
    {
      id: 'origin',
      head: t('origin'),
      sortBy: ({ origin }) => t(ORIGIN_WORDS[origin]),
      cell: ({ origin, startedBy, startedByName }) => (
        <>
          {t(ORIGIN_WORDS[origin])}
          {startedByName !== null && <small>{actorWords(startedBy, startedByName, lang)}</small>}
        </>
      ),
    },
    {
      id: 'state',
      head: t('state'),
      sortBy: ({ status }) => status,
      cell: ({ status, failed }) => (
        <>
          <TrainingBadge status={status} />
          {failed > 0 && <small class="bad">{t('someFailed', { count: failed })}</small>}
        </>
      ),
    },
    {
      id: 'cellsDone',
      head: t('cellsDone'),
      num: true,
      sortBy: ({ cells }) => cells,
      cell: ({ done, cells }) => `${f.number(done)} / ${f.number(cells)}`,
    },
    {
      id: 'depth',
      head: t('depth'),
      sortBy: ({ options: { iterations } }) => iterations ?? 0,
      cell: ({ options: { iterations } }) =>
        iterations === undefined ? t('depthExact') : t('iterationsCount', { count: f.number(iterations) }),
    },
  ];
}
