/** Documents of prices in force, of reductions, and of planned changes. */

import { z } from 'zod';
import { LANGS, TABLE_FORMATS } from '../core/vocabulary.ts';
import { documentHeader } from './api-documents.ts';
import { TABLE_STYLES } from './data-table.ts';

const text = z.string();
const number = z.number();
const name = z.string().min(1).max(500);

const decisionFields = {
  recommendationId: text.nullable().describe('The recommendation that this price was decided by; null where none was'),
  batchId: text.nullable(),
  decidedBy: text.nullable().describe('kind:id of who decided'),
  decidedByName: text.nullable(),
};

const priceSpan = z.object({
  from: text.describe('ISO date'),
  to: text.nullable().describe('Last day; null of a planned price that no other follows'),
  price: number.describe('Charged a unit, as the mean of its sales, or decided'),
  promo: z.boolean().describe('Sold as a promotion'),
  charged: z.boolean().describe('Whether sales show it; false of a price that was decided and is not seen yet'),
  ...decisionFields,
});

const reductionFields = {
  lowest30Days: number
    .nullable()
    .describe('Of a price that goes down: the lowest of the 30 days before (Directive 98/6/EC, art. 6a); null else'),
  knownDays: z.int().nullable().describe('Days of those 30 of which prices are known'),
  isReduction: z.boolean().nullable().describe('Whether it is below that lowest price: only then may it be announced'),
};

const priceReduction = z.object({
  from: text.describe('ISO date'),
  price: number,
  priceBefore: number.describe('On the day before'),
  promo: z.boolean(),
  planned: z.boolean(),
  ...reductionFields,
});

export const priceHistory = z.object({
  ...documentHeader,
  merchant: text,
  product: text,
  unit: text,
  asOf: text.describe('ISO date of today'),
  lowest30Days: number
    .nullable()
    .describe('Of the 30 days before today: what a reduction from today on is measured by'),
  spans: z.array(priceSpan).describe('In order'),
  reductions: z.array(priceReduction).describe('The latest first'),
});
export type PriceHistoryDocument = z.infer<typeof priceHistory>;

export const priceCalendarQuery = z.object({
  merchant: name.exactOptional(),
  product: name.exactOptional(),
  from: z.iso.date().exactOptional().describe('First day; 30 days ago without it'),
  to: z.iso.date().exactOptional().describe('Last day; all to come without it'),
});
const plannedPrice = z.object({
  date: text.describe('ISO date from which the price holds'),
  kind: z.enum(['change', 'test']),
  merchant: text,
  product: text,
  unit: text,
  priceBefore: number.nullable(),
  price: number,
  toCome: z.boolean(),
  experimentId: text.nullable(),
  ...decisionFields,
  ...reductionFields,
});
export const priceCalendar = z.object({
  ...documentHeader,
  asOf: text.describe('ISO date of today'),
  left: z.boolean().describe('There are more changes than are given'),
  items: z.array(plannedPrice).describe('By date, merchant and product'),
});
export type PriceCalendarDocument = z.infer<typeof priceCalendar>;
export type PlannedPriceItem = PriceCalendarDocument['items'][number];

/** How a table is written. */
export const tableFileQuery = {
  lang: z.enum(LANGS).exactOptional().describe('Of titles, words and decimals; the request’s without it'),
  format: z.enum(TABLE_FORMATS).default('csv'),
  style: z
    .enum(TABLE_STYLES)
    .default('machine')
    .describe(
      'spreadsheet: titles, words and decimals of the language that is asked for; machine: the same in every one',
    ),
};
