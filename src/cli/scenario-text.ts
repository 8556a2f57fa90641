/** Plans of prices side by side, as text. */

import { number } from '../charts/number-text.ts';
import { spanWord } from '../contract/date-words.ts';
import type { ScenarioDocument, ScenarioPlan } from '../contract/documents.ts';
import type { Lang } from '../core/vocabulary.ts';
import { codeWords, priceWord, probabilityWord, unitWord } from '../i18n/code-words.ts';
import type { Translate } from '../i18n/messages.ts';
import { renderTable, wrapped } from './table.ts';

export function scenarioText(document: ScenarioDocument, lang: Lang, t: Translate): string {
  const { portfolio, plans, currency } = document;
  const own = plans.flatMap(({ kind, products }) =>
    kind === 'own' ? products.filter(({ allowed }) => !allowed).map(({ product }) => product) : [],
  );
  return [
    wrapped(
      t('scenarioOf', {
        merchant: portfolio.merchant,
        period: spanWord(portfolio.from, portfolio.to, lang),
        currency,
      }),
    ),
    planTable(plans, lang, t),
    '',
    priceTable(document, lang, t),
    ...(own.length > 0 ? [wrapped(t('scenarioForbidden', { products: own.join(', ') }))] : []),
  ].join('\n');
}

const nameOf = ({ kind, name, follows }: ScenarioPlan, lang: Lang, t: Translate): string => {
  const plan = name ?? codeWords(lang).planKinds[kind];
  return follows === null ? plan : t('scenarioFollows', { plan, share: number(lang, follows * 100, 0) });
};

function planTable(plans: readonly ScenarioPlan[], lang: Lang, t: Translate): string {
  const whole = (value: number): string => number(lang, value, 0);
  return renderTable(
    [
      { title: t('scenarioPlan') },
      { title: t('profit'), right: true },
      { title: t('gain'), right: true },
      { title: t('scenarioSure'), right: true },
      { title: t('scenarioRevenue'), right: true, spare: 2 },
      { title: t('portfolioSells'), right: true, spare: 3 },
    ],
    plans.map((plan) => {
      const { profit, gain, probabilityBetter, revenue, sold } = plan;
      return [
        nameOf(plan, lang, t),
        `${whole(profit.value)} [${whole(profit.low)}, ${whole(profit.high)}]`,
        probabilityBetter === null ? '–' : `${gain.value > 0 ? '+' : ''}${whole(gain.value)}`,
        probabilityBetter === null ? '–' : probabilityWord(probabilityBetter, lang),
        whole(revenue.value),
        sold
          .map(({ unit, quantity: { value } }) => `${whole(value)} ${unitWord(unit, Math.round(value), lang)}`)
          .join(' + '),
      ];
    }),
  );
}

/** A row a product, a column a plan. */
function priceTable({ portfolio, plans, currency }: ScenarioDocument, lang: Lang, t: Translate): string {
  // Where competitors follow the prices are the same.
  const own = plans.filter(({ follows }) => follows === null);
  return renderTable(
    [{ title: t('product') }, ...own.map((plan) => ({ title: nameOf(plan, lang, t), right: true }))],
    portfolio.products.map(({ product }, i) => [
      product,
      ...own.map(({ products }) => priceWord(products[i]?.price as number, currency, lang)),
    ]),
  );
}
