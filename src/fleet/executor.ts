/** Where work is done. One contract, whoever keeps it: the same work, the same results, in any order. */

import type { KnowledgeId } from './knowledge.ts';
import type { Done, Work, WorkKind, WorkMap } from './work.ts';

/** What a piece of work is watched and ended by. */
export interface RunGiven<K extends WorkKind> {
  /** Work that reports ends early with what it has; other pieces are short and end by themselves. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Called with each note in the order that they were made, the next when the one before is done with. What it throws
   * ends the work, and `run` rejects with it.
   */
  readonly onNote?: ((note: WorkMap[K]['note']) => void | Promise<void>) | undefined;
}

export interface Executor {
  /** Pieces of work that are done at the same time, ≥ 1; more that are handed over wait. */
  readonly concurrency: number;
  /** Hands over what pieces of work know in common, once for all of them, before the first names it. */
  share(id: KnowledgeId, bytes: Uint8Array): Promise<void>;
  /**
   * @returns what the work ends with: the failure of one piece is its own result, and others go on
   * @throws DemandaError EXECUTOR_ENDED when what does the work ended by itself, or the system's refusal that kept it
   * from being done: nothing that is handed over then is done
   * @throws RangeError for knowledge that was not shared
   */
  run<K extends WorkKind>(work: Work<K>, given?: RunGiven<K>): Promise<Done<K>>;
  /** Ends all work. May be called again. */
  close(): Promise<void>;
}

/** What was shared, by its id. */
export class SharedKnowledge {
  private readonly shared = new Map<KnowledgeId, Uint8Array>();

  add(id: KnowledgeId, bytes: Uint8Array): void {
    this.shared.set(id, bytes);
  }

  /** The bytes of what a piece of work names. @throws RangeError for what was not shared */
  get(id: KnowledgeId): Uint8Array {
    const bytes = this.shared.get(id);
    if (!bytes) throw new RangeError(`knowledge must be shared before work names it, got ${id}`);
    return bytes;
  }
}

/** Hands notes over one after another; the first that cannot be handled is the last. */
export class Notes<Note> {
  private readonly onNote: ((note: Note) => void | Promise<void>) | undefined;
  private failure: { readonly error: unknown } | null = null;
  private last: Promise<void> = Promise.resolve();

  constructor(onNote: ((note: Note) => void | Promise<void>) | undefined) {
    this.onNote = onNote;
  }

  get failed(): boolean {
    return this.failure !== null;
  }

  /** @returns when the note was handled; never rejects */
  add(note: Note): Promise<void> {
    this.last = this.last
      .then(() => (this.failure ? undefined : this.onNote?.(note)))
      .catch((error: unknown) => {
        // A checkpoint that cannot be written ends the training: going on would only pretend to keep its work.
        this.failure ??= { error };
      });
    return this.last;
  }

  /** When all notes were handled. @throws what the first that could not be threw */
  async end(): Promise<void> {
    await this.last;
    if (this.failure) throw this.failure.error;
  }
}
