/**
 * The documents that the command line prints, as schemas for the wire: the same shapes, so that the API's description
 * and its answers cannot drift apart.
 */

import { z } from 'zod';
import { GUARDRAIL_RULES } from '../core/pricing/guardrails.ts';
import {
  ALIASES,
  ASSUMPTIONS,
  COMPONENT_NAMES,
  CONVERGENCE_ADVICE,
  ERROR_KINDS,
  HELD_COLUMNS,
  HELD_REASONS,
  PERIOD_UNITS,
  PRICE_WARNINGS,
  REASONS,
  STANDING_STATUSES,
} from '../core/vocabulary.ts';
import type { CellView, CompareDocument, HistoryAnalysisDocument, Recommendation } from './documents.ts';

const number = z.number();
const text = z.string();
const orNull = <T extends z.ZodType>(schema: T) => schema.nullable();

export const documentHeader = { schema: z.literal(1), currency: text.describe('ISO 4217') };
export const interval = z
  .object({ value: number, low: number, high: number })
  .describe('A value with its 90 % interval');
const horizon = z.object({ count: z.int(), unit: z.enum(PERIOD_UNITS) }).describe('So many of the cell’s own periods');
const errorMeasures = z.object({ wape: orNull(number), rmse: orNull(number), rmsse: orNull(number) });
export const alias = z.enum(ALIASES);
export const reasonCode = z.enum(REASONS);
const guardrailRule = z.enum(GUARDRAIL_RULES);
export const errorKind = z.enum(ERROR_KINDS);

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

const guardrailBound = z.object({
  rule: guardrailRule,
  price: number.describe('The least or the highest price that it allows'),
  setting: z.union([number, text]).exactOptional(),
});

export const recommendation = z.object({
  merchant: text,
  product: text,
  unit: text,
  modelId: orNull(text),
  unfinished: z.literal(true).exactOptional(),
  from: text.exactOptional().describe('First day of the horizon (ISO date)'),
  to: text.exactOptional().describe('Last day of the horizon (ISO date)'),
  horizonDays: number.describe('Days of the calendar that the horizon covers'),
  horizon: horizon.exactOptional().describe('The same in the cell’s own periods; missing in those of earlier versions'),
  price: number,
  unconstrainedPrice: orNull(number),
  expectedDemand: interval,
  expectedProfit: interval,
  current: z.object({ price: number, expectedDemand: number, expectedProfit: number }),
  probabilityBetter: orNull(number),
  guardrails: z.array(
    z.object({ rule: guardrailRule, before: number, after: number, setting: z.union([number, text]).exactOptional() }),
  ),
  conflict: z
    .object({ atLeast: guardrailBound, atMost: guardrailBound })
    .exactOptional()
    .describe('The two rules that leave no price, beside the reason GUARDRAILS_CONFLICT'),
  reasons: z.array(reasonCode),
  recommended: z.boolean(),
  unitCost: number,
  assumptions: z.array(z.object({ code: z.enum(ASSUMPTIONS), value: number, of: text.exactOptional() })),
}) satisfies z.ZodType<Recommendation>;

/** What a price of somebody's own would bring. */
export const priceFigures = z.object({
  expectedDemand: interval,
  expectedProfit: interval,
  gain: interval.describe('Profit less that at today’s price'),
  probabilityBetter: orNull(number),
  guardrails: recommendation.shape.guardrails.describe('What the guardrails would have made of the price'),
});
export const priceWarning = z.enum(PRICE_WARNINGS);
/** What proposing did. */
export const keptProposals = z.object({
  proposed: z.array(text).describe('Ids that wait for a decision'),
  standing: z
    .array(
      z.object({
        id: text,
        merchant: text,
        product: text,
        status: z.enum(STANDING_STATUSES),
        price: number,
        newPrice: number,
      }),
    )
    .describe('Reviewed or approved ones that stand although another price is computed by now'),
  replaced: z.array(text).describe('Ids of decided ones that made way'),
});

const forecastItem = z.object({
  merchant: text,
  product: text,
  unit: text,
  date: text.describe('ISO date'),
  from: text.describe('First day that the row covers (ISO date)'),
  to: text.describe('Last day that it covers'),
  price: number,
  demand: number,
  low: number,
  high: number,
});

/** A value that is left out until it is accepted. */
export const heldItem = z.object({
  merchant: text,
  product: text,
  date: text,
  column: z.enum(HELD_COLUMNS),
  value: number,
  usual: orNull(number).describe('What the values around it are at the median'),
  reason: z.enum(HELD_REASONS),
});

const component = z.object({
  name: z.enum(COMPONENT_NAMES),
  points: z.array(z.object({ at: z.union([text, number]), multiplier: number })),
});

/** What the page of one model shows: the `show` document, the days observed, the recommendation and the forecast. */
export const cellView = z.object({
  show: z.object({
    ...documentHeader,
    model: modelItem,
    spec: z.unknown(),
    curve: z.array(
      z.object({
        price: number,
        demand: number,
        low: number,
        high: number,
        profit: number,
        profitLow: number,
        profitHigh: number,
      }),
    ),
    triedRange: orNull(z.tuple([number, number])),
    components: z.array(component),
    convergence: z.array(z.object({ iteration: number, error: orNull(number), trainError: orNull(number) })),
    errorKind: orNull(errorKind),
    events: z.array(z.object({ iteration: number, kind: text, adopted: z.boolean().exactOptional() })),
    checkpointEvery: orNull(number),
    diagnostics: z.unknown(),
    held: z.array(heldItem).readonly().describe('Values of the cell that are left out until they are accepted'),
  }),
  observed: z.array(z.object({ date: text, price: number, quantity: number })),
  recommendation,
  forecast: z.array(forecastItem),
  forecastTotal: interval.describe('Of all of `forecast`, with the 90 % interval of what will be sold'),
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
  changes: z.array(
    z.object({ field: text, from: z.union([number, text, z.boolean()]), to: z.union([number, text, z.boolean()]) }),
  ),
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
  converged: orNull(z.boolean()),
  points: number,
  firstError: orNull(number),
  bestError: orNull(number),
  bestIteration: orNull(number),
  lastError: orNull(number),
  plateauSince: orNull(number),
  improvementPer1000: orNull(number),
  searchRounds: z.array(searchRound),
  advice: z.object({ code: z.enum(CONVERGENCE_ADVICE), iterations: number }),
}) satisfies z.ZodType<Pick<HistoryAnalysisDocument, 'advice' | 'points' | 'errorKind'>>;
