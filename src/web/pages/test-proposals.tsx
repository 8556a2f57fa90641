/** Price tests that are worth making: what they cost and win, and starting one. */

import { useEffect, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import type { ExperimentDocument, ProposalsDocument, TestProposal } from '../../contract/experiments.ts';
import { START_TEST } from '../../contract/options/experiment.ts';
import { codeWords, periodWord } from '../../i18n/code-words.ts';
import { ApiProblem, sendJson } from '../api-client.ts';
import { CardHead } from '../parts/card-head.tsx';
import { useColumns } from '../parts/columns.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { useListView } from '../parts/list-view.tsx';
import { modelPath } from '../parts/model-path.ts';
import { Empty, ProblemNote, Skeleton } from '../parts/states.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { useProblemToast } from '../parts/use-problem-toast.ts';
import { useSession } from '../session.tsx';
import { showToast } from '../toasts.tsx';
import { forgetSeen } from '../use-resource.ts';

interface Choice {
  readonly merchant: string | undefined;
  readonly product: string | undefined;
}
type Worth = TestProposal & { readonly test: NonNullable<TestProposal['test']> };

export function TestProposals(choice: Choice) {
  const { t } = useSession();
  const { found, problem, reload } = useProposals(choice);
  if (problem) return <ProblemNote problem={problem} retry={reload} />;
  if (found === null)
    return (
      <div class="card pad stack">
        <p class="muted">{t('testsLooking')}</p>
        <Skeleton lines={4} />
      </div>
    );
  const worth = found.proposals.filter((proposal): proposal is Worth => proposal.test !== null);
  const without = found.proposals.filter(({ test }) => test === null);
  return (
    <>
      {worth.length > 0 && <WorthTests worth={worth} worthDays={found.worthDays} />}
      {worth.length === 0 && <Empty icon="tests" title={t('testsNotWorth')} />}
      {without.length > 0 && <WithoutTest proposals={without} open={worth.length === 0} />}
    </>
  );
}

/** Nothing of it is kept: it is asked for anew whenever the page is opened. */
function useProposals({ merchant, product }: Choice) {
  const [state, setState] = useState<{ found: ProposalsDocument | null; problem: ApiProblem | null }>({
    found: null,
    problem: null,
  });
  async function load(): Promise<void> {
    try {
      const choice = { ...(merchant && { merchant }), ...(product && { product }) };
      setState({ found: await sendJson('POST', '/api/experiments/proposals', choice), problem: null });
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      setState({ found: null, problem: error });
    }
  }
  useEffect(() => {
    load();
  }, []);
  return { ...state, reload: load };
}

function WorthTests({ worth, worthDays }: { readonly worth: readonly Worth[]; readonly worthDays: number }) {
  const { t } = useSession();
  const [asked, setAsked] = useState<Worth | null>(null);
  const columns = useWorthColumns(worthDays, setAsked);
  const view = useListView({
    rows: worth,
    columns,
    name: 'worth',
    textOf: ({ merchant, product }) => `${product} ${merchant}`,
  });
  return (
    <section class="card">
      <CardHead title={t('testsWorth')} lead={t('testNote')} />
      {view.tools && <div class="pad">{view.tools}</div>}
      <div class="table-wrap">
        <Table
          class="card-rows"
          columns={columns}
          rows={view.rows}
          sorting={view.sorting}
          caption={t('testsWorth')}
          keyOf={({ merchant, product }) => JSON.stringify([merchant, product])}
        />
      </div>
      {asked && <StartDialog proposal={asked} onClose={() => setAsked(null)} />}
    </section>
  );
}

function Levels({ test }: Pick<Worth, 'test'>) {
  const { f } = useSession();
  return (
    <>
      {test.levels.map(({ price }) => f.price(price)).join(' / ')}
      <small>± {f.percent(test.size)}</small>
    </>
  );
}

function useWorthColumns(worthDays: number, onStart: (proposal: Worth) => void): readonly Column<Worth>[] {
  const { t, f, lang, may } = useSession();
  const { cell } = useColumns();
  return [
    cell(({ merchant, product }) => modelPath(merchant, product)),
    {
      id: 'prices',
      head: t('testPrices'),
      num: true,
      cell: ({ test }) => <Levels test={test} />,
    },
    {
      id: 'length',
      head: t('testLength'),
      sortBy: ({ test }) => test.from,
      cellClass: 'nowrap',
      cell: ({ test }) => (
        <>
          {periodWord({ count: test.turns, unit: test.every }, lang)}
          <small>{t('activeFrom', { date: f.date(test.from) })}</small>
        </>
      ),
    },
    {
      id: 'cost',
      head: t('testCost'),
      num: true,
      sortBy: ({ test: { cost } }) => cost,
      cell: ({ test: { cost } }) =>
        cost > 0 ? t('testCosts', { cost: f.money(cost) }) : t('testEarns', { gain: f.money(-cost) }),
    },
    {
      id: 'value',
      head: t('testValue'),
      num: true,
      sortBy: ({ test: { value } }) => value,
      cell: ({ test: { value } }) => (
        <>
          <b class="good">{t('testWins', { value: f.money(value) })}</b>
          <small>{t('testValueIn', { days: worthDays })}</small>
        </>
      ),
    },
    {
      id: 'start',
      head: t('actions'),
      headHidden: true,
      cellClass: 'num',
      cell: (proposal) =>
        may('approve') && (
          <button type="button" class="button small" onClick={() => onStart(proposal)}>
            {t('testStart')}
          </button>
        ),
    },
  ];
}

/** What will happen, before it does. */
function StartDialog({ proposal, onClose }: { readonly proposal: Worth; readonly onClose: () => void }) {
  const { t, f, lang } = useSession();
  const { route } = useLocation();
  const tellProblem = useProblemToast();
  const [busy, setBusy] = useState(false);
  const { merchant, product, test } = proposal;
  async function start(): Promise<void> {
    setBusy(true);
    try {
      const { id } = await sendJson<ExperimentDocument>('POST', '/api/experiments', { merchant, product });
      forgetSeen();
      showToast(t('testStarted'));
      route(`/tests/${id}`);
    } catch (error) {
      tellProblem(error);
      onClose();
    }
  }
  return (
    <Dialog
      title={t('testStartTitle', { product })}
      onClose={onClose}
      onSubmit={start}
      submit={t('testStart')}
      disabled={busy}
    >
      <p>
        {t('testStartLead', {
          ...{ merchant, product, from: f.date(test.from) },
          length: periodWord({ count: test.turns, unit: test.every }, lang),
          prices: new Intl.ListFormat(lang, { type: 'disjunction' }).format(
            test.levels.map(({ price }) => f.price(price)),
          ),
          base: f.price(test.basePrice),
          turn: periodWord({ count: 1, unit: test.every }, lang),
        })}
      </p>
      <p class="muted">{t('testStartBound', { loss: f.percent(START_TEST.maxLoss.usual ?? 0) })}</p>
    </Dialog>
  );
}

/** Why the others have none, by why. */
function WithoutTest({ proposals, open }: { readonly proposals: readonly TestProposal[]; readonly open: boolean }) {
  const { t, lang } = useSession();
  const { testRefusals } = codeWords(lang);
  const found = Map.groupBy(proposals, ({ refusal }) => refusal ?? 'NOT_WORTH_IT');
  return (
    <details class="card pad" open={open}>
      <summary>{t('testsWithout', { count: proposals.length })}</summary>
      <ul class="bullets">
        {[...found].map(([refusal, of]) => (
          <li key={refusal}>
            {testRefusals[refusal]}:{' '}
            {of.map(({ merchant, product }, i) => (
              <span key={JSON.stringify([merchant, product])}>
                {i > 0 && ', '}
                <a class="in-text" href={modelPath(merchant, product)}>
                  {product}
                </a>{' '}
                <span class="muted">{merchant}</span>
              </span>
            ))}
          </li>
        ))}
      </ul>
    </details>
  );
}
