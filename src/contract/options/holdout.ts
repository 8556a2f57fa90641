import { HOLDOUT_MEASURES } from '../../core/vocabulary.ts';
import { oneOf, share, text, texts, whole } from './option.ts';

/** Which shops keep their prices, and by what all are compared. */
export const CHOOSE_HOLDOUT = {
  /** Of the shops that is held out, at least one and never all. */
  share: share({ flag: '--share', help: 'optHoldoutShare', usual: 0.2 }),
  /** Shops of one's own choice, instead of drawn ones. */
  shops: texts({ flag: '--shops', help: 'optHoldoutShops', mostItems: 1_000 }),
  /** Profit where the costs are known unless told. */
  measure: oneOf({ flag: '--measure', taken: '<measure>', help: 'optHoldoutMeasure', of: HOLDOUT_MEASURES }),
  /** First day (ISO date): the next Monday, or month, after the last sale unless told. */
  from: text({ flag: '--from', taken: '<date>', help: 'optHoldoutFrom', most: 10 }),
  seed: whole({ flag: '--seed', help: 'optHoldoutSeed', least: 0, most: 2 ** 31 - 1, usual: 1 }),
} as const;
