/** Models, scores and curves as callers hand them over, checked before any arithmetic. */

import {
  checkColumn,
  checkFinite,
  checkFlag,
  checkList,
  checkNumber,
  checkNumbers,
  checkObject,
  checkOneOf,
  checkPositive,
  checkText,
  checkWhole,
  LAST_DAY,
} from '../checks.ts';
import { checkSpec } from '../regression/hyper-parameters.ts';
import { checkHolidays } from '../series/checked-series.ts';
import { designColumns } from '../series/design.ts';
import { BOX_COX_LAMBDAS } from '../series/price-transform.ts';
import { FREQUENCIES } from '../vocabulary.ts';
import type { Disturbances } from './disturbances.ts';
import type { DemandModel } from './fit-demand.ts';
import { SPREADS } from './spread-evidence.ts';
import type { PriceResponse } from './trees-part.ts';

/** A column's own bound keeps a design that was made up from asking for endless memory. */
const MOST_COLUMNS = 2_000;

/**
 * Checks a model: its shape, its ranges and that every number in it is finite.
 *
 * @throws TypeError, RangeError naming the part that is wrong
 */
export function checkModel(model: DemandModel): void {
  checkObject('model', model);
  checkOneOf('model.schema', model.schema, [1]);
  checkOneOf('model.frequency', model.frequency, FREQUENCIES);
  checkWhole('model.ownRows', model.ownRows, 0);
  checkWhole('model.firstDay', model.firstDay, -LAST_DAY, LAST_DAY);
  checkWhole('model.lastDay', model.lastDay, model.firstDay, LAST_DAY);
  checkNumbers('model.triedRange', model.triedRange, 2);
  checkPositive('model.triedRange[0]', model.triedRange[0]);
  checkNumber('model.triedRange[1]', model.triedRange[1], model.triedRange[0]);
  checkPositive('model.todayPrice', model.todayPrice);
  checkList('model.components', model.components, 1);
  model.components.forEach((component, c) => {
    checkComponent(`model.components[${c}]`, component);
  });
  checkList('model.shapes', model.shapes, 1);
  model.shapes.forEach((shape, s) => {
    checkObject(`model.shapes[${s}]`, shape);
    checkOneOf(`model.shapes[${s}].lambda`, shape.lambda, BOX_COX_LAMBDAS);
    checkNumber(`model.shapes[${s}].weight`, shape.weight, 0);
    checkNumber(`model.shapes[${s}].slopeShift`, shape.slopeShift);
  });
  checkList('model.simple', model.simple);
  model.simple.forEach((simple, s) => {
    checkObject(`model.simple[${s}]`, simple);
    checkNumber(`model.simple[${s}].weight`, simple.weight, 0);
    checkNumbers(`model.simple[${s}].byWeekday`, simple.byWeekday, 7);
    simple.byWeekday.forEach((quantity, d) => {
      checkNumber(`model.simple[${s}].byWeekday[${d}]`, quantity, 0);
    });
    if (simple.byPeriod === undefined) return;
    checkList(`model.simple[${s}].byPeriod`, simple.byPeriod, 1);
    simple.byPeriod.forEach((period, i) => {
      checkObject(`model.simple[${s}].byPeriod[${i}]`, period);
      checkNumber(`model.simple[${s}].byPeriod[${i}].day`, period.day, -LAST_DAY, LAST_DAY);
      checkNumber(`model.simple[${s}].byPeriod[${i}].quantity`, period.quantity, 0);
    });
  });
  checkTrees('model.trees', model.trees);
  const sumOf = (weights: readonly number[]): number => weights.reduce((sum, weight) => sum + weight, 0);
  checkPositive(
    'the sum of the weights of model.components',
    sumOf([...model.components, ...model.simple].map((part) => part.weight)) + (model.trees?.weight ?? 0),
  );
  checkPositive(
    'the sum of the priceWeights of model.components',
    sumOf(model.components.map((part) => part.priceWeight)),
  );
  if (model.levelDrift !== undefined) checkNumber('model.levelDrift', model.levelDrift, 0);
  if (model.disturbances !== undefined) checkDisturbances('model.disturbances', model.disturbances);
  checkHolidays('model.calendar', model.calendar);
  checkObject('model.crossValidated', model.crossValidated);
  checkScores('model.crossValidated', model.crossValidated.scores, model.crossValidated.scoreDaysAhead);
  checkSpreads('model.crossValidated', model.crossValidated.foldSums);
  checkFinite('model', model, (path) => new RangeError(`${path} must be a finite number`));
}

function checkTrees(name: string, trees: DemandModel['trees']): void {
  if (trees === undefined) return;
  checkObject(name, trees);
  checkNumber(`${name}.weight`, trees.weight, 0, 1);
  checkPositive(`${name}.usualPrice`, trees.usualPrice);
  if (trees.priceResponse !== undefined) checkResponse(`${name}.priceResponse`, trees.priceResponse);
  checkList(`${name}.byPeriod`, trees.byPeriod, 1);
  let last = -LAST_DAY;
  trees.byPeriod.forEach((period, i) => {
    checkObject(`${name}.byPeriod[${i}]`, period);
    checkNumber(`${name}.byPeriod[${i}].day`, period.day, last, LAST_DAY);
    checkNumber(`${name}.byPeriod[${i}].quantity`, period.quantity, 0);
    last = period.day;
  });
}

