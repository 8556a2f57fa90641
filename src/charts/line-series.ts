/** A line of a picture, smoothed or as it is. */

import { smoothed } from './smoothing.ts';

/** Ids of raw lines begin so; the name of their smoothed line follows. */
export const RAW = 'raw-';

/**
 * A line, and where it is smoothed the raw one faint behind it.
 *
 * @param xs ascending @param ys null where there is no value
 */
export function lineSeries(
  name: string,
  xs: readonly number[],
  ys: readonly (number | null)[],
  { colour, width, z = 3, dash = 'solid', smoothing }: LineStyle,
): Record<string, unknown>[] {
  const line = (values: readonly (number | null)[], more: object): Record<string, unknown> => ({
    type: 'line',
    symbol: 'none',
    data: xs.map((x, i) => [x, values[i] ?? null]),
    color: colour,
    z,
    ...more,
  });
  const shown = line(smoothing === 0 ? ys : smoothed(ys, smoothing), {
    name,
    lineStyle: { color: colour, width, type: dash },
  });
  if (smoothing === 0) return [shown];
  const raw = line(ys, {
    id: `${RAW}${name}`,
    name: '',
    silent: true,
    lineStyle: { color: colour, width: 1, opacity: 0.25 },
    z: z - 1,
  });
  return [raw, shown];
}

interface LineStyle {
  readonly colour: string;
  readonly width: number;
  readonly z?: number;
  readonly dash?: string | readonly number[];
  /** Weight of the past, 0-1; 0 leaves the line as it is. */
  readonly smoothing: number;
}
