/** What a fit needs besides rows, checked before any arithmetic. */

import { checkFlag, checkList, checkNumber, checkObject, checkPositive, checkText } from '../checks.ts';
import { checkSpec } from '../regression/hyper-parameters.ts';
import type { CellPrior } from '../regression/prior.ts';
import { checkHolidays } from '../series/checked-series.ts';
import { BOX_COX_LAMBDAS } from '../series/price-transform.ts';
import type { FitContext } from './cross-validation.ts';

/**
 * Checks what a fit needs besides rows.
 *
 * @returns the same, with every prior checked when it is asked for
 * @throws TypeError, RangeError naming the part that is wrong; so does `priorAt`
 */
export function checkedContext(context: FitContext): FitContext {
  checkObject('context', context);
  checkHolidays('context.holidays', context.holidays);
  checkFlag('context.market', context.market);
  if (context.instrument !== undefined) checkText('context.instrument', context.instrument);
  checkList('context.specs', context.specs, 1);
  context.specs.forEach((spec, s) => {
    checkSpec(`context.specs[${s}]`, spec);
  });
  if (context.marketShape !== undefined) {
    const shares: readonly unknown[] = Array.from(context.marketShape as ArrayLike<number>);
    if (shares.length !== BOX_COX_LAMBDAS.length)
      throw new RangeError(`context.marketShape must have ${BOX_COX_LAMBDAS.length} entries, got ${shares.length}`);
    shares.forEach((share, s) => {
      checkNumber(`context.marketShape[${s}]`, share, 0);
    });
  }
  if (context.pricesFollow !== undefined) checkFlag('context.pricesFollow', context.pricesFollow);
  if (typeof context.priorAt !== 'function') throw new TypeError('context.priorAt must be a function of a day number');
  return { ...context, priorAt: (day) => checkedPrior(context.priorAt(day)) };
}

function checkedPrior(prior: CellPrior): CellPrior {
  checkObject('the prior that context.priorAt returns', prior);
  for (const [effect, { mean, variance }] of Object.entries(prior)) {
    checkNumber(`prior.${effect}.mean`, mean);
    checkPositive(`prior.${effect}.variance`, variance);
  }
  return prior;
}
