/** What the intervals of forecasts held, month by month. */

import type { IntervalMonthItem } from '../contract/api.ts';
import type { IntervalChoice } from '../contract/store/intervals.ts';
import type { Store } from '../contract/store/store.ts';
import { INTERVAL_LEVEL } from '../core/demand/predict.ts';
import { wilsonInterval } from '../core/math/wilson-interval.ts';

/**
 * Months of the cells of a choice with what their shares inside may be by chance. The band takes rows for independent;
 * those of a cell are not, nor those of a feast or of a hot week, so that it is narrower than what chance does.
 */
export async function intervalsOf(
  store: Pick<Store, 'intervals'>,
  choice: IntervalChoice,
): Promise<IntervalMonthItem[]> {
  const months = await store.intervals.months(choice);
  return months.map(({ month, inside, above, below }) => {
    const rows = inside + above + below;
    return { month, rows, inside, above, below, level: INTERVAL_LEVEL, ...wilsonInterval(inside, rows) };
  });
}
