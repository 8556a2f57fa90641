/** The words of the page of promotions, in English. */

export const webPromotions = {
  navPromotions: 'Promotions',
  promotionsLead:
    'What promotions sold, what of it was only bought earlier or instead of something else, and when to do them.',
  promotionsEmptyLead: 'Promotions are weighed once the products of a shop are trained.',
  promotionsLooking: 'Past promotions are being weighed. A large shop takes a few seconds.',
  promotionsWeeks: 'Weeks ahead',
  promotionsAtOnce: 'Products at once, at most',
  promotionsWhole: 'A whole number from 1 to {most}',
  promotionsGain:
    'These promotions would earn |{gain}| more than none, {period}: between {low} and {high}, {sure} sure.',
  promotionsNone: 'No promotion pays within these rules, {period}: the best calendar has none.',
  promotionsUnknown: 'Past promotions cannot tell what new ones would do: the products below say why.',
  promotionsCalendar: 'Calendar',
  promotionsCalendarLead: 'The promotions that earn most together. Price cuts cost {spent}, which is counted.',
  promotionsDays: 'Days',
  promotionsPrice: 'Price',
  promotionsDisplay: 'on display',
  promotionsNet: 'Earns',
  promotedHead: 'What promotions did',
  promotedLead: 'One as past ones were, in its own days and the five weeks after.',
  promotedPast: '{count} {count|promotion|promotions}; a usual one: −{depth}, {days} {days|day|days}',
  promotedCount: '{count} {count|promotion|promotions}',
  promotedLift: 'Sold, times the usual',
  promotedAdvance: 'Only bought earlier',
  promotedOthers: 'Other products',
  promotedNet: 'Left in all',
  promotedEven: 'Pays up to',
  promotedNever: 'never paid',
  promotedBeyond: '−{depth} or more',
} as const;
