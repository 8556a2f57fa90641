/** Which shard a process has: as it is told, or as the engine that started it tells its processes. */

import { DemandaError } from '../errors/demanda-error.ts';
import type { Shard } from '../rules/shards.ts';

/** Nobody needs more: a shard of one cell takes longer to start than to train. */
const MOST_SHARDS = 1_000_000;

/** Variables of an engine's processes: the number of the process, and how many there are. */
interface Engine {
  readonly index: string;
  readonly count: readonly string[];
  /** Number of the first process, and the step to the next. */
  readonly first?: string;
  readonly step?: string;
}

const ENGINES: readonly Engine[] = [
  { index: 'JOB_COMPLETION_INDEX', count: [] },
  {
    index: 'SLURM_ARRAY_TASK_ID',
    count: ['SLURM_ARRAY_TASK_COUNT'],
    first: 'SLURM_ARRAY_TASK_MIN',
    step: 'SLURM_ARRAY_TASK_STEP',
  },
  { index: 'AWS_BATCH_JOB_ARRAY_INDEX', count: ['AWS_BATCH_JOB_ARRAY_SIZE'] },
];
/** Of engines that do not tell how many processes there are (Kubernetes). */
const COUNT = 'DEMANDA_SHARDS';

/**
 * @param told `i/n`, i from 0; by the environment unless told, and 0/1 where that says nothing
 * @param shards how many there are, where only the environment says which
 * @throws DemandaError SHARD_INVALID, SHARD_COUNT_MISSING
 */
export function shardOf(
  { shard: told, shards }: { readonly shard?: string; readonly shards?: number },
  environment: Readonly<Record<string, string | undefined>>,
): Shard {
  if (told !== undefined) {
    const [, index, count] = /^\s*(\d{1,7})\s*\/\s*(\d{1,7})\s*$/.exec(told) ?? [];
    return checked(told, Number(index), Number(count));
  }
  const engine = ENGINES.find(({ index }) => environment[index] !== undefined);
  if (!engine) return { index: 0, count: 1 };
  const whole = (name: string | undefined): number | null => {
    const value = name === undefined ? undefined : environment[name];
    return value !== undefined && /^\d{1,7}$/.test(value) ? Number(value) : null;
  };
  const count = shards ?? whole(COUNT) ?? engine.count.map(whole).find((value) => value !== null) ?? null;
  if (count === null) throw new DemandaError('SHARD_COUNT_MISSING', { variable: engine.index });
  const number = whole(engine.index) ?? Number.NaN;
  const index = (number - (whole(engine.first) ?? 0)) / (whole(engine.step) ?? 1);
  return checked(`${engine.index}=${environment[engine.index]} / ${count}`, index, count);
}

function checked(value: string, index: number, count: number): Shard {
  if (!Number.isInteger(index) || !(index >= 0 && index < count && count <= MOST_SHARDS))
    throw new DemandaError('SHARD_INVALID', { value });
  return { index, count };
}

/** `shard-00017-of-01000`. */
export function shardName({ index, count }: Shard): string {
  const digits = (n: number): string => String(n).padStart(5, '0');
  return `shard-${digits(index)}-of-${digits(count)}`;
}

/** The shard that a file's name is of; null where it is of none. */
export function shardNamed(file: string): Shard | null {
  const [, index, count] = /^shard-(\d{5,7})-of-(\d{5,7})\./.exec(file) ?? [];
  return index === undefined || count === undefined ? null : { index: Number(index), count: Number(count) };
}
