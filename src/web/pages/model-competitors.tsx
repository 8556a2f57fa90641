/** Competitors' prices of one product on its page, and what they do. */

import type { CellName } from '../../contract/cell-name.ts';
import type { CompetitorsDocument } from '../../contract/competitors.ts';
import { withQuery } from '../api-client.ts';
import { CardHead } from '../parts/card-head.tsx';
import { useSession } from '../session.tsx';
import { useResource } from '../use-resource.ts';
import { CompetitorTable, cheapestText } from './competitor-table.tsx';

/** Nothing where no competitor's price is known. */
export function CompetitorsCard({ merchant, product }: CellName) {
  const { t, f } = useSession();
  const found = useResource<CompetitorsDocument>(withQuery('/api/competitors', { merchant, product, effects: 'true' }));
  const [item] = found.data?.products ?? [];
  if (found.data === null || item === undefined) return null;
  const { effect } = item;
  const two = (value: number): string => f.number(value, 2);
  return (
    <section class="card">
      <CardHead title={t('competitorsTitle')} lead={cheapestText(item, { t, f })}>
        <a class="button quiet" href={withQuery('/competitors', { merchant })}>
          {t('competitorsAll')}
        </a>
      </CardHead>
      <CompetitorTable item={item} />
      <div class="pad stack">
        <p>
          {effect === null
            ? t('competitorEffectUnknown')
            : t('competitorEffect', {
                value: two(effect.elasticity.value),
                low: two(effect.elasticity.low),
                high: two(effect.elasticity.high),
              })}
        </p>
        {found.data.reactions.map(({ competitor, share, known, moves }) => (
          <p key={competitor}>
            {known
              ? t('competitorFollows', {
                  competitor,
                  share: f.percent(Math.max(0, share.value), 0),
                  low: f.percent(Math.max(0, share.low), 0),
                  high: f.percent(share.high, 0),
                })
              : t('competitorFollowsUnknown', { competitor, moves })}
          </p>
        ))}
        <p class="muted small">{t('competitorsDoubt')}</p>
      </div>
    </section>
  );
}
