/** Which shops keep their prices, so that the others can be compared with them. */

import { checkList, checkNumber, checkWhole } from '../checks.ts';
import { normalQuantile } from '../math/normal-quantile.ts';
import { RandomStream } from '../math/random.ts';
import { mean, variance } from '../math/summary.ts';
import { drawnShops, LEAST_BEFORE, type ShopPanel, shopEffects } from './shop-effect.ts';

const STREAM = 0x686f6c64;
/** Choices that are drawn, and the share of them that goes along best, of which one is taken. */
const CHOICES = 1_000;
const BEST = 0.1;
/** Quantiles of the normal for an interval of 90 % that leaves 0 out in eight cases of ten. */
const Z90 = normalQuantile(0.95);
const SEEN = Z90 + normalQuantile(0.8);

/** What is asked of a choice. */
export interface HoldoutDraw {
  /** A row a shop, a value a period, in order of time; above 0 on average. */
  readonly values: readonly ArrayLike<number>[];
  /** Shops to hold out, at least one and fewer than there are. */
  readonly count: number;
  readonly seed: number;
}

/**
 * Shops to hold out, drawn so that they go along with the others (rerandomisation: Morgan & Rubin 2012, Annals of
 * Statistics 40(2)): of a thousand choices, one by lot among the tenth whose difference from the rest varied least.
 *
 * @returns by shop, whether it is held out
 * @throws TypeError, RangeError naming the argument that is wrong
 */
export function chooseHoldout({ values, count, seed }: HoldoutDraw): boolean[] {
  checkList('values', values, 2);
  checkWhole('count', count, 1, values.length - 1);
  checkWhole('seed', seed);
  const usual = values.map((row) => mean(row));
  for (const one of usual) checkNumber('mean of values', one, Number.MIN_VALUE);
  const random = new RandomStream(seed, STREAM);
  const found = new Map<string, { readonly chosen: boolean[]; readonly apart: number }>();
  for (let drawn = 0; drawn < CHOICES; drawn++) {
    const chosen = drawnShops(values.length, count, random);
    const key = chosen.map(Number).join('');
    if (!found.has(key)) found.set(key, { chosen, apart: variance(differenceOf(values, usual, chosen)) });
  }
  // By their shops where they go along alike, so that the order of drawing decides nothing.
  const ranked = [...found].sort(([a, one], [b, other]) => one.apart - other.apart || (a < b ? -1 : 1));
  const kept = ranked.slice(0, Math.max(1, Math.floor(BEST * ranked.length)));
  return (kept[random.integer(kept.length)] as (typeof kept)[number])[1].chosen;
}

/** The sum of those that are not chosen over its usual, less the mean index of those that are. */
function differenceOf(values: HoldoutDraw['values'], usual: readonly number[], chosen: readonly boolean[]): number[] {
  const periods = (values[0] as ArrayLike<number>).length;
  const held = chosen.filter(Boolean).length;
  let unit = 0;
  for (const [s, one] of usual.entries()) if (!chosen[s]) unit += one;
  return Array.from({ length: periods }, (_, t) => {
    let difference = 0;
    for (const [s, row] of values.entries())
      difference += chosen[s] ? -(row[t] as number) / (usual[s] as number) / held : (row[t] as number) / unit;
    return difference;
  });
}

/** How exactly a holdout would tell. */
export interface HoldoutPower {
  /** Of the effect over the span, a share of what the shops earn. */
  readonly standardError: number;
  /** Effect whose 90 % interval lies above 0 in eight cases of ten. */
  readonly seen: number;
  /** What the last periods say where nothing was done otherwise: it should be near 0. */
  readonly placebo: { readonly value: number; readonly low: number; readonly high: number };
}

/**
 * What a holdout would tell over a span, by the last periods of the past taken as if something had begun then; null
 * where too few periods are left before, or where a shop earned nothing in them or all may have 0.
 *
 * @param span periods, at least 1
 */
export function holdoutPower(
  values: ShopPanel['values'],
  heldOut: readonly boolean[],
  span: number,
): HoldoutPower | null {
  const periods = (values[0] as ArrayLike<number>).length;
  const before = periods - span;
  if (before < LEAST_BEFORE) return null;
  if (values.some((row) => !(mean(Array.from(row).slice(0, before)) > 0))) return null;
  const panel = { values, heldOut, before };
  const [effect] = shopEffects(panel, [[before, periods]]).effects;
  if (!effect?.share) return null;
  const { without, share } = effect;
  const standardError = (without.high - without.low) / (2 * Z90 * without.value);
  return { standardError, seen: SEEN * standardError, placebo: share };
}
