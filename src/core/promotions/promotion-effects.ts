/** What is believed of promotions: the cells of a product type learn from one another. */

import { PUBLISHED_ELASTICITY } from '../market/data/published-elasticities.ts';
import { choleskyInverse, choleskySolve, forwardSolve, regularCholesky } from '../math/linear-algebra.ts';
import { RandomStream } from '../math/random.ts';
import { dot } from '../math/summary.ts';
import { logDeterminantHalf } from '../portfolio/symmetric.ts';
import { DIP_DAYS, type DipEvidence, type PromotionEvidence } from './promotion-evidence.ts';

/** Effects of a promotion, one a draw. */
export interface PromotionDraws {
  /** Elasticity of a promotion's price, < 0. */
  readonly elasticity: Float64Array;
  /** What a flag, and a display beside it, add to log demand beyond the price. */
  readonly flag: Float64Array;
  readonly display: Float64Array;
  /** Of what is sold beyond the usual, the share that is missing afterwards, 0-1. */
  readonly advance: Float64Array;
  /** Place in {@link DIP_DAYS}. */
  readonly dip: Uint8Array;
}

/** Effects of a type's cells: means, and variances of cells around them. Price, flag, display. */
const MEANS = [PUBLISHED_ELASTICITY.mean, 0.15, 0.2] as const;
const MEAN_DEVIATIONS = [PUBLISHED_ELASTICITY.standardDeviation, 0.3, 0.3] as const;
/** Of cells, before any is seen, and for how many cells that counts. */
const DEVIATIONS = [0.6, 0.2, 0.2] as const;
const COUNTS_FOR = 2;
const ROUNDS = 40;
const EFFECTS = MEANS.length;

/** Shares bought in advance that are weighed. */
const STEPS = 20;
const ADVANCES = Float64Array.from({ length: STEPS }, (_, k) => k / STEPS);
/** While effects are learned: shares bought in advance, as a normal. */
const ADVANCE_ROUGHLY = { mean: 0.15, deviation: 0.2 } as const;
/** What may hold of a type: nobody buys in advance, or cells lie around a mean, as a beta of so many cases. */
const NO_DIP = 0.5;
const DIP_MEANS = [0.05, 0.1, 0.2, 0.3, 0.45, 0.6] as const;
const DIP_CASES = [4, 15, 60] as const;

/** An elasticity is below 0. */
const LEAST_ELASTICITY = -0.05;

/** A likelihood of a cell's effects, all three of them: those that it is silent about have no curvature. */
interface Told {
  readonly precision: Float64Array;
  readonly information: Float64Array;
  readonly constant: number;
}

interface Pool {
  readonly mean: Float64Array;
  readonly variance: Float64Array;
}

/**
 * @param cells of one product type; null where a cell tells nothing: it is drawn as any of the type
 * @param seeds one a cell: whole numbers
 */
export function promotionEffects(
  cells: readonly (PromotionEvidence | null)[],
  draws: number,
  seeds: readonly number[],
): PromotionDraws[] {
  const pool = pooled(cells.flatMap((cell) => (cell ? [withAdvanceOut(cell)] : [])));
  const likelihoods = cells.map((cell) => cell?.byDip.map((dip) => advanceLikelihood(dip, cell.display, pool)) ?? null);
  const types = weighedTypes(likelihoods.filter((one) => one !== null));
  return cells.map((cell, i) => {
    const random = new RandomStream(seeds[i] as number, 0x70726f6d);
    return drawn(cell, cellWeights(likelihoods[i] ?? null, types), pool, draws, random);
  });
}

/** θ's places in a likelihood of price, flag, display where told, and the share bought in advance. */
function placesOf(display: boolean): { readonly effects: readonly (number | null)[]; readonly advance: number } {
  return { effects: [0, 1, display ? 2 : null], advance: display ? 3 : 2 };
}

/** The likelihood of the effects at one share bought in advance. */
function givenAdvance({ precision, information, constant }: DipEvidence, display: boolean, advance: number): Told {
  const { effects, advance: at } = placesOf(display);
  const n = information.length;
  const found = { precision: new Float64Array(EFFECTS ** 2), information: new Float64Array(EFFECTS) };
  effects.forEach((j, a) => {
    if (j === null) return;
    found.information[a] = information[j] - precision[j * n + at] * advance;
    effects.forEach((l, b) => {
      if (l !== null) found.precision[a * EFFECTS + b] = precision[j * n + l];
    });
  });
  const own = information[at] * advance - 0.5 * precision[at * n + at] * advance ** 2;
  return { ...found, constant: constant + own };
}

