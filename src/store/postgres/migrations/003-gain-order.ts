/** Recommendations by gain in the order of their list: the largest first, those of unknown gain last. */

export const GAIN_ORDER = `
  DROP INDEX demanda.recommendation_by_gain;
  CREATE INDEX recommendation_by_gain ON demanda.recommendation (status, gain DESC NULLS LAST, id DESC);
`;