function checkResponse(name: string, response: readonly PriceResponse[]): void {
  checkList(name, response, 2);
  let lowest = Number.MIN_VALUE;
  response.forEach((price, i) => {
    checkObject(`${name}[${i}]`, price);
    checkNumber(`${name}[${i}].ratio`, price.ratio, lowest);
    checkNumber(`${name}[${i}].effect`, price.effect);
    if (price.promoted !== undefined) checkNumber(`${name}[${i}].promoted`, price.promoted);
    lowest = price.ratio * (1 + Number.EPSILON);
  });
}

function checkComponent(name: string, component: DemandModel['components'][number]): void {
  checkObject(name, component);
  checkSpec(`${name}.spec`, component.spec);
  const { plan } = component;
  checkObject(`${name}.plan`, plan);
  checkOneOf(`${name}.plan.frequency`, plan.frequency, FREQUENCIES);
  checkOneOf(`${name}.plan.boxCoxLambda`, plan.boxCoxLambda, BOX_COX_LAMBDAS);
  checkWhole(`${name}.plan.fourierOrder`, plan.fourierOrder, 0, 6);
  checkPositive(`${name}.plan.referencePrice`, plan.referencePrice);
  checkNumber(`${name}.plan.lastDay`, plan.lastDay, -LAST_DAY, LAST_DAY);
  if (plan.referenceMarketPrice !== null) {
    checkPositive(`${name}.plan.referenceMarketPrice`, plan.referenceMarketPrice);
    checkPositive(`${name}.plan.lastMarketPrice`, plan.lastMarketPrice);
  }
  if (plan.monthDay !== undefined) checkWhole(`${name}.plan.monthDay`, plan.monthDay, 1, 31);
  if (plan.promoMean !== null) checkNumber(`${name}.plan.promoMean`, plan.promoMean);
  checkFlag(`${name}.plan.holidays`, plan.holidays);
  if (plan.feasts !== undefined) {
    checkList(`${name}.plan.feasts`, plan.feasts);
    plan.feasts.forEach((feast, f) => {
      checkObject(`${name}.plan.feasts[${f}]`, feast);
      checkText(`${name}.plan.feasts[${f}].name`, feast.name);
      checkWhole(`${name}.plan.feasts[${f}].from`, feast.from, -31, 31);
      checkWhole(`${name}.plan.feasts[${f}].to`, feast.to, feast.from, 31);
    });
  }
  checkNumbers(`${name}.plan.trendKnots`, plan.trendKnots);
  checkList(`${name}.plan.columns`, plan.columns);
  checkList(`${name}.plan.covariates`, plan.covariates);
  plan.covariates.forEach((covariate, c) => {
    checkObject(`${name}.plan.covariates[${c}]`, covariate);
    checkText(`${name}.plan.covariates[${c}].name`, covariate.name);
    for (const field of ['mean', 'last'] as const)
      checkNumber(`${name}.plan.covariates[${c}].${field}`, covariate[field]);
    checkPositive(`${name}.plan.covariates[${c}].standardDeviation`, covariate.standardDeviation);
  });
  if (plan.columns.length > MOST_COLUMNS)
    throw new RangeError(`${name}.plan.columns must have at most ${MOST_COLUMNS} entries, got ${plan.columns.length}`);
  const expected = designColumns(plan, plan.columns.at(-1)?.group === 'control');
  if (expected.length !== plan.columns.length || expected.some((column, j) => column.name !== plan.columns[j]?.name)) {
    throw new RangeError(`${name}.plan.columns must be those that the plan describes`);
  }
  const width = plan.columns.length;
  checkNumbers(`${name}.coefficients`, component.coefficients, width, `${name}.plan.columns`);
  checkNumbers(`${name}.covariance`, component.covariance, width * width, 'the square of its columns');
  checkPositive(`${name}.covariance[${width + 1}]`, component.covariance[width + 1]);
  checkObject(`${name}.level`, component.level);
  checkPositive(`${name}.level.fast`, component.level.fast);
  checkPositive(`${name}.level.slow`, component.level.slow);
  checkPositive(`${name}.meanQuantity`, component.meanQuantity);
  for (const field of ['dispersion', 'inverseSize', 'weight', 'priceWeight'] as const)
    checkNumber(`${name}.${field}`, component[field], 0);
  checkNumber(`${name}.meanLogResidual`, component.meanLogResidual);
  checkOptionalParts(name, component, width);
}

