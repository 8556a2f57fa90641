/**
 * Search rounds: candidates fitted exactly on every fold, by successive halving; the incumbent stays unless the
 * evidence against it is clear.
 */

import { FAMILY } from '../families/table.ts';
import { isClearGain } from '../math/clear-gain.ts';
import { RandomStream } from '../math/random.ts';
import { mean } from '../math/summary.ts';
import { AXES, SPEC_FIELDS, type Spec } from '../regression/hyper-parameters.ts';

/** Candidates of a round around the incumbent. */
const NEIGHBOURS_A_ROUND = 8;
/** Text that tells specs apart. */
export function specKey(spec: Spec): string {
  return JSON.stringify(Object.entries(spec).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Every spec that differs from one in a single field, by one step of its ladder, in random order. */
function neighbours(spec: Spec, seed: number, round: number): Spec[] {
  const found: Spec[] = SPEC_FIELDS.flatMap((field) =>
    AXES[field].kind === 'flag' ? [{ ...spec, [field]: !spec[field] }] : [],
  );
  for (const field of SPEC_FIELDS) {
    const { ladder = [] } = AXES[field];
    const value = spec[field] as number;
    const below = ladder.filter((v) => v < value).at(-1);
    const above = ladder.find((v) => v > value);
    for (const next of [below, above]) if (next !== undefined) found.push({ ...spec, [field]: next } as Spec);
  }
  // The level's fast discount is never slower than its slow one, and a variance power may say nothing.
  const sensible = found.filter(
    (s) =>
      s.fastDiscount <= s.slowDiscount && (FAMILY[s.family].hasVariancePower || s.variancePower === spec.variancePower),
  );
  const random = new RandomStream(seed, 0x73656172, round);
  for (let i = sensible.length - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    [sensible[i], sensible[j]] = [sensible[j] as Spec, sensible[i] as Spec];
  }
  return sensible;
}

/** What a round found. */
export interface SearchOutcome {
  /** The candidate that takes the incumbent's place; null when it stays. */
  readonly adopted: Spec | null;
  readonly candidates: number;
  readonly devianceBefore: number;
  /** Of the best candidate that was fitted on every fold; the incumbent's where none was. */
  readonly devianceAfter: number;
}

/**
 * Compares candidates with the incumbent fold by fold, latest first; after each fold but the first the worse half goes
 * (successive halving: Jamieson & Talwalkar 2016, AISTATS).
 *
 * The best is adopted when its gain is clear ({@link isClearGain}).
 *
 * @param devianceOn deviance of a spec on a fold; @param folds at least 3, or nothing is adopted
 */
export function searchRound(
  incumbent: Spec,
  candidates: readonly Spec[],
  folds: number,
  devianceOn: (spec: Spec, fold: number) => number,
): SearchOutcome {
  const own = Array.from({ length: folds }, (_, f) => devianceOn(incumbent, f));
  const before = mean(own);
  let alive = candidates.map((spec) => ({ spec, deviances: [] as number[] }));
  for (let f = 0; f < folds; f++) {
    for (const candidate of alive) candidate.deviances.push(devianceOn(candidate.spec, f));
    if (f === 0) continue;
    alive.sort((a, b) => mean(a.deviances) - mean(b.deviances));
    alive = alive.slice(0, Math.max(2, Math.ceil(alive.length / 2)));
  }
  const best = alive[0];
  if (!best) return { adopted: null, candidates: candidates.length, devianceBefore: before, devianceAfter: before };
  const gains = own.map((d, f) => d - best.deviances[f]);
  const adopted = isClearGain(gains, candidates.length) ? best.spec : null;
  return { adopted, candidates: candidates.length, devianceBefore: before, devianceAfter: mean(best.deviances) };
}

/** The candidates of a round: the library first, then untried neighbours of the incumbent. */
export function candidatesOf(
  incumbent: Spec,
  library: readonly Spec[],
  tried: ReadonlySet<string>,
  seed: number,
  round: number,
): Spec[] {
  const untried = (spec: Spec): boolean => !tried.has(specKey(spec)) && specKey(spec) !== specKey(incumbent);
  if (round === 0) return library.filter(untried);
  return neighbours(incumbent, seed, round).filter(untried).slice(0, NEIGHBOURS_A_ROUND);
}
