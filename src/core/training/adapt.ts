/** How the weight of the simulated rows and the ridge strengths follow what held-out rows say. */

import { isClearGain } from '../math/clear-gain.ts';
import type { ColumnGroup } from '../vocabulary.ts';
import type { ParameterSet, RidgeFactors } from './parameter-set.ts';

/** τ moves on a ladder of factors √2, three steps each side of where it started at most eight. */
const TAU_STEP = Math.SQRT2;
const TAU_REACH = 8;
/**
 * Prior of log τ around the matched strength: a factor of 2 either way is one standard deviation
 * (docs/decisions/training-choices.md).
 */
const TAU_PRIOR_DEVIATION = Math.log(2);

/**
 * Moves every set's τ by at most one step of its ladder to where the cross-validated deviance of the folds that lie
 * before it is lower, under a log-normal prior around the matched strength, and only on evidence as clear as a search
 * round asks for: a few fortnights hang together, and a τ that follows their noise loses.
 *
 * @param sets folds, latest first, then the whole cell; @param matchedTau the matched strength of each
 */
export function moveTaus(sets: readonly ParameterSet[], matchedTau: readonly number[]): void {
  const folds = sets.slice(0, -1);
  const cache = new Map<string, number>();
  const devianceOf = (fold: number, factor: number): number => {
    const key = `${fold}:${factor}`;
    let value = cache.get(key);
    if (value === undefined) {
      value = (folds[fold] as ParameterSet).devianceAtTau(matchedTau[fold] * TAU_STEP ** factor);
      cache.set(key, value);
    }
    return value;
  };
  const moves = sets.map((set, s) => {
    const earlier = foldsBefore(s, folds.length);
    const now = Math.round(Math.log(set.tau / matchedTau[s]) / Math.log(TAU_STEP));
    if (earlier.length < 3) return now;
    const steps = [now - 1, now + 1].filter((step) => Math.abs(step) <= TAU_REACH);
    const penalty = (step: number): number => 0.5 * ((step * Math.log(TAU_STEP)) / TAU_PRIOR_DEVIATION) ** 2;
    const gainsOf = (step: number): number[] =>
      earlier.map((f) => {
        const gained =
          (devianceOf(f, now) - devianceOf(f, step)) / (2 * (folds[f] as ParameterSet).heldOutDispersion());
        return gained + (penalty(now) - penalty(step)) / earlier.length;
      });
    let best = now;
    let most = 0;
    for (const step of steps) {
      const gains = gainsOf(step);
      const total = gains.reduce((sum, g) => sum + g, 0);
      if (total <= most || !isClearGain(gains, steps.length)) continue;
      most = total;
      best = step;
    }
    return best;
  });
  sets.forEach((set, s) => {
    set.moveTau(matchedTau[s] * TAU_STEP ** moves[s]);
  });
}

/**
 * Moves every set's λ_g a step towards its fixed point, and only where the folds before the set were clearly forecast
 * better after such a step of their own. The fixed point looks at training rows with the level held: a slow column
 * that only trades places with the level seems well determined there, and a trend let loose over months without a
 * sale ran away.
 */
export function moveRidges(sets: readonly ParameterSet[]): void {
  const folds = sets.slice(0, -1);
  const steps = sets.map((set) => set.ridgeSteps());
  const gains = folds.map((fold, f) => {
    const now = fold.devianceAtRidge(new Map());
    const unit = 2 * fold.heldOutDispersion();
    return new Map(
      [...(steps[f] as RidgeFactors)].map(([group, step]) => [
        group,
        (now - fold.devianceAtRidge(new Map([[group, step]]))) / unit,
      ]),
    );
  });
  sets.forEach((set, s) => {
    const earlier = foldsBefore(s, folds.length);
    const gainsOf = (group: ColumnGroup): number[] => earlier.map((f) => gains[f]?.get(group) ?? 0);
    set.moveRidge(new Map([...(steps[s] as RidgeFactors)].filter(([group]) => isClearGain(gainsOf(group), 1))));
  });
}

/**
 * Folds that a set may learn τ and λ from: those before it in time, so that its own held-out rows stay unseen; the
 * whole cell sees every fold.
 */
function foldsBefore(s: number, folds: number): number[] {
  const all = Array.from({ length: folds }, (_, f) => f);
  // Folds are ordered latest first, and the whole cell is the last set.
  return s === folds ? all : all.filter((f) => f > s);
}
