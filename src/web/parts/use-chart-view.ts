/** How the pictures of a page are seen, kept in its address: part of the axis, scales, smoothing. A link brings it back. */

import { useMemo } from 'preact/hooks';
import type { ChartWindow } from '../../charts/refit.ts';
import { useQuery } from './use-query.ts';

export interface ChartView {
  /** Null: all iterations. */
  readonly window: ChartWindow | null;
  readonly setWindow: (window: ChartWindow | null) => void;
  /** Axes whose scale was switched: `x`, and the name of each picture for its y axis. */
  readonly switched: ReadonlySet<string>;
  readonly toggle: (axis: string) => void;
  /** Weight of the past, 0-1. */
  readonly smoothing: number;
  readonly setSmoothing: (weight: number) => void;
}

export function useChartView(): ChartView {
  const { query, change } = useQuery();
  const { from, to, axes = '', smooth } = query;
  const [low, high] = [Number(from), Number(to)];
  const hasWindow = from !== undefined && to !== undefined && low < high;
  const window = useMemo<ChartWindow | null>(() => (hasWindow ? [low, high] : null), [hasWindow, low, high]);
  const switched = useMemo(() => new Set(axes.split(',').filter((axis) => axis !== '')), [axes]);
  const weight = Number(smooth ?? 0);
  return {
    window,
    switched,
    smoothing: weight > 0 && weight < 1 ? weight : 0,
    setWindow: (next) => change({ from: next && String(Math.round(next[0])), to: next && String(Math.round(next[1])) }),
    toggle: (axis) => {
      const next = new Set(switched);
      if (!next.delete(axis)) next.add(axis);
      change({ axes: [...next].sort().join(',') });
    },
    setSmoothing: (next) => change({ smooth: next === 0 ? null : String(next) }),
  };
}
