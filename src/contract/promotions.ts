/** What promotions did, what they earn, and a calendar of them: what the command line prints and the API answers. */

import { z } from 'zod';
import { PROMOTION_DOUBTS } from '../core/vocabulary.ts';
import { documentHeader, interval } from './api-documents.ts';
import { bodyFields, schemaOf } from './options/body-schema.ts';
import { CELLS } from './options/cells.ts';
import { RECOMMEND } from './options/price.ts';
import { PROMOTION_DAYS, PROMOTIONS } from './options/promotions.ts';

const number = z.number();
const text = z.string();
const date = text.describe('yyyy-mm-dd');
const orNull = <T extends z.ZodType>(schema: T) => schema.nullable();
const range = z.tuple([number, number]);

/** Lengths that are compared. */
const MOST_LENGTHS = 6;

export const promotionsAsked = z.strictObject({
  ...bodyFields(CELLS),
  ...bodyFields(PROMOTIONS),
  lengths: z
    .array(schemaOf(PROMOTION_DAYS))
    .min(1)
    .max(MOST_LENGTHS)
    .exactOptional()
    .describe('Days that a promotion lasts; those that were tried unless told'),
  assumeMarkup: schemaOf(RECOMMEND.assumeMarkup)
    .exactOptional()
    .describe('Markup over cost of products without any known cost: 0.5 is price = 1.5 x cost'),
});

const outlook = z.object({
  depth: number.describe('Share of the price that it is cut by'),
  price: number,
  days: z.int(),
  display: z.boolean(),
  lift: interval.describe('Demand in its days, over the usual'),
  extra: interval.describe('Units beyond the usual'),
  advance: interval.describe('Of these, the share that is missing in the five weeks after'),
  own: interval.describe('Profit of its days over the usual, less what the promotion costs'),
  after: interval.describe('Profit of the weeks after over the usual'),
  others: interval.describe('Profit of other products over the usual'),
  net: interval.describe('Of all three'),
  probabilityBetter: number.describe('That it earns more than no promotion, 0-1'),
});
export type PromotionOption = z.infer<typeof outlook>;

const item = z.object({
  product: text,
  productType: text,
  unit: text,
  todayPrice: number,
  unitCost: number,
  costAssumed: z.boolean().describe('No cost is known: a usual markup tells it'),
  past: z.object({
    count: z.int(),
    last: orNull(date).describe('Last day of the newest'),
    depths: orNull(range).describe('Smallest and largest cut that was tried'),
    lengths: orNull(range).describe('Days of the shortest and the longest'),
  }),
  doubts: z.array(z.enum(PROMOTION_DOUBTS)).readonly(),
  usual: orNull(outlook).describe('A promotion as past ones were; null where they cannot tell'),
  takenFrom: z
    .array(z.object({ product: text, unit: text, quantity: number }))
    .describe('What others sell less in its days, largest first'),
  breakEven: orNull(
    z.object({
      depth: orNull(number).describe('Null: no cut that was tried pays'),
      low: number,
      high: number,
      beyond: z.boolean().describe('The largest that was tried still pays'),
    }),
  ).describe('The largest cut that does not earn less than none; null where it is not known'),
  options: z.array(outlook).readonly(),
  untried: z.array(z.object({ depth: number, days: z.int() })).describe('Asked for, and never tried: not told'),
});
export type PromotionItem = z.infer<typeof item>;

const calendar = z.object({
  from: date,
  to: date,
  promotions: z
    .array(
      z.object({
        ...{ product: text, from: date, to: date, depth: number, price: number, usualPrice: number },
        display: z.boolean(),
        net: number.describe('What the calendar would earn less without it'),
        spent: number,
      }),
    )
    .readonly(),
  net: interval,
  spent: number.describe('Price cuts on what is expected to be sold, and what promotions cost'),
  probabilityBetter: orNull(number).describe('That it earns more than no promotion; null where none is in it'),
});
export type PromotionCalendarDocument = z.infer<typeof calendar>;

const merchant = z.object({
  merchant: text,
  from: date,
  products: z.array(item).readonly(),
  calendar: orNull(calendar).describe('Null unless asked for'),
});
export type MerchantPromotions = z.infer<typeof merchant>;

export const promotionsDocument = z.object({ ...documentHeader, merchants: z.array(merchant).readonly() });
export type PromotionsDocument = z.infer<typeof promotionsDocument>;
