/** What watching found and did, in English. */

import type { WatchWords } from '../watch-codes.ts';

export const watch: WatchWords = {
  drifts: {
    level: '{size} less is sold than expected, since about {date}',
    levelUp: '{size} more is sold than expected, since about {date}',
    elasticity: 'customers react otherwise to the price since about {date} (elasticity now about {size})',
    error: 'forecasts miss by about {size} times as much as before, since about {date}',
    'stock-outs': 'it sells out more often: on {size} of the days since about {date}',
  },
  actions: {
    none: 'left as it is',
    warm: 'brought up to date',
    full: 'trained again',
    failed: 'could not be done',
  },
  reasons: {
    UP_TO_DATE: 'nothing new was sold',
    NEW_ROWS: 'new sales came in',
    NO_MODEL: 'it had no model',
    DRIFT: 'sales no longer follow the model',
    ROWS_CHANGED: 'sales that were known already have changed',
    MANY_NEW_ROWS: 'many new sales since the last full training',
    FIT_CHANGED: 'this version of the program trains otherwise',
    NO_BASIS: 'its model cannot be brought up to date (an earlier version or iterations made it)',
    ASKED: 'a full training was asked for',
  },
  alertKinds: {
    failed: 'A training failed',
    worse: 'A new training came out worse',
    'old-data': 'No sales have come in for days',
    drift: 'A product no longer sells as expected',
    lost: 'A price change lost money',
    waiting: 'Proposed prices wait for a decision',
  },
  deliveryStates: { waiting: 'waiting', sent: 'sent', failed: 'given up' },
};
