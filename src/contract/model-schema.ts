/** The schema of a model file: what an exported model must be before anything here reads it. */

import { z } from 'zod';
import type { DemandModel } from '../core/demand/fit-demand.ts';
import { SPREADS } from '../core/demand/spread-evidence.ts';
import type { ColdStartGiven } from '../core/pricing/cold-start.ts';
import { AXES, SPEC_FIELDS, type Spec } from '../core/regression/hyper-parameters.ts';
import { designColumns } from '../core/series/design.ts';
import { BOX_COX_LAMBDAS } from '../core/series/price-transform.ts';
import { COLUMN_GROUPS, FREQUENCIES, SIMPLE_FORECASTS } from '../core/vocabulary.ts';

/** Periods from a holiday. */
const offset = z.int().min(-31).max(31);
const name = z.string().min(1).max(500);
const number = z.number();
const share = number.min(0).max(1);
const positive = number.positive();
const day = z.int().min(0).max(200_000);
const list = <T extends z.ZodType>(item: T, most: number) => z.array(item).max(most);
const boxCoxLambda = z.literal(BOX_COX_LAMBDAS);
const frequency = z.enum(FREQUENCIES);
const group = z.enum(COLUMN_GROUPS);
/** A design has some 60 columns; covariates may add to them. */
const MAX_COLUMNS = 500;
const MAX_COMPONENTS = 200;

const spec = z.strictObject(
  Object.fromEntries(
    SPEC_FIELDS.map((field) => {
      const axis = AXES[field];
      if (axis.kind === 'choice') return [field, z.literal([...axis.values])];
      if (axis.kind === 'flag') return [field, z.boolean()];
      return [field, (axis.kind === 'whole' ? z.int() : z.number()).min(axis.low).max(axis.high)];
    }),
  ) as unknown as { readonly [K in keyof Spec]: z.ZodType<Spec[K]> },
);

const plan = z
  .strictObject({
    frequency,
    boxCoxLambda,
    fourierOrder: z.int().min(0).max(6),
    referencePrice: positive,
    referenceMarketPrice: positive.nullable(),
    lastMarketPrice: positive.nullable(),
    promoMean: number.nullable(),
    covariates: list(z.strictObject({ name, mean: number, standardDeviation: positive, last: number }), MAX_COLUMNS),
    holidays: z.boolean(),
    feasts: list(z.strictObject({ name, from: offset, to: offset }), MAX_COLUMNS).exactOptional(),
    trendKnots: list(number, MAX_COLUMNS),
    lastDay: day,
    monthDay: z.int().min(1).max(31).exactOptional(),
    columns: list(z.strictObject({ name: z.string().max(600), group }), MAX_COLUMNS),
  })
  .refine((p) => {
    const expected = designColumns(p, p.columns.at(-1)?.group === 'control');
    return (
      expected.length === p.columns.length &&
      expected.every((c, j) => c.name === p.columns[j]?.name && c.group === p.columns[j]?.group)
    );
  }, 'columns must be those that the plan describes');

/** What forecasts of a component rest on, and what is believed of its price. */
const basisFit = {
  plan,
  coefficients: list(number, MAX_COLUMNS),
  level: z.strictObject({ fast: positive, slow: positive }),
  meanQuantity: positive,
  dispersion: number.min(0),
  inverseSize: number.min(0),
  slope: z.strictObject({ value: number, variance: positive }).exactOptional(),
};

const { slope, plan: _, coefficients: __, ...basisState } = basisFit;
const component = z
  // Fields in the order in which a fit writes them: a model that comes back is the same text.
  .strictObject({
    spec,
    plan,
    coefficients: basisFit.coefficients,
    covariance: list(number, MAX_COLUMNS ** 2),
    ...basisState,
    meanLogResidual: number,
    converged: z.boolean(),
    fitScore: number,
    oneStepDeviance: number,
    weight: share,
    priceWeight: share,
    levelColumns: z.strictObject({ fast: list(number, MAX_COLUMNS), slow: list(number, MAX_COLUMNS) }).exactOptional(),
    slope,
  })
  .refine(
    (c) =>
      [c.coefficients, c.levelColumns?.fast, c.levelColumns?.slow].every(
        (one) => (one ?? c.plan.columns).length === c.plan.columns.length,
      ),
    'a level must have one entry a column',
  )
  .refine(
    (c) => c.coefficients.length === c.plan.columns.length && c.covariance.length === c.plan.columns.length ** 2,
    'coefficients and covariance must have one entry a column and a pair of columns',
  )
  .refine(
    (c) =>
      c.coefficients.every((_, j) => c.covariance[j * (c.coefficients.length + 1)] >= 0) &&
      c.covariance[c.coefficients.length + 1] > 0,
    'variances must not be negative',
  );

const candidate = z.union([
  z.strictObject({ kind: z.literal('spec'), spec }),
  z.strictObject({ kind: z.literal('simple'), name: z.enum(SIMPLE_FORECASTS) }),
  z.strictObject({ kind: z.literal('trees') }),
]);

/** What trees of all cells expect. */
const trees = z.strictObject({
  weight: share,
  usualPrice: positive,
  priceResponse: list(z.strictObject({ ratio: positive, effect: number, promoted: number.exactOptional() }), 100)
    .min(2)
    .refine(
      (steps) => steps.every(({ ratio }, i) => i === 0 || ratio > (steps[i - 1] as { ratio: number }).ratio),
      'prices must ascend',
    )
    .exactOptional(),
  byPeriod: list(z.strictObject({ day, quantity: number.min(0) }), 400).min(1),
});

/** Facts that a model without sales rests on, as they were given. */
const coldStart = z.strictObject({
  price: positive.exactOptional(),
  cost: positive.exactOptional(),
  dailyQuantity: positive.exactOptional(),
});

