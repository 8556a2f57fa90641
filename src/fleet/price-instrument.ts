/** Whether a fleet's prices follow demand, told by the costs that are recorded: the test that nobody has to ask for. */

import type { EffectEstimate } from '../core/demand/effects.ts';
import type { PriceSlope } from '../core/demand/price-slope.ts';
import { CONTROL_EFFECT } from '../core/market/pooling.ts';
import { sumOf } from '../core/math/summary.ts';
import { isWeak } from '../core/pricing/pricing-facts.ts';
import { COST_INSTRUMENT, instrumentValues } from '../core/series/control-function.ts';
import { firstRows, rowsUpTo } from '../core/series/rows.ts';
import { type Fleet, runCells } from './fleet-run.ts';
import { knowledgeBefore } from './knowledge.ts';
import { type CellName, compareNames, nameOf } from './market-calendar.ts';

/** Cells that the test looks at: what shops do alike is known from so many. */
const TESTED_CELLS = 200;
/** Standard errors from 0 that the mean coefficient of the control has, at least, where prices are said to follow. */
const FOLLOWS_ERRORS = 2.6;
/** Rows without which a cell is not looked at. */
const TESTED_ROWS = 60;

/**
 * `cost` where prices move with costs, and what is left of their moves goes with what is left of demand: the mean over
 * cells of the control's coefficient (Hausman's test as the t of the control function, Wooldridge 2015, J. Human
 * Resources 50(2), §2) is more than {@link FOLLOWS_ERRORS} standard errors from 0. Null where costs do not move or
 * hardly move prices, and where prices do not follow.
 *
 * @param day rows up to it are looked at
 */
export async function instrumentTold(fleet: Fleet, day: number): Promise<typeof COST_INSTRUMENT | null> {
  const { source, options } = fleet;
  const found: { cell: CellName; control: EffectEstimate }[] = [];
  await runCells(
    'estimate',
    { ...fleet, knowledge: knowledgeBefore({ ...options, instrument: COST_INSTRUMENT }) },
    {
      cells: movedByCost(source.pooled(TESTED_CELLS), day),
      input: (series) => ({ series, days: [day] }),
      onDone: (series, done) => {
        const control = done.ok ? done.value.estimates[0]?.[CONTROL_EFFECT] : undefined;
        if (control) found.push({ cell: nameOf(series), control });
      },
    },
  );
  found.sort((a, b) => compareNames(a.cell, b.cell));
  return Math.abs(errorsFromZero(found.map(({ control }) => control))) > FOLLOWS_ERRORS ? COST_INSTRUMENT : null;
}

/**
 * Whether prices follow demand, as on average over cells more is sold at the higher price: of all moves, or of those
 * that are small beside the others (see smallMoveElasticity). That customers overlook a move brings its elasticity to 0,
 * not above.
 */
export function sellsMoreDearer(elasticities: readonly PriceSlope[]): boolean {
  return errorsFromZero(elasticities) > FOLLOWS_ERRORS;
}

async function* movedByCost(
  cells: ReturnType<Fleet['source']['pooled']>,
  day: number,
): ReturnType<Fleet['source']['pooled']> {
  for await (const whole of cells) {
    const rows = rowsUpTo(whole, day);
    const series = firstRows(whole, rows);
    if (rows < TESTED_ROWS || instrumentValues(series, rows, COST_INSTRUMENT) === null) continue;
    if (!isWeak(series, COST_INSTRUMENT)) yield series;
  }
}

/** Of the mean, over its standard error, with the cells' own spread (DerSimonian & Laird 1986, Controlled Clinical Trials 7). */
function errorsFromZero(estimates: readonly PriceSlope[]): number {
  if (estimates.length === 0) return 0;
  const weights = estimates.map(({ variance }) => 1 / variance);
  const total = sumOf(weights);
  const mean = sumOf(estimates.map(({ value }, i) => (weights[i] * value) / total));
  const heterogeneity = sumOf(estimates.map(({ value }, i) => weights[i] * (value - mean) ** 2));
  const scale = total - sumOf(weights.map((w) => w * w)) / total;
  const between = scale > 0 ? Math.max(0, (heterogeneity - (estimates.length - 1)) / scale) : 0;
  const wider = estimates.map(({ variance }) => 1 / (variance + between));
  const precision = sumOf(wider);
  return sumOf(estimates.map(({ value }, i) => wider[i] * value)) / Math.sqrt(precision);
}
