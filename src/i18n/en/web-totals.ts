/** The words of the page of totals, in English. */

export const webTotals = {
  navTotals: 'Totals',
  totalsLead: 'What the coming days bring in: products, types and shops add up, and so do their forecasts.',
  totalsEmptyLead: 'Totals are forecast once products are trained.',
  totalsHorizon: 'How far ahead',
  totalsDays: '{days} {days|day|days}',
  totalsAll: 'All shops',
  totalsExpected:
    '{period}: |{value}| expected, between {low} and {high}, from {products} {products|product|products} whose sales are kept {kept}.',
  totalsLearned:
    'Learned from {windows} past {windows|stretch|stretches}: how errors of products hang together, and what sums tell of products.',
  totalsSums:
    'Sums of the products’ own forecasts: {windows} past {windows|stretch|stretches} did not show that sums know more.',
  totalsUnknown:
    'Too few rows in common to tell how errors of products hang together: sums of their own forecasts, with a usual dependence.',
  totalsTable: 'From the whole to each product',
  totalsTableLead: 'Press a shop or a type to see its days above.',
  totalsOf: 'Total of',
  totalsMore: '{count} more {count|row|rows}: they are in the file.',
  totalsAlone: 'Totals of days, weeks and months are not added together.',
  totalsMissing: 'Not in these totals, {reason} ({count}): {names}',
};