/** What models of earlier versions do not have. */
function checkOptionalParts(name: string, component: DemandModel['components'][number], width: number): void {
  if (component.slope !== undefined) {
    checkObject(`${name}.slope`, component.slope);
    checkNumber(`${name}.slope.value`, component.slope.value);
    checkPositive(`${name}.slope.variance`, component.slope.variance);
  }
  if (component.levelColumns !== undefined) {
    checkObject(`${name}.levelColumns`, component.levelColumns);
    for (const speed of ['fast', 'slow'] as const)
      checkNumbers(`${name}.levelColumns.${speed}`, component.levelColumns[speed], width, `${name}.plan.columns`);
  }
}

function checkDisturbances(name: string, disturbances: Disturbances): void {
  checkObject(name, disturbances);
  checkFlag(`${name}.whole`, disturbances.whole);
  if (disturbances.windowErrors !== undefined) {
    checkObject(`${name}.windowErrors`, disturbances.windowErrors);
    for (const field of ['windows', 'squares'] as const)
      checkNumber(`${name}.windowErrors.${field}`, disturbances.windowErrors[field], 0);
  }
  checkPositive(`${name}.degrees`, disturbances.degrees);
  checkNumbers(`${name}.waves`, disturbances.waves);
  if (!Number.isInteger(Math.sqrt(disturbances.waves.length)))
    throw new RangeError(`${name}.waves must be square, got ${disturbances.waves.length} entries`);
  checkList(`${name}.processes`, disturbances.processes, 1);
  disturbances.processes.forEach((one, p) => {
    checkObject(`${name}.processes[${p}]`, one);
    checkNumber(`${name}.processes[${p}].correlation`, one.correlation, 0, 1);
    for (const field of ['weight', 'level', 'white', 'correlated'] as const)
      checkNumber(`${name}.processes[${p}].${field}`, one[field], 0);
  });
}

function checkSpreads(name: string, folds: DemandModel['crossValidated']['foldSums'] = []): void {
  checkList(`${name}.foldSums`, folds);
  folds.forEach((fold, k) => {
    checkObject(`${name}.foldSums[${k}]`, fold);
    if (fold.spread === undefined) return;
    checkObject(`${name}.foldSums[${k}].spread`, fold.spread);
    checkFlag(`${name}.foldSums[${k}].spread.counted`, fold.spread.counted);
    checkNumbers(`${name}.foldSums[${k}].spread.logs`, fold.spread.logs, SPREADS.length);
  });
}

function checkScores(name: string, scores: readonly number[], daysAhead: readonly number[]): void {
  checkList(`${name}.scores`, scores);
  checkList(`${name}.daysAhead`, daysAhead, scores.length);
  scores.forEach((score, i) => {
    checkNumber(`${name}.scores[${i}]`, score, 0);
    checkNumber(`${name}.daysAhead[${i}]`, daysAhead[i]);
  });
}

/** Checks pooled scores. @throws TypeError, RangeError */
export function checkPool(
  pool: {
    readonly scores: readonly number[];
    readonly daysAhead: readonly number[];
    readonly shifts?: readonly number[];
  } | null,
): void {
  if (pool === null) return;
  checkObject('pool', pool);
  checkScores('pool', pool.scores, pool.daysAhead);
  if (pool.shifts !== undefined) checkNumbers('pool.shifts', pool.shifts);
}

/** A curve of more numbers would take a gigabyte. */
const MOST_CURVE_POINTS = 100_000_000;

/**
 * Checks the grid of a curve: two prices or more, ascending, above 0, and a number of draws that memory holds. @throws
 * TypeError, RangeError
 */
export function checkGrid(prices: Float64Array, draws: number, least = 1): void {
  checkColumn('prices', prices, 'Float64Array');
  if (prices.length < least) throw new RangeError(`prices must have at least ${least} entries, got ${prices.length}`);
  checkWhole('draws', draws, 1, Math.floor(MOST_CURVE_POINTS / Math.max(1, prices.length)));
  for (let p = 0; p < prices.length; p++) {
    checkPositive(`prices[${p}]`, prices[p]);
    if (p > 0 && !(prices[p] > prices[p - 1]))
      throw new RangeError(`prices must ascend, got ${prices[p]} after ${prices[p - 1]}`);
  }
}

/** Checks a curve of draws on a grid of two prices or more. @throws TypeError, RangeError */
export function checkCurve(curve: {
  readonly prices: Float64Array;
  readonly draws: number;
  readonly demand: Float64Array;
  readonly totalNoise?: Float64Array;
}): void {
  checkObject('curve', curve);
  checkGrid(curve.prices, curve.draws, 2);
  checkColumn('curve.demand', curve.demand, 'Float64Array', curve.draws * curve.prices.length, 'draws × prices');
  const noise = curve.totalNoise;
  if (noise !== undefined) {
    checkColumn('curve.totalNoise', noise, 'Float64Array', curve.draws, 'draws');
    noise.forEach((factor, d) => {
      checkNumber(`curve.totalNoise[${d}]`, factor, 0);
    });
  }
  for (let i = 0; i < curve.demand.length; i++) {
    const demand = curve.demand[i];
    if (!(demand >= 0 && demand < Number.POSITIVE_INFINITY))
      throw new RangeError(`curve.demand[${i}] must be a finite number of at least 0, got ${demand}`);
  }
}
