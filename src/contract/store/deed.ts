/** Who does something, and what is written of it into the audit log. */

import type { ActorKind } from '../../core/vocabulary.ts';
import type { AuditAction } from '../audit-actions.ts';

/** Who does something. Names are chosen by people and may be alike: only `kind` and `id` together say who it is. */
export interface Actor {
  /**
   * `owner`: who opened the link that `serve` printed; `session`: who came in with a key; `command`: the command line;
   * `library`: a program that uses the library; `schedule`: a training whose time had come; `training`: the process of a training; `address`: who did not come in.
   */
  readonly kind: ActorKind;
  /**
   * Of the key, the session or the training; of a schedule whoever made it; of a command or a library the system's user; of a stranger the network
   * address.
   */
  readonly id: string;
  readonly name: string;
}
/** An actor as lists and columns have it: `kind:id`. */
export function actorId({ kind, id }: Actor): string {
  return `${kind}:${id}`;
}

/** What somebody did, for the audit log: the store writes it in the transaction of the deed itself. */
export interface Deed {
  /** ISO 8601 instant. */
  readonly at: string;
  readonly actor: Actor;
  /** What was done to what. */
  readonly action: AuditAction;
  /** Whose log it stands in; null: the workspace's alone. */
  readonly merchant: string | null;
  readonly detail: Readonly<Record<string, unknown>>;
}
