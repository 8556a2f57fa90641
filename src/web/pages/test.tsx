/** One price test: the prices to charge, what came of them, and what to do next. */

import { useState } from 'preact/hooks';
import { useRoute } from 'preact-iso';
import type { ExperimentDocument } from '../../contract/experiments.ts';
import { apiPath, sendJson } from '../api-client.ts';
import { TestBadge } from '../parts/badges.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Icon } from '../parts/icon.tsx';
import { Page } from '../parts/page.tsx';
import { ProblemNote, Skeleton } from '../parts/states.tsx';
import { useTestSpan } from '../parts/test-span.ts';
import { useProblemToast } from '../parts/use-problem-toast.ts';
import { useSession } from '../session.tsx';
import { showToast } from '../toasts.tsx';
import { forgetSeen, useResource } from '../use-resource.ts';
import { TestPlan } from './test-plan.tsx';
import { TestResult } from './test-result.tsx';

export function TestPage() {
  const { id } = useRoute().params as { id: string };
  const { t } = useSession();
  const span = useTestSpan();
  const { data: test, problem, reload } = useResource<ExperimentDocument>(apiPath('experiments', id));
  const crumbs = [{ href: '/tests', label: t('navTests') }];
  if (!test)
    return (
      <Page title={t('navTests')} crumbs={crumbs}>
        {problem ? <ProblemNote problem={problem} retry={reload} /> : <Skeleton lines={6} />}
      </Page>
    );
  const { merchant, cells, status } = test;
  // What to charge comes first as long as there is something to charge.
  const open = status === 'planned' || status === 'running';
  const title = [...new Set(cells.map(({ product }) => product))].join(', ');
  return (
    <Page
      title={title}
      heading={
        <>
          {title} <TestBadge status={status} />
        </>
      }
      lead={[merchant ?? t('testShops', { count: cells.length }), span(test)].join(' · ')}
      crumbs={crumbs}
      actions={open && <StopButton id={id} onDone={reload} />}
    >
      {open && <TestPlan test={test} />}
      {cells.map((cell) => (
        <TestResult key={JSON.stringify([cell.merchant, cell.product])} cell={cell} named={cells.length > 1} />
      ))}
      {!open && <TestPlan test={test} />}
    </Page>
  );
}

function StopButton({ id, onDone }: { readonly id: string; readonly onDone: () => void }) {
  const { t, may } = useSession();
  const tellProblem = useProblemToast();
  const [asked, setAsked] = useState(false);
  async function stop(): Promise<void> {
    setAsked(false);
    try {
      await sendJson('POST', apiPath('experiments', id, 'stop'));
      showToast(t('testStopped'));
    } catch (error) {
      tellProblem(error);
    }
    forgetSeen();
    onDone();
  }
  if (!may('approve')) return null;
  return (
    <>
      <button type="button" class="button" onClick={() => setAsked(true)}>
        <Icon name="stop" />
        {t('stop')}
      </button>
      {asked && (
        <Dialog title={t('testStopTitle')} onClose={() => setAsked(false)} onSubmit={stop} submit={t('stop')}>
          <p>{t('testStopLead')}</p>
        </Dialog>
      )}
    </>
  );
}
