/** The button that proposes a plan's prices, for people to decide on, and takes that back. */

import { useState } from 'preact/hooks';
import type { Refreshed } from '../../contract/api.ts';
import type { KeptProposals, ScenarioDocument } from '../../contract/documents.ts';
import { sendJson } from '../api-client.ts';
import { useProblemToast } from '../parts/use-problem-toast.ts';
import { useSession } from '../session.tsx';
import { showToast } from '../toasts.tsx';
import { forgetSeen } from '../use-resource.ts';
import type { PlanName } from './together-plans.tsx';
import type { ScenarioAsked } from './use-scenario.ts';

interface ProposeButtonProps {
  readonly plan: PlanName;
  readonly document: ScenarioDocument;
  readonly asked: ScenarioAsked;
  readonly onDone: () => void;
  readonly primary?: boolean;
}

/** Products in one request, when they are computed alone. */
const CELLS_AT_ONCE = 1_000;

export function ProposeButton({ plan, document, asked, onDone, primary = false }: ProposeButtonProps) {
  const { t, may } = useSession();
  const [busy, setBusy] = useState(false);
  const tellProblem = useProblemToast();
  const { merchant, products, recommended } = document.portfolio;
  const found = document.plans.find(({ kind, name }) => kind === plan.kind && name === plan.name);
  const isWorth = plan.kind === 'own' ? found?.products.every(({ allowed }) => allowed) : recommended;
  if (!may('approve') || !found || found.changes === 0 || !(plan.kind === 'alone' || isWorth)) return null;

  async function alone(): Promise<KeptProposals> {
    const cells = products.slice(0, CELLS_AT_ONCE).map(({ product }) => ({ merchant, product }));
    return (await sendJson<Refreshed>('POST', '/api/recommendations/refresh', { cells })).kept as KeptProposals;
  }
  async function ask(replaceApproved: boolean): Promise<KeptProposals> {
    if (plan.kind === 'alone') return alone();
    const { plans, ...limits } = asked;
    const [path, body] =
      plan.kind === 'together'
        ? ['/api/portfolio/proposals', limits]
        : ['/api/scenarios/proposals', { ...asked, propose: plan.name }];
    const { kept } = await sendJson<ScenarioDocument>('POST', path, {
      ...body,
      ...(replaceApproved && { replaceApproved }),
    });
    return kept as KeptProposals;
  }
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
  async function propose(replaceApproved = false): Promise<void> {
    const { proposed, standing } = await ask(replaceApproved);
    if (standing.length > 0 && plan.kind !== 'alone')
      showToast(t('togetherStanding', { count: proposed.length, standing: standing.length }), {
        label: t('replaceStanding'),
        run: () => run(() => propose(true)),
      });
    else if (proposed.length === 0) showToast(t('togetherProposedNone'));
    else
      showToast(t('togetherProposed', { count: proposed.length }), {
        ...{ label: t('undo'), run: () => run(undo) },
      });
  }
  /** What is proposed of each product when nobody asks for them together. */
  async function undo(): Promise<void> {
    await alone();
    showToast(t('togetherUndone'));
  }
  return (
    <button type="button" class={primary ? 'button primary' : 'button'} disabled={busy} onClick={() => run(propose)}>
      {t('togetherPropose')}
    </button>
  );
}
