/** Which shops would be held out, how exactly that would tell, and the button that begins it. */

import { useEffect, useState } from 'preact/hooks';
import type { HoldoutProposal } from '../../contract/holdout.ts';
import { ApiProblem, sendJson } from '../api-client.ts';
import { Select } from '../parts/select.tsx';
import { Note, Skeleton } from '../parts/states.tsx';
import { useProblemToast } from '../parts/use-problem-toast.ts';
import { useSession } from '../session.tsx';
import { showToast } from '../toasts.tsx';
import { forgetSeen } from '../use-resource.ts';
import { ComparedShops } from './holdout-shops.tsx';

const SHARES = [0.1, 0.2, 0.3, 0.5];
const USUAL = 0.2;

export function HoldoutPlan({ onDone }: { readonly onDone: () => void }) {
  const { t, f, may } = useSession();
  const tellProblem = useProblemToast();
  const [share, setShare] = useState(USUAL);
  const { plan, refused } = useProposal(share);
  const [busy, setBusy] = useState(false);
  async function start(): Promise<void> {
    setBusy(true);
    try {
      await sendJson('POST', '/api/holdout', { share });
      showToast(t('holdoutStarted'));
    } catch (error) {
      tellProblem(error);
    }
    setBusy(false);
    forgetSeen();
    onDone();
  }
  if (refused !== null) return <Note tone="warn">{refused}</Note>;
  return (
    <>
      <div class="toolbar">
        <Select
          label={t('holdoutShare')}
          value={String(share)}
          choices={SHARES.map((one) => ({
            value: String(one),
            label: t('holdoutShareChoice', { share: f.percent(one) }),
          }))}
          onChoose={(value) => setShare(Number(value))}
        />
        {may('approve') && (
          <button type="button" class="button primary" disabled={busy || plan === null} onClick={start}>
            {t('holdoutStart')}
          </button>
        )}
      </div>
      {plan === null ? (
        <Skeleton lines={6} />
      ) : (
        <>
          <Note>
            {plan.power === null
              ? t('holdoutNoPower')
              : t('holdoutPower', { seen: f.percent(plan.power.seen, 1), date: f.date(plan.from) })}
          </Note>
          {plan.notes.map(({ code, message }) => (
            <Note key={code}>{message}</Note>
          ))}
          <ComparedShops compared={plan} />
        </>
      )}
    </>
  );
}

/** What would be held out of so many; refused: why nothing can be. */
function useProposal(share: number): { readonly plan: HoldoutProposal | null; readonly refused: string | null } {
  const [plan, setPlan] = useState<HoldoutProposal | null>(null);
  const [refused, setRefused] = useState<string | null>(null);
  useEffect(() => {
    let current = true;
    setPlan(null);
    setRefused(null);
    sendJson<HoldoutProposal>('POST', '/api/holdout/proposals', { share }).then(
      (found) => current && setPlan(found),
      (error: unknown) => {
        if (!current) return;
        if (error instanceof ApiProblem) setRefused(error.message);
        else throw error;
      },
    );
    return () => {
      current = false;
    };
  }, [share]);
  return { plan, refused };
}
