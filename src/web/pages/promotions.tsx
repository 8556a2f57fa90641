/** Promotions of a shop: the calendar that earns most, and what past promotions did, took and left. */

import { PROMOTIONS } from '../../contract/options/promotions.ts';
import { typedWhole } from '../../contract/typed-number.ts';
import { ShopPage, ShopSelect } from '../parts/shop-page.tsx';
import { Empty, ProblemNote, Skeleton } from '../parts/states.tsx';
import { useQuery } from '../parts/use-query.ts';
import { useSession } from '../session.tsx';
import { PromotedProductsCard } from './promoted-products.tsx';
import { PromotionCalendarCard } from './promotion-calendar.tsx';
import { promotionsAsked, usePromotions } from './use-promotions.ts';

export function PromotionsPage() {
  const { t } = useSession();
  return (
    <ShopPage title={t('navPromotions')} lead={t('promotionsLead')} empty={<NoModels />}>
      {(merchant, names) => <Shop key={merchant} merchant={merchant} names={names} />}
    </ShopPage>
  );
}

function NoModels() {
  const { t } = useSession();
  return (
    <Empty icon="promotions" title={t('togetherEmpty')}>
      <p>{t('promotionsEmptyLead')}</p>
      <a class="button primary" href="/train">
        {t('navTrain')}
      </a>
    </Empty>
  );
}

function Shop({ merchant, names }: { readonly merchant: string; readonly names: readonly string[] }) {
  const { t } = useSession();
  const { query } = useQuery();
  const { document, problem, busy, reload } = usePromotions(promotionsAsked(merchant, query));
  const isMissing = problem?.code === 'MODELS_NONE';
  const found = document?.merchants[0];
  return (
    <>
      <Rules merchant={merchant} names={names} />
      {isMissing && <NoModels />}
      {problem && !isMissing && <ProblemNote problem={problem} retry={reload} />}
      {!document && !problem && (
        <div class="card pad stack">
          <p class="muted">{t('promotionsLooking')}</p>
          <Skeleton lines={5} />
        </div>
      )}
      {found && (
        <div class="stack" aria-busy={busy}>
          {found.calendar && <PromotionCalendarCard calendar={found.calendar} promotions={found} />}
          <PromotedProductsCard merchant={merchant} products={found.products} />
        </div>
      )}
    </>
  );
}

/** Which shop, and what its calendar keeps to. */
function Rules({ merchant, names }: { readonly merchant: string; readonly names: readonly string[] }) {
  const { t } = useSession();
  return (
    <div class="row limits">
      <ShopSelect merchant={merchant} names={names} />
      <RuleField name="weeks" label={t('promotionsWeeks')} usual={String(PROMOTIONS.weeks.usual)} />
      <RuleField name="once" label={t('promotionsAtOnce')} usual={t('togetherNoLimit')} />
    </div>
  );
}

/** Values of the rules in the address. */
const MOST = { weeks: PROMOTIONS.weeks.most, once: PROMOTIONS.mostAtOnce.most } as const;

interface RuleFieldProps {
  readonly name: keyof typeof MOST;
  readonly label: string;
  readonly usual: string;
}

function RuleField({ name, label, usual }: RuleFieldProps) {
  const { t } = useSession();
  const { query, change } = useQuery();
  return (
    <label class="field">
      <span>{label}</span>
      <input
        class="input narrow"
        inputMode="numeric"
        autocomplete="off"
        placeholder={usual}
        value={query[name] ?? ''}
        onChange={({ currentTarget: field }) => {
          const text = field.value.trim();
          const number = typedWhole(text);
          const isWhole = text === '' || (number >= 1 && number <= MOST[name]);
          field.setCustomValidity(isWhole ? '' : t('promotionsWhole', { most: MOST[name] }));
          if (field.reportValidity()) change({ [name]: text });
        }}
      />
    </label>
  );
}
