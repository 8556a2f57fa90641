/** The form that starts a training. */

import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import type { OverviewSummary } from '../../contract/api.ts';
import type { CellName } from '../../contract/cell-name.ts';
import { TEST_INSTRUMENT } from '../../core/series/control-function.ts';
import { ApiProblem, sendJson } from '../api-client.ts';
import { readCells } from '../parts/cell-names.ts';
import { MerchantSelect, ProductTypeSelect } from '../parts/cell-selects.tsx';
import { Icon } from '../parts/icon.tsx';
import { Note, ProblemNote } from '../parts/states.tsx';
import { useQuery } from '../parts/use-query.ts';
import { useSession } from '../session.tsx';
import { useResource } from '../use-resource.ts';
import { AdvancedFields, DepthField } from './train-fields.tsx';
import { cellsOf, FIRST_PLAN, optionsOf, type TrainPlan, type TrainScope } from './train-plan.ts';

export function TrainForm() {
  const { t, session } = useSession();
  const { query } = useQuery();
  const { route } = useLocation();
  const named = readCells(query.cells);
  // The next step of a price test leads here with it.
  const byTest = query.instrument === TEST_INSTRUMENT;
  const summary = useResource<OverviewSummary>('/api/overview/summary').data;
  const [plan, setPlan] = useState<TrainPlan>({ ...FIRST_PLAN, scope: named.length > 0 ? 'named' : 'all' });
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const [busy, setBusy] = useState(false);
  const change = (next: Partial<TrainPlan>): void => setPlan({ ...plan, ...next });

  async function start(event: Event): Promise<void> {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      const cells = await cellsOf(plan, named);
      const { trainingId } = await sendJson<{ trainingId: string }>('POST', '/api/trainings', {
        ...(cells && { cells }),
        options: { ...optionsOf(plan), ...(byTest && { instrument: TEST_INSTRUMENT }) },
      });
      route(`/train/${trainingId}`);
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      setProblem(error);
      setBusy(false);
    }
  }
  return (
    <form class="card pad stack" onSubmit={start}>
      {problem && <ProblemNote problem={problem} />}
      <ScopeField plan={plan} onChange={change} named={named} summary={summary} />
      {byTest && <Note>{t('trainByTest')}</Note>}
      <DepthField plan={plan} onChange={change} />
      <AdvancedFields plan={plan} onChange={change} />
      <div class="row">
        <button type="submit" class="button primary" disabled={busy || summary?.cells === 0}>
          <Icon name="play" />
          {t(busy ? 'starting' : 'startTraining')}
        </button>
        {session.merchant !== null && (
          <span class="muted small">{t('onlyMerchant', { merchant: session.merchant })}</span>
        )}
      </div>
    </form>
  );
}

interface ScopeFieldProps {
  readonly plan: TrainPlan;
  readonly onChange: (next: Partial<TrainPlan>) => void;
  /** Cells that the address names. */
  readonly named: readonly CellName[];
  /** Null while it is on its way. */
  readonly summary: OverviewSummary | null;
}

function ScopeField({ plan, onChange, named, summary }: ScopeFieldProps) {
  const { t } = useSession();
  return (
    <fieldset class="stack tight">
      <legend class="legend">{t('scopeTitle')}</legend>
      {useScopes(named, summary).map(({ scope, label }) => (
        <label class="check" key={scope}>
          <input type="radio" name="scope" checked={plan.scope === scope} onChange={() => onChange({ scope })} />
          {label}
        </label>
      ))}
      {plan.scope === 'some' && summary && (
        <div class="row indent">
          <MerchantSelect
            names={summary.merchants}
            value={plan.merchant}
            onChoose={(merchant) => onChange({ merchant })}
          />
          <ProductTypeSelect
            names={summary.productTypes}
            value={plan.productType}
            onChoose={(productType) => onChange({ productType })}
          />
        </div>
      )}
    </fieldset>
  );
}

/** The scopes that hold a cell, in words. */
function useScopes(
  named: readonly CellName[],
  summary: OverviewSummary | null,
): readonly { readonly scope: TrainScope; readonly label: string }[] {
  const { t, f } = useSession();
  const [first] = named;
  const untrained = summary?.states.untrained ?? 0;
  const scopes: { readonly scope: TrainScope; readonly label: string }[] = [];
  if (first)
    scopes.push({
      scope: 'named',
      label: named.length === 1 ? `${first.product} · ${first.merchant}` : t('scopeNamed', { count: named.length }),
    });
  scopes.push({
    scope: 'all',
    label: summary ? t('scopeAll', { cells: f.number(summary.cells) }) : t('scopeAllPlain'),
  });
  if (untrained > 0) scopes.push({ scope: 'untrained', label: t('scopeUntrained', { cells: f.number(untrained) }) });
  return [...scopes, { scope: 'some', label: t('scopeSome') }];
}
