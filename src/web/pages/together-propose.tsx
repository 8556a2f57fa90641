/** The button that proposes a plan's prices, for people to decide on, and takes that back. */

import { useState } from 'preact/hooks';
import type { Refreshed } from '../../contract/api.ts';
import type { KeptProposals, ScenarioDocument } from '../../contract/documents.ts';
import { sendJson } from '../api-client.ts';
import { useProblemToast } from '../parts/use-problem-toast.ts';
import { useSession } from '../session.tsx';
import { showToast } from '../toasts.tsx';
import { forgetSeen } from '../use-resource.ts';
import type { PlanName, ScenarioAsked } from './use-scenario.ts';

interface ProposeButtonProps {
  readonly plan: PlanName;
  readonly document: ScenarioDocument;
  readonly asked: ScenarioAsked;
  readonly onDone: () => void;
  readonly primary?: boolean;
}

/** Products in one request, when they are computed alone. */
const CELLS_AT_ONCE = 1_000;

/** What is proposed of each product when nobody asks for them together. */
async function proposeAlone({ portfolio: { merchant, products } }: ScenarioDocument): Promise<KeptProposals> {
  const cells = products.slice(0, CELLS_AT_ONCE).map(({ product }) => ({ merchant, product }));
  return (await sendJson<Refreshed>('POST', '/api/recommendations/refresh', { cells })).kept as KeptProposals;
}

async function proposePlan(plan: PlanName, asked: ScenarioAsked, replaceApproved: boolean): Promise<KeptProposals> {
  const { plans: _, ...limits } = asked;
  const [path, body] =
    plan.kind === 'together'
      ? ['/api/portfolio/proposals', limits]
      : ['/api/scenarios/proposals', { ...asked, propose: plan.name }];
  const more = replaceApproved ? { replaceApproved } : {};
  return (await sendJson<ScenarioDocument>('POST', path, { ...body, ...more })).kept as KeptProposals;
}

export function ProposeButton({ plan, document, asked, onDone, primary = false }: ProposeButtonProps) {
  const { t, may } = useSession();
  const [busy, setBusy] = useState(false);
  const tellProblem = useProblemToast();
  const isAlone = plan.kind === 'alone';
  const found = document.plans.find(({ kind, name }) => kind === plan.kind && name === plan.name);
  const isWorth =
    plan.kind === 'own' ? found?.products.every(({ allowed }) => allowed) : document.portfolio.recommended;
  if (!may('approve') || !found || found.changes === 0 || !(isAlone || isWorth)) return null;

  async function run(work: () => Promise<void>): Promise<void> {
    setBusy(true);
    try {
      await work();
    } catch (error) {
      tellProblem(error);
    }
    setBusy(false);
    forgetSeen();
    onDone();
  }
  async function propose(replaceApproved: boolean): Promise<void> {
    const kept = await (isAlone ? proposeAlone(document) : proposePlan(plan, asked, replaceApproved));
    const counts = { count: kept.proposed.length, standing: kept.standing.length };
    if (counts.standing > 0 && !isAlone) {
      const replace = (): Promise<void> => run(() => propose(true));
      showToast(t('togetherStanding', counts), { label: t('replaceStanding'), run: replace });
    } else if (counts.count === 0) showToast(t('togetherProposedNone'));
    else showToast(t('togetherProposed', counts), { label: t('undo'), run: () => run(undo) });
  }
  async function undo(): Promise<void> {
    await proposeAlone(document);
    showToast(t('togetherUndone'));
  }
  const press = (): Promise<void> => run(() => propose(false));
  return (
    <button type="button" class={primary ? 'button primary' : 'button'} disabled={busy} onClick={press}>
      {t('togetherPropose')}
    </button>
  );
}
