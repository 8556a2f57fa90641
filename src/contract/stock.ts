/** Stock on hand, orders and markdowns as documents: what the command line, the library and the API give. */

import { z } from 'zod';
import { STOCK_NOTES } from '../core/vocabulary.ts';
import { documentHeader, interval, reasonCode } from './api-documents.ts';
import { bodyFields, queryFields } from './options/body-schema.ts';
import { CELLS } from './options/cells.ts';
import { MARKDOWN, ORDER } from './options/stock.ts';

const number = z.number();
const text = z.string();
const orNull = <T extends z.ZodType>(schema: T) => schema.nullable();
const date = text.describe('yyyy-mm-dd');
const stockNote = z.enum(STOCK_NOTES);

const cellFields = {
  merchant: text,
  product: text,
  unit: text,
  modelId: text,
  unfinished: z.literal(true).exactOptional(),
} as const;

/** What was on hand, and what of it can be sold. */
const onHandFields = {
  onHand: number.describe('Units that can be sold on the first day'),
  expired: number.describe('Units whose last day is before the first day: not counted'),
} as const;

const stockItem = z.object({
  merchant: text,
  product: text,
  unit: text,
  counted: date.describe('Day of the newest count'),
  from: date.describe('Day on which it stands as told here: the one after the last sale, or that of a later count'),
  current: z.boolean().describe('Whether it is used: not where sales came after it'),
  nextDelivery: orNull(date).describe('On which the next delivery can be sold; null: none is known'),
  ...onHandFields,
  batches: z
    .array(
      z.object({
        quantity: number,
        lastDay: orNull(date).describe('Null: none is known'),
        daysLeft: orNull(z.int()).describe('Days on which it can be sold, the first counted; 0: gone off'),
      }),
    )
    .readonly()
    .describe('What goes off first in front'),
  notes: z.array(stockNote).readonly(),
});
export type StockItem = z.infer<typeof stockItem>;

/** Products with a count. */
export const stockDocument = z.object({
  ...documentHeader,
  stock: z.array(stockItem).readonly(),
  uncounted: z.int().describe('Products of the choice without a count'),
});
export type StockDocument = z.infer<typeof stockDocument>;

const orderItem = z.object({
  ...cellFields,
  from: date.describe('First day that the order is sold on'),
  to: date.describe('Day before the next delivery'),
  days: z.int(),
  price: number,
  unitCost: orNull(number).describe('Of a unit ordered; null where no cost is known'),
  salvage: number.describe('What a unit brings that has gone off; below 0: what it costs to be rid of it'),
  pack: orNull(number).describe('Orders are multiples of it; null: any quantity'),
  shelfLife: z.int().describe('Days on which the order can be sold'),
  ...onHandFields,
  criticalRatio: orNull(number).describe(
    '(price − cost) / (price − salvage): chance of demand that pays; null without cost',
  ),
  serviceLevel: orNull(number).describe('That was asked for; null: the order that earns most'),
  expectedDemand: interval.describe('Until the next delivery'),
  quantity: orNull(number).describe('To order; null where it is not known, see reasons and notes'),
  outcome: orNull(
    z.object({
      inStock: number.describe('Chance that nobody goes without, 0-1'),
      fillRate: number.describe('Share of demand that is sold'),
      sold: number,
      lost: number.describe('Demand that finds an empty shelf'),
      wasted: number.describe('Goes off unsold, stock on hand included'),
      left: number.describe('Left when the next delivery comes, and still good'),
      profit: orNull(number),
    }),
  ).describe('What is expected of it'),
  reasons: z.array(reasonCode).readonly(),
  notes: z.array(stockNote).readonly(),
});
export type OrderItem = z.infer<typeof orderItem>;

export const orderDocument = z.object({ ...documentHeader, orders: z.array(orderItem).readonly() });
export type OrderDocument = z.infer<typeof orderDocument>;

const markdownOutcome = z.object({
  revenue: number,
  sold: number,
  wasted: number,
  value: number.describe('Revenue and what goes off at salvage'),
});

const markdownItem = z.object({
  ...cellFields,
  from: date,
  to: date.describe('Last day on which something of the stock can be sold'),
  ...onHandFields,
  batches: z.array(z.object({ quantity: number, lastDay: date })).readonly(),
  usualPrice: number.describe('That the steps are cuts of'),
  priceInForce: number,
  salvage: number,
  price: orNull(number).describe('To charge now; null where it is not known, see reasons and notes'),
  path: z
    .array(
      z.object({
        date,
        part: z.int().describe('Of the day, from 0'),
        price: orNull(number).describe('The likeliest while there is stock; null where hardly any is expected'),
        inStock: number.describe('Chance that there is stock at its beginning'),
        stock: number.describe('Expected at its beginning'),
        sold: number,
      }),
    )
    .readonly(),
  outcome: orNull(markdownOutcome),
  keep: orNull(markdownOutcome).describe('Of the price in force until the end'),
  lastDay: orNull(z.object({ price: number, ...markdownOutcome.shape })).describe(
    'Of the price in force, and about 30 % off the usual price on the last day',
  ),
  reasons: z.array(reasonCode).readonly(),
  notes: z.array(stockNote).readonly(),
});
export type MarkdownItem = z.infer<typeof markdownItem>;

export const markdownDocument = z.object({ ...documentHeader, markdowns: z.array(markdownItem).readonly() });
export type MarkdownDocument = z.infer<typeof markdownDocument>;

export const orderBody = z.strictObject({ ...bodyFields(CELLS), ...bodyFields(ORDER) });
export const markdownBody = z.strictObject({ ...bodyFields(CELLS), ...bodyFields(MARKDOWN) });

/** The same in an address, where a file is asked for. */
export const stockQuery = z.object(queryFields(CELLS));
export const ordersQuery = z.object({ ...queryFields(CELLS), ...queryFields(ORDER) });
export const markdownsQuery = z.object({ ...queryFields(CELLS), ...queryFields(MARKDOWN) });
