import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { inlineExecutor } from '../../src/fleet/inline.ts';
import { threadsExecutor } from '../../src/fleet/threads.ts';
import type { Done, Work } from '../../src/fleet/work.ts';
import { describeExecutor } from '../contracts/executor.ts';

describeExecutor('the calling thread', inlineExecutor);
describeExecutor('one thread', () => threadsExecutor(1));
describeExecutor('two threads', () => threadsExecutor(2));

describe('threads', () => {
  it('say that they ended when one dies of its work', { timeout: 60_000 }, () => {
    const from = (file: string): string => new URL(file, import.meta.url).href;
    const script = `
      import { threadsExecutor } from '${from('../../src/fleet/threads.ts')}';
      import { knowledgeBefore, knowledgeBytes, knowledgeId } from '${from('../../src/fleet/knowledge.ts')}';
      import { cellOf } from '${from('../support/cells.ts')}';
      const executor = threadsExecutor(1);
      const bytes = knowledgeBytes(knowledgeBefore({ holidays: [], market: false, pooling: 'none' }));
      await executor.share(knowledgeId(bytes), bytes);
      const rows = Array.from({ length: 40 }, () => 0);
      const origins = new Array(1_000_000).fill({ originDay: 20_020, endDay: 20_034 });
      const input = { series: cellOf(rows, rows), origins, minRows: 5 };
      const work = { kind: 'backtest', id: 'cell', knowledge: knowledgeId(bytes), input };
      const { code, message } = await executor.run(work).catch((error) => error);
      await executor.close();
      console.log(JSON.stringify({ code, message }));
    `;
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['--max-old-space-size=64', '--input-type=module-typescript', '-e', script],
      { encoding: 'utf8' },
    );
    expect(stdout, stderr).not.toBe('');
    expect(JSON.parse(stdout)).toMatchObject({
      code: 'EXECUTOR_ENDED',
      message: expect.stringMatching(/^The thread that calculates ended by itself \(.*memory/),
    });
  });
});

describe('a piece of work', () => {
  it('does not compile with what belongs to another kind', () => {
    const series = {} as Work<'train'>['input']['series'];
    // @ts-expect-error an estimate needs the days of its origins
    const estimate: Work<'estimate'> = { kind: 'estimate', id: '', knowledge: '' as never, input: { series } };
    // @ts-expect-error a training by iterations holds all that it knows
    const iterate: Work<'iterate'>['knowledge'] = 'id';
    const executor = inlineExecutor();
    // @ts-expect-error the result of a search is not that of a training
    const result: (work: Work<'search'>) => Promise<Done<'train'>> = (work) => executor.run(work);
    expect([estimate.kind, iterate, result.length]).toStrictEqual(['estimate', 'id', 1]);
  });
});
