import { amount, onOff, quantity, share, shares, text, texts, whole } from './option.ts';

/** Weeks that a calendar may be of: beyond half a year nobody knows demand and costs. */
const MOST_WEEKS = 26;

/** Days that a promotion may last. */
export const PROMOTION_DAYS = whole({
  flag: '--length',
  taken: '<days>',
  help: 'optPromotionLength',
  least: 1,
  most: 28,
});

export const PROMOTIONS = {
  /** Cuts of today's price; those that were tried unless told. */
  depths: shares({ flag: '--depth', help: 'optDepth', mostItems: 12 }),
  /** Covariate that says whether a product was on display beside its promotion, from 0 to 1. */
  display: text({ flag: '--display', taken: '<column>', help: 'optDisplay' }),
  /** What a promotion costs beside the lower price: a flyer, a sign. */
  promotionCost: quantity({ flag: '--promotion-cost', taken: '<cost>', help: 'optPromotionCost', usual: 0 }),
  /** Share of the price cut that the supplier pays. */
  supplierShare: share({ flag: '--supplier-share', help: 'optSupplierShare', usual: 0 }),
  /** First day (ISO date); the day after the merchant's last sale unless told. */
  from: text({ flag: '--from', taken: '<date>', help: 'optFrom', most: 10 }),
  /** Seeks the calendar that earns most. */
  calendar: onOff({ flag: '--calendar', help: 'optPromotionCalendar' }),
  weeks: whole({ flag: '--weeks', help: 'optCalendarWeeks', least: 1, most: MOST_WEEKS, usual: 12 }),
  mostPerProduct: whole({ flag: '--most-per-product', help: 'optMostPerProduct', least: 1, most: 26, usual: 3 }),
  weeksBetween: whole({ flag: '--weeks-between', help: 'optWeeksBetween', least: 0, most: MOST_WEEKS, usual: 2 }),
  /** Products on promotion in one week; any number unless told. */
  mostAtOnce: whole({ flag: '--most-at-once', help: 'optMostAtOnce', least: 1, most: 10_000 }),
  /** The same of a product type. */
  mostPerType: whole({ flag: '--most-per-type', help: 'optMostPerType', least: 1, most: 10_000 }),
  /** What price cuts and promotions may cost together. */
  budget: amount({ flag: '--budget', taken: '<cost>', help: 'optPromotionBudget' }),
  /** Days without promotions: 2026-12-24, or 2026-12-20..2026-12-31. */
  blocked: texts({ flag: '--blocked', taken: '<dates>', help: 'optBlocked', most: 22, mostItems: 60 }),
} as const;
