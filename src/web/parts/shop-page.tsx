/** A page of one shop: that of the address, else the first there is. */

import type { ComponentChildren } from 'preact';
import type { MerchantList } from '../../contract/api.ts';
import { useSession } from '../session.tsx';
import { useResource } from '../use-resource.ts';
import { Page } from './page.tsx';
import { Select } from './select.tsx';
import { ProblemNote, Skeleton } from './states.tsx';
import { useQuery } from './use-query.ts';

/** Most shops of the choice. */
const MOST_SHOPS = 1_000;

interface ShopPageProps {
  readonly title: string;
  readonly lead: string;
  /** Where there is no shop. */
  readonly empty: ComponentChildren;
  readonly children: (merchant: string, names: readonly string[]) => ComponentChildren;
}

export function ShopPage({ title, lead, empty, children }: ShopPageProps) {
  const { query } = useQuery();
  const shops = useResource<MerchantList>(`/api/merchants?limit=${MOST_SHOPS}`);
  const names = shops.data?.items.map(({ merchant }) => merchant) ?? [];
  const merchant = query.merchant ?? names[0];
  return (
    <Page title={title} lead={lead}>
      {shops.problem && <ProblemNote problem={shops.problem} retry={shops.reload} />}
      {shops.loading && <Skeleton lines={4} />}
      {merchant !== undefined && children(merchant, names)}
      {shops.data && merchant === undefined && empty}
    </Page>
  );
}

interface ShopSelectProps {
  readonly merchant: string;
  readonly names: readonly string[];
  /** What of the address was of the shop before. */
  readonly forget?: readonly string[];
}

export function ShopSelect({ merchant, names, forget = [] }: ShopSelectProps) {
  const { t } = useSession();
  const { change } = useQuery();
  const shops = names.includes(merchant) ? names : [merchant, ...names];
  return (
    <Select
      labelled
      label={t('togetherShop')}
      value={merchant}
      choices={shops.map((name) => ({ value: name, label: name }))}
      onChoose={(name) => change({ ...Object.fromEntries(forget.map((key) => [key, null])), merchant: name })}
    />
  );
}
