import { describe, expect, it } from 'vitest';
import { shardName, shardNamed, shardOf } from '../../src/workspace/shard-number.ts';

describe('the shard of a process', () => {
  it.each([
    [{}, {}, [0, 1]],
    [{ shard: '0/7' }, { JOB_COMPLETION_INDEX: '3' }, [0, 7]],
    [{ shard: ' 6 / 7 ' }, {}, [6, 7]],
    [{ shards: 12 }, { JOB_COMPLETION_INDEX: '3' }, [3, 12]],
    [{}, { JOB_COMPLETION_INDEX: '0', DEMANDA_SHARDS: '64' }, [0, 64]],
    [{}, { SLURM_ARRAY_TASK_ID: '5', SLURM_ARRAY_TASK_MIN: '1', SLURM_ARRAY_TASK_COUNT: '8' }, [4, 8]],
    [
      {},
      {
        SLURM_ARRAY_TASK_ID: '30',
        SLURM_ARRAY_TASK_MIN: '10',
        SLURM_ARRAY_TASK_STEP: '10',
        SLURM_ARRAY_TASK_COUNT: '4',
      },
      [2, 4],
    ],
    [{}, { AWS_BATCH_JOB_ARRAY_INDEX: '9', AWS_BATCH_JOB_ARRAY_SIZE: '10' }, [9, 10]],
  ])('is told, or is that of its engine: %j %j', (told, environment, [index, count]) => {
    expect(shardOf(told, environment)).toEqual({ index, count });
  });

  it.each(['9/7', '7/7', '-1/7', '1/0', '0/0', '1', 'a/b', '1/7/2', '1.5/7', '0/1000001'])(
    'is none that there is not: %s',
    (shard) => {
      expect(() => shardOf({ shard }, {})).toThrowError(expect.objectContaining({ code: 'SHARD_INVALID' }));
    },
  );

  it('needs to know of how many it is', () => {
    const missing = expect.objectContaining({ code: 'SHARD_COUNT_MISSING' });
    expect(() => shardOf({}, { JOB_COMPLETION_INDEX: '3' })).toThrowError(missing);
    const wrong = expect.objectContaining({ code: 'SHARD_INVALID' });
    expect(() => shardOf({ shards: 3 }, { JOB_COMPLETION_INDEX: '3' })).toThrowError(wrong);
    expect(() => shardOf({ shards: 3 }, { JOB_COMPLETION_INDEX: 'x' })).toThrowError(wrong);
  });

  it('names its files', () => {
    expect(shardName({ index: 17, count: 1_000 })).toBe('shard-00017-of-01000');
    expect(shardNamed('shard-00017-of-01000.parquet')).toEqual({ index: 17, count: 1_000 });
    expect(shardNamed('.shard-00017-of-01000.1a2b')).toBeNull();
    expect(shardNamed('shard-1-of-2.parquet')).toBeNull();
  });
});
