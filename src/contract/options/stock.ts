import { amount, quantity, share, shares, text, whole } from './option.ts';

/** Beyond a year no delivery is waited for, and nothing goes off that is sold fresh. */
const MOST_DAYS = 365;

/** First day (ISO date); the day after the merchant's last sale unless told. */
const from = text({ flag: '--from', taken: '<date>', help: 'optFrom', most: 10 });
/** What a unit brings that has gone off, in the workspace's currency; or what it costs to be rid of it. */
const salvage = quantity({ flag: '--salvage', taken: '<price>', help: 'optSalvage', usual: 0 });
const disposalCost = quantity({ flag: '--disposal-cost', taken: '<price>', help: 'optDisposalCost', usual: 0 });

export const ORDER = {
  /** Days until the next delivery can be sold; or {@link until}. */
  daysUntilDelivery: whole({
    flag: '--days-until-delivery',
    taken: '<days>',
    help: 'optDaysUntilDelivery',
    least: 1,
    most: MOST_DAYS,
  }),
  /** Day on which the next delivery can be sold (ISO date). */
  until: text({ flag: '--until', taken: '<date>', help: 'optNextDelivery', most: 10 }),
  from,
  /** Planned price; today's unless told. */
  price: amount({ flag: '--price', help: 'optPrice' }),
  /** Orders are multiples of it; whole pieces of what is sold by the piece unless told, else any quantity. */
  pack: amount({ flag: '--pack', taken: '<quantity>', help: 'optPack' }),
  /** Days on which an order can be sold; until the next delivery unless told. */
  shelfLife: whole({ flag: '--shelf-life', taken: '<days>', help: 'optShelfLife', least: 1, most: MOST_DAYS }),
  salvage,
  disposalCost,
  /** Chance that nobody goes without, instead of the most profit. */
  serviceLevel: share({ flag: '--service-level', help: 'optServiceLevel' }),
  /** Units on hand that are still good, of one cell. */
  stock: quantity({ flag: '--stock', help: 'optStock' }),
} as const;

export const MARKDOWN = {
  /** Units on hand, of one cell. */
  stock: quantity({ flag: '--stock', help: 'optMarkdownStock' }),
  /** Days on which the units of `stock` can be sold, the first one counted. */
  days: whole({ flag: '--days', taken: '<days>', help: 'optDaysLeft', least: 1, most: 60 }),
  from,
  /** In force now; today's unless told. */
  price: amount({ flag: '--price', help: 'optPriceInForce' }),
  /** Cuts of the usual price that are allowed; 10 to 50 % in tens unless told. */
  steps: shares({ flag: '--steps', help: 'optSteps' }),
  /** What of a day's sales each part of the day has, in their order; adds to 1. One part unless told. */
  dayShares: shares({ flag: '--day-shares', help: 'optDayShares' }),
  salvage,
  disposalCost,
} as const;
