/** What an exported price brought against what was expected; "cannot be told yet" is an answer. */

import type { OutcomeDocument, RecommendationItem } from '../../contract/api.ts';
import { apiPath } from '../api-client.ts';
import { OutcomeBadge } from '../parts/badges.tsx';
import { useSession } from '../session.tsx';
import { useResource } from '../use-resource.ts';

export function OutcomeCell({ item }: { readonly item: RecommendationItem }) {
  const { t, f } = useSession();
  const { data, problem } = useResource<OutcomeDocument>(`${apiPath('recommendations', item.id)}/outcome`);
  if (problem) return <span class="muted">–</span>;
  if (!data) return <span class="skeleton" />;
  return (
    <>
      <OutcomeBadge verdict={data.verdict} />
      {data.expected && data.actual !== null && (
        <small>
          {t('expectedActual', {
            expected: f.money(data.expected.value),
            actual: f.money(data.actual),
            days: data.days,
          })}
          {data.gain && ` · ${t('gainRange', { low: f.gain(data.gain.low), high: f.gain(data.gain.high) })}`}
        </small>
      )}
    </>
  );
}
