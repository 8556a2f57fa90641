/** What is to be done in a shop today, in two sentences. */

import type { MarkdownItem, OrderItem } from '../../contract/stock.ts';
import { unitWord } from '../../i18n/code-words.ts';
import { useSession } from '../session.tsx';

/** What has another price now than the one in force. */
export type Reduced = MarkdownItem & {
  readonly price: number;
  readonly outcome: NonNullable<MarkdownItem['outcome']>;
  readonly keep: NonNullable<MarkdownItem['keep']>;
};

export function isReduced(item: MarkdownItem): item is Reduced {
  return item.price !== null && item.price < item.priceInForce && item.outcome !== null && item.keep !== null;
}

interface TodayProps {
  readonly markdowns: readonly Reduced[];
  readonly orders: readonly OrderItem[];
}

export function TodayCard({ markdowns, orders }: TodayProps) {
  const { t, f, lang } = useSession();
  const gain = markdowns.reduce((sum, { outcome, keep }) => sum + outcome.value - keep.value, 0);
  // Units of different kinds do not add up.
  const saved = Map.groupBy(markdowns, ({ unit }) => unit);
  const amounts = [...saved].map(([unit, items]) => {
    const amount = items.reduce((sum, { outcome, keep }) => sum + keep.wasted - outcome.wasted, 0);
    return `${f.number(amount)} ${unitWord(unit, Math.round(amount), lang)}`;
  });
  const [before, bold, after] = t(markdowns.length === 0 ? 'shelfNoneToday' : 'shelfToday', {
    ...{ count: markdowns.length, gain: f.gain(gain), saved: amounts.join(', ') },
  }).split('|');
  const ordered = orders.filter(({ quantity }) => (quantity ?? 0) > 0).length;
  return (
    <section class="card pad">
      <p class="headline">
        {before}
        {bold !== undefined && <b class="good">{bold}</b>}
        {after}
      </p>
      {orders.length > 0 && <p class="muted">{t('shelfOrdered', { count: ordered, all: orders.length })}</p>}
    </section>
  );
}
