/** One price test: the prices to charge, what came of them, and what to do next. */

import { useRoute } from 'preact-iso';
import type { ExperimentDocument } from '../../contract/experiments.ts';
import { apiPath } from '../api-client.ts';
import { TestBadge } from '../parts/badges.tsx';
import { Page } from '../parts/page.tsx';
import { ProblemNote, Skeleton } from '../parts/states.tsx';
import { StopButton } from '../parts/stop-button.tsx';
import { useTestSpan } from '../parts/test-span.ts';
import { useSession } from '../session.tsx';
import { useResource } from '../use-resource.ts';
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
      actions={
        open && (
          <StopButton
            path={apiPath('experiments', id, 'stop')}
            title={t('testStopTitle')}
            lead={t('testStopLead')}
            done={t('testStopped')}
            onDone={reload}
          />
        )
      }
    >
      {open && <TestPlan test={test} />}
      {cells.map((cell) => (
        <TestResult key={JSON.stringify([cell.merchant, cell.product])} cell={cell} named={cells.length > 1} />
      ))}
      {!open && <TestPlan test={test} />}
    </Page>
  );
}
