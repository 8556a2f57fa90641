/** Entry point of a worker thread. */

import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { KnowledgeReader } from './knowledge.ts';
import { perform } from './perform.ts';
import type { Done, IterateNote, Work, WorkGiven, WorkKind } from './work.ts';

/** A piece of work as it crosses the threads. */
export interface WorkerTask<K extends WorkKind = WorkKind> {
  readonly work: Work<K>;
  /** What the work names, in memory that all threads share. */
  readonly knowledge: Uint8Array | null;
  /** Notes go out through it; {@link ToWorker} comes in. Null where nobody listens. */
  readonly port: MessagePort | null;
}

/** `handled`: the oldest note that was not, is. `abandon`: a note could not be handled, and none will be. */
export type ToWorker = 'stop' | 'handled' | 'abandon';

const reader = new KnowledgeReader();

export default async function work({ work, knowledge, port }: WorkerTask): Promise<Done<WorkKind>> {
  try {
    const reports = port ? reportsThrough(port) : UNWATCHED;
    return await perform(work, { ...reports, knowledge: () => reader.read(work.knowledge, knowledge) });
  } finally {
    port?.close();
  }
}

const UNWATCHED: Omit<WorkGiven<IterateNote>, 'knowledge'> = { stopped: () => false, tell: async () => {} };

function reportsThrough(port: MessagePort): Omit<WorkGiven<IterateNote>, 'knowledge'> {
  let isStopped = false;
  let isAbandoned = false;
  const unhandled: (() => void)[] = [];
  const hear = (message: ToWorker): void => {
    switch (message) {
      case 'stop':
        isStopped = true;
        return;
      case 'handled':
        unhandled.shift()?.();
        return;
      case 'abandon':
        isStopped = true;
        isAbandoned = true;
        for (const heard of unhandled.splice(0)) heard();
    }
  };
  // While the work computes no event comes in: it asks. While it waits, events come by themselves.
  port.on('message', hear);
  return {
    stopped: () => {
      for (let next = receiveMessageOnPort(port); next; next = receiveMessageOnPort(port))
        hear(next.message as ToWorker);
      return isStopped;
    },
    tell: (note) => {
      // A state is handed over, not copied: the thread that writes serves every training.
      port.postMessage(note, note.kind === 'checkpoint' ? [note.checkpoint.state.buffer] : []);
      return isAbandoned ? Promise.resolve() : new Promise((heard) => unhandled.push(heard));
    },
  };
}
