/**
 * Rules that bound every recommended price: for all, for a type, for a shop, for a shop's type. The more particular
 * rule wins.
 */

import { useEffect, useState } from 'preact/hooks';
import type { GuardrailsDocument, OverviewSummary } from '../../contract/api.ts';
import { ApiProblem, sendJson, withQuery } from '../api-client.ts';
import { MerchantSelect, ProductTypeSelect } from '../parts/cell-selects.tsx';
import { ProblemNote, Skeleton } from '../parts/states.tsx';
import { useQuery } from '../parts/use-query.ts';
import { useSession } from '../session.tsx';
import { showToast } from '../toasts.tsx';
import { forgetSeen, useResource } from '../use-resource.ts';
import { GuardrailFields } from './guardrail-fields.tsx';

type Settings = GuardrailsDocument['effective'];

export function GuardrailsSection() {
  const { t } = useSession();
  const { query, change } = useQuery();
  const summary = useResource<OverviewSummary>('/api/overview/summary');
  const address = withQuery('/api/guardrails', { merchant: query.merchant, productType: query.productType });
  const guardrails = useResource<GuardrailsDocument>(address);
  return (
    <section class="card pad stack">
      <p class="muted">{t('railsLead')}</p>
      <div class="toolbar">
        <MerchantSelect
          names={summary.data?.merchants ?? []}
          value={query.merchant ?? ''}
          onChoose={(merchant) => change({ merchant })}
        />
        <ProductTypeSelect
          names={summary.data?.productTypes ?? []}
          value={query.productType ?? ''}
          onChoose={(productType) => change({ productType })}
        />
      </div>
      {guardrails.problem && <ProblemNote problem={guardrails.problem} retry={guardrails.reload} />}
      {guardrails.data ? (
        <GuardrailsForm key={address} address={address} guardrails={guardrails.data} onSaved={guardrails.reload} />
      ) : (
        !guardrails.problem && <Skeleton lines={6} />
      )}
    </section>
  );
}

interface GuardrailsFormProps {
  readonly address: string;
  readonly guardrails: GuardrailsDocument;
  readonly onSaved: () => void;
}

function GuardrailsForm({ address, guardrails: { effective, own }, onSaved }: GuardrailsFormProps) {
  const { t, may } = useSession();
  const [settings, setSettings] = useState<Settings>(effective);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  useEffect(() => setSettings(effective), [effective]);
  const changed = (Object.keys(settings) as (keyof Settings)[]).filter(
    (setting) => settings[setting] !== effective[setting],
  );

  async function save(next: Partial<Settings>): Promise<void> {
    setProblem(null);
    const before = Object.fromEntries(
      Object.keys(next).map((setting) => [setting, effective[setting as keyof Settings]]),
    ) as Partial<Settings>;
    try {
      await sendJson('PUT', address, next);
      showToast(t('railsSaved'), { label: t('undo'), run: () => save(before) });
      forgetSeen();
      onSaved();
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      setProblem(error);
    }
  }
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        save(Object.fromEntries(changed.map((setting) => [setting, settings[setting]])));
      }}
    >
      {problem && <ProblemNote problem={problem} />}
      <fieldset class="stack" disabled={!may('admin') && !may('approve')}>
        <GuardrailFields settings={settings} own={own} onChange={(next) => setSettings({ ...settings, ...next })} />
        <div class="row">
          <button type="submit" class="button primary" disabled={changed.length === 0}>
            {t('save')}
          </button>
          {changed.length > 0 && (
            <button type="button" class="button quiet" onClick={() => setSettings(effective)}>
              {t('discard')}
            </button>
          )}
        </div>
      </fieldset>
    </form>
  );
}
