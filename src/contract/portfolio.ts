/** Prices sought together and plans of prices, as the API takes and gives them. */

import { z } from 'zod';
import { LINE_RULES, PLAN_KINDS } from '../core/vocabulary.ts';
import { guardrailsChange, importIssue } from './api.ts';
import { documentHeader, interval, keptProposals, reasonCode } from './api-documents.ts';
import type { PortfolioDocument, ScenarioDocument } from './documents.ts';
import { schemaOf } from './options/body-schema.ts';
import { LARGEST_AMOUNT } from './options/option.ts';
import { PORTFOLIO, RECOMMEND } from './options/price.ts';

const number = z.number();
const text = z.string();
const name = z.string().min(1).max(500);
const orNull = <T extends z.ZodType>(schema: T) => schema.nullable();

/** Products that one question ties together. */
const MOST_LINES = 10_000;
const MOST_PLANS = 8;
const gap = z.number().min(0).lt(1);

const line = z
  .strictObject({
    product: name,
    family: name.nullish().describe('Products of a family move by the same share'),
    line: name.nullish().describe('Packs of a line: a unit of a larger one is not dearer than one of a smaller'),
    size: z.number().positive().lt(LARGEST_AMOUNT).nullish().describe('Of a pack, in the unit of its line'),
    below: name.nullish().describe('A product that it must be cheaper than'),
    leastGap: gap.default(0).describe('By at least this share of its price'),
    mostGap: gap.nullish().describe('and at most this'),
    weight: z.number().positive().max(100).nullish().describe('How much of its profit counts: 1 unless told'),
  })
  .describe('What ties the price of a product to others');

/** A row as it is kept: all of what it may say. */
const keptLine = z.object({
  product: text,
  family: orNull(text),
  line: orNull(text),
  size: orNull(number),
  below: orNull(text),
  leastGap: number,
  mostGap: orNull(number),
  weight: orNull(number),
});
export type KeptLine = z.infer<typeof keptLine>;

export const keptLinesQuery = z.object({ merchant: name });
export const keptLinesDocument = z.object({
  ...documentHeader,
  merchant: text,
  lines: z.array(keptLine),
  left: z.int().describe('Rows of a file that are of other merchants, and were left out'),
});
export type KeptLinesDocument = z.infer<typeof keptLinesDocument>;
export const keptLinesChange = z.strictObject({
  merchant: name,
  lines: z.array(line).max(MOST_LINES).exactOptional().describe('In the place of those that are kept; []: none'),
  csv: z.string().max(1_000_000).exactOptional().describe('The same as the text of a file'),
  name: z.string().min(1).max(200).exactOptional().describe('Of the file, as messages name it'),
});

const asked = {
  merchant: name,
  horizon: schemaOf(RECOMMEND.horizon).exactOptional().describe('Days, or 14d, 8w, 3m: whole periods of the cell'),
  from: z.iso.date().exactOptional().describe('First day; the day after the merchant’s last sale without it'),
  assumeMarkup: schemaOf(RECOMMEND.assumeMarkup)
    .exactOptional()
    .describe('Markup over cost of products without any known cost: 0.5 is price = 1.5 x cost'),
  competitorFollows: schemaOf(RECOMMEND.competitorFollows)
    .exactOptional()
    .describe('Of our changes of price what competitors follow, as a share; without it their prices stay as they are'),
  guardrails: guardrailsChange.exactOptional().describe('Instead of those that are set'),
  mostChanges: schemaOf(PORTFOLIO.mostChanges).exactOptional().describe('So many products change their price at most'),
  mostDearer: schemaOf(PORTFOLIO.mostDearer)
    .exactOptional()
    .describe('By how much what today is bought may cost more, as a share'),
  mostCheaper: schemaOf(PORTFOLIO.mostCheaper).exactOptional().describe('By how much it may cost less'),
  lines: z.array(line).max(MOST_LINES).exactOptional().describe('Instead of those that are kept; []: none'),
};
const replaceApproved = z
  .boolean()
  .exactOptional()
  .describe('Reviewed and approved prices make way too; without it they stand');

