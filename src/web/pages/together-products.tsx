/** The prices of a plan, product by product, with a field for one's own. */

import type { PortfolioItem, ScenarioDocument, ScenarioPlan, ScenarioProduct } from '../../contract/documents.ts';
import { typedNumber } from '../../contract/typed-number.ts';
import { priceDigits } from '../../core/pricing/price-lattice.ts';
import { reasonWord, unitWord } from '../../i18n/code-words.ts';
import { CardHead } from '../parts/card-head.tsx';
import { useListView } from '../parts/list-view.tsx';
import { modelPath } from '../parts/model-path.ts';
import { OnPhone } from '../parts/on-phone.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { useQuery } from '../parts/use-query.ts';
import { useSession } from '../session.tsx';
import { type OwnPrices, pricesText } from './use-scenario.ts';

/** By how much all prices move at a press. */
const STEP = 0.05;

interface ProductsCardProps {
  readonly document: ScenarioDocument;
  /** The one on screen. */
  readonly plan: ScenarioPlan;
  readonly mine: OwnPrices;
  readonly label: string;
}

type Row = PortfolioItem & { readonly planned: ScenarioProduct };

export function ProductsCard({ document, plan, mine, label }: ProductsCardProps) {
  const { t } = useSession();
  const { products, merchant } = document.portfolio;
  const columns = useProductColumns(merchant, mine);
  const rows = products.flatMap((product, i): Row[] => {
    const planned = plan.products[i];
    return planned ? [{ ...product, planned }] : [];
  });
  const view = useListView({ rows, columns, name: 'products', textOf: ({ product }) => product });
  return (
    <section class="card">
      <CardHead title={t('togetherProducts')} lead={t('togetherProductsLead')}>
        <span class="badge accent">{t('planOtherwise', { plan: label })}</span>
      </CardHead>
      <OwnActions document={document} plan={plan} mine={mine} label={label} />
      {view.tools && <div class="pad">{view.tools}</div>}
      <div class="table-wrap">
        <Table
          class="card-rows together prices"
          columns={columns}
          rows={view.rows}
          sorting={view.sorting}
          caption={t('togetherProducts')}
          keyOf={({ product }) => product}
        />
      </div>
    </section>
  );
}

/** Whole plans as one's own prices. */
function OwnActions({ document, plan, mine, label }: ProductsCardProps) {
  const { t, f, session } = useSession();
  const { change } = useQuery();
  const { products } = document.portfolio;
  const take = (priceOf: (product: PortfolioItem, i: number) => number): void => {
    const all = products.map((one, i): [string, number] => [one.product, priceOf(one, i)]);
    change({
      prices: pricesText(new Map(all.filter(([, price], i) => price !== products[i]?.todayPrice))),
      plan: null,
    });
  };
  const moved = (price: number, share: number): number => {
    const digits = 10 ** priceDigits(price, session.currency);
    return Math.round(price * (1 + share) * digits) / digits;
  };
  return (
    <div class="row pad own-actions">
      {plan.changes > 0 && plan.kind !== 'own' && (
        <button type="button" class="button small" onClick={() => take((_, i) => plan.products[i]?.price as number)}>
          {t('togetherTake', { plan: label })}
        </button>
      )}
      {[-STEP, STEP].map((share) => (
        <button
          type="button"
          class="button small"
          key={share}
          onClick={() => take(({ product, todayPrice }) => moved(mine.get(product) ?? todayPrice, share))}
        >
          {t('togetherAll', { change: f.change(share) })}
        </button>
      ))}
      {mine.size > 0 && (
        <button type="button" class="button quiet small" onClick={() => change({ prices: null, plan: null })}>
          {t('togetherClear')}
        </button>
      )}
    </div>
  );
}

function useProductColumns(merchant: string, mine: OwnPrices): readonly Column<Row>[] {
  const { t, f, lang, session } = useSession();
  const sold = useSoldColumns();
  const priceColumn = (id: 'today' | 'alone' | 'together', head: string, of: (row: Row) => number): Column<Row> => ({
    ...{ id, head, num: true, sortBy: of },
    cell: (row) => (
      <span class={id === 'together' && of(row) !== row.todayPrice ? 'strong' : ''}>
        <OnPhone label={head}>{f.price(of(row))}</OnPhone>
      </span>
    ),
  });
  return [
    {
      id: 'product',
      head: t('product'),
      sortBy: ({ product }) => product,
      cell: ({ product, held: [reason] }) => (
        <>
          <a class="name" href={modelPath(merchant, product)}>
            {product}
          </a>
          {reason && <small>{t('togetherHeld', { reason: reasonWord(reason, {}, session.currency, lang) })}</small>}
        </>
      ),
    },
    priceColumn('today', t('togetherToday'), ({ todayPrice }) => todayPrice),
    priceColumn('alone', t('togetherAlone'), ({ alonePrice }) => alonePrice),
    priceColumn('together', t('togetherTogether'), ({ price }) => price),
    {
      id: 'mine',
      head: t('togetherMine'),
      num: true,
      cell: (row) => (
        <OnPhone label={t('togetherMine')}>
          <OwnPrice row={row} mine={mine} />
        </OnPhone>
      ),
    },
    ...sold,
  ];
}

/** What is sold and earned of a product by the plan on screen, beside today. */
function useSoldColumns(): readonly Column<Row>[] {
  const { t, f, lang } = useSession();
  return [
    {
      id: 'sells',
      head: t('togetherSells'),
      num: true,
      sortBy: ({ planned }) => planned.demand.value,
      cell: ({ planned: { demand }, unit, demandToday }) => (
        <>
          <OnPhone label={t('togetherSells')}>{f.number(demand.value)}</OnPhone>{' '}
          {unitWord(unit, Math.round(demand.value), lang)}
          {demandToday > 0 && <small>{f.change(demand.value / demandToday - 1)}</small>}
        </>
      ),
    },
    {
      id: 'profit',
      head: t('togetherProfit'),
      num: true,
      sortBy: ({ planned }) => planned.profit.value,
      cell: ({ planned: { profit }, profitToday }) => (
        <>
          <OnPhone label={t('togetherProfit')}>{f.money(profit.value)}</OnPhone>
          <small class={profit.value >= profitToday ? 'good' : 'bad'}>{f.gain(profit.value - profitToday)}</small>
        </>
      ),
    },
  ];
}

function OwnPrice({ row, mine }: { readonly row: Row; readonly mine: OwnPrices }) {
  const { t, f, lang } = useSession();
  const { change } = useQuery();
  const own = mine.get(row.product);
  const text =
    own === undefined ? '' : new Intl.NumberFormat(lang, { useGrouping: false, maximumFractionDigits: 4 }).format(own);
  return (
    <input
      class="input own-price"
      inputMode="decimal"
      autocomplete="off"
      aria-label={t('togetherMineOf', { product: row.product })}
      placeholder={f.price(row.todayPrice)}
      value={text}
      onChange={({ currentTarget: field }) => {
        const typed = field.value.trim();
        const price = typedNumber(typed);
        field.setCustomValidity(typed === '' || price > 0 ? '' : t('railNumberOnly'));
        if (!field.reportValidity()) return;
        const next = new Map(mine);
        if (typed === '') next.delete(row.product);
        else next.set(row.product, price);
        change({ prices: pricesText(next), plan: null });
      }}
    />
  );
}
