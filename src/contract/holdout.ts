/** Shops that keep their prices, and what the others earned beside them, as the API takes and gives them. */

import { z } from 'zod';
import { HOLDOUT_LEFT_OUT, HOLDOUT_MEASURES, HOLDOUT_PERIODS, HOLDOUT_STATUSES } from '../core/vocabulary.ts';
import { importIssue } from './api.ts';
import { documentHeader, interval } from './api-documents.ts';
import { bodyFields } from './options/body-schema.ts';
import { CHOOSE_HOLDOUT } from './options/holdout.ts';

const number = z.number();
const text = z.string();
const orNull = <T extends z.ZodType>(schema: T) => schema.nullable();
const date = text.describe('yyyy-mm-dd');

const shop = z.object({
  merchant: text,
  heldOut: z.boolean().describe('Keeps its prices'),
  usual: number.describe('What it sells or earns in a usual period before'),
});

const compared = {
  measure: z.enum(HOLDOUT_MEASURES),
  period: z.enum(HOLDOUT_PERIODS).describe('Weeks from Monday; months where a product is sold by the month'),
  shops: z.array(shop).readonly(),
  leftOut: z.array(z.object({ merchant: text, why: z.enum(HOLDOUT_LEFT_OUT) })).readonly(),
};

const power = z.object({
  span: z.int().describe('Periods: a quarter'),
  standardError: number.describe('Of what a quarter shows, as a share of what the shops earn'),
  seen: number.describe('Share of more earned that a quarter shows in eight cases of ten'),
  placebo: interval.describe('What the last quarter of the past shows, in which nothing was done: 0 should lie within'),
});

export const holdoutProposal = z.object({
  ...documentHeader,
  ...compared,
  from: date,
  seed: z.int(),
  drawn: z.boolean().describe('false: somebody chose the shops'),
  power: orNull(power).describe('null: too few periods before'),
  notes: z.array(importIssue).readonly(),
});
export type HoldoutProposal = z.infer<typeof holdoutProposal>;

const effect = z.object({
  from: date,
  to: date,
  periods: z.int(),
  actual: number.describe('What the shops that were not held out sold or earned'),
  without: interval.describe('What they would have, by the shops that were'),
  gain: interval,
  share: orNull(interval).describe('Gain over `without`'),
  probabilityBetter: number,
  differences: number.describe('Gain by plain difference in differences, to compare'),
});
export type HoldoutEffect = z.infer<typeof effect>;

const result = z.object({
  before: z.int().describe('Periods before the start that are looked at'),
  after: z.int(),
  quarters: z.array(effect).readonly(),
  total: orNull(effect).describe('Of all periods since the start; null before the first is over'),
  path: z
    .array(z.object({ date, actual: number, value: number, low: number, high: number }))
    .readonly()
    .describe('By period: what was, and what would have been'),
  changes: z
    .object({ treated: z.int(), heldOut: z.int() })
    .describe('Prices that were changed since the start by what was recommended'),
});

export const holdoutDocument = z.object({
  ...documentHeader,
  ...compared,
  status: z.enum(HOLDOUT_STATUSES),
  from: date,
  stoppedOn: orNull(date),
  drawn: z.boolean(),
  seed: orNull(z.int()).describe('null: nobody drew'),
  startedAt: orNull(text),
  startedBy: orNull(text),
  result: orNull(result).describe('null: too few periods before the start'),
  notes: z.array(importIssue).readonly(),
});
export type HoldoutDocument = z.infer<typeof holdoutDocument>;

export const holdoutAsked = z.strictObject(bodyFields(CHOOSE_HOLDOUT));
export const comparisonAsked = z.strictObject({
  shops: z.array(z.string().min(1).max(500)).min(1).max(1_000).describe('Shops that stayed as they were'),
  from: z.iso.date(),
  measure: z.enum(HOLDOUT_MEASURES).exactOptional(),
});
