import { READ_FILE } from './import.ts';
import { text, whole } from './option.ts';
import { WORKSPACE_SETTINGS } from './settings.ts';
import { MARKET_PRICES, POOLING, TRAIN, WORKERS } from './train.ts';

const input = text({ flag: '--input', taken: '<files>', help: 'optInput', most: 4_000 });
const { kind: _, sheet: __, headerRow: ___, add: ____, replace: _____, forgetMapping: ______, ...reading } = READ_FILE;
const { country, currency } = WORKSPACE_SETTINGS;

/** How a dataset is read. */
export const READ_DATASET = reading;

/** What is learned from all cells, and how. */
export const LEARN = {
  market: MARKET_PRICES,
  pooling: POOLING,
  instrument: TRAIN.instrument,
  workers: WORKERS,
} as const;

export const PREPARE = {
  /** Of the workspace unless told. */
  input,
  output: text({ flag: '--output', taken: '<file>', help: 'optKnowledgeFile', most: 4_000 }),
  country,
  currency,
} as const;

export const COLLECT = {
  into: text({ flag: '--into', taken: '<dir>', help: 'optInto', most: 4_000 }),
} as const;

const { seed, iterations, simulatedRows, solver, simulationNoise, evaluateEvery, searchEvery, patience } = TRAIN;
/** How the cells of files are trained. */
export const SHARD_SOLVER = {
  ...{ seed, iterations, simulatedRows, solver, simulationNoise, evaluateEvery, searchEvery, patience },
} as const;

/** A training of files into files, or a part of it. */
export const SHARD = {
  input,
  output: text({ flag: '--output', taken: '<dir>', help: 'optOutputFolder', most: 4_000 }),
  knowledge: text({ flag: '--knowledge', taken: '<file>', help: 'optKnowledge', most: 4_000 }),
  /** `i/n`, i from 0; as the engine's environment says unless told. */
  shard: text({ flag: '--shard', taken: '<i/n>', help: 'optShard', most: 20 }),
  /** How many shards, where the environment says only which. */
  shards: whole({ flag: '--shards', help: 'optShards', least: 1, most: 1_000_000 }),
} as const;
