/** The parts of a demand model for pictures. */

import { finite } from '../checks.ts';
import { mean } from '../math/summary.ts';
import type { Component } from '../regression/component.ts';
import { placeOf } from '../series/feasts.ts';
import { PERIOD_DAYS } from '../series/periods.ts';
import { boxCoxPrice } from '../series/price-transform.ts';
import type { ColumnGroup } from '../vocabulary.ts';
import { checkModel } from './checked-model.ts';
import { slopeOf, type WeightedComponent } from './demand-model.ts';
import type { DemandModel } from './fit-demand.ts';

/** Multipliers on demand of each part of the model, averaged over components (geometric mean, by weight). */
export interface ModelPart {
  readonly name: 'weekday' | 'season' | 'trend' | 'price' | 'promo' | 'holiday';
  readonly points: readonly { readonly at: number | string; readonly multiplier: number }[];
}

/**
 * The parts of a model for pictures: weekday (0 = Monday), season (day of year), trend (day number), price (currency),
 * promo (0, 1), holiday (feasts of the cell's own, as placeOf names them), each as a multiplier that averages 1 where the part is a pattern, and is 1 at today's price for the
 * price.
 *
 * @throws TypeError, RangeError naming the part of the model that is wrong; NotFiniteError where multipliers leave the
 * finite numbers
 */
export function modelParts(model: DemandModel): ModelPart[] {
  checkModel(model);
  const has = (group: ColumnGroup) =>
    model.components.some((c) => c.plan.columns.some((column) => column.group === group));
  const parts: ModelPart[] = [];
  if (has('weekday')) {
    const weekday: LogEffect = (c, d) => coefficient(c, `weekday${d}`);
    parts.push({ name: 'weekday', points: averaged(model, weekday, [0, 1, 2, 3, 4, 5, 6], 'mean 1') });
  }
  if (has('season')) parts.push({ name: 'season', points: seasonPoints(model) });
  if (has('trend')) parts.push({ name: 'trend', points: trendPoints(model) });
  parts.push({ name: 'price', points: pricePoints(model) });
  if (has('promo')) {
    const promo: LogEffect = (c, share) => coefficient(c, 'promo') * share;
    parts.push({ name: 'promo', points: averaged(model, promo, [0, 1], 'as it is') });
  }
  if (has('feast')) parts.push({ name: 'holiday', points: feastPoints(model) });
  return finite('parts', parts);
}

/** Of one component at a point of a part, in log demand. */
type LogEffect = (component: WeightedComponent, at: number) => number;

/** Averaged over components by weight. @param level whether the part's mean multiplier is made 1 */
function averaged(
  model: DemandModel,
  effect: LogEffect,
  points: readonly number[],
  level: 'mean 1' | 'as it is',
): ModelPart['points'] {
  const weightSum = model.components.reduce((sum, c) => sum + c.weight, 0);
  const logs = points.map((at) => model.components.reduce((sum, c) => sum + (c.weight / weightSum) * effect(c, at), 0));
  const middle = level === 'mean 1' ? mean(logs) : 0;
  return points.map((at, i) => ({ at, multiplier: Math.exp(logs[i] - middle) }));
}

/** 0 where the component has no such column. */
function coefficient(component: Component, name: string): number {
  const j = component.plan.columns.findIndex((c) => c.name === name);
  return j < 0 ? 0 : component.coefficients[j];
}

function seasonPoints(model: DemandModel): ModelPart['points'] {
  const seasonal: LogEffect = (c, day) => {
    let sum = 0;
    for (let k = 1; k <= c.plan.fourierOrder; k++) {
      const phase = (2 * Math.PI * k * (yearStart(model.lastDay) + day - 1)) / 365.2425;
      sum += coefficient(c, `season:sin${k}`) * Math.sin(phase) + coefficient(c, `season:cos${k}`) * Math.cos(phase);
    }
    return sum;
  };
  const days = Array.from({ length: 53 }, (_, w) => w * 7 + 1);
  return averaged(model, seasonal, days, 'mean 1');
}

function trendPoints(model: DemandModel): ModelPart['points'] {
  const step =
    Math.max(1, Math.round((model.lastDay - model.firstDay) / 40 / PERIOD_DAYS[model.frequency])) *
    PERIOD_DAYS[model.frequency];
  const days: number[] = [];
  // At most some 41 points: a step is a fortieth of the way, and at least one period.
  for (let d = model.firstDay; d < model.lastDay; d += step) days.push(Math.round(d));
  days.push(model.lastDay);
  const trend: LogEffect = (c, day) =>
    c.plan.trendKnots.reduce(
      (sum, knot, k) => sum + (coefficient(c, `trend${k}`) * (Math.min(day, knot) - knot)) / 365.2425,
      0,
    );
  return averaged(model, trend, days, 'as it is');
}

function pricePoints(model: DemandModel): ModelPart['points'] {
  const [low, high] = model.triedRange;
  const prices = Array.from({ length: 21 }, (_, i) => low * 0.9 * ((high * 1.1) / (low * 0.9)) ** (i / 20));
  const priced: LogEffect = (c, price) =>
    model.shapes.reduce(
      (sum, shape) =>
        sum +
        shape.weight *
          (slopeOf(c).value + shape.slopeShift) *
          (boxCoxPrice(price, c.plan.referencePrice, shape.lambda) -
            boxCoxPrice(model.todayPrice, c.plan.referencePrice, shape.lambda)),
      0,
    );
  return averaged(model, priced, prices, 'as it is');
}

/** Feasts that any component has an effect of, those of the calendar by name, then dates of the year. */
function feastPoints(model: DemandModel): ModelPart['points'] {
  const places = [...new Set(model.components.flatMap(({ plan }) => (plan.feasts ?? []).map(placeOf)))];
  const effect: LogEffect = (c, place) => coefficient(c, `feast:${places[place]}`);
  const points = averaged(model, effect, Array.from(places.keys()), 'as it is');
  return points.map(({ multiplier }, j) => ({ at: places[j], multiplier }));
}

/** Day number of 1 January of the year that a day lies in. */
function yearStart(day: number): number {
  const year = new Date(day * 86_400_000).getUTCFullYear();
  return Date.UTC(year, 0, 1) / 86_400_000;
}
