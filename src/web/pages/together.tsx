/** Prices of a shop sought together: what they earn, plans beside them, and what sells instead of what. */

import type { ScenarioDocument } from '../../contract/documents.ts';
import { typedNumber, typedWhole } from '../../contract/typed-number.ts';
import { periodWord } from '../../i18n/code-words.ts';
import { ShopPage, ShopSelect } from '../parts/shop-page.tsx';
import { Empty, Note, ProblemNote, Skeleton } from '../parts/states.tsx';
import { useQuery } from '../parts/use-query.ts';
import { type KeptViews, useSavedViews } from '../parts/use-saved-views.ts';
import { useSession } from '../session.tsx';
import { InsteadCard } from './together-instead.tsx';
import { isSamePlan, PlansCard, planLabel, type SavedPlan } from './together-plans.tsx';
import { ProductsCard } from './together-products.tsx';
import { ProposeButton } from './together-propose.tsx';
import { RulesCard } from './together-rules.tsx';
import { askedOf, type NamedPlan, pricesOf, type ScenarioAsked, useScenario } from './use-scenario.ts';

/** Plans that are looked at beside one's own. */
const MOST_SAVED = 6;
/** Limits are below these: products, percent. */
const MOST_LIMIT = { changes: 1_000_000, dearer: 100, follows: 200.5 } as const;

export function TogetherPage() {
  const { t } = useSession();
  return (
    <ShopPage title={t('navTogether')} lead={t('togetherLead')} empty={<NoModels />}>
      {(merchant, names) => <Shop key={merchant} merchant={merchant} names={names} />}
    </ShopPage>
  );
}

function NoModels() {
  const { t } = useSession();
  return (
    <Empty icon="together" title={t('togetherEmpty')}>
      <p>{t('togetherEmptyLead')}</p>
      <a class="button primary" href="/train">
        {t('navTrain')}
      </a>
    </Empty>
  );
}

/** The plan of one's own, by a name that no saved one has, and those that were saved of this shop. */
function usePlans(merchant: string) {
  const { t } = useSession();
  const { query } = useQuery();
  const kept = useSavedViews('together');
  const saved = kept.views.flatMap(({ name, query: text }) => {
    const search = new URLSearchParams(text);
    const prices = pricesOf(search.get('prices') ?? undefined);
    return search.get('merchant') === merchant && prices.size > 0 ? [{ name, prices, query: text }] : [];
  });
  const mine = pricesOf(query.prices);
  let name = t('planMine');
  while (saved.some((plan) => plan.name === name)) name += ' ·';
  const own: readonly NamedPlan[] = mine.size > 0 ? [{ name, prices: mine }] : [];
  return { kept, mine, own, saved: saved.slice(0, MOST_SAVED) };
}

function Shop({ merchant, names }: { readonly merchant: string; readonly names: readonly string[] }) {
  const { query } = useQuery();
  const { kept, mine, own, saved } = usePlans(merchant);
  const asked = askedOf(merchant, query, [...own, ...saved]);
  const { document, problem, busy, reload } = useScenario(asked);
  const isMissing = problem?.code === 'MODELS_NONE';
  return (
    <>
      <Limits merchant={merchant} names={names} />
      {isMissing && <NoModels />}
      {problem && !isMissing && <ProblemNote problem={problem} retry={reload} />}
      {!document && !problem && <Looking />}
      {document && !isMissing && (
        <div class="stack" aria-busy={busy}>
          <Together document={document} asked={asked} onDone={reload} />
          {document.notes
            .filter(({ code }) => code !== 'LINES_NOTE_KEPT')
            .map(({ code, message }) => (
              <Note key={code} tone="warn" icon="warning">
                {message}
              </Note>
            ))}
          <Shown {...{ document, asked, mine, kept, saved }} ownName={own[0]?.name ?? null} onDone={reload} />
          <RulesCard
            merchant={merchant}
            rules={document.portfolio.rules}
            products={document.portfolio.products.map(({ product }) => product)}
            onDone={reload}
          />
          <InsteadCard effects={document.portfolio.effects} />
        </div>
      )}
    </>
  );
}

