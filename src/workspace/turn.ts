/** One at a time, of all processes: who is at it, until when, in a document that whoever is next looks at. */

import { randomUUID } from 'node:crypto';
import type { DocumentStore } from '../contract/store/documents.ts';

export interface KeptTurn {
  readonly by: string;
  /** ISO 8601 instant. */
  readonly until: string;
}

export interface Turn {
  /** Gives way, unless the turn was lost meanwhile to another. */
  end(): Promise<void>;
}

export function isHeld(turn: KeptTurn | null): boolean {
  return turn !== null && turn.until > new Date().toISOString();
}

/**
 * Takes the turn and holds it until it is ended; of who dies it is free again after `lastsMs`.
 *
 * @returns null where another has it
 */
export async function takeTurn(
  documents: Pick<DocumentStore, 'read' | 'update'>,
  [kind, key]: readonly [kind: string, key: string],
  lastsMs: number,
): Promise<Turn | null> {
  const by = randomUUID();
  const hold = (): Promise<void> =>
    documents.update(kind, key, (kept) => {
      const other = kept as KeptTurn | null;
      return isHeld(other) && other?.by !== by ? other : { by, until: new Date(Date.now() + lastsMs).toISOString() };
    });
  await hold();
  if (((await documents.read(kind, key)) as KeptTurn | null)?.by !== by) return null;
  // A busy store is asked again at the next turn of the clock.
  const timer = setInterval(() => void hold().catch(() => {}), lastsMs / 3).unref();
  return {
    end: async () => {
      clearInterval(timer);
      await documents.update(kind, key, (kept) => ((kept as KeptTurn | null)?.by === by ? null : kept));
    },
  };
}
