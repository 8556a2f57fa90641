/** Does work in the calling thread: for a single cell and for tests. */

import { DemandaError } from '../errors/demanda-error.ts';
import { type Executor, Notes, SharedKnowledge } from './executor.ts';
import { KnowledgeReader } from './knowledge.ts';
import { perform } from './perform.ts';

export function inlineExecutor(): Executor {
  const shared = new SharedKnowledge();
  const reader = new KnowledgeReader();
  let closed = false;
  return {
    concurrency: 1,
    share: async (id, bytes) => shared.add(id, bytes),
    run: async (work, { signal, onNote } = {}) => {
      if (closed) throw new DemandaError('EXECUTOR_ENDED', { detail: 'closed' });
      const { knowledge } = work;
      const bytes = knowledge === null ? null : shared.get(knowledge);
      const notes = new Notes(onNote);
      const done = await perform(work, {
        knowledge: () => reader.read(knowledge, bytes),
        stopped: () => closed || signal?.aborted === true || notes.failed,
        tell: (note) => notes.add(note),
      });
      await notes.end();
      return done;
    },
    close: async () => {
      closed = true;
    },
  };
}