const foldSums = z.strictObject({
  rows: z.int().min(0),
  absolute: number.min(0),
  sold: number.min(0),
  squares: number.min(0),
  signed: number,
  deviance: number.min(0),
  difference: number,
  counted: z.int().min(0),
  byCandidate: list(number.min(0).nullable(), 500),
  spread: z.strictObject({ counted: z.boolean(), logs: z.array(number.max(0)).length(SPREADS.length) }).exactOptional(),
});

/** What a model is brought up to date from. */
const upkeep = z.strictObject({
  rows: z.int().min(0).max(0xffffffff),
  fit: z.string().max(50),
  prior: z.record(z.string().max(600), z.strictObject({ mean: number, variance: positive })),
  fullDay: day,
  fullRows: z.int().min(1),
  updates: z.int().min(0),
  figuresDay: day,
  basis: z
    .strictObject({
      fittedDay: day,
      components: list(
        z
          .strictObject(basisFit)
          .refine((b) => b.coefficients.length === b.plan.columns.length, 'coefficients must have one entry a column'),
        MAX_COMPONENTS,
      ),
      trees: trees.exactOptional(),
    })
    .exactOptional(),
  triedRows: z.int().min(1).exactOptional(),
});

const modelSchema = z
  .strictObject({
    schema: z.literal(1),
    merchant: name,
    product: name,
    productType: z.string().max(500),
    unit: z.string().max(50),
    frequency,
    ownRows: z.int().min(0),
    iterations: z.number().int().nonnegative(),
    firstDay: day,
    lastDay: day,
    triedRange: z.tuple([positive, positive]),
    todayPrice: positive,
    components: list(component, MAX_COMPONENTS).min(1),
    shapes: list(
      z.strictObject({ lambda: boxCoxLambda, weight: share, slopeShift: number }),
      BOX_COX_LAMBDAS.length,
    ).min(1),
    simple: list(
      z.strictObject({
        name: z.enum(SIMPLE_FORECASTS),
        weight: share,
        byWeekday: list(number.min(0), 7).length(7),
        byPeriod: list(z.strictObject({ day, quantity: number.min(0) }), 60)
          .min(1)
          .exactOptional(),
      }),
      SIMPLE_FORECASTS.length,
    ),
    trees: trees.exactOptional(),
    calendar: list(
      z.strictObject({ day, name, lengthDays: positive, kind: z.literal('observance').exactOptional() }),
      5_000,
    ),
    crossValidated: z.strictObject({
      folds: z.int().min(0),
      rows: z.int().min(0),
      wape: number.nullable(),
      rmse: number.nullable(),
      rmsse: number.nullable(),
      bias: number.nullable(),
      deviance: number.nullable(),
      foldDeviances: list(number, 100),
      simpleForecastWins: z.boolean(),
      candidates: list(z.strictObject({ candidate, deviance: number.nullable(), weight: number.min(0) }), 500),
      scores: list(number.min(0), 20_000),
      scoreDaysAhead: list(number.min(0), 20_000),
      foldSums: list(foldSums, 100).exactOptional(),
    }),
    elasticity: z.strictObject({ value: number, low: number, high: number }),
    levelDrift: number.min(0).exactOptional(),
    pricesFollow: z.literal(true).exactOptional(),
    disturbances: z
      .strictObject({
        processes: list(
          z.strictObject({
            weight: share,
            level: number.min(0),
            white: number.min(0),
            correlated: number.min(0),
            correlation: share,
          }),
          100,
        ).min(1),
        waves: list(number, 16),
        degrees: positive,
        whole: z.boolean(),
        windowErrors: z.strictObject({ windows: z.int().min(0), squares: number.min(0) }).exactOptional(),
      })
      .exactOptional(),
    instrument: name.nullable(),
    converged: z.boolean(),
    coldStart: coldStart.exactOptional(),
    upkeep: upkeep.exactOptional(),
  })
  .refine((m) => m.ownRows > 0 || m.crossValidated.rows === 0, 'a model without own rows has none to cross-validate')
  .refine((m) => m.ownRows === 0 || m.coldStart === undefined, 'facts are given for a model without own rows only')
  .refine((m) => m.triedRange[0] <= m.triedRange[1] && m.firstDay <= m.lastDay, 'ranges must ascend')
  .refine(
    (m) => m.crossValidated.scores.length === m.crossValidated.scoreDaysAhead.length,
    'scores and their days ahead must be as many',
  )
  .refine((m) => {
    const weights = [...m.components, ...m.simple].reduce((sum, part) => sum + part.weight, m.trees?.weight ?? 0);
    const priceWeights = m.components.reduce((sum, part) => sum + part.priceWeight, 0);
    const shapes = m.shapes.reduce((sum, part) => sum + part.weight, 0);
    // 1e-6: sums of rounded weights.
    return [weights, priceWeights, shapes].every((sum) => Math.abs(sum - 1) < 1e-6);
  }, 'weights must add to 1');

/** A model as a file holds it. */
export type ModelFile = DemandModel & { readonly coldStart?: ColdStartGiven };

/**
 * Checks what was read from a model file.
 *
 * @returns the model, or the path of the first thing that is wrong and what must hold there
 */
export function parseModel(
  document: unknown,
):
  | { readonly ok: true; readonly model: ModelFile }
  | { readonly ok: false; readonly path: string; readonly rule: string } {
  const parsed = modelSchema.safeParse(document);
  if (parsed.success) return { ok: true, model: parsed.data };
  const issue = parsed.error.issues[0];
  return { ok: false, path: issue?.path.join('.') || '.', rule: issue?.message ?? '' };
}
