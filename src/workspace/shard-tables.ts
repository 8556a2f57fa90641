/**
 * Tables that shards write, column by column: docs/guide/en/scale.md has them for readers. A change of a column is
 * another schema.
 */

import type { ForecastItem, Recommendation, RunDocumentItem } from '../contract/documents.ts';
import type { DemandModel } from '../core/demand/fit-demand.ts';
import { dayOf, isoDate } from './dates.ts';

export const SHARD_SCHEMA = 1;

/** Types of Parquet; `json` is a long text. */
export type ColumnType = 'string' | 'json' | 'double' | 'int' | 'boolean' | 'date' | 'timestamp';

/** A column; its type ends in `?` where a row may lack a value. */
export type TableColumns = Readonly<Record<string, ColumnType | `${ColumnType}?`>>;

const CELL = { merchant: 'string', product: 'string' } as const;
const ERRORS = { wape: 'double?', rmse: 'double?', rmsse: 'double?' } as const;

export const SHARD_TABLES = {
  prices: {
    ...CELL,
    ...{ product_type: 'string', unit: 'string', currency: 'string', model_id: 'string' },
    ...{ from_day: 'date', to_day: 'date', horizon_days: 'int', horizon: 'int', horizon_unit: 'string' },
    ...{ price: 'double', unconstrained_price: 'double?', recommended: 'boolean', probability_better: 'double?' },
    ...{ expected_demand: 'double', expected_demand_low: 'double', expected_demand_high: 'double' },
    ...{ expected_profit: 'double', expected_profit_low: 'double', expected_profit_high: 'double' },
    ...{ current_price: 'double', current_demand: 'double', current_profit: 'double', unit_cost: 'double' },
    ...{ reasons: 'string', guardrails: 'string', conflict: 'string?', assumptions: 'string' },
  },
  forecasts: {
    ...CELL,
    ...{ unit: 'string', model_id: 'string', date: 'date', from_day: 'date', to_day: 'date' },
    ...{ price: 'double', demand: 'double', low: 'double', high: 'double' },
  },
  models: {
    ...CELL,
    ...{ product_type: 'string', unit: 'string', model_id: 'string', own_rows: 'int', last_day: 'date' },
    ...ERRORS,
    ...{ elasticity: 'double', elasticity_low: 'double', elasticity_high: 'double', document: 'json' },
  },
  runs: {
    ...CELL,
    ...{ run_id: 'string', model_id: 'string?', status: 'string', stop_reason: 'string', converged: 'boolean?' },
    ...{ iterations: 'int', simulated_rows: 'int', own_rows: 'int' },
    ...ERRORS,
    ...{ seed: 'int', started_at: 'timestamp', seconds: 'double' },
  },
  failures: { ...CELL, run_id: 'string', code: 'string', message: 'string' },
} as const satisfies Readonly<Record<string, TableColumns>>;

export type ShardTable = keyof typeof SHARD_TABLES;
export const SHARD_TABLE_NAMES = Object.keys(SHARD_TABLES) as ShardTable[];

type Plain = {
  readonly string: string;
  readonly json: string;
  readonly double: number;
  readonly int: number;
  readonly boolean: boolean;
  readonly date: Date;
  readonly timestamp: Date;
};

/** A row of a table. */
export type RowOf<T extends ShardTable> = {
  readonly [C in keyof (typeof SHARD_TABLES)[T]]: (typeof SHARD_TABLES)[T][C] extends `${infer K extends ColumnType}?`
    ? Plain[K] | null
    : (typeof SHARD_TABLES)[T][C] extends infer K extends ColumnType
      ? Plain[K]
      : never;
};

const dateOf = (iso: string): Date => new Date(dayOf(iso) * 86_400_000);
const isoOf = (date: Date): string => isoDate(Math.floor(date.getTime() / 86_400_000));

