/** The library's front door. */

export type * from './contract/documents.ts';
export { DemandaError, type ErrorCode, errors } from './errors.ts';
export { type HistoryPoint, MassTrainer, type MassTrainerOptions, type MassTrainingOptions, type MassTrainingResult } from './mass-trainer.ts';
export {
  type BacktestOptions,
  type CellChoice,
  type ForecastOptions,
  type ImportOptions,
  type RecommendOptions,
  type TrainOptions,
  Workspace,
} from './workspace.ts';
