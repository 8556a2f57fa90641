/** Plans of a shop's prices side by side, with one's own kept under names. */

import type { ScenarioDocument, ScenarioPlan } from '../../contract/documents.ts';
import type { Lang } from '../../core/vocabulary.ts';
import { codeWords, periodWord, unitWord } from '../../i18n/code-words.ts';
import { capital } from '../formats.ts';
import { CardHead } from '../parts/card-head.tsx';
import { LikelyFigure } from '../parts/figures.tsx';
import { Icon } from '../parts/icon.tsx';
import { NameForm } from '../parts/name-form.tsx';
import { OnPhone } from '../parts/on-phone.tsx';
import { Note } from '../parts/states.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { useQuery } from '../parts/use-query.ts';
import type { KeptViews } from '../parts/use-saved-views.ts';
import { useSession } from '../session.tsx';
import { ProposeButton } from './together-propose.tsx';
import type { NamedPlan, PlanName, ScenarioAsked } from './use-scenario.ts';

export type SavedPlan = NamedPlan & { readonly query: string };

export function planLabel({ kind, name }: Pick<PlanName, 'kind' | 'name'>, lang: Lang): string {
  return name ?? capital(codeWords(lang).planKinds[kind]);
}

/** As an address names a plan. */
const planKey = ({ kind, name, follows }: PlanName): string =>
  `${kind === 'own' ? `own:${name}` : kind}${follows === null ? '' : ':followed'}`;

/** @param key of an address */
export function isSamePlan(plan: PlanName, key: string | undefined): boolean {
  return planKey(plan) === key;
}

interface PlansCardProps {
  readonly document: ScenarioDocument;
  readonly asked: ScenarioAsked;
  /** The one on screen. */
  readonly plan: ScenarioPlan;
  readonly ownName: string | null;
  readonly kept: KeptViews;
  readonly saved: readonly SavedPlan[];
  readonly onDone: () => void;
}

export function PlansCard({ document, asked, plan, ownName, kept, saved, onDone }: PlansCardProps) {
  const { t, lang } = useSession();
  const { query } = useQuery();
  const columns = usePlanColumns(saved, kept);
  const mayKeep = kept.mayChange && ownName !== null;
  function save(name: string): void {
    const search = new URLSearchParams({ merchant: asked.merchant, prices: query.prices ?? '' });
    if (name !== '') kept.save(name, search.toString());
  }
  const forbidden = plan.kind === 'own' ? plan.products.filter(({ allowed }) => !allowed) : [];
  return (
    <section class="card">
      <CardHead
        title={t('togetherPlans')}
        lead={t('togetherPlansLead', {
          period: periodWord({ count: document.portfolio.horizonDays, unit: 'day' }, lang),
        })}
      >
        {/* What all earn together has its button above. */}
        {plan.kind !== 'together' && plan.follows === null && (
          <ProposeButton plan={plan} document={document} asked={asked} onDone={onDone} />
        )}
      </CardHead>
      <div class="table-wrap">
        <Table
          class="card-rows together plans"
          columns={columns}
          rows={document.plans}
          caption={t('togetherPlans')}
          keyOf={planKey}
          isSelected={(one) => isSamePlan(one, planKey(plan))}
        />
      </div>
      {(forbidden.length > 0 || mayKeep) && (
        <div class="pad plan-notes">
          {forbidden.length > 0 && (
            <Note tone="warn" icon="warning">
              {t('planForbidden', { products: forbidden.map(({ product }) => product).join(', ') })}
            </Note>
          )}
          {mayKeep && <NameForm label={t('planSave')} onName={save} />}
        </div>
      )}
    </section>
  );
}

function usePlanColumns(saved: readonly SavedPlan[], kept: KeptViews): readonly Column<ScenarioPlan>[] {
  const { t, f, lang } = useSession();
  const earned = useEarnedColumns();
  return [
    {
      id: 'plan',
      head: t('togetherPlan'),
      namesRow: true,
      cell: (plan) => <PlanCell plan={plan} saved={saved} kept={kept} />,
    },
    ...earned,
    {
      id: 'revenue',
      head: t('planRevenue'),
      num: true,
      cell: ({ revenue }) => <OnPhone label={t('planRevenue')}>{f.money(revenue.value)}</OnPhone>,
    },
    {
      id: 'sold',
      head: t('planSold'),
      num: true,
      cell: ({ sold }) =>
        sold.map(({ unit, quantity: { value } }) => (
          <span key={unit} class="block">
            {f.number(value)} {unitWord(unit, Math.round(value), lang)}
          </span>
        )),
    },
    {
      id: 'changes',
      head: t('planChanges'),
      num: true,
      cell: ({ changes }) => <OnPhone label={t('planChanges')}>{f.number(changes)}</OnPhone>,
    },
  ];
}

/** What a plan earns, what of it is gain, and how sure that is. */
function useEarnedColumns(): readonly Column<ScenarioPlan>[] {
  const { t, f } = useSession();
  return [
    {
      id: 'profit',
      head: t('planProfit'),
      num: true,
      cell: ({ profit }) => (
        <>
          {f.money(profit.value)}
          <small>{t('testSpan', { from: f.money(profit.low), to: f.money(profit.high) })}</small>
        </>
      ),
    },
    {
      id: 'gain',
      head: t('gain'),
      num: true,
      cell: ({ gain, probabilityBetter }) =>
        probabilityBetter === null ? (
          <OnPhone label={t('gain')}>–</OnPhone>
        ) : (
          <>
            <b class={gain.value > 0 ? 'good' : 'bad'}>{f.gain(gain.value)}</b>
            <small>{t('testSpan', { from: f.gain(gain.low), to: f.gain(gain.high) })}</small>
          </>
        ),
    },
    {
      id: 'sure',
      head: t('howSure'),
      cell: ({ probabilityBetter }) =>
        probabilityBetter === null ? (
          <OnPhone label={t('howSure')}>–</OnPhone>
        ) : (
          <LikelyFigure share={probabilityBetter} />
        ),
    },
  ];
}

interface PlanCellProps {
  readonly plan: ScenarioPlan;
  readonly saved: readonly SavedPlan[];
  readonly kept: KeptViews;
}

/** A plan's name, which brings it on screen; one that was saved can be edited and forgotten. */
function PlanCell({ plan, saved, kept }: PlanCellProps) {
  const { t, f, lang } = useSession();
  const { change } = useQuery();
  const { follows } = plan;
  const name = planLabel(plan, lang);
  const label = follows === null ? name : t('planFollows', { plan: name, share: f.percent(follows, 0) });
  const own = plan.kind === 'own' && follows === null ? saved.find(({ name }) => name === plan.name) : undefined;
  return (
    <span class="row">
      <button type="button" class="link-button name" onClick={() => change({ plan: planKey(plan) })}>
        {label}
      </button>
      {own && (
        <a class="button quiet small" href={`/together?${own.query}`} aria-label={`${t('planEdit')}: ${label}`}>
          {t('planEdit')}
        </a>
      )}
      {own && kept.mayChange && (
        <button
          type="button"
          class="button quiet small"
          aria-label={t('viewForget', { name: label })}
          onClick={() => kept.save(label, null)}
        >
          <Icon name="close" />
        </button>
      )}
    </span>
  );
}
