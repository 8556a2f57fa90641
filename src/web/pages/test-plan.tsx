/** The prices of a test by turn, and as a file for the tills. */

import type { ExperimentDocument } from '../../contract/experiments.ts';
import { codeWords } from '../../i18n/code-words.ts';
import { apiPath, withQuery } from '../api-client.ts';
import { CardHead } from '../parts/card-head.tsx';
import { ScrollBox } from '../parts/scroll-box.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { useSession } from '../session.tsx';

const PLAN_FORMATS = ['xlsx', 'csv'] as const;

type Planned = ExperimentDocument['cells'][number]['plan'][number];

/** Days on which no price changes. */
interface Turn {
  readonly from: string;
  readonly to: string;
  /** One a cell. */
  readonly prices: readonly Planned[];
}

export function TestPlan({ test }: { readonly test: ExperimentDocument }) {
  const { t, f, lang } = useSession();
  const turns = turnsOf(test);
  const now = turns.find(isNow);
  const columns = usePlanColumns(test);
  const pricesNow = ({ prices }: Turn): string =>
    prices
      .map(({ price }, i) => (prices.length === 1 ? f.price(price) : `${test.cells[i]?.merchant} ${f.price(price)}`))
      .join(' · ');
  // It was stopped before its first day.
  if (turns.length === 0) return null;
  return (
    <section class="card">
      <CardHead title={t('testPlan')} lead={t('testPlanLead')}>
        <div class="row">
          {PLAN_FORMATS.map((format) => (
            <a
              key={format}
              class="button small"
              download
              href={withQuery(apiPath('experiments', test.id, 'plan'), { format, style: 'spreadsheet', lang })}
            >
              {format.toUpperCase()}
            </a>
          ))}
        </div>
      </CardHead>
      {now && test.endedOn === null && (
        <p class="pad">
          {t('testNow')}: <b class="new-price">{pricesNow(now)}</b>
        </p>
      )}
      <ScrollBox label={t('testPlan')} class="chart-table">
        <Table class="compact" columns={columns} rows={turns} keyOf={({ from }) => from} isSelected={isNow} />
      </ScrollBox>
    </section>
  );
}

function usePlanColumns({ cells }: ExperimentDocument): readonly Column<Turn>[] {
  const { t, f, lang } = useSession();
  const { testLevels } = codeWords(lang);
  return [
    {
      id: 'when',
      head: t('when'),
      cellClass: 'nowrap',
      cell: ({ from, to }) => (from === to ? f.date(from) : t('testSpan', { from: f.date(from), to: f.date(to) })),
    },
    ...cells.map(
      ({ merchant, product }, i): Column<Turn> => ({
        id: JSON.stringify([merchant, product]),
        head: cells.length === 1 ? t('price') : merchant,
        num: true,
        cell: ({ prices }) => {
          const { price, level } = prices[i] as Planned;
          return (
            <>
              {f.price(price)} <span class="muted">{testLevels[level]}</span>
            </>
          );
        },
      }),
    ),
  ];
}

/** Runs of days with the same prices; of a test that was ended up to its last day that counts. */
function turnsOf({ cells, endedOn, to }: ExperimentDocument): Turn[] {
  const last = endedOn ?? to;
  const turns: Turn[] = [];
  const days = cells[0]?.plan.filter(({ date }) => date <= last) ?? [];
  for (const [d, { date }] of days.entries()) {
    const prices = cells.map(({ plan }) => plan[d] as Planned);
    const before = turns.at(-1);
    if (before?.prices.every(({ price }, i) => price === prices[i]?.price))
      turns[turns.length - 1] = { ...before, to: date };
    else turns.push({ from: date, to: date, prices });
  }
  return turns;
}

/** The shop's own today lies in it. */
function isNow({ from, to }: Turn): boolean {
  const day = new Date();
  const today = new Date(day.getTime() - day.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
  return from <= today && today <= to;
}