function Looking() {
  const { t } = useSession();
  return (
    <div class="card pad stack">
      <p class="muted">{t('togetherLooking')}</p>
      <Skeleton lines={5} />
    </div>
  );
}

/** Which shop, and how far its prices may go. */
function Limits({ merchant, names }: { readonly merchant: string; readonly names: readonly string[] }) {
  const { t } = useSession();
  return (
    <div class="row limits">
      <ShopSelect merchant={merchant} names={names} forget={['prices', 'plan']} />
      <LimitField name="changes" label={t('togetherChanges')} read={typedWhole} />
      <LimitField name="dearer" label={`${t('togetherDearer')} (%)`} read={typedNumber} />
      <LimitField name="follows" label={`${t('togetherFollows')} (%)`} read={typedNumber} />
    </div>
  );
}

interface LimitFieldProps {
  /** In the address. */
  readonly name: 'changes' | 'dearer' | 'follows';
  readonly label: string;
  readonly read: (text: string) => number;
}

function LimitField({ name, label, read }: LimitFieldProps) {
  const { t } = useSession();
  const { query, change } = useQuery();
  return (
    <label class="field">
      <span>{label}</span>
      <input
        class="input narrow"
        inputMode="decimal"
        autocomplete="off"
        placeholder={t('togetherNoLimit')}
        value={query[name] ?? ''}
        onChange={({ currentTarget: field }) => {
          const text = field.value.trim();
          const isLimit = text === '' || read(text) < MOST_LIMIT[name];
          field.setCustomValidity(isLimit ? '' : t(name === 'changes' ? 'wholeOnly' : 'railPercentOnly'));
          if (field.reportValidity()) change({ [name]: text });
        }}
      />
    </label>
  );
}

interface TogetherProps {
  readonly document: ScenarioDocument;
  readonly asked: ScenarioAsked;
  readonly onDone: () => void;
}

/** What the prices together earn, how sure that is, and the button that proposes them. */
function Together({ document, asked, onDone }: TogetherProps) {
  const { t, f, lang } = useSession();
  const { gain, probabilityBetter, recommended, horizonDays, profit } = document.portfolio;
  if (!recommended || probabilityBetter === null) return <Note>{t('togetherNone')}</Note>;
  const figures = { gain: f.gain(gain.value), low: f.gain(gain.low), high: f.gain(gain.high) };
  const [before, amount, after] = t('togetherGain', {
    ...figures,
    period: periodWord({ count: horizonDays, unit: 'day' }, lang),
    sure: f.likely(probabilityBetter),
  }).split('|');
  const over = profit.together.value - profit.alone.value;
  return (
    <section class="card pad row between">
      <div class="grow">
        <p class="headline">
          {before}
          <b class="good">{amount}</b>
          {after}
        </p>
        {over > 0.01 * Math.abs(gain.value) && <p class="muted">{t('togetherOver', { gain: f.gain(over) })}</p>}
      </div>
      <ProposeButton
        plan={{ kind: 'together', name: null, follows: null }}
        document={document}
        asked={asked}
        onDone={onDone}
        primary
      />
    </section>
  );
}

interface ShownProps extends TogetherProps {
  readonly mine: ReadonlyMap<string, number>;
  /** Of one's own plan; null without prices of one's own. */
  readonly ownName: string | null;
  readonly kept: KeptViews;
  readonly saved: readonly SavedPlan[];
}

/** The plans, and the products of the one on screen: one's own unless another was chosen. */
function Shown({ document, asked, mine, ownName, kept, saved, onDone }: ShownProps) {
  const { lang } = useSession();
  const { query } = useQuery();
  const usual = document.plans.find(({ name }) => ownName !== null && name === ownName) ?? document.plans[2];
  const plan = document.plans.find((one) => isSamePlan(one, query.plan)) ?? usual;
  if (!plan) return null;
  return (
    <>
      <PlansCard {...{ document, asked, plan, ownName, kept, saved, onDone }} />
      <ProductsCard document={document} plan={plan} mine={mine} label={planLabel(plan, lang)} />
    </>
  );
}