/** The likelihood of the effects, the share bought in advance integrated out roughly. */
function withAdvanceOut({ byDip, display }: PromotionEvidence): Told {
  const { precision, information } = byDip[1] as DipEvidence;
  const { effects, advance: at } = placesOf(display);
  const n = information.length;
  const prior = 1 / ADVANCE_ROUGHLY.deviation ** 2;
  const own = Math.max(0, precision[at * n + at]) + prior;
  const told = information[at] + prior * ADVANCE_ROUGHLY.mean;
  const found = { precision: new Float64Array(EFFECTS ** 2), information: new Float64Array(EFFECTS) };
  effects.forEach((j, a) => {
    if (j === null) return;
    found.information[a] = information[j] - (precision[j * n + at] * told) / own;
    effects.forEach((l, b) => {
      if (l === null) return;
      found.precision[a * EFFECTS + b] = precision[j * n + l] - (precision[j * n + at] * precision[l * n + at]) / own;
    });
  });
  return { ...found, constant: 0 };
}

/** Means and variances of the cells' effects by expectation and maximisation (Dempster, Laird & Rubin 1977). */
function pooled(cells: readonly Told[]): Pool {
  let mean = Float64Array.from(MEANS);
  let within = Float64Array.from(DEVIATIONS, (deviation) => deviation ** 2);
  for (let round = 0; round < ROUNDS && cells.length > 0; round++) {
    const posteriors = cells.map((cell) => posteriorOf(cell, { mean, variance: within }));
    mean = mean.map((_, a) => {
      const prior = 1 / MEAN_DEVIATIONS[a] ** 2;
      const own = 1 / within[a];
      const sum = posteriors.reduce((all, { mean }) => all + own * mean[a], 0);
      return (prior * (MEANS[a] as number) + sum) / (prior + own * cells.length);
    });
    within = within.map((_, a) => {
      const squares = posteriors.reduce(
        (all, { mean: at, covariance }) => all + (at[a] - mean[a]) ** 2 + covariance[a * EFFECTS + a],
        0,
      );
      return (squares + COUNTS_FOR * (DEVIATIONS[a] as number) ** 2) / (cells.length + COUNTS_FOR);
    });
  }
  // What is not known of the mean itself is in what a cell is believed to be.
  const variance = within.map((own, a) => own + 1 / (1 / MEAN_DEVIATIONS[a] ** 2 + cells.length / own));
  return { mean, variance };
}

function posteriorOf({ precision, information }: Told, { mean, variance }: Pool) {
  const own = precision.map((value, at) =>
    Math.floor(at / EFFECTS) === at % EFFECTS ? value + 1 / variance[at % EFFECTS] : value,
  );
  const factor = regularCholesky(own, EFFECTS, 0);
  const right = information.map((value, a) => value + mean[a] / variance[a]);
  return {
    factor,
    mean: choleskySolve(factor, EFFECTS, right),
    covariance: choleskyInverse(factor, EFFECTS),
    /** Of the likelihood over the prior. */
    log:
      -logDeterminantHalf(factor, EFFECTS) -
      0.5 * variance.reduce((sum, one) => sum + Math.log(one), 0) +
      0.5 * forwardSolve(factor, EFFECTS, right).reduce((sum, value) => sum + value ** 2, 0) -
      0.5 * mean.reduce((sum, value, a) => sum + value ** 2 / variance[a], 0),
  };
}

/** Log likelihood of each share bought in advance, the effects integrated out over the pool. */
function advanceLikelihood(dip: DipEvidence, display: boolean, pool: Pool): Float64Array {
  return ADVANCES.map((advance) => {
    const told = givenAdvance(dip, display, advance);
    return told.constant + posteriorOf(told, pool).log;
  });
}

interface Type {
  readonly dip: number;
  /** Of each share bought in advance. */
  readonly shares: Float64Array;
  readonly prior: number;
}

function typesOf(): Type[] {
  const none = Float64Array.from(ADVANCES, (_, k) => (k === 0 ? 1 : 0));
  const each = (1 - NO_DIP) / (DIP_DAYS.length * DIP_MEANS.length * DIP_CASES.length);
  return [
    { dip: 1, shares: none, prior: NO_DIP },
    ...DIP_DAYS.flatMap((_, dip) =>
      DIP_MEANS.flatMap((mean) =>
        DIP_CASES.map((cases) => ({ dip, shares: betaShares(mean * cases, (1 - mean) * cases), prior: each })),
      ),
    ),
  ];
}

