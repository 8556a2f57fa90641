/** The documents that the command line prints, as schemas for the wire: the same shapes, so that the API's description and its answers cannot drift apart. */

import { z } from 'zod';
import type { CellView, CompareDocument, HistoryAnalysisDocument, Recommendation } from './documents.ts';

const number = z.number();
const text = z.string();
const orNull = <T extends z.ZodType>(schema: T) => schema.nullable();

export const documentHeader = { schema: z.literal(1), currency: text.describe('ISO 4217') };
export const interval = z.object({ value: number, low: number, high: number }).describe('A value with its 90 % interval');
const errorMeasures = z.object({ wape: orNull(number), rmse: orNull(number), rmsse: orNull(number) });
export const alias = z.enum(['live', 'candidate']);
export const reasonCode = z.enum([
  'NO_SALES',
  'TOO_FEW_SALES',
  'NO_PRICE_VARIATION',
  'WRONG_SIGN',
  'ELASTICITY_TOO_WIDE',
  'EXTRAPOLATION',
  'STALE_COST',
  'PROMO_CONFOUNDED',
  'NOT_CONVERGED',
  'NO_INTERIOR_OPTIMUM',
  'WORSE_THAN_BASELINE',
]);
const guardrailRule = z.enum(['never-below-cost', 'min-margin', 'max-change', 'tried-range', 'min-price', 'max-price', 'market-band', 'price-ending']);
export const errorKind = z.enum(['cross-validated', 'simulated']);

export const modelItem = z.object({
  runId: text,
  merchant: text,
  product: text,
  productType: text,
  unit: text,
  modelId: text,
  version: z.int(),
  aliases: z.array(alias),
  iterations: z.int(),
  error: errorMeasures,
  elasticity: orNull(interval),
  trainedAt: text.describe('ISO 8601 instant'),
  ownRows: z.int(),
  unfinished: z.literal(true).exactOptional(),
});

export const recommendation = z.object({
  merchant: text,
  product: text,
  unit: text,
  modelId: orNull(text),
  unfinished: z.literal(true).exactOptional(),
  horizonDays: number,
  price: number,
  unconstrainedPrice: orNull(number),
  expectedDemand: interval,
  expectedProfit: interval,
  current: z.object({ price: number, expectedDemand: number, expectedProfit: number }),
  probabilityBetter: orNull(number),
  guardrails: z.array(z.object({ rule: guardrailRule, before: number, after: number })),
  reasons: z.array(reasonCode),
  recommended: z.boolean(),
  unitCost: number,
  assumptions: z.array(z.object({ code: z.enum(['REFERENCE_PRICE', 'UNIT_COST', 'DAILY_QUANTITY', 'ELASTICITY']), value: number })),
}) satisfies z.ZodType<Recommendation>;

const forecastItem = z.object({
  merchant: text,
  product: text,
  unit: text,
  date: text.describe('ISO date'),
  price: number,
  demand: number,
  low: number,
  high: number,
});

const component = z.object({
  name: z.enum(['weekday', 'season', 'trend', 'price', 'promo', 'holiday', 'market', 'covariates', 'level']),
  points: z.array(z.object({ at: z.union([text, number]), multiplier: number })),
});

/** What the page of one model shows: the `show` document, the days observed, the recommendation and the forecast. */
export const cellView = z.object({
  show: z.object({
    ...documentHeader,
    model: modelItem,
    spec: z.unknown(),
    curve: z.array(z.object({ price: number, demand: number, low: number, high: number, profit: number, profitLow: number, profitHigh: number })),
    triedRange: orNull(z.tuple([number, number])),
    components: z.array(component),
    convergence: z.array(z.object({ iteration: number, error: orNull(number), trainError: orNull(number) })),
    errorKind: orNull(errorKind),
    events: z.array(z.object({ iteration: number, kind: text, adopted: z.boolean().exactOptional() })),
    checkpointEvery: orNull(number),
    diagnostics: z.unknown(),
  }),
  observed: z.array(z.object({ date: text, price: number, quantity: number })),
  recommendation,
  forecast: z.array(forecastItem),
}) satisfies z.ZodType<CellView>;

export const compareDocument = z.object({
  ...documentHeader,
  models: z.array(
    z.object({
      ...modelItem.shape,
      label: text,
      errorKind: orNull(errorKind),
      spec: z.unknown(),
      curve: z.array(z.object({ price: number, demand: number, profit: number })),
      convergence: z.array(z.object({ iteration: number, error: number })),
      recommendation,
    }),
  ),
  differences: z.array(z.object({ field: text, values: z.array(z.union([text, number, z.boolean(), z.null()])) })),
}) satisfies z.ZodType<CompareDocument>;

const searchRound = z.object({
  iteration: number,
  adopted: z.boolean(),
  changes: z.array(z.object({ field: text, from: z.union([number, text, z.boolean()]), to: z.union([number, text, z.boolean()]) })),
  errorBefore: orNull(number),
  errorAfter: orNull(number),
});

export const historyAnalysis = z.object({
  ...documentHeader,
  merchant: text,
  product: text,
  unit: text,
  runId: text,
  errorKind,
  points: number,
  firstError: orNull(number),
  bestError: orNull(number),
  bestIteration: orNull(number),
  lastError: orNull(number),
  plateauSince: orNull(number),
  improvementPer1000: orNull(number),
  searchRounds: z.array(searchRound),
  advice: z.object({ code: z.enum(['KEEP_TRAINING', 'ENOUGH', 'NOT_FINITE', 'NO_ERROR']), iterations: number }),
}) satisfies z.ZodType<Pick<HistoryAnalysisDocument, 'advice' | 'points' | 'errorKind'>>;
