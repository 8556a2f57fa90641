/** What goes off in a shop: what to mark down now, what to order today, and what is on hand. */

import { ORDER } from '../../contract/options/stock.ts';
import type { MarkdownDocument, OrderDocument, StockDocument } from '../../contract/stock.ts';
import { typedNumber, typedWhole } from '../../contract/typed-number.ts';
import { withQuery } from '../api-client.ts';
import { ShopPage, ShopSelect } from '../parts/shop-page.tsx';
import { Empty, ProblemNote, Skeleton } from '../parts/states.tsx';
import { type Answer, useAnswer } from '../parts/use-answer.ts';
import { useQuery } from '../parts/use-query.ts';
import { useSession } from '../session.tsx';
import { useResource } from '../use-resource.ts';
import { MarkdownsCard } from './perishables-markdowns.tsx';
import { OrdersCard } from './perishables-orders.tsx';
import { StockCard } from './perishables-stock.tsx';
import { isReduced, TodayCard } from './perishables-today.tsx';

export function PerishablesPage() {
  const { t } = useSession();
  return (
    <ShopPage title={t('navPerishables')} lead={t('shelfLead')} empty={<NoSales />}>
      {(merchant, names) => <Shop key={merchant} merchant={merchant} names={names} />}
    </ShopPage>
  );
}

function NoSales() {
  const { t } = useSession();
  return (
    <Empty icon="perishables" title={t('shelfEmpty')}>
      <p>{t('shelfEmptyLead')}</p>
      <a class="button primary" href="/data">
        {t('navData')}
      </a>
    </Empty>
  );
}

type Query = Readonly<Record<string, string | undefined>>;

/** What an order is asked by; what is no number of its kind holds nothing. */
function orderAsked(merchant: string, { days, life, level }: Query) {
  const [whole, keeps, percent] = [typedWhole(days ?? ''), typedWhole(life ?? ''), typedNumber(level ?? '')];
  return {
    merchant,
    ...(isDays(whole) && { daysUntilDelivery: whole }),
    ...(isDays(keeps) && { shelfLife: keeps }),
    ...(percent > 0 && percent < 100 && { serviceLevel: percent / 100 }),
  };
}

const isDays = (days: number): boolean => days >= ORDER.daysUntilDelivery.least && days <= ORDER.daysUntilDelivery.most;

function Shop({ merchant, names }: { readonly merchant: string; readonly names: readonly string[] }) {
  const { t } = useSession();
  const { query } = useQuery();
  const asked = orderAsked(merchant, query);
  const stock = useResource<StockDocument>(withQuery('/api/stock', { merchant }));
  const orders = useAnswer<OrderDocument>('/api/orders', asked);
  const markdowns = useAnswer<MarkdownDocument>('/api/markdowns', { merchant });
  const reload = (): void => {
    stock.reload();
    orders.reload();
    markdowns.reload();
  };
  if (markdowns.document?.markdowns.length === 0) return <Untrained merchant={merchant} names={names} />;
  const reduced = markdowns.document?.markdowns.filter(isReduced) ?? [];
  return (
    <>
      <ShopChoice merchant={merchant} names={names} />
      {stock.problem && <ProblemNote problem={stock.problem} retry={reload} />}
      <div class="stack">
        {markdowns.document && <TodayCard markdowns={reduced} orders={orders.document?.orders ?? []} />}
        <Awaited answer={markdowns} lines={4} retry={reload}>
          {({ markdowns: items }) => <MarkdownsCard merchant={merchant} markdowns={items} />}
        </Awaited>
        <OrderFields />
        <Awaited answer={orders} lines={4} retry={reload} untold={t('shelfSayDelivery')}>
          {({ orders: items }) => <OrdersCard orders={items} asked={asked} />}
        </Awaited>
        {stock.loading && <Skeleton lines={4} />}
        {stock.data && <StockCard merchant={merchant} document={stock.data} />}
      </div>
    </>
  );
}

function Untrained({ merchant, names }: { readonly merchant: string; readonly names: readonly string[] }) {
  const { t } = useSession();
  return (
    <>
      <ShopChoice merchant={merchant} names={names} />
      <Empty icon="perishables" title={t('shelfUntrained')}>
        <p>{t('shelfUntrainedLead')}</p>
        <a class="button primary" href="/train">
          {t('navTrain')}
        </a>
      </Empty>
    </>
  );
}

interface AwaitedProps<T> {
  readonly answer: Answer<T>;
  readonly lines: number;
  readonly retry: () => void;
  /** What to say where no delivery is known. */
  readonly untold?: string;
  readonly children: (document: T) => preact.ComponentChildren;
}

/** A card as soon as there is an answer; a refusal stands in its place. */
function Awaited<T>({ answer: { document, problem, busy }, lines, retry, untold, children }: AwaitedProps<T>) {
  if (problem?.code === 'DELIVERY_UNTOLD' && untold !== undefined) return <p class="card pad shelf-untold">{untold}</p>;
  if (problem) return <ProblemNote problem={problem} retry={retry} />;
  if (document === null) return <Skeleton lines={lines} />;
  return <div aria-busy={busy}>{children(document)}</div>;
}

function ShopChoice(shop: { readonly merchant: string; readonly names: readonly string[] }) {
  return (
    <div class="row limits">
      <ShopSelect {...shop} />
    </div>
  );
}

/** What the orders below go by. */
function OrderFields() {
  const { t } = useSession();
  return (
    <div class="row limits">
      <OrderField name="days" label={t('shelfDays')} usual={t('shelfDaysUsual')} />
      <OrderField name="life" label={t('shelfLife')} usual={t('shelfLifeUsual')} />
      <OrderField name="level" label={`${t('shelfLevel')} (%)`} usual={t('shelfLevelUsual')} />
    </div>
  );
}

interface OrderFieldProps {
  /** In the address. */
  readonly name: 'days' | 'life' | 'level';
  readonly label: string;
  /** What holds without a number. */
  readonly usual: string;
}

function OrderField({ name, label, usual }: OrderFieldProps) {
  const { t } = useSession();
  const { query, change } = useQuery();
  const holds = (text: string): boolean => {
    const percent = typedNumber(text);
    return name === 'level' ? percent > 0 && percent < 100 : isDays(typedWhole(text));
  };
  return (
    <label class="field">
      <span>{label}</span>
      <input
        class="input"
        inputMode="decimal"
        autocomplete="off"
        placeholder={usual}
        value={query[name] ?? ''}
        onChange={({ currentTarget: field }) => {
          const text = field.value.trim();
          const { least, most } = ORDER.daysUntilDelivery;
          const wrong = name === 'level' ? t('railPercentOnly') : t('shelfDaysOnly', { least, most });
          field.setCustomValidity(text === '' || holds(text) ? '' : wrong);
          if (field.reportValidity()) change({ [name]: text });
        }}
      />
    </label>
  );
}
