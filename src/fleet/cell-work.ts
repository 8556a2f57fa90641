/** The pieces of work that a fleet hands to its executors: one cell in, one plain result out; no store, no clock, no shared state. */

import { candidateDeviances } from '../core/demand/combination.ts';
import { crossValidate, type FitContext } from '../core/demand/cross-validation.ts';
import { type EffectEstimate, estimateEffects, estimateShape } from '../core/demand/effects.ts';
import { type DemandModel, type FitRefusal, fitDemand } from '../core/demand/fit-demand.ts';
import { predictDemand } from '../core/demand/predict.ts';
import type { ShapeEvidence, ShapeShares } from '../core/demand/price-shape.ts';
import type { CellPrior } from '../core/demand/prior.ts';
import { SIMPLE_FORECASTS, simpleForecast } from '../core/demand/simple-forecast.ts';
import type { Spec } from '../core/demand/spec.ts';
import { actualAfter, plannedRowsAfter, seasonalNaive, stepScale, truncateSeries } from '../core/evaluation/backtest.ts';
import type { Outcome } from '../core/outcome.ts';
import type { CellSeries, Holiday } from '../core/series/cell-series.ts';
import type { DesignOptions } from '../core/series/design.ts';
import { rowsUpTo } from '../core/series/rows.ts';

/** The market's prior for one cell as known on a day. Latest first. */
export interface DatedPrior {
  readonly day: number;
  readonly prior: CellPrior;
}

export interface FitSettings {
  readonly holidays: readonly Holiday[];
  readonly market: boolean;
  readonly instrument?: string;
  readonly specs: readonly Spec[];
  /** Used before the first dated prior. */
  readonly publishedPrior: CellPrior;
  /** What other cells say of the shape of the price term. */
  readonly marketShape: ShapeShares;
}

export type CellWork =
  | {
      readonly kind: 'estimate';
      readonly series: CellSeries;
      readonly days: readonly number[];
      readonly holidays: readonly Holiday[];
      readonly market: boolean;
      readonly instrument?: string;
    }
  | { readonly kind: 'search'; readonly series: CellSeries; readonly priors: readonly DatedPrior[]; readonly settings: FitSettings }
  | { readonly kind: 'train'; readonly series: CellSeries; readonly priors: readonly DatedPrior[]; readonly settings: FitSettings }
  | {
      readonly kind: 'backtest';
      readonly series: CellSeries;
      readonly priors: readonly DatedPrior[];
      readonly settings: FitSettings;
      readonly origins: readonly number[];
      readonly horizonDays: number;
      readonly minRows: number;
    };

/** Forecasts of one cell at one origin by every method. */
export interface BacktestForecast {
  readonly originDay: number;
  readonly days: Int32Array;
  readonly price: Float64Array;
  readonly actual: Float64Array;
  /** √ of the mean squared one-step difference of the last 365 training rows. */
  readonly stepScale: number;
  readonly methods: readonly {
    readonly name: string;
    readonly prediction: Float64Array;
    readonly low: Float64Array | null;
    readonly high: Float64Array | null;
  }[];
  /** Why the model could not be fitted at this origin; its method is then absent, never filled with another's numbers. */
  readonly refusal: FitRefusal | null;
}

export type CellWorkResult =
  | { readonly kind: 'estimate'; readonly estimates: readonly (Readonly<Record<string, EffectEstimate>> | null)[]; readonly shape: ShapeEvidence | null }
  | { readonly kind: 'search'; readonly deviances: readonly number[] | null; readonly rows: number }
  | { readonly kind: 'train'; readonly outcome: Outcome<DemandModel, FitRefusal> }
  | { readonly kind: 'backtest'; readonly forecasts: readonly BacktestForecast[] };

/** Does one piece of work. Deterministic: the same work gives the same result on any thread. */
export function doCellWork(work: CellWork): CellWorkResult {
  switch (work.kind) {
    case 'estimate':
      return {
        kind: 'estimate',
        estimates: work.days.map((day) => estimateEffects(work.series, rowsUpTo(work.series, day), designOptions(work))),
        // Only the latest origin serves training; forecasts of earlier ones need no shape.
        shape: work.days.length === 0 ? null : estimateShape(work.series, rowsUpTo(work.series, work.days[0] as number), designOptions(work)),
      };
    case 'search': {
      const heldOut = crossValidate(work.series, work.series.days.length, fitContext(work.settings, work.priors));
      if (!heldOut) return { kind: 'search', deviances: null, rows: 0 };
      return { kind: 'search', deviances: Array.from(candidateDeviances(heldOut)), rows: heldOut.rows };
    }
    case 'train':
      return { kind: 'train', outcome: fitDemand(work.series, fitContext(work.settings, work.priors)) };
    case 'backtest':
      return { kind: 'backtest', forecasts: backtestCell(work) };
  }
}

/** The context of a fit from what is sent of it. */
export function fitContext(settings: FitSettings, priors: readonly DatedPrior[]): FitContext {
  return {
    holidays: settings.holidays,
    market: settings.market,
    ...(settings.instrument !== undefined && { instrument: settings.instrument }),
    specs: settings.specs,
    marketShape: settings.marketShape,
    priorAt: (originDay) => priors.find((p) => p.day <= originDay)?.prior ?? settings.publishedPrior,
  };
}

function backtestCell(work: Extract<CellWork, { kind: 'backtest' }>): BacktestForecast[] {
  const forecasts: BacktestForecast[] = [];
  for (const originDay of work.origins) {
    const training = truncateSeries(work.series, originDay);
    const rows = training.days.length;
    const planned = plannedRowsAfter(work.series, originDay, work.horizonDays);
    if (rows < work.minRows || planned.days.length === 0) continue;
    const fitted = fitDemand(training, fitContext(work.settings, work.priors));
    const methods: BacktestForecast['methods'][number][] = [];
    if (fitted.ok) {
      const { demand, low, high } = predictDemand(fitted.value, planned);
      methods.push({ name: 'demanda', prediction: demand, low, high });
    }
    for (const name of SIMPLE_FORECASTS) {
      methods.push({ name, prediction: simpleForecast(name, training, rows, planned.days), low: null, high: null });
    }
    methods.push({ name: 'naive', prediction: new Float64Array(planned.days.length).fill(training.quantity[rows - 1] as number), low: null, high: null });
    methods.push({ name: 'seasonal-naive', prediction: seasonalNaive(training, planned.days), low: null, high: null });
    forecasts.push({
      originDay,
      days: planned.days,
      price: planned.price,
      actual: actualAfter(work.series, originDay, work.horizonDays),
      stepScale: stepScale(training.quantity),
      methods,
      refusal: fitted.ok ? null : fitted.code,
    });
  }
  return forecasts;
}

function designOptions(work: Extract<CellWork, { kind: 'estimate' }>): DesignOptions {
  return { holidays: work.holidays, market: work.market, ...(work.instrument !== undefined && { instrument: work.instrument }) };
}
