/** Browser-safe arithmetic: fitting, predicting and pricing without I/O. */

export { type DemandModel, fitDemand } from './demand/fit-demand.ts';
export { modelParts } from './demand/model-parts.ts';
export { demandCurveDraws, predictDemand, predictLogDemand, predictTotal } from './demand/predict.ts';
export { demoMarket, simulateCell, trueDemand } from './market/simulate-market.ts';
export { applyGuardrails, DEFAULT_GUARDRAILS, type GuardrailSettings } from './pricing/guardrails.ts';
export { optimalPriceConstantElasticity, optimalPriceExponential } from './pricing/optimal-price.ts';
export { priceGrid, recommendPrice, wasteAdjustedCost } from './pricing/recommend-price.ts';
export { COARSE_SPECS, DAILY_SPECS, type Spec } from './regression/hyper-parameters.ts';
export type { CellSeries, Holiday, PlannedRows } from './series/cell-series.ts';
