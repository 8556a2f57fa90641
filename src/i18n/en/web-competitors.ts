/** What the pages say of competitors' prices, in English. */

export const webCompetitors = {
  navCompetitors: 'Competitors',
  competitorsTitle: 'Competitors’ prices',
  competitorsLead: 'What others ask for the same products, as far as it was seen.',
  competitorsAll: 'All products',
  competitorsNone: 'No prices of competitors yet',
  competitorsNoneLead: 'Import a file with date, competitor, product and price.',
  competitorsUnmatched:
    'Products of competitors that are none of yours: {count} ({names}). Say which of yours each is in a ' +
    'column “our product”.',
  competitorsDoubt:
    'Competitors meet the same costs and customers as you do: part of what looks like their doing may be that.',
  competitorOurs: 'You ask',
  competitorAsks: 'Asks',
  competitorAsk: 'Others ask',
  competitorDifference: 'Against you',
  competitorSeen: 'Seen',
  competitorCheapest: 'Who is cheapest',
  competitorOffer: 'offer',
  competitorStale: 'too old',
  competitorsAllStale: 'Every price of theirs is too old to say what they ask today.',
  competitorCheaper: '{competitor} is cheapest, {share} below you.',
  competitorWeCheaper: 'You are cheapest, the next asks {share} more.',
  competitorSame: 'You are as cheap as the cheapest.',
  competitorEffect: 'When they ask 1 % more, you sell {value} % more ({low} to {high}).',
  competitorEffectUnknown: 'What their prices do to your sales cannot be told yet.',
  competitorFollows: 'Of your price changes {share} followed within four weeks by {competitor} ({low} to {high}).',
  competitorFollowsUnknown:
    'It cannot be known yet whether your price changes are followed by {competitor}: {moves} {moves|change says|changes say} too little.',
  togetherFollows: 'Competitors follow',
  planFollows: '{plan}; competitors follow {share}',
} as const;
