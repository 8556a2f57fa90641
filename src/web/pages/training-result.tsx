/** What a training that has ended brought, and where to go from there. */

import type { CellProgress, TrainingItem, TrainingOutcome } from '../../contract/api.ts';
import { MOST_COMPARED } from '../../contract/limits.ts';
import { modelPath } from '../parts/model-path.ts';
import { useSession } from '../session.tsx';

interface TrainingResultProps {
  readonly training: TrainingItem;
  readonly outcome: TrainingOutcome;
  readonly cells: readonly CellProgress[];
}

export function TrainingResult({ training, outcome, cells }: TrainingResultProps) {
  const { t, f } = useSession();
  const { better, same, worse, compared, error, errorBefore } = outcome;
  const first = training.done - compared;
  const counts = (
    [
      ['resultBetter', better, 'good'],
      ['resultSame', same, 'muted'],
      ['resultWorse', worse, 'bad'],
      ['resultFirst', first, ''],
      ['resultFailed', training.failed, 'bad'],
    ] as const
  ).filter(([, count]) => count > 0);
  if (counts.length === 0) return null;
  const errors = cells.flatMap(({ modelError }) => modelError ?? []);
  return (
    <section class="card pad stack tight">
      <h2>{t('resultTitle')}</h2>
      <ul class="row result">
        {counts.map(([key, count, tone]) => (
          <li key={key} class={tone}>
            {t(key, { count: f.number(count) })}
          </li>
        ))}
      </ul>
      {error !== null && errorBefore !== null && (
        <p title={t('resultErrorHint')}>
          {t('resultError', { before: f.percent(errorBefore, 1), error: f.percent(error, 1) })}
          <small class="block muted">{t('resultErrorHint')}</small>
        </p>
      )}
      {compared === 0 && errors.length > 0 && (
        <p title={t('resultErrorHint')}>
          {`${t('groupError')}: ${f.percent(errors.reduce((sum, one) => sum + one, 0) / errors.length, 1)}`}
          <small class="block muted">{t('resultErrorHint')}</small>
        </p>
      )}
      <NextSteps cells={cells} />
    </section>
  );
}

function NextSteps({ cells }: { readonly cells: readonly CellProgress[] }) {
  const { t } = useSession();
  const trained = cells.filter(({ status }) => status === 'done');
  const [only] = cells.length === 1 ? cells : [];
  const runs = trained
    .flatMap(({ runId, runBefore }) => (runId !== null && runBefore !== null ? [runBefore, runId] : []))
    .slice(0, MOST_COMPARED);
  const of = only ? `?merchant=${encodeURIComponent(only.merchant)}&product=${encodeURIComponent(only.product)}` : '';
  return (
    <div class="row">
      {trained.length > 0 && (
        <a class="button primary" href={only ? modelPath(only.merchant, only.product) : '/'}>
          {t('nextPrices')}
        </a>
      )}
      {runs.length > 1 && (
        <a class="button" href={`/compare?runs=${encodeURIComponent(runs.join(','))}`}>
          {t('nextBefore')}
        </a>
      )}
      <a class="button" href={`/history${of}`}>
        {t('nextHistory')}
      </a>
    </div>
  );
}
