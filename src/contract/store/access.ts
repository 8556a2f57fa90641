/** Keys, sessions, the audit log, and writes that are to be done once. Secrets are known by their hashes alone. */

import type { Scope, SortOrder } from '../../core/vocabulary.ts';
import type { Actor, Deed } from './deed.ts';
import type { Page, PageAsked } from './page.ts';

export interface KeptKey {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly merchant: string | null;
  readonly prefix: string;
  readonly createdAt: string;
  /** `kind:id` of who made it; of keys of earlier versions a name. */
  readonly createdBy: string;
  /** Null for keys of earlier versions. */
  readonly createdByName: string | null;
  /** Null: never. */
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
}

/** A browser that came in and has not gone out. */
export interface KeptSession {
  /** Public: it opens nothing. */
  readonly id: string;
  /** The key that opened it; null: the link that `serve` printed. */
  readonly keyId: string | null;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly merchant: string | null;
  /** Network address that it was opened from; null for sessions of earlier versions. */
  readonly address: string | null;
  readonly createdAt: string;
  /** To some minutes. */
  readonly usedAt: string;
  readonly expiresAt: string;
}

/** Which sessions: of a merchant (null: of all), one by its id, or all but one. */
export interface SessionChoice {
  readonly merchant: string | null;
  readonly id?: string;
  readonly allBut?: string;
}

/** Who asks: by key or by cookie. */
export interface Caller {
  readonly actor: Actor;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly merchant: string | null;
  readonly keyId: string | null;
}

/** A deed as the log has it. */
export interface AuditEntry extends Omit<Deed, 'actor' | 'action'> {
  readonly id: number;
  /** One of {@link AuditAction}, or what another version of the program wrote. */
  readonly action: string;
  /** `kind:id` of the actor. */
  readonly actor: string;
  /** Null in entries of versions that kept the name in `actor`. */
  readonly actorName: string | null;
}

/** A write that is to be done once: whose, under which key, and what it asks for. */
export interface IdempotentRequest {
  /** `kind:id` of the key or session: nobody else's requests are met, whatever the key. */
  readonly credential: string;
  readonly merchant: string | null;
  readonly key: string;
  /** Of all that was asked. */
  readonly digest: string;
}

/** `since`: when the key was first taken for this request. */
export type IdempotencyState =
  /** `before`: it was taken before, by work whose outcome is not known. */
  | { readonly state: 'taken'; readonly since: string; readonly before: boolean }
  | { readonly state: 'under way'; readonly since: string; readonly leasedUntil: string }
  /** `answer` is null where it held a secret. */
  | { readonly state: 'done'; readonly since: string; readonly status: number; readonly answer: string | null };

export interface AccessStore {
  /**
   * @throws DemandaError KEY_NAME_TAKEN among the merchant's keys that are not revoked, KEY_MADE_BEFORE under the same
   * id
   */
  addKey(key: KeptKey & { readonly hash: string }, deed: Deed): Promise<void>;
  /**
   * Revokes a key and ends its sessions. The deed stands in the log of the key's merchant, with its name.
   * @returns false when there is no such key for this merchant, or it is revoked already
   */
  revokeKey(id: string, merchant: string | null, deed: Deed): Promise<boolean>;
  keys(merchant: string | null, page: PageAsked): Promise<Page<KeptKey>>;
  /** Null when it is unknown, revoked or expired. */
  keyByHash(hash: string, now: string): Promise<(Caller & { readonly expiresAt: string | null }) | null>;
  addSession(session: KeptSession & { readonly hash: string }, deed: Deed): Promise<void>;
  /** Null when it is unknown, over, or its key was revoked or has expired. */
  sessionByHash(hash: string, now: string): Promise<(Caller & { readonly usedAt: string }) | null>;
  /** Newest first, those that hold. */
  sessions(merchant: string | null, now: string, page: PageAsked): Promise<Page<KeptSession>>;
  /** Each with its own entry in the log of its merchant. @returns how many there were */
  endSessions(choice: SessionChoice, deed: Deed): Promise<number>;
  markSessionUsed(id: string, at: string): Promise<void>;
  /** Whether the key or session still opens the door. */
  holds(actor: Actor, now: string): Promise<boolean>;
  addAudit(deed: Deed): Promise<void>;
  /** Newest first; oldest first with `asc`. */
  audit(merchant: string | null, page: PageAsked, order?: SortOrder): Promise<Page<AuditEntry>>;
  /**
   * Takes an idempotency key for work that `holder` begins, under a lease: also from work whose lease is out, as it
   * died.
   * @param work `workedOn`: the work is known to live, whatever its lease
   * @throws DemandaError IDEMPOTENCY_DIFFERENT when the key was used for another request
   */
  takeIdempotencyKey(
    request: IdempotentRequest,
    work: { readonly holder: string; readonly at: string; readonly leasedUntil: string; readonly workedOn: boolean },
  ): Promise<IdempotencyState>;
  renewIdempotencyKey(request: IdempotentRequest, holder: string, leasedUntil: string): Promise<void>;
  /** Keeps the answer; without one (the outcome is unknown) the same request may be done again. */
  settleIdempotencyKey(
    request: IdempotentRequest,
    holder: string,
    settled: { readonly status: number; readonly answer: string | null } | null,
  ): Promise<void>;
}
