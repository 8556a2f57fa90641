/** What watching tells: of a look at all cells, of each cell that something was found or done of, and of the whole. */

import { z } from 'zod';
import { DRIFT_KINDS, WATCH_ACTIONS, WATCH_REASONS } from '../core/vocabulary.ts';
import { documentHeader } from './api-documents.ts';

const text = z.string();
const number = z.number();
const whole = z.int();
const orNull = <T extends z.ZodType>(schema: T) => schema.nullable();
const instant = text.describe('ISO 8601 instant');
const date = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);

const drift = z.object({
  kind: z.enum(DRIFT_KINDS),
  foundDate: date.describe('Of the row on which it was found'),
  sinceDate: date.describe('Of the row on which it seems to have begun'),
  size: number.describe('level: share of change; elasticity: about what it is now; error: times; stock-outs: share'),
});
export type DriftItem = z.infer<typeof drift>;

const watchedCell = z.object({
  merchant: text,
  product: text,
  action: z.enum(WATCH_ACTIONS),
  reason: z.enum(WATCH_REASONS),
  newRows: whole.describe('Rows that the model did not know before'),
  drifts: z.array(drift),
  error: orNull(number).describe('WAPE of the new rows against what was promised'),
  bias: orNull(number),
  promised: orNull(number).describe('WAPE that the model had in cross-validation'),
  live: orNull(z.boolean()).describe('Whether the new version is the live one; false where it was clearly worse'),
  message: orNull(text).describe('Why it could not be done'),
});
export type WatchedCell = z.infer<typeof watchedCell>;

const staleMerchant = z.object({ merchant: text, lastDate: date, days: whole });
export type StaleMerchant = z.infer<typeof staleMerchant>;

/** Numbers of one look. */
const watchCounts = {
  checked: whole,
  upToDate: whole,
  warm: whole,
  full: whole,
  failed: whole,
  worse: whole.describe('New versions that were clearly worse and did not become live'),
  drifted: whole,
  recommended: whole.describe('Cells whose price was worked out anew'),
};

const watchRun = z.object({
  at: instant,
  by: text,
  seconds: number,
  ...watchCounts,
  stale: z.array(staleMerchant).describe('Merchants whose newest sales are old'),
});
export type WatchRun = z.infer<typeof watchRun>;

export const watchState = z.object({
  ...documentHeader,
  every: orNull(whole).describe('Hours between looks of `serve`; null: only when it is asked for'),
  running: z.boolean().describe('A look is under way'),
  runs: z.array(watchRun).describe('Newest first; of a caller bound to a merchant none'),
  cells: z.array(watchedCell.extend({ at: instant })).describe('What was found and done, newest first'),
});
export type WatchState = z.infer<typeof watchState>;

export const watchStart = z.strictObject({
  full: z.boolean().exactOptional().describe('Trains every cell in full, whatever it needs'),
});
export const watchChange = z.strictObject({ every: orNull(z.int().min(1).max(744)) });
