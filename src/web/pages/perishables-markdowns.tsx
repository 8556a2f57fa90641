/** What to mark down now: today's price and the price now, its path day by day, and what other ways would bring. */

import type { MarkdownItem } from '../../contract/stock.ts';
import { unitWord } from '../../i18n/code-words.ts';
import { CardHead } from '../parts/card-head.tsx';
import { modelPath } from '../parts/model-path.ts';
import { OnPhone } from '../parts/on-phone.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { TableDownload } from '../parts/table-download.tsx';
import { useSession } from '../session.tsx';
import { Doubts } from './perishables-doubts.tsx';
import { isReduced, type Reduced } from './perishables-today.tsx';

interface MarkdownsProps {
  readonly merchant: string;
  readonly markdowns: readonly MarkdownItem[];
}

export function MarkdownsCard({ merchant, markdowns }: MarkdownsProps) {
  const { t } = useSession();
  const columns = useColumns();
  const reduced = markdowns.filter(isReduced);
  const kept = markdowns.filter(({ price, priceInForce }) => price !== null && price >= priceInForce);
  return (
    <section class="card">
      <CardHead title={t('shelfMarkdowns')} lead={t('shelfMarkdownsLead')}>
        <TableDownload address="/api/tables/markdowns" query={{ merchant }} />
      </CardHead>
      {reduced.length > 0 && (
        <div class="table-wrap">
          <Table
            class="card-rows together shelf"
            columns={columns}
            rows={reduced}
            caption={t('shelfMarkdowns')}
            keyOf={({ product }) => product}
          />
        </div>
      )}
      {kept.length > 0 && (
        <p class="pad">{t('shelfKept', { products: kept.map(({ product }) => product).join(', ') })}</p>
      )}
      <Doubts items={markdowns} />
    </section>
  );
}

function useColumns(): readonly Column<Reduced>[] {
  const { t, f, lang } = useSession();
  const goesOff = useGoesOff();
  return [
    {
      id: 'product',
      head: t('product'),
      cell: ({ merchant, product, onHand, unit, to }) => (
        <>
          <a class="name" href={modelPath(merchant, product)}>
            {product}
          </a>
          <small>
            {t('shelfUntil', {
              ...{ quantity: f.number(onHand, 1), unit: unitWord(unit, onHand, lang), date: f.weekday(to) },
            })}
          </small>
        </>
      ),
    },
    {
      id: 'today',
      head: t('shelfPriceToday'),
      num: true,
      cell: ({ priceInForce }) => <OnPhone label={t('shelfPriceToday')}>{f.price(priceInForce)}</OnPhone>,
    },
    {
      id: 'now',
      head: t('shelfPriceNow'),
      num: true,
      cell: ({ price, priceInForce }) => (
        <OnPhone label={t('shelfPriceNow')}>
          <b class="price-now">{f.price(price)}</b>
          <small>{f.change(price / priceInForce - 1)}</small>
        </OnPhone>
      ),
    },
    { id: 'path', head: t('shelfPath'), cell: (item) => <Path item={item} /> },
    { id: 'brings', head: t('shelfBrings'), cell: (item) => <Ways item={item} /> },
    ...goesOff,
  ];
}

function useGoesOff(): readonly Column<Reduced>[] {
  const { t, f, lang } = useSession();
  return [
    {
      id: 'off',
      head: t('shelfGoesOff'),
      num: true,
      cell: ({ unit, outcome, keep }) => (
        <>
          <OnPhone label={t('shelfGoesOff')}>
            {f.number(outcome.wasted, 1)} {unitWord(unit, outcome.wasted, lang)}
          </OnPhone>
          <small>{t('shelfInsteadOf', { quantity: f.number(keep.wasted, 1) })}</small>
        </>
      ),
    },
  ];
}

/** The likeliest price of each day that there is still something of. */
function Path({ item: { path } }: { readonly item: Reduced }) {
  const { f } = useSession();
  return (
    <ol class="price-path">
      {path.map(({ date, part, price }) =>
        price === null ? null : (
          <li key={`${date} ${part}`}>
            <small>{f.weekday(date)}</small> {f.price(price)}
          </li>
        ),
      )}
    </ol>
  );
}

/** What this path brings, beside what keeping the price does and a cut on the last day. */
function Ways({ item: { outcome, keep, lastDay, priceInForce } }: { readonly item: Reduced }) {
  const { t, f } = useSession();
  const ways = [
    { label: t('shelfThisPath'), value: outcome.value },
    ...(lastDay ? [{ label: t('shelfLastDay', { price: f.price(lastDay.price) }), value: lastDay.value }] : []),
    { label: t('shelfKeep', { price: f.price(priceInForce) }), value: keep.value },
  ];
  const most = Math.max(...ways.map(({ value }) => value), 1e-9);
  return (
    <ul class="ways">
      {ways.map(({ label, value }, i) => (
        <li key={label} class={i === 0 ? 'strong' : undefined}>
          <span>{label}</span>
          <span class="way-bar" aria-hidden="true">
            <span style={{ width: `${(100 * Math.max(0, value)) / most}%` }} />
          </span>
          <span class="num">{f.money(value)}</span>
        </li>
      ))}
    </ul>
  );
}
