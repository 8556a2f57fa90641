/** What is said of the guardrails, in English: a new one has all its words here. */

import type { GuardrailFieldWords, GuardrailRuleWords } from '../guardrail-words.ts';

/** In the help of the command line. */
export const guardrailHelp = {
  optMaxChange: "largest change against today's price, such as 15% or 0.15 ({usual})",
  optMinMargin: 'smallest margin, share of the price, such as 20% or 0.2',
  optEnding: 'price ending: .99, .49, 90 or 990, or steps of 0.05 or 10',
  optTriedRange: 'how far beyond the prices tried, as a share ({usual})',
  optMarketBand: 'how far from the market price, as a share',
  optAboveCompetitors: "how far above competitors' prices, as a share, such as 5%",
  optBelowCompetitors: "how far below competitors' prices, as a share, such as 10%",
  optCompetitorReference: 'whose price that is: cheapest, mean, or the name of a competitor (cheapest)',
  optMinPrice: 'lowest price',
  optMaxPrice: 'highest price',
  optMinProbability: 'least probability of earning more at which a change is recommended ({usual})',
  optMinGain: "least gain at which a change is recommended, as a share of today's profit ({usual})",
} as const;

/** Beside and below its field on the page. */
export const guardrailFields: GuardrailFieldWords = {
  maxChange: { label: 'Largest change', hint: "Against today's price." },
  minMargin: { label: 'Smallest margin', hint: 'Share of the price that is left after cost.' },
  triedRangeMargin: { label: 'Beyond prices tried', hint: 'How far outside the prices ever charged.' },
  marketBand: { label: 'Distance from the market', hint: 'Either side of the market price.' },
  aboveCompetitors: { label: 'Above competitors', hint: 'At most, while their price is fresh.' },
  belowCompetitors: { label: 'Below competitors', hint: 'At most, while their price is fresh.' },
  minPrice: { label: 'Lowest price', hint: 'For every product of this choice.' },
  maxPrice: { label: 'Highest price', hint: 'For every product of this choice.' },
  minProbability: { label: 'How sure', hint: 'Probability of earning more, at least.' },
  minGain: { label: 'Smallest gain', hint: "Share of today's profit that a change must bring." },
};

/** Where one held a price. */
export const guardrailRules: GuardrailRuleWords = {
  'never-below-cost': 'never below cost',
  'min-margin': 'minimum margin{setting}',
  'max-change': 'largest change{± setting}',
  'tried-range': 'prices tried{± setting}',
  'min-price': 'minimum price',
  'max-price': 'maximum price',
  'market-band': 'near the market price{± setting}',
  'above-competitors': 'not too far above competitors{setting}',
  'below-competitors': 'not too far below competitors{setting}',
  direction: "not past today's price",
  'price-ending': 'price ending{setting}',
};