export const portfolioAsked = z.strictObject(asked);
export const portfolioProposed = z.strictObject({ ...asked, replaceApproved });

const plan = z.strictObject({
  name: z.string().trim().min(1).max(100),
  prices: z.array(z.strictObject({ product: name, price: z.number().positive().lt(LARGEST_AMOUNT) })).max(MOST_LINES),
});
const plans = z
  .array(plan)
  .max(MOST_PLANS)
  .default([])
  .describe('Prices of one’s own; of products that a plan does not name, today’s');
export const scenarioAsked = z.strictObject({ ...asked, plans });
export const scenarioProposed = z.strictObject({
  ...asked,
  plans,
  propose: plan.shape.name.describe('Of the plan whose prices are proposed'),
  replaceApproved,
});

const merchantPortfolio = z.object({
  merchant: text,
  from: text.describe('First day of the horizon (ISO date)'),
  to: text.describe('Last day'),
  horizonDays: z.int(),
  products: z.array(
    z.object({
      ...{ product: text, productType: text, unit: text, todayPrice: number },
      alonePrice: number.describe('The price that earns most of this product alone'),
      price: number.describe('The price that earns most together with all others'),
      demand: interval,
      profit: interval,
      demandToday: number,
      profitToday: number,
      held: z.array(reasonCode).describe('Why its price stays as it is'),
    }),
  ),
  profit: z
    .object({ today: interval, alone: interval, together: interval })
    .describe('Of all products over the horizon: at today’s prices, at each one’s best price alone, together'),
  gain: interval,
  probabilityBetter: orNull(number).describe('That the prices together earn more than today’s; null: none moves'),
  recommended: z.boolean().describe('Whether the gain is large and sure enough to change prices for it'),
  rules: z.array(
    z.object({
      kind: z.enum(LINE_RULES),
      products: z.array(text),
      limit: orNull(number),
      state: z.enum(['kept', 'binding', 'broken']),
      shadowPrice: orNull(number).describe(
        'Profit for one percent more room, or one more change; null unless the rule binds',
      ),
    }),
  ),
  effects: z
    .array(z.object({ product: text, of: text.describe('The product whose price it is'), elasticity: interval }))
    .describe('Pairs whose prices are known to matter to each other: percent of demand for one percent of price'),
  types: z.array(
    z.object({
      productType: text,
      probability: number.describe('That prices of this type matter to each other at all'),
      total: number,
    }),
  ),
});
export const portfolioDocument = z.object({
  ...documentHeader,
  portfolios: z.array(merchantPortfolio),
  notes: z.array(importIssue),
  kept: orNull(keptProposals),
}) satisfies z.ZodType<PortfolioDocument>;

export const scenarioDocument = z.object({
  ...documentHeader,
  portfolio: merchantPortfolio,
  plans: z
    .array(
      z.object({
        kind: z.enum(PLAN_KINDS),
        name: orNull(text),
        follows: orNull(number).describe(
          'Of our changes what competitors follow in this plan; null: their prices stay',
        ),
        changes: z.int().describe('Products whose price is another than today’s'),
        revenue: interval,
        profit: interval,
        gain: interval.describe('Profit less that of today’s prices'),
        probabilityBetter: orNull(number),
        sold: z.array(z.object({ unit: text, quantity: interval })),
        products: z.array(
          z.object({
            ...{ product: text, price: number, demand: interval, revenue: interval, profit: interval },
            allowed: z.boolean().describe('Whether the product’s own limits allow the price'),
          }),
        ),
      }),
    )
    .describe(
      'As today, each best alone, all best together, and those that were asked for; then the same as ' +
        'competitors follow',
    ),
  notes: z.array(importIssue),
  kept: orNull(keptProposals),
}) satisfies z.ZodType<ScenarioDocument>;
