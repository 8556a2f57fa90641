/** How far back a list goes: one of a few spans, kept in the address. */

import type { ComponentChildren } from 'preact';
import { useSession } from '../session.tsx';
import { Segmented } from './segmented.tsx';
import { useQuery } from './use-query.ts';

/** Days before today; null of all time. */
const DAYS = { month: 30, quarter: 91, year: 365, all: null } as const;
const LABELS = { month: 'periodMonth', quarter: 'periodQuarter', year: 'periodYear', all: 'periodAll' } as const;
type Span = keyof typeof DAYS;

interface ChosenPeriod {
  /** ISO date of the first day; null of all time. */
  readonly from: string | null;
  readonly control: ComponentChildren;
}

/** @param spans those to choose from; the first holds unless the address says otherwise */
export function usePeriod(spans: readonly [Span, ...Span[]]): ChosenPeriod {
  const { t } = useSession();
  const { query, change } = useQuery();
  const [usual] = spans;
  const span = spans.find((name) => name === query.period) ?? usual;
  const days = DAYS[span];
  return {
    from: days === null ? null : new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10),
    control: (
      <Segmented
        label={t('outcomesPeriod')}
        value={span}
        choices={spans.map((value) => ({ value, label: t(LABELS[value]) }))}
        onChoose={(value) => change({ period: value === usual ? null : value })}
      />
    ),
  };
}
