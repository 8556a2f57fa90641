/** What the trees that a fleet learned expect of a cell. */

import { type CellState, cellState } from '../core/boosting/cell-state.ts';
import { rowsToPredict } from '../core/boosting/pooled-rows.ts';
import { predictTrees } from '../core/boosting/tree-ensemble.ts';
import type { TreesForecast } from '../core/demand/trees-part.ts';
import type { CellSeries } from '../core/series/cell-series.ts';
import type { MarketKnowledge } from './knowledge.ts';

/** Null where no trees were learned of cells like this one. */
export function treesForecast({ trees, holidays }: MarketKnowledge, { frequency }: CellSeries): TreesForecast | null {
  const pooled = trees?.find(({ columns }) => columns.frequency === frequency);
  if (!pooled) return null;
  const { columns, ahead } = pooled;
  const dated = pooled.dated.map(({ trends: { types, merchants }, ...each }) => ({
    ...each,
    trends: { types: new Map(types), merchants: new Map(merchants) },
  }));
  const knownOn = (originDay: number): (typeof dated)[number] | undefined => dated.find(({ day }) => day <= originDay);
  let latest: { readonly series: CellSeries; readonly periods: number; readonly state: CellState | null } | null = null;
  return {
    expected(series, planned, originDay) {
      const known = knownOn(originDay);
      if (!known) return null;
      const periods = Math.max(ahead, planned.days.length);
      // Asked of at many prices in turn, a cell has the same state.
      if (latest?.series !== series || latest.state?.originDay !== originDay || latest.periods < periods)
        latest = { series, periods, state: cellState(series, originDay, periods, known.trends) };
      const { state } = latest;
      if (!state) return null;
      const { features, base } = rowsToPredict(columns, [{ state, planned }], holidays);
      return predictTrees(known.ensemble, features).map((score, i) => base[i] * Math.exp(score));
    },
    triedRatios: (originDay) => knownOn(originDay)?.triedRatios ?? null,
  };
}
