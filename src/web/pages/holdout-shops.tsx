/** The shops that are compared, and what each quarter told. */

import type { HoldoutDocument, HoldoutEffect } from '../../contract/holdout.ts';
import { codeWords } from '../../i18n/code-words.ts';
import { CardHead } from '../parts/card-head.tsx';
import { OnPhone } from '../parts/on-phone.tsx';
import { Note } from '../parts/states.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { useSession } from '../session.tsx';

type Compared = Pick<HoldoutDocument, 'shops' | 'leftOut' | 'measure' | 'period'>;
type Shop = Compared['shops'][number];

const USUAL = {
  'profit week': 'holdoutProfitWeek',
  'profit month': 'holdoutProfitMonth',
  'revenue week': 'holdoutSalesWeek',
  'revenue month': 'holdoutSalesMonth',
} as const;

export function ComparedShops({ compared }: { readonly compared: Compared }) {
  const { t, f, lang } = useSession();
  const { shops, leftOut, measure, period } = compared;
  const columns: readonly Column<Shop>[] = [
    { id: 'merchant', head: t('merchant'), sortBy: ({ merchant }) => merchant, cell: ({ merchant }) => merchant },
    {
      id: 'prices',
      head: t('holdoutPrices'),
      sortBy: ({ heldOut }) => Number(heldOut),
      cell: ({ heldOut }) => (
        <span class={heldOut ? 'badge' : 'badge good'}>{t(heldOut ? 'holdoutStays' : 'holdoutGoesOn')}</span>
      ),
    },
    {
      id: 'usual',
      head: t(USUAL[`${measure} ${period}`]),
      num: true,
      sortBy: ({ usual }) => usual,
      cell: ({ usual }) => f.money(usual),
    },
  ];
  return (
    <section class="card">
      <CardHead
        title={t('holdoutShops')}
        lead={t('holdoutShopsLead', { held: shops.filter(({ heldOut }) => heldOut).length, all: shops.length })}
      />
      <div class="table-wrap">
        <Table
          class="card-rows"
          caption={t('holdoutShops')}
          columns={columns}
          rows={shops}
          keyOf={({ merchant }) => merchant}
        />
      </div>
      {leftOut.length > 0 && (
        <div class="pad">
          <Note>
            {t('holdoutNotCompared')}{' '}
            {leftOut.map(({ merchant, why }) => `${merchant} (${codeWords(lang).holdoutLeftOut[why]})`).join(', ')}
          </Note>
        </div>
      )}
    </section>
  );
}

export function useQuarterColumns(measure: Compared['measure']): readonly Column<HoldoutEffect>[] {
  const { t, f } = useSession();
  const measured = t(measure === 'profit' ? 'planProfit' : 'planRevenue');
  return [
    {
      id: 'span',
      head: t('holdoutQuarter'),
      cell: ({ from, to }) => t('testSpan', { from: f.date(from), to: f.date(to) }),
    },
    {
      id: 'actual',
      head: measured,
      num: true,
      cell: ({ actual }) => <OnPhone label={measured}>{f.money(actual)}</OnPhone>,
    },
    {
      id: 'without',
      head: t('holdoutWould'),
      num: true,
      cell: ({ without }) => <OnPhone label={t('holdoutWould')}>{f.money(without.value)}</OnPhone>,
    },
    {
      id: 'gain',
      head: t('gain'),
      num: true,
      cell: ({ gain, share }) => (
        <>
          {f.gain(gain.value)} {share && `(${f.change(share.value)})`}
          <small>{t('testSpan', { from: f.gain(gain.low), to: f.gain(gain.high) })}</small>
        </>
      ),
    },
    {
      id: 'sure',
      head: t('holdoutCertainty'),
      num: true,
      cell: ({ probabilityBetter }) => <OnPhone label={t('holdoutCertainty')}>{f.likely(probabilityBetter)}</OnPhone>,
    },
  ];
}
