/** The library's front door. */

export type * from './contract/documents.ts';
export { DemandaError, type ErrorCode, sentenceOf } from './errors/demanda-error.ts';
export { errors } from './errors/table.ts';
export {
  type HistoryPoint,
  MassTrainer,
  type MassTrainerOptions,
  type MassTrainingOptions,
  type MassTrainingResult,
} from './mass-trainer.ts';
export {
  type BacktestOptions,
  type CellChoice,
  collect,
  type Executor,
  type ForecastOptions,
  type ImportOptions,
  migrateStore,
  type OpenWorkspaceOptions,
  type PrepareOptions,
  prepare,
  type RecommendOptions,
  type RestoreOptions,
  type ShardOptions,
  type Store,
  type TrainOptions,
  type TransferProgress,
  trainShard,
  Workspace,
} from './workspace.ts';
