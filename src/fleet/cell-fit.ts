/** What the fit of one cell needs besides its rows, as it is sent and kept. */

import type { FitContext } from '../core/demand/cross-validation.ts';
import { PRIOR_SHARES, type ShapeShares } from '../core/demand/price-shape.ts';
import type { TreesForecast } from '../core/demand/trees-part.ts';
import type { Spec } from '../core/regression/hyper-parameters.ts';
import type { CellPrior } from '../core/regression/prior.ts';
import type { Holiday } from '../core/series/cell-series.ts';

/** The market's prior for one cell as known on a day. */
export interface DatedPrior {
  readonly day: number;
  readonly prior: CellPrior;
}

export interface FitSettings {
  readonly holidays: readonly Holiday[];
  readonly market: boolean;
  readonly instrument?: string;
  readonly specs: readonly Spec[];
  /** Used before the first dated prior. */
  readonly publishedPrior: CellPrior;
  /** What other cells say of the shape of the price term. */
  readonly marketShape: ShapeShares;
  /** See MarketKnowledge. */
  readonly pricesFollow?: true;
}

/** Trainings that began before demand could bend more than exponential go on as they began: without those shapes. */
function sharesOfAll(shares: ShapeShares): ShapeShares {
  return PRIOR_SHARES.map((_, s) => shares[s] ?? 0);
}

/** The context of a fit from what is sent of it. @param priors latest first */
export function fitContext(
  settings: FitSettings,
  priors: readonly DatedPrior[],
  trees: TreesForecast | null = null,
): FitContext {
  return {
    holidays: settings.holidays,
    market: settings.market,
    ...(settings.instrument !== undefined && { instrument: settings.instrument }),
    specs: settings.specs,
    marketShape: sharesOfAll(settings.marketShape),
    ...(settings.pricesFollow && { pricesFollow: true as const }),
    ...(trees && { trees }),
    priorAt: (originDay) => priors.find((p) => p.day <= originDay)?.prior ?? settings.publishedPrior,
  };
}
