/** What the other rooms, and who uses the library, see of the workspace. */

export type { Store } from './contract/store/store.ts';
export type { Executor } from './fleet/executor.ts';
export type { Migration } from './store/open.ts';
export { systemFailure } from './store/system-failure.ts';
export type { RestoreOptions } from './workspace/backups.ts';
export { collect } from './workspace/collect.ts';
export { messageOf } from './workspace/failure-message.ts';
export type { ImportOptions } from './workspace/import-file.ts';
export { chosenLocation, locationOf, type WorkspaceLocation } from './workspace/location.ts';
export type { CellChoice } from './workspace/names.ts';
export type {
  BacktestOptions,
  ForecastOptions,
  ProposeOptions,
  RecommendOptions,
  TrainOptions,
} from './workspace/options.ts';
export { isPassing } from './workspace/passing.ts';
export { type PrepareOptions, prepare } from './workspace/prepare.ts';
export { type ShardOptions, trainShard } from './workspace/shard-training.ts';
export { migrateStore, type TransferProgress } from './workspace/store-move.ts';
export type { WatchTotals } from './workspace/watch.ts';
export type { WatchOptions } from './workspace/watch-options.ts';
export type { WorkerNews } from './workspace/worker.ts';
export {
  type OpenWorkspaceOptions,
  type WorkOptions,
  Workspace,
} from './workspace/workspace.ts';
