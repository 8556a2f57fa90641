/** Rules that bound every recommended price: for all, for a type, for a shop, for a shop's type. The more particular rule wins. */

import { useEffect, useState } from 'preact/hooks';
import type { GuardrailsDocument, OverviewSummary } from '../../contract/api.ts';
import type { WebKey } from '../../i18n/web-messages.ts';
import { ApiProblem, sendJson, withQuery } from '../api-client.ts';
import { Select } from '../parts/select.tsx';
import { ProblemNote, Skeleton } from '../parts/states.tsx';
import { useQuery } from '../parts/use-query.ts';
import { useSession } from '../session.tsx';
import { showToast } from '../toasts.tsx';
import { forgetSeen, useResource } from '../use-resource.ts';

type Values = GuardrailsDocument['effective'];
type NumberField = 'maxChange' | 'minMargin' | 'triedRangeMargin' | 'marketBand' | 'minPrice' | 'maxPrice';
const FIELDS: readonly { readonly field: NumberField; readonly label: WebKey; readonly hint: WebKey; readonly share: boolean }[] = [
  { field: 'maxChange', label: 'railMaxChange', hint: 'railMaxChangeHint', share: true },
  { field: 'minMargin', label: 'railMinMargin', hint: 'railMinMarginHint', share: true },
  { field: 'triedRangeMargin', label: 'railTried', hint: 'railTriedHint', share: true },
  { field: 'marketBand', label: 'railMarket', hint: 'railMarketHint', share: true },
  { field: 'minPrice', label: 'railMinPrice', hint: 'railPriceHint', share: false },
  { field: 'maxPrice', label: 'railMaxPrice', hint: 'railPriceHint', share: false },
];

export function GuardrailsSection() {
  const { t } = useSession();
  const { query, change } = useQuery();
  const summary = useResource<OverviewSummary>('/api/overview/summary');
  const address = withQuery('/api/guardrails', { merchant: query.merchant, productType: query.productType });
  const rails = useResource<GuardrailsDocument>(address);
  return (
    <section class="card pad stack">
      <p class="muted">{t('railsLead')}</p>
      <div class="toolbar">
        <Select
          label={t('merchant')}
          value={query.merchant ?? ''}
          choices={[{ value: '', label: t('allMerchants') }, ...(summary.data?.merchants ?? []).map((value) => ({ value, label: value }))]}
          onChoose={(merchant) => change({ merchant })}
        />
        <Select
          label={t('productType')}
          value={query.productType ?? ''}
          choices={[{ value: '', label: t('allTypes') }, ...(summary.data?.productTypes ?? []).map((value) => ({ value, label: value }))]}
          onChoose={(productType) => change({ productType })}
        />
      </div>
      {rails.problem && <ProblemNote problem={rails.problem} retry={rails.reload} />}
      {rails.data ? <RailsForm key={address} address={address} rails={rails.data} onSaved={rails.reload} /> : !rails.problem && <Skeleton lines={6} />}
    </section>
  );
}

interface RailsFormProps {
  readonly address: string;
  readonly rails: GuardrailsDocument;
  readonly onSaved: () => void;
}

function RailsForm({ address, rails, onSaved }: RailsFormProps) {
  const { t, session, may } = useSession();
  const [values, setValues] = useState<Values>(rails.effective);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  useEffect(() => setValues(rails.effective), [rails]);
  const changed = (Object.keys(values) as (keyof Values)[]).filter((field) => values[field] !== rails.effective[field]);
  const set = (field: keyof Values, value: Values[keyof Values]): void => setValues({ ...values, [field]: value });

  async function save(next: Partial<Values>): Promise<void> {
    setProblem(null);
    const before = Object.fromEntries(Object.keys(next).map((field) => [field, rails.effective[field as keyof Values]])) as Partial<Values>;
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
        save(Object.fromEntries(changed.map((field) => [field, values[field]])));
      }}
    >
      {problem && <ProblemNote problem={problem} />}
      <fieldset class="stack" disabled={!may('admin') && !may('approve')}>
        <label class="check">
          <input type="checkbox" checked={values.neverBelowCost} onChange={(event) => set('neverBelowCost', event.currentTarget.checked)} />
          {t('railCost')}
        </label>
        <div class="option-grid">
          {FIELDS.map(({ field, label, hint, share }) => {
            const value = values[field];
            return (
              <label class="field" key={field}>
                <span>
                  {t(label)} {share ? '(%)' : `(${session.currency})`}
                  {rails.own[field] !== undefined && <span class="badge accent">{t('railOwn')}</span>}
                </span>
                <input
                  class="input"
                  type="number"
                  min={0}
                  max={share ? 99 : undefined}
                  step={share ? 0.5 : 0.01}
                  placeholder={t('railOff')}
                  value={value === null ? '' : share ? Math.round(value * 1e4) / 100 : value}
                  onInput={(event) => {
                    const text = event.currentTarget.value;
                    set(field, text === '' ? null : share ? Number(text) / 100 : Number(text));
                  }}
                />
                <span class="hint">{t(hint)}</span>
              </label>
            );
          })}
          <Select
            labelled
            label={t('railEnding')}
            value={values.priceEnding ?? ''}
            choices={[
              { value: '', label: t('railEndingNone') },
              { value: '.99', label: '…,99' },
              { value: '.49', label: '…,49' },
              { value: '0.05', label: t('railEndingSteps') },
            ]}
            onChoose={(value) => set('priceEnding', value === '' ? null : (value as '.99'))}
          />
        </div>
        <div class="row">
          <button type="submit" class="button primary" disabled={changed.length === 0}>
            {t('save')}
          </button>
          {changed.length > 0 && (
            <button type="button" class="button quiet" onClick={() => setValues(rails.effective)}>
              {t('discard')}
            </button>
          )}
        </div>
      </fieldset>
    </form>
  );
}
