/** Promotions and their calendar as tables. */

import type { DataTable } from '../../contract/data-table.ts';
import type { MerchantPromotions, PromotionItem, PromotionOption } from '../../contract/promotions.ts';
import { codeWords } from '../../i18n/code-words.ts';
import { type ColumnSpec, type TableView, tableOf } from './table-spec.ts';

type OptionRow = PromotionItem & { readonly merchant: string; readonly option: PromotionOption | null };

const OPTIONS: readonly ColumnSpec<OptionRow>[] = [
  { key: 'merchant', kind: 'text', of: (row) => row.merchant },
  { key: 'product', kind: 'text', of: (row) => row.product },
  { key: 'depth', kind: 'share', of: ({ option }) => option?.depth },
  { key: 'price', kind: 'price', of: ({ option }) => option?.price },
  { key: 'current_price', kind: 'price', of: (row) => row.todayPrice },
  { key: 'promotion_days', kind: 'whole', of: ({ option }) => option?.days },
  { key: 'display', kind: 'whole', of: ({ option }) => option && Number(option.display) },
  { key: 'lift', kind: 'number', of: ({ option }) => option?.lift.value },
  { key: 'lift_low', kind: 'number', of: ({ option }) => option?.lift.low },
  { key: 'lift_high', kind: 'number', of: ({ option }) => option?.lift.high },
  { key: 'bought_in_advance', kind: 'share', of: ({ option }) => option?.advance.value },
  { key: 'own_gain', kind: 'number', of: ({ option }) => option?.own.value },
  { key: 'gain_after', kind: 'number', of: ({ option }) => option?.after.value },
  { key: 'gain_of_others', kind: 'number', of: ({ option }) => option?.others.value },
  { key: 'net_gain', kind: 'number', of: ({ option }) => option?.net.value },
  { key: 'gain_low', kind: 'number', of: ({ option }) => option?.net.low },
  { key: 'gain_high', kind: 'number', of: ({ option }) => option?.net.high },
  { key: 'probability_better', kind: 'share', of: ({ option }) => option?.probabilityBetter },
  { key: 'break_even_depth', kind: 'share', of: ({ breakEven }) => breakEven?.depth },
  {
    key: 'notes',
    kind: 'text',
    of: ({ doubts }) => doubts.join(' '),
    said: ({ doubts }, { lang }) => doubts.map((code) => codeWords(lang).promotionDoubts[code]).join('; '),
  },
];

/** One row a promotion that is weighed; one without it for a product of which none is. */
export function promotionTable(merchants: readonly MerchantPromotions[], view: TableView): DataTable {
  const rows = merchants.flatMap(({ merchant, products }) =>
    products.flatMap((item): OptionRow[] =>
      item.options.length === 0
        ? [{ ...item, merchant, option: null }]
        : item.options.map((option) => ({ ...item, merchant, option })),
    ),
  );
  return tableOf('promotions', OPTIONS, rows, view);
}

type CalendarRow = NonNullable<MerchantPromotions['calendar']>['promotions'][number] & { readonly merchant: string };

const CALENDAR: readonly ColumnSpec<CalendarRow>[] = [
  { key: 'from', kind: 'date', of: (row) => row.from },
  { key: 'to', kind: 'date', of: (row) => row.to },
  { key: 'merchant', kind: 'text', of: (row) => row.merchant },
  { key: 'product', kind: 'text', of: (row) => row.product },
  { key: 'price', kind: 'price', of: (row) => row.price },
  { key: 'price_before', kind: 'price', of: (row) => row.usualPrice },
  { key: 'depth', kind: 'share', of: (row) => row.depth },
  { key: 'display', kind: 'whole', of: (row) => Number(row.display) },
  { key: 'net_gain', kind: 'number', of: (row) => row.net },
];

/** One row a promotion of the calendar. */
export function promotionCalendarTable(merchants: readonly MerchantPromotions[], view: TableView): DataTable {
  const rows = merchants.flatMap(({ merchant, calendar }) =>
    (calendar?.promotions ?? []).map((one): CalendarRow => ({ ...one, merchant })),
  );
  return tableOf('promotion_calendar', CALENDAR, rows, view);
}
