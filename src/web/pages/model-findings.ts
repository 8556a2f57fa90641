/** What the sales alone say of price and demand, as sentences that are good news or a warning. */

import type { Interval } from '../../contract/documents.ts';
import type { DemandDiagnostics } from '../../core/demand/diagnostics.ts';
import type { Lang, PeriodUnit } from '../../core/vocabulary.ts';
import { periodWord } from '../../i18n/code-words.ts';
import type { WebTranslate } from '../../i18n/web-messages.ts';
import type { Formats } from '../formats.ts';

export interface Finding {
  readonly good: boolean;
  readonly title: string;
  readonly text: string;
}

/** What sentences and their figures are made with. */
export interface Words {
  readonly t: WebTranslate;
  readonly f: Formats;
  readonly lang: Lang;
  /** What the cell's rows are of. */
  readonly unit: PeriodUnit;
}

/**
 * Below these a finding is a warning: the thresholds of the reasons beside a recommendation
 * (core/pricing/recommend-price.ts).
 */
const FEW_PRICES = 3;
const LITTLE_VARIATION = 0.02;
const MOSTLY_PROMOTIONS = 0.5;
/** Neighbouring rows' errors that move together this much leave something unexplained. */
const CORRELATED = 0.3;
/** Spread of demand, as a multiple of pure chance, that counts as wild. */
const OVERDISPERSED = 5;
/** Days that are named; more would be no sentence. */
const NAMED_DAYS = 5;

/** @param elasticity of the model, which the findings begin with */
export function findingsOf(
  { price, residuals, rowsWithoutSale }: DemandDiagnostics,
  elasticity: Interval | null,
  words: Words,
): readonly Finding[] {
  const { t, lang, unit } = words;
  return [
    ...(elasticity ? [ofElasticity(elasticity, words)] : []),
    ...(price ? ofPrices(price, words) : []),
    ...(rowsWithoutSale > 0
      ? [
          {
            good: true,
            title: t('findZerosTitle', { rows: periodWord({ count: rowsWithoutSale, unit }, lang) }),
            text: t('findZeros'),
          },
        ]
      : []),
    ...(residuals
      ? [ofCorrelation(residuals, words), ofDispersion(residuals, words), ofOutliers(residuals, words)]
      : []),
  ];
}

function ofElasticity({ value, low, high }: Interval, { t, f }: Words): Finding {
  return {
    good: true,
    title: t('findElasticityTitle', { value: f.number(value, 2) }),
    text: t(value < -1 ? 'findElastic' : 'findInelastic', {
      fall: f.number(Math.abs(value) * 10, 0),
      low: f.number(low, 1),
      high: f.number(high, 1),
    }),
  };
}

function ofPrices(
  { levels, coefficientOfVariation, promoShare }: NonNullable<DemandDiagnostics['price']>,
  { t, f }: Words,
): readonly Finding[] {
  const few = levels < FEW_PRICES || coefficientOfVariation < LITTLE_VARIATION;
  const variety: Finding = {
    good: !few,
    title: t('findPricesTitle', { levels: f.number(levels), spread: f.percent(coefficientOfVariation, 1) }),
    text: t(few ? 'findPricesFew' : 'findPricesEnough'),
  };
  if (!(promoShare > 0)) return [variety];
  const mostly = promoShare > MOSTLY_PROMOTIONS;
  const title = t('findPromoTitle', { share: f.percent(promoShare) });
  return [variety, { good: !mostly, title, text: t(mostly ? 'findPromoMostly' : 'findPromoPartly') }];
}

type Residuals = NonNullable<DemandDiagnostics['residuals']>;

function ofCorrelation({ lag1 }: Residuals, { t, f }: Words): Finding {
  const lag = lag1 ?? 0;
  const good = Math.abs(lag) < CORRELATED;
  return { good, title: t('findLagTitle', { value: f.number(lag, 2) }), text: t(good ? 'findLagGood' : 'findLagBad') };
}

function ofDispersion({ dispersion }: Residuals, { t, f }: Words): Finding {
  const good = dispersion < OVERDISPERSED;
  return {
    good,
    title: t('findSpreadTitle', { value: f.number(dispersion, 1) }),
    text: t(good ? 'findSpreadGood' : 'findSpreadBad'),
  };
}

function ofOutliers({ outliers }: Residuals, { t, f, lang, unit }: Words): Finding {
  if (outliers.length === 0) return { good: true, title: t('findOutliersTitleNone'), text: t('findOutliersNone') };
  const days = outliers
    .slice(0, NAMED_DAYS)
    .map(({ day }) => f.date(new Date(day * 86_400_000).toISOString().slice(0, 10)));
  return {
    good: false,
    title: t('findOutliersTitle', { count: periodWord({ count: outliers.length, unit }, lang) }),
    text: t('findOutliersSome', { days: days.join(', ') }),
  };
}
