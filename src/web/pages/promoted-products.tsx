/** What past promotions of each product did: sold, brought forward, took from others, and left. */

import type { PromotionItem } from '../../contract/promotions.ts';
import { codeWords, unitWord } from '../../i18n/code-words.ts';
import { capital } from '../formats.ts';
import { CardHead } from '../parts/card-head.tsx';
import { useListView } from '../parts/list-view.tsx';
import { modelPath } from '../parts/model-path.ts';
import { OnPhone } from '../parts/on-phone.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { useSession } from '../session.tsx';

interface PromotedProductsProps {
  readonly merchant: string;
  readonly products: readonly PromotionItem[];
}

export function PromotedProductsCard({ merchant, products }: PromotedProductsProps) {
  const { t } = useSession();
  const columns = useColumns(merchant);
  const view = useListView({ rows: products, columns, name: 'promoted', textOf: ({ product }) => product });
  return (
    <section class="card">
      <CardHead title={t('promotedHead')} lead={t('promotedLead')} />
      {view.tools && <div class="pad">{view.tools}</div>}
      <div class="table-wrap">
        <Table
          class="card-rows together"
          columns={columns}
          rows={view.rows}
          sorting={view.sorting}
          caption={t('promotedHead')}
          keyOf={({ product }) => product}
        />
      </div>
    </section>
  );
}

function useColumns(merchant: string): readonly Column<PromotionItem>[] {
  const { t, f } = useSession();
  return [
    {
      ...{ id: 'product', head: t('product'), namesRow: true },
      sortBy: ({ product }) => product,
      cell: (item) => <Named merchant={merchant} item={item} />,
    },
    {
      ...{ id: 'lift', head: t('promotedLift'), num: true },
      sortBy: ({ usual }) => usual?.lift.value ?? null,
      cell: (item) => <Lift item={item} />,
    },
    {
      ...{ id: 'advance', head: t('promotedAdvance'), num: true },
      sortBy: ({ usual }) => usual?.advance.value ?? null,
      cell: ({ usual }) =>
        usual ? <OnPhone label={t('promotedAdvance')}>{f.percent(usual.advance.value)}</OnPhone> : '–',
    },
    {
      ...{ id: 'others', head: t('promotedOthers'), num: true },
      sortBy: ({ usual }) => usual?.others.value ?? null,
      cell: ({ usual, takenFrom: [most] }) =>
        usual ? (
          <OnPhone label={t('promotedOthers')}>
            {f.gain(usual.others.value)}
            {most && <div class="muted small">{most.product}</div>}
          </OnPhone>
        ) : (
          '–'
        ),
    },
    {
      ...{ id: 'net', head: t('promotedNet'), num: true },
      sortBy: ({ usual }) => usual?.net.value ?? null,
      cell: ({ usual }) =>
        usual ? (
          <OnPhone label={t('promotedNet')}>
            <b class={usual.net.value > 0 ? 'good' : ''}>{f.gain(usual.net.value)}</b>
            <div class="muted small">
              <span class="nowrap">{f.gain(usual.net.low)}</span> … <span class="nowrap">{f.gain(usual.net.high)}</span>
            </div>
          </OnPhone>
        ) : (
          '–'
        ),
    },
    {
      ...{ id: 'even', head: t('promotedEven'), num: true },
      sortBy: ({ breakEven }) => breakEven?.depth ?? null,
      cell: (item) => <Even item={item} />,
    },
  ];
}

function Named({ merchant, item }: { readonly merchant: string; readonly item: PromotionItem }) {
  const { t, f, lang } = useSession();
  const { product, past, doubts, usual } = item;
  const words = codeWords(lang).promotionDoubts;
  return (
    <>
      <a class="name" href={modelPath(merchant, product)}>
        {product}
      </a>
      <div class="muted small">
        {usual
          ? t('promotedPast', { count: past.count, depth: f.percent(usual.depth), days: usual.days })
          : t('promotedCount', { count: past.count })}
      </div>
      {doubts.map((doubt) => (
        <div class="muted small" key={doubt}>
          {capital(words[doubt])}.
        </div>
      ))}
    </>
  );
}

function Lift({ item: { usual, unit } }: { readonly item: PromotionItem }) {
  const { t, f, lang } = useSession();
  if (!usual) return <>–</>;
  const { lift, extra } = usual;
  return (
    <OnPhone label={t('promotedLift')}>
      × {f.number(lift.value, 2)}
      <div class="muted small">
        {f.number(lift.low, 2)} … {f.number(lift.high, 2)} · {f.number(extra.value)} {unitWord(unit, extra.value, lang)}
      </div>
    </OnPhone>
  );
}

function Even({ item: { breakEven } }: { readonly item: PromotionItem }) {
  const { t, f } = useSession();
  if (!breakEven) return <>–</>;
  const { depth, low, high, beyond } = breakEven;
  if (depth === null) return <OnPhone label={t('promotedEven')}>{t('promotedNever')}</OnPhone>;
  return (
    <OnPhone label={t('promotedEven')}>
      {beyond ? t('promotedBeyond', { depth: f.percent(depth) }) : `−${f.percent(depth)}`}
      {!beyond && (
        <div class="muted small">
          {f.percent(low)} … {f.percent(high)}
        </div>
      )}
    </OnPhone>
  );
}
