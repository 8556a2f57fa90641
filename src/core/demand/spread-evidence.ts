/** How widely single rows scatter around their forecasts, by what was held out and by the fit. */

import type { Component } from '../regression/component.ts';
import { heaviest, relativeVariance } from './disturbances.ts';
import { logLikelihood, type RowKind, type WeighedSpread } from './row-distribution.ts';

/** What the held-out rows of a fold say of every spread of {@link SPREADS}. */
export interface SpreadEvidence {
  /** See RowKind. */
  readonly counted: boolean;
  /** Log-likelihoods under the largest of them, at least −{@link MOST_APART}, two decimals. */
  readonly logs: readonly number[];
}

/** Spreads that are weighed, ascending: each 1.5 times the one before. */
export const SPREADS: readonly number[] = Array.from({ length: 26 }, (_, k) => 2.5e-4 * 1.5 ** k);
/** Mean pieces a row. */
const FEW = 8;
const MOST_APART = 60;
/** Held-out rows of a fold hang together, as a shock hits all of them: each counts as so much of one. */
const ROW_SHARE = 0.5;
/** Standard deviation of the log of a cell's spread around what its fit says. */
const PRIOR_DEVIATION = 0.6;
/**
 * Fitted rows scatter less than new ones by what was learned of them: by (n + p)/(n − p) for p coefficients (Akaike 1969,
 * Ann. Inst. Stat. Math. 21). Level, price and what is left of weekdays and seasons after their priors.
 */
const LEARNED = 5;
/** Relative variance that counts are taken to have beyond a Poisson's, at least. */
const LEAST_BEYOND_POISSON = 0.05;
/** Other cells of the type count as one that says nothing and so many that speak. */
const SILENT_CELLS = 4;

/** Held-out rows of a fold: what was sold, what was forecast, and the mean before it. */
export interface EvidenceRow {
  readonly sold: number;
  readonly forecast: number;
  readonly unit: number;
}

/**
 * Whether pieces are so few that they must be counted. Of more a compound Poisson is as near, and tells cells that
 * scatter less than a Poisson.
 */
export function fewPieces(meanQuantity: number): boolean {
  return meanQuantity < FEW;
}

export function spreadEvidence(counted: boolean, rows: readonly EvidenceRow[]): SpreadEvidence {
  const sums = SPREADS.map((spread) =>
    rows.reduce(
      (sum, { sold, forecast, unit }) => sum + logLikelihood(counted, sold, { forecast, usual: unit }, spread),
      0,
    ),
  );
  const best = Math.max(...sums);
  // Subtracted from 0, as −0 would come back from JSON as 0.
  return { counted, logs: sums.map((log) => Math.max(-MOST_APART, 0 - Math.round(100 * (best - log)) / 100)) };
}

/** What of a model tells how its rows scatter. */
export interface ModelScatter {
  readonly ownRows: number;
  readonly components: readonly (Component & { readonly weight: number; readonly priceWeight: number })[];
  readonly disturbances?: { readonly whole: boolean };
  readonly crossValidated: { readonly foldSums?: readonly { readonly spread?: SpreadEvidence }[] };
}

/** What a model knows of its spread. */
export interface KnownSpread {
  readonly kind: RowKind;
  /** Weights add to 1; spreads of hardly any weight are left out. */
  readonly spreads: readonly WeighedSpread[];
  /** Mean log of the spread over what the fit says of it: what other cells of the type learn from. */
  readonly shift: number;
  /** Held-out rows had a say. */
  readonly heldOut: boolean;
}

/**
 * Weights of the spreads of a model: what its fit says, moved by what its folds and other cells of the type say.
 *
 * @param shifts of other cells, see {@link KnownSpread}
 * @returns null for models of earlier versions, whose folds say nothing of it
 */
export function knownSpread(model: ModelScatter, shifts: readonly number[] = []): KnownSpread | null {
  const { foldSums } = model.crossValidated;
  // A model without own rows takes its scatter from its market.
  if (!foldSums || model.ownRows === 0 || foldSums.some(({ spread }) => spread === undefined)) return null;
  const [latest] = foldSums;
  const whole = model.disturbances?.whole ?? false;
  const counted = latest?.spread?.counted ?? (whole && fewPieces((model.components[0] as Component).meanQuantity));
  const center = Math.log(fittedSpread(model, counted));
  const moved = center + shifts.reduce((sum, shift) => sum + shift, 0) / (SILENT_CELLS + shifts.length);
  const logs = SPREADS.map((spread, s) =>
    foldSums.reduce(
      (sum, fold) => sum + (fold.spread?.counted === counted ? ROW_SHARE * (fold.spread.logs[s] as number) : 0),
      -0.5 * ((Math.log(spread) - moved) / PRIOR_DEVIATION) ** 2,
    ),
  );
  const best = Math.max(...logs);
  const weights = logs.map((log) => Math.exp(log - best));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const all = SPREADS.map((spread, s) => ({ spread, weight: (weights[s] as number) / total }));
  const kept = all.filter(({ weight }) => weight > 0.01);
  const keptTotal = kept.reduce((sum, { weight }) => sum + weight, 0);
  return {
    kind: { counted, whole },
    spreads: kept.map(({ spread, weight }) => ({ spread, weight: weight / keptTotal })),
    shift: all.reduce((sum, { spread, weight }) => sum + weight * Math.log(spread), 0) - center,
    heldOut: latest !== undefined,
  };
}

/** The spread of fitted rows at the cell's mean, as held-out ones will have it. */
function fittedSpread(model: ModelScatter, counted: boolean): number {
  const component = heaviest(model.components);
  const variance = component.dispersion * relativeVariance(component, 1);
  const rows = Math.max(2 * LEARNED, model.ownRows);
  const wider = (rows + LEARNED) / (rows - LEARNED);
  const spread = counted
    ? Math.max(variance * wider - 1 / component.meanQuantity, LEAST_BEYOND_POISSON)
    : variance * wider;
  return Math.min(SPREADS.at(-1) as number, Math.max(SPREADS[0] as number, spread));
}
