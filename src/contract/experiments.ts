/** Price tests as documents: what the command line prints, the library gives and the API answers. */

import { z } from 'zod';
import {
  EXPERIMENT_STATUSES,
  EXPERIMENT_STEPS,
  EXPERIMENT_VERDICTS,
  TEST_DESIGNS,
  TEST_LEVELS,
  TEST_REFUSALS,
  TEST_TURNS,
} from '../core/vocabulary.ts';
import { documentHeader, interval, reasonCode } from './api-documents.ts';
import { bodyFields } from './options/body-schema.ts';
import { PROPOSE_TEST, START_TEST } from './options/experiment.ts';
import { tableFileQuery } from './price-log.ts';

const number = z.number();
const text = z.string();
const orNull = <T extends z.ZodType>(schema: T) => schema.nullable();
const date = text.describe('yyyy-mm-dd');
const name = z.string().min(1).max(500);

const levelPrice = z.object({ level: z.enum(TEST_LEVELS), price: number });
const told = z
  .object({ value: number, low: number, high: number, standardError: number })
  .describe('An elasticity with its 90 % interval');

const proposedTest = z.object({
  design: z.enum(TEST_DESIGNS),
  every: z.enum(TEST_TURNS).describe('How often the price may change'),
  size: number.describe('Distance of the levels from today’s price, a share'),
  basePrice: number,
  levels: z.array(levelPrice).readonly(),
  from: date,
  to: date,
  days: z.int(),
  turns: z.int().describe('Days or weeks, each of one level'),
  shops: z.int(),
  cost: number.describe('Profit that is given up while it runs; below 0: it earns'),
  value: number.describe('Profit that its answer is expected to win until the end of worthDays, before the cost'),
  information: number.describe('What of value comes from the answer itself'),
  net: number.describe('value less cost'),
  standardError: number.describe('Of the elasticity by the test’s rows alone'),
  deviation: number.describe('Standard deviation of the elasticity by what is known now'),
  deviationAfter: number,
});

const testProposal = z.object({
  merchant: text,
  product: text,
  unit: text,
  reasons: z.array(reasonCode).readonly().describe('Of today’s recommendation'),
  elasticity: orNull(interval).describe('By the model in use; null without one'),
  test: orNull(proposedTest),
  refusal: orNull(z.enum(TEST_REFUSALS)).describe('Why no test is proposed; null where one is'),
});
export type TestProposal = z.infer<typeof testProposal>;

export const proposalsDocument = z.object({
  ...documentHeader,
  worthDays: z.int().describe('Days over which an answer is used'),
  proposals: z.array(testProposal).describe('The largest net value first, then products without a test'),
});
export type ProposalsDocument = z.infer<typeof proposalsDocument>;

const compliance = z.object({
  past: z.int().describe('Rows of the plan that are over'),
  priced: z.int(),
  kept: z.int().describe('Rows at the planned price'),
  deviations: z.array(z.object({ date, planned: number, charged: number })).readonly(),
});

const cellAnalysis = z.object({
  compliance,
  elasticity: z.object({
    before: orNull(told).describe('By the rows before the test'),
    all: orNull(told).describe('By all rows'),
    drawn: orNull(told).describe('By what the test drew alone'),
  }),
  profit: orNull(
    z.object({
      days: z.int(),
      actual: number,
      without: interval.describe('At the base price, as the model foresaw it'),
      probabilityBelow: number.describe('That profit or sales are below the bound of maxLoss'),
    }),
  ),
  verdict: z.enum(EXPERIMENT_VERDICTS),
  next: z.enum(EXPERIMENT_STEPS),
  recommendedPrice: orNull(number).describe('By a model that knows the test; null before it is trained'),
});
export type CellAnalysis = z.infer<typeof cellAnalysis>;

const experimentFields = {
  id: text,
  status: z.enum(EXPERIMENT_STATUSES),
  merchant: orNull(text).describe('Whose it is; null: several’s'),
  design: z.enum(TEST_DESIGNS),
  every: z.enum(TEST_TURNS),
  size: number,
  from: date,
  to: date,
  endedOn: orNull(date).describe('Last day that counts, of a test that was stopped or aborted'),
  seed: z.int(),
  maxLoss: orNull(number),
  expected: z.object({ cost: number, value: number, standardError: number, worthDays: z.int() }),
  startedAt: text.describe('ISO 8601 instant'),
  startedBy: text.describe('kind:id of who started it'),
  startedByName: text,
  endedAt: orNull(text),
  endedByName: orNull(text),
} as const;

const experimentCell = z.object({
  merchant: text,
  product: text,
  unit: text,
  basePrice: number,
  unitCost: number,
  levels: z.array(levelPrice).readonly(),
});
export const experimentItem = z.object({ ...experimentFields, cells: z.array(experimentCell).readonly() });
export type ExperimentItem = z.infer<typeof experimentItem>;

const plannedPrice = z.object({ date, level: z.enum(TEST_LEVELS), price: number });
export const experimentDocument = z.object({
  ...documentHeader,
  ...experimentFields,
  warnings: z
    .array(z.object({ code: text, message: text }))
    .readonly()
    .describe('EXPERIMENT_ABORT where it was aborted just now'),
  cells: z
    .array(
      z.object({
        ...experimentCell.shape,
        plan: z.array(plannedPrice).readonly(),
        analysis: orNull(cellAnalysis),
        beside: z
          .array(z.object({ id: text, product: text, correlation: number.describe('Of both prices, -1 to 1') }))
          .readonly()
          .describe('Tests of products of the same type in the same shop that run on some of its days'),
      }),
    )
    .readonly(),
});
export type ExperimentDocument = z.infer<typeof experimentDocument>;

// --- the API

const choice = { merchant: name.exactOptional(), product: name.exactOptional(), productType: name.exactOptional() };
export const experimentId = z.object({ id: z.string().regex(/^[\w@.-]{1,120}$/) });
export const experimentQuery = z.object({
  merchant: name.exactOptional(),
  product: name.exactOptional(),
  status: z.enum(EXPERIMENT_STATUSES).exactOptional().describe('Of those of the page'),
});
export const proposeBody = z.strictObject({ ...choice, ...bodyFields(PROPOSE_TEST) });
export const startBody = z.strictObject({ ...choice, product: name, ...bodyFields(START_TEST) });
export const planQuery = z.object(tableFileQuery);