/** A beta's density at the middle of each step, adding to 1. */
function betaShares(a: number, b: number): Float64Array {
  const density = ADVANCES.map((at) => (at + 0.5 / STEPS) ** (a - 1) * (1 - at - 0.5 / STEPS) ** (b - 1));
  const all = density.reduce((sum, value) => sum + value, 0);
  return density.map((value) => value / all);
}

interface WeighedType extends Type {
  readonly weight: number;
}

/** What may hold of the type, weighed by what all its cells say. */
function weighedTypes(cells: readonly (readonly Float64Array[])[]): WeighedType[] {
  const found = typesOf().map((type) => ({
    ...type,
    log: cells.reduce((sum, cell) => sum + marginal(cell, type), Math.log(type.prior)),
  }));
  const most = Math.max(...found.map(({ log }) => log));
  const all = found.reduce((sum, { log }) => sum + Math.exp(log - most), 0);
  return found.map(({ log, ...type }) => ({ ...type, weight: Math.exp(log - most) / all }));
}

/** Log of a cell's likelihood over the shares of a type. */
function marginal(cell: readonly Float64Array[], { dip, shares }: Type): number {
  const logs = cell[dip] as Float64Array;
  const most = Math.max(...logs);
  return (
    most +
    Math.log(
      dot(
        shares,
        logs.map((log) => Math.exp(log - most)),
      ) + Number.MIN_VALUE,
    )
  );
}

/** Weights of each length of dip and share bought in advance, of one cell; dips × steps, adding to 1. */
function cellWeights(cell: readonly Float64Array[] | null, types: readonly WeighedType[]): Float64Array {
  const weights = new Float64Array(DIP_DAYS.length * STEPS);
  for (const type of types) {
    const logs = cell?.[type.dip] ?? new Float64Array(STEPS);
    const norm = cell ? marginal(cell, type) : 0;
    for (let k = 0; k < STEPS; k++) {
      const at = type.dip * STEPS + k;
      weights[at] = weights[at] + type.weight * type.shares[k] * Math.exp(logs[k] - norm);
    }
  }
  return weights;
}

function drawn(
  cell: PromotionEvidence | null,
  weights: Float64Array,
  pool: Pool,
  draws: number,
  random: RandomStream,
): PromotionDraws {
  const found = {
    elasticity: new Float64Array(draws),
    flag: new Float64Array(draws),
    display: new Float64Array(draws),
    advance: new Float64Array(draws),
    dip: new Uint8Array(draws),
  };
  const silent: Told = {
    precision: new Float64Array(EFFECTS ** 2),
    information: new Float64Array(EFFECTS),
    constant: 0,
  };
  const posteriors = new Map<number, ReturnType<typeof posteriorOf>>();
  for (let d = 0; d < draws; d++) {
    const at = placeOf(weights, (d + 0.5) / draws);
    const [dip, step] = [Math.floor(at / STEPS), at % STEPS];
    let posterior = posteriors.get(at);
    if (!posterior) {
      const told = cell ? givenAdvance(cell.byDip[dip] as DipEvidence, cell.display, ADVANCES[step]) : silent;
      posteriors.set(at, (posterior = posteriorOf(told, pool)));
    }
    const [elasticity, flag, display] = normalDraw(posterior, random);
    found.elasticity[d] = Math.min(LEAST_ELASTICITY, elasticity as number);
    found.flag[d] = flag as number;
    found.display[d] = display as number;
    found.advance[d] = ADVANCES[step];
    found.dip[d] = dip;
  }
  return found;
}

/** The place at which weights have added to a share of 1. */
function placeOf(weights: Float64Array, share: number): number {
  let reached = 0;
  for (let at = 0; at < weights.length; at++) {
    reached += weights[at];
    if (reached >= share) return at;
  }
  return weights.length - 1;
}

/** @returns mean + L⁻ᵀ z of a precision L Lᵀ */
function normalDraw(
  { mean, factor }: { readonly mean: Float64Array; readonly factor: Float64Array },
  random: RandomStream,
): number[] {
  const z = Array.from(mean, () => random.normal());
  for (let i = EFFECTS - 1; i >= 0; i--) {
    let sum = z[i] as number;
    for (let k = i + 1; k < EFFECTS; k++) sum -= factor[k * EFFECTS + i] * (z[k] as number);
    z[i] = sum / factor[i * EFFECTS + i];
  }
  return z.map((value, a) => value + mean[a]);
}

/** Log of what demand is multiplied by, one a draw. @param depth share of the price @param display 0 or 1 */
export function logLift({ elasticity, flag, display }: PromotionDraws, depth: number, shown: number): Float64Array {
  const cut = Math.log(1 - depth);
  return elasticity.map((slope, d) => slope * cut + flag[d] + shown * display[d]);
}
