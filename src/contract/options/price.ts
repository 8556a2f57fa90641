import { DEFAULT_GUARDRAILS, type GuardrailSettings } from '../../core/pricing/guardrails.ts';
import { EXPLORE_RULES, type Frequency, PRICE_ENDINGS } from '../../core/vocabulary.ts';
import { amount, type NumberKind, type Option, oneOf, orOff, periods, share, text, whole } from './option.ts';
import { MARKET_PRICES, POOLING, WORKERS } from './train.ts';

/** Of a price: beyond a year nothing is known of costs. */
const MOST_HORIZON_DAYS = 365;
/** Of a forecast: ten years. */
const MOST_FORECAST_DAYS = 3_650;

const horizon = (mostDays: number) => periods({ flag: '--horizon', help: 'optHorizon', mostDays });
/** First day (ISO date); the day after the merchant's last sale unless told. */
const from = text({ flag: '--from', taken: '<date>', help: 'optFrom', most: 10 });

const { aboveCompetitors, belowCompetitors, competitorReference } = DEFAULT_GUARDRAILS;
const { maxChange, minMargin, triedRangeMargin, marketBand, minPrice, maxPrice, priceEnding, minProbability, minGain } =
  DEFAULT_GUARDRAILS;

/**
 * Limits of a price and when a change is worth making; null is off. `neverBelowCost` has no flag: nobody is offered a
 * price at a loss.
 */
export const GUARDRAIL_OPTIONS = {
  maxChange: orOff(share({ flag: '--max-change', help: 'optMaxChange', usual: maxChange })),
  minMargin: orOff(share({ flag: '--min-margin', help: 'optMinMargin', usual: minMargin })),
  triedRangeMargin: orOff(share({ flag: '--tried-range', help: 'optTriedRange', usual: triedRangeMargin })),
  marketBand: orOff(share({ flag: '--market-band', help: 'optMarketBand', usual: marketBand })),
  aboveCompetitors: orOff(share({ flag: '--above-competitors', help: 'optAboveCompetitors', usual: aboveCompetitors })),
  belowCompetitors: orOff(share({ flag: '--below-competitors', help: 'optBelowCompetitors', usual: belowCompetitors })),
  /** `cheapest`, `mean`, or a competitor's name. */
  competitorReference: orOff(
    text({ flag: '--competitor-reference', help: 'optCompetitorReference', usual: competitorReference }),
  ),
  minPrice: orOff(amount({ flag: '--min-price', help: 'optMinPrice', usual: minPrice })),
  maxPrice: orOff(amount({ flag: '--max-price', help: 'optMaxPrice', usual: maxPrice })),
  priceEnding: orOff(
    oneOf({ flag: '--price-ending', taken: '<ending>', help: 'optEnding', of: PRICE_ENDINGS, usual: priceEnding }),
  ),
  minProbability: orOff(share({ flag: '--min-probability', help: 'optMinProbability', usual: minProbability })),
  minGain: orOff(share({ flag: '--min-gain', help: 'optMinGain', usual: minGain })),
} as const satisfies Record<Exclude<keyof GuardrailSettings, 'neverBelowCost'>, Option>;

/** Guardrails whose setting is a figure. */
export type NumberGuardrail = {
  [Name in keyof typeof GUARDRAIL_OPTIONS]: (typeof GUARDRAIL_OPTIONS)[Name] extends { kind: NumberKind }
    ? Name
    : never;
}[keyof typeof GUARDRAIL_OPTIONS];

/** As earlier versions named a number of days; library and API take it still, where the other name is not given. */
const daysOf = (flag: '--horizon' | '--step', most: number) =>
  whole({ flag, taken: '<days>', help: 'optHorizon', least: 1, most });
export const RECOMMEND_DAYS = { horizonDays: daysOf('--horizon', MOST_HORIZON_DAYS) } as const;
export const FORECAST_DAYS = { days: daysOf('--horizon', MOST_FORECAST_DAYS) } as const;
export const BACKTEST_DAYS = {
  horizonDays: daysOf('--horizon', MOST_FORECAST_DAYS),
  stepDays: daysOf('--step', MOST_FORECAST_DAYS),
} as const;

/** Whole periods of each cell: 14 days, 8 weeks or 3 months unless told. */
export const RECOMMEND = {
  horizon: horizon(MOST_HORIZON_DAYS),
  from,
  /**
   * Markup over cost of products without any known cost, a share above 0 (0.5: price = 1.5 x cost); none unless told.
   */
  assumeMarkup: amount({ flag: '--assume-markup', taken: '<share>', help: 'optAssumeMarkup' }),
  /** Of the own changes of price what competitors follow, a share above 0 and at most 2; nothing unless told. */
  competitorFollows: amount({ flag: '--competitor-follows', taken: '<share>', help: 'optCompetitorFollows' }),
  /** Tries prices as often as they may be the best, in the place of the best on average. */
  explore: oneOf({ flag: '--explore', taken: '<rule>', help: 'optExplore', of: EXPLORE_RULES }),
  /** Of what is tried. */
  seed: whole({ flag: '--seed', help: 'optExploreSeed', least: 0, most: 2 ** 31 - 1, usual: 1 }),
} as const;

/** Limits of prices that are sought together. */
export const PORTFOLIO = {
  /** Products that may change their price. */
  mostChanges: whole({ flag: '--most-changes', help: 'optMostChanges', least: 0, most: 1_000_000 }),
  /** By how much what today's basket costs may rise and fall, as shares. */
  mostDearer: share({ flag: '--most-dearer', help: 'optMostDearer' }),
  mostCheaper: share({ flag: '--most-cheaper', help: 'optMostCheaper' }),
} as const;

export const FORECAST = {
  horizon: horizon(MOST_FORECAST_DAYS),
  from,
  /** Planned price; today's unless told. */
  price: amount({ flag: '--price', help: 'optPrice' }),
} as const;

export const TOTALS = { horizon: horizon(MOST_HORIZON_DAYS), from } as const;

/** Rows before an origin: four months of days, a year of weeks, two years of months. The help names them. */
export const USUAL_MIN_ROWS: Readonly<Record<Frequency, number>> = { daily: 120, weekly: 52, monthly: 24 };

export const BACKTEST = {
  horizon: horizon(MOST_FORECAST_DAYS),
  origins: whole({ flag: '--origins', help: 'optOrigins', least: 1, most: 10_000, usual: 10 }),
  /** Between origins; as far as the horizon usually reaches unless told. */
  step: periods({ flag: '--step', help: 'optStep', mostDays: MOST_FORECAST_DAYS }),
  /** By frequency unless told: {@link USUAL_MIN_ROWS}. */
  minRows: whole({ flag: '--min-rows', help: 'optMinRows', least: 1, most: 1e9 }),
  workers: WORKERS,
  pooling: POOLING,
  /** ISO date; the last sale unless told. */
  until: text({ flag: '--until', taken: '<date>', help: 'optUntil', most: 10 }),
  /** Market prices enter the models, as in training. */
  market: MARKET_PRICES,
} as const;
