/** `order`: how much to order until the next delivery. */

import { number } from '../../charts/number-text.ts';
import { dayWord } from '../../contract/date-words.ts';
import { ORDER } from '../../contract/options/stock.ts';
import type { OrderItem } from '../../contract/stock.ts';
import type { Lang } from '../../core/vocabulary.ts';
import { DemandaError } from '../../errors/demanda-error.ts';
import { probabilityWord, unitWord } from '../../i18n/code-words.ts';
import type { Translate } from '../../i18n/messages.ts';
import { orderTable } from '../../workspace/tables/stock-tables.ts';
import { type CommandContext, cellOptions, choice, type Options, requireCells } from '../context.ts';
import { addOptions, readOptions } from '../options.ts';
import { sayJson, sayLines } from '../output.ts';
import { doubtLines } from '../stock-text.ts';
import { renderTable } from '../table.ts';
import { exportTable, tableOptions, wantedFile } from '../table-export.ts';

export function addOrder({ command, lang, t, withWorkspace }: CommandContext): void {
  const made = cellOptions(command('order', 'pedir', 'cmdOrder'), t);
  tableOptions(addOptions(made, ORDER, t), t).action((o: Options) =>
    withWorkspace(o, async (workspace) => {
      requireCells(o, t);
      const wanted = wantedFile(o);
      const document = await workspace.perishables.order({ ...choice(o), ...readOptions(ORDER, o) });
      if (document.orders.length === 0) throw new DemandaError('MODELS_NONE', {});
      await exportTable(wanted, (view) => orderTable(document.orders, view), { ...document, lang, t });
      if (o.json) return sayJson(document);
      sayLines(orderLines(document.orders, lang, t));
    }),
  );
}

function orderLines(orders: readonly OrderItem[], lang: Lang, t: Translate): string[] {
  const spans = new Set(orders.map(({ to, days }) => t('orderUntil', { until: dayWord(to, lang), days })));
  return [
    renderTable(
      [
        { title: t('merchant') },
        { title: t('product') },
        { title: t('demand'), right: true },
        { title: t('interval90'), right: true },
        { title: t('stockOnHand'), right: true, spare: 1 },
        { title: t('orderQuantity'), right: true },
        { title: t('orderInStock'), right: true },
        { title: t('orderWaste'), right: true },
        { title: t('orderLost'), right: true },
      ],
      orders.map((item) => orderRow(item, lang)),
    ),
    ...spans,
    ...doubtLines(orders, lang),
  ];
}

function orderRow({ merchant, product, unit, quantity, outcome, ...item }: OrderItem, lang: Lang): string[] {
  const { value, low, high } = item.expectedDemand;
  const units = (amount: number): string => number(lang, amount, Number.isInteger(amount) ? 0 : 1);
  return [
    merchant,
    product,
    number(lang, value, 1),
    `[${number(lang, low, 1)}, ${number(lang, high, 1)}]`,
    units(item.onHand),
    quantity === null ? '–' : `${units(quantity)} ${unitWord(unit, quantity, lang)}`,
    outcome === null ? '–' : probabilityWord(outcome.inStock, lang),
    outcome === null ? '–' : number(lang, outcome.wasted, 1),
    outcome === null ? '–' : number(lang, outcome.lost, 1),
  ];
}
