/** Competitors' prices beside the own as a document: what the command line prints and the API answers. */

import { z } from 'zod';
import { COMPETITOR_REFERENCES } from '../core/vocabulary.ts';
import { documentHeader, interval } from './api-documents.ts';
import { bodyFields } from './options/body-schema.ts';
import { CELLS } from './options/cells.ts';

const number = z.number();
const text = z.string();
const orNull = <T extends z.ZodType>(schema: T) => schema.nullable();
const date = text.describe('yyyy-mm-dd');

const competitorPrice = z.object({
  competitor: text,
  price: number.describe('Newest that was seen, per unit of the product'),
  date,
  ageDays: z.int(),
  stale: z.boolean().describe('Too old to say what is asked today: it binds no limit'),
  promo: z.boolean(),
  difference: number.describe('Of its price from ours, as a share of ours'),
});

const competitorItem = z.object({
  merchant: text,
  product: text,
  unit: text,
  price: number.describe('Ours: the newest usual one'),
  competitors: z.array(competitorPrice).readonly().describe('The cheapest first'),
  cheapest: orNull(text).describe(
    'Who asks least among fresh prices and ours; null: we do, or none of theirs is fresh',
  ),
  trained: z.boolean().describe('Whether it has a model, without which nothing is known of effects'),
  reference: orNull(z.enum(COMPETITOR_REFERENCES)).describe(
    'What of their prices the model takes in; null: forecasts are no better by them, or there is no model',
  ),
  effect: orNull(
    z.object({
      elasticity: interval.describe('Percent of our demand for one percent of their price'),
      probability: number.describe('That their prices matter to this type of product at all'),
    }),
  ).describe('Null where it was not asked for, or the rows tell nothing'),
  history: z
    .array(z.object({ competitor: text, date, price: number, promo: z.boolean() }))
    .readonly()
    .describe('Every price that was seen, of each competitor in order of date; empty unless asked for'),
});
export type CompetitorItem = z.infer<typeof competitorItem>;

const reaction = z.object({
  merchant: text,
  competitor: text,
  share: interval.describe('Of our changes of price, what it follows within four weeks: 0 nothing, 1 all'),
  moves: z.int().describe('Our changes of more than 1 % while its prices were seen'),
  known: z.boolean().describe('Whether the prices tell it: at least 4 moves, and an interval narrower than 1'),
});
export type CompetitorReaction = z.infer<typeof reaction>;

export const competitorsDocument = z.object({
  ...documentHeader,
  freshDays: z.int().describe('Days for which a price that was seen counts as today’s'),
  products: z.array(competitorItem).readonly(),
  reactions: z.array(reaction).readonly().describe('Empty unless effects are asked for'),
  unmatched: z
    .array(z.object({ product: text, prices: z.int() }))
    .readonly()
    .describe('Products of competitors that are none of ours'),
});
export type CompetitorsDocument = z.infer<typeof competitorsDocument>;

export const competitorsQuery = z.object({
  ...bodyFields(CELLS),
  effects: z.stringbool().exactOptional().describe('What their prices do to demand, and how they follow ours'),
  history: z.stringbool().exactOptional().describe('Every price that was seen'),
});
