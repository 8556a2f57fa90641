/** Which prices change where only so many may. */

import type { JointSeries } from './joint-profit.ts';
import { type Bounds, type Limit, quadraticAscent } from './quadratic-ascent.ts';

export interface FewChanges {
  /** Around the best steps without a limit of changes. */
  readonly series: JointSeries;
  /** Moves from there. */
  readonly bounds: Bounds;
  readonly rooms: readonly Limit[];
  /** The best steps of log price without a limit of changes: 0 is today's price. */
  readonly start: Float64Array;
  /** Products of each block. */
  readonly sizes: readonly number[];
  /** What a unit of a broken limit costs. */
  readonly stiff: number;
  /** Products that may change, beside those that must. */
  readonly most: number;
}

/** Steps that are closer to today's price are none. */
const LEAST_CHANGE = 1e-4;
const MOST_SWAPS = 20;
/** Swaps tried at once are so many times as many, of each side: fewer of many products, whose worth differs little. */
const TRIED = 12;
const TRIED_OF_MANY = 5;
const MANY = 100;

/** Blocks that can be at today's price; what cannot moves, and is not among those that may. */
export function freeBlocks({ bounds, start }: Pick<FewChanges, 'bounds' | 'start'>): number[] {
  return [...start.keys()].filter((b) => bounds.low[b] <= -start[b] && bounds.high[b] >= -start[b]);
}

/**
 * Sends back to today's price those whose change is missed least, some at a time, the others answering.
 *
 * @returns blocks that may move, of those that can be at today's price; all of these where few enough do anyway
 */
export function mostMissed(given: FewChanges): number[] {
  const { start, sizes, most } = given;
  const free = freeBlocks(given);
  const size = (list: readonly number[]): number => list.reduce((sum, b) => sum + (sizes[b] as number), 0);
  let moving = free.filter((b) => Math.abs(start[b]) > LEAST_CHANGE);
  if (size(moving) <= most) return free;
  for (let round = 0; round < start.length && size(moving) > most; round++) {
    const losses = lossesOf(given, solved(given, free, moving));
    const order = moving.toSorted((a, b) => losses[a] / (sizes[a] as number) - losses[b] / (sizes[b] as number));
    const gone = new Set(order.slice(0, Math.max(1, Math.floor((size(moving) - most) / 4))));
    moving = moving.filter((b) => !gone.has(b));
  }
  return moving;
}

/**
 * Swaps one that moves for one that does not, while that earns more by the series.
 *
 * @param given a series around the best steps of those that move @returns as {@link mostMissed}
 */
export function swapped(given: FewChanges, moved: readonly number[]): number[] {
  const free = freeBlocks(given);
  let moving = [...moved];
  for (let swap = 0; swap < MOST_SWAPS; swap++) {
    const better = bestSwap(given, free, moving, solved(given, free, moving));
    if (!better) break;
    moving = better;
  }
  return moving;
}

/** The best moves where some blocks stay at today's price. */
interface Solved {
  readonly moves: Float64Array;
  readonly multipliers: Float64Array;
  /** What they earn over the start, broken limits paid. */
  readonly value: number;
}

function solved(
  { series, bounds, rooms, start, stiff }: FewChanges,
  free: readonly number[],
  moving: readonly number[],
): Solved {
  const [low, high] = [bounds.low.slice(), bounds.high.slice()];
  const kept = new Set(moving);
  for (const b of free) if (!kept.has(b)) [low[b], high[b]] = [-start[b], -start[b]];
  const multipliers = new Float64Array(rooms.length);
  const moves = quadraticAscent(series, { low, high }, rooms, multipliers);
  let value = 0;
  for (const { blocks, gradient, hessian } of series.parts)
    blocks.forEach((b, k) => {
      let slope = gradient[k];
      blocks.forEach((other, l) => {
        slope += 0.5 * hessian[k * blocks.length + l] * moves[other];
      });
      value += slope * moves[b];
    });
  for (const { terms, room } of rooms)
    value -=
      stiff *
      Math.max(
        0,
        terms.reduce((sum, { at, weight }) => sum + weight * moves[at], -room),
      );
  return { moves, multipliers, value };
}

/** Slope of what all earn by each block's step at some moves, less what the room is worth that it takes. */
function slopesAt({ series, rooms, start }: FewChanges, { moves, multipliers }: Solved): Float64Array {
  const slopes = new Float64Array(start.length);
  for (const { blocks, gradient, hessian } of series.parts)
    blocks.forEach((b, k) => {
      slopes[b] = blocks.reduce((sum, other, l) => sum + hessian[k * blocks.length + l] * moves[other], gradient[k]);
    });
  rooms.forEach(({ terms }, limit) => {
    for (const { at, weight } of terms) slopes[at] = slopes[at] - multipliers[limit] * weight;
  });
  return slopes;
}

function bendsOf({ series, start }: FewChanges): Float64Array {
  const bends = new Float64Array(start.length);
  for (const { blocks, hessian } of series.parts)
    blocks.forEach((b, k) => {
      bends[b] = hessian[k * blocks.length + k];
    });
  return bends;
}

/** What each block loses by going back to today's price alone, the room that it leaves to others counted. */
function lossesOf(given: FewChanges, found: Solved): Float64Array {
  const [slopes, bends] = [slopesAt(given, found), bendsOf(given)];
  return given.start.map((start, b) => {
    const step = start + found.moves[b];
    return slopes[b] * step - 0.5 * bends[b] * step ** 2;
  });
}

/** What each block would win by moving from today's price alone, the room that it takes paid. */
function gainsOf(given: FewChanges, found: Solved): Float64Array {
  const [slopes, bends] = [slopesAt(given, found), bendsOf(given)];
  return given.start.map((start, b) => {
    const [low, high] = [start + given.bounds.low[b], start + given.bounds.high[b]];
    const best = bends[b] < 0 ? Math.min(Math.max(-slopes[b] / bends[b], low), high) : slopes[b] > 0 ? high : low;
    return slopes[b] * best + 0.5 * bends[b] * best ** 2;
  });
}

/** The blocks that move after the best swap of two; null where none earns more. */
function bestSwap(
  given: FewChanges,
  free: readonly number[],
  moving: readonly number[],
  found: Solved,
): number[] | null {
  const { sizes, most } = given;
  const kept = new Set(moving);
  const size = moving.reduce((sum, b) => sum + (sizes[b] as number), 0);
  const count = free.length > MANY ? TRIED_OF_MANY : TRIED;
  const [losses, gains] = [lossesOf(given, found), gainsOf(given, found)];
  const out = moving.toSorted((a, b) => losses[a] - losses[b]).slice(0, count);
  const into = free
    .filter((b) => !kept.has(b))
    .sort((a, b) => gains[b] - gains[a])
    .slice(0, count);
  let best: { readonly moving: number[]; readonly value: number } | null = null;
  for (const b of into)
    for (const a of [null, ...out]) {
      if (size + (sizes[b] as number) - (a === null ? 0 : (sizes[a] as number)) > most) continue;
      const next = [...moving.filter((one) => one !== a), b];
      const { value } = solved(given, free, next);
      if (value > (best?.value ?? found.value) + 1e-9 * Math.abs(given.stiff)) best = { moving: next, value };
    }
  return best?.moving ?? null;
}
