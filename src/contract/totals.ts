/** Totals as a document: what the command line prints, the library gives and the API answers. */

import { z } from 'zod';
import { FREQUENCIES, PERIOD_UNITS, TOTAL_GAPS, TOTAL_LEVELS } from '../core/vocabulary.ts';
import { importIssue } from './api.ts';
import { documentHeader, interval } from './api-documents.ts';
import { bodyFields, schemaOf } from './options/body-schema.ts';
import { CELLS } from './options/cells.ts';
import { LARGEST_AMOUNT } from './options/option.ts';
import { TOTALS } from './options/price.ts';

const number = z.number();
const text = z.string();
const orNull = <T extends z.ZodType>(schema: T) => schema.nullable();
const date = text.describe('yyyy-mm-dd');

const expected = {
  revenue: interval.describe('At the planned prices, in the currency'),
  quantities: z
    .array(z.object({ unit: text, quantity: interval }))
    .readonly()
    .describe('One a unit: kilograms and pieces do not add'),
} as const;

const totalRow = z.object({
  level: z.enum(TOTAL_LEVELS),
  merchant: orNull(text),
  productType: orNull(text),
  product: orNull(text),
  ...expected,
  unreconciled: number.describe('Revenue by the forecasts of single products, before they were made to agree'),
  products: z.int().describe('How many products it is the sum of'),
  periods: z
    .array(z.object({ from: date, to: date, ...expected }))
    .readonly()
    .describe('Day by day, in weeks or months as the sales are; of products alone none'),
});
export type TotalRow = z.infer<typeof totalRow>;

const totalsOfPeriod = z.object({
  frequency: z.enum(FREQUENCIES),
  from: date,
  to: date,
  horizonDays: z.int(),
  horizon: z.object({ count: z.int(), unit: z.enum(PERIOD_UNITS) }),
  products: z.int(),
  windows: z.int().describe('Stretches of the past that errors were learned of'),
  reconciled: number.describe('0-1: how far forecasts of sums move those of products; 0: sums of the products’ own'),
  rows: z.array(totalRow).readonly().describe('From the whole down; each row adds up to the one that it belongs to'),
});
export type TotalsOfPeriod = z.infer<typeof totalsOfPeriod>;

export const totalsDocument = z.object({
  ...documentHeader,
  totals: z
    .array(totalsOfPeriod)
    .readonly()
    .describe('One for products that are sold by the day, one for those by the week …: they are not added together'),
  missing: z
    .array(z.object({ merchant: text, product: text, reason: z.enum(TOTAL_GAPS) }))
    .readonly()
    .describe('Products that are in no total'),
  notes: z.array(importIssue).readonly(),
});
export type TotalsDocument = z.infer<typeof totalsDocument>;

const price = z.strictObject({
  product: z.string().min(1).max(500),
  price: z.number().positive().lt(LARGEST_AMOUNT),
});

export const totalsBody = z.strictObject({
  ...bodyFields(CELLS),
  horizon: schemaOf(TOTALS.horizon).exactOptional().describe('Days, or 14d, 8w, 3m: whole periods'),
  from: z.iso.date().exactOptional().describe('First day; the one after the last sale without it'),
  prices: z.array(price).max(10_000).exactOptional().describe('Planned; of other products today’s'),
});

/** Of an address, where numbers are text. */
export const totalsQuery = z.object({
  ...bodyFields(CELLS),
  horizon: z
    .string()
    .regex(/^\d{1,5}[dwsm]?$/)
    .exactOptional()
    .describe('Days, or 14d, 8w, 3m: whole periods'),
  from: z.iso.date().exactOptional().describe('First day; the one after the last sale without it'),
});
