/**
 * One seed for every property test, so that a run is the same everywhere; the long form draws a new one each time. The
 * report of a failure names the seed that finds it again.
 */

import fc from 'fast-check';

if (process.env.DEMANDA_LONG === undefined) fc.configureGlobal({ seed: 20_261_125 });