/** A recommendation by a model, which has its days. */
export function priceRow(
  { merchant, product, unit, ...price }: Recommendation,
  modelId: string,
  { productType, currency }: { readonly productType: string; readonly currency: string },
): RowOf<'prices'> {
  const { from, to, horizonDays, horizon, current, expectedDemand: demand, expectedProfit: profit } = price;
  return {
    ...{ merchant, product, product_type: productType, unit, currency, model_id: modelId },
    from_day: dateOf(from as string),
    to_day: dateOf(to as string),
    horizon_days: horizonDays,
    horizon: horizon?.count ?? horizonDays,
    horizon_unit: horizon?.unit ?? 'day',
    price: price.price,
    unconstrained_price: price.unconstrainedPrice,
    recommended: price.recommended,
    probability_better: price.probabilityBetter,
    ...{ expected_demand: demand.value, expected_demand_low: demand.low, expected_demand_high: demand.high },
    ...{ expected_profit: profit.value, expected_profit_low: profit.low, expected_profit_high: profit.high },
    current_price: current.price,
    current_demand: current.expectedDemand,
    current_profit: current.expectedProfit,
    unit_cost: price.unitCost,
    reasons: JSON.stringify(price.reasons),
    guardrails: JSON.stringify(price.guardrails),
    conflict: price.conflict === undefined ? null : JSON.stringify(price.conflict),
    assumptions: JSON.stringify(price.assumptions),
  };
}

/** The recommendation of a row. @param modelId of the model where it is kept */
export function recommendationOf(row: RowOf<'prices'>, modelId: string): Recommendation {
  const { merchant, product, unit } = row;
  return {
    ...{
      merchant,
      product,
      unit,
      modelId,
      from: isoOf(row.from_day),
      to: isoOf(row.to_day),
      horizonDays: row.horizon_days,
    },
    horizon: { count: row.horizon, unit: row.horizon_unit } as NonNullable<Recommendation['horizon']>,
    price: row.price,
    unconstrainedPrice: row.unconstrained_price,
    expectedDemand: { value: row.expected_demand, low: row.expected_demand_low, high: row.expected_demand_high },
    expectedProfit: { value: row.expected_profit, low: row.expected_profit_low, high: row.expected_profit_high },
    current: { price: row.current_price, expectedDemand: row.current_demand, expectedProfit: row.current_profit },
    probabilityBetter: row.probability_better,
    guardrails: JSON.parse(row.guardrails) as Recommendation['guardrails'],
    ...(row.conflict !== null && { conflict: JSON.parse(row.conflict) as NonNullable<Recommendation['conflict']> }),
    reasons: JSON.parse(row.reasons) as Recommendation['reasons'],
    recommended: row.recommended,
    unitCost: row.unit_cost,
    assumptions: JSON.parse(row.assumptions) as Recommendation['assumptions'],
  };
}

export function forecastRow(item: ForecastItem, modelId: string): RowOf<'forecasts'> {
  const { merchant, product, unit, price, demand, low, high } = item;
  const [date, from_day, to_day] = [item.date, item.from, item.to].map(dateOf) as [Date, Date, Date];
  return { merchant, product, unit, model_id: modelId, date, from_day, to_day, price, demand, low, high };
}

export function modelRow(model: DemandModel, modelId: string): RowOf<'models'> {
  const { merchant, product, productType, unit, ownRows, lastDay, elasticity } = model;
  const { wape, rmse, rmsse } = model.crossValidated;
  return {
    ...{ merchant, product, product_type: productType, unit, model_id: modelId, own_rows: ownRows },
    last_day: new Date(lastDay * 86_400_000),
    ...{ wape, rmse, rmsse, elasticity: elasticity.value, elasticity_low: elasticity.low },
    elasticity_high: elasticity.high,
    document: JSON.stringify(model),
  };
}

export function runRow(run: RunDocumentItem, startedAt: string): RowOf<'runs'> {
  const { merchant, product, status, converged, iterations, seed, seconds } = run;
  return {
    ...{ merchant, product, run_id: run.runId, model_id: run.modelId, status, stop_reason: run.stopReason, converged },
    ...{ iterations, simulated_rows: run.simulatedRowsPerIteration, own_rows: run.ownRows, ...run.error, seed },
    ...{ started_at: new Date(startedAt), seconds },
  };
}

/** The run of a row. @param failure of one that failed */
export function runOf(
  row: RowOf<'runs'>,
  unit: string,
  elasticity: RunDocumentItem['elasticity'],
  failure: RunDocumentItem['failure'] | null,
): RunDocumentItem {
  const { merchant, product, converged, iterations, seconds, seed, wape, rmse, rmsse } = row;
  return {
    ...{ merchant, product, unit, runId: row.run_id, modelId: null, converged, iterations, seconds, seed, elasticity },
    errorBefore: null,
    runBefore: null,
    status: row.status as RunDocumentItem['status'],
    stopReason: row.stop_reason as RunDocumentItem['stopReason'],
    simulatedRowsPerIteration: row.simulated_rows,
    ownRows: row.own_rows,
    error: { wape, rmse, rmsse },
    ...(failure && { failure }),
  };
}
