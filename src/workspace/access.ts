/**
 * Who may come in: one-time links, cookie sessions and API keys, all random and kept as hashes, and the log of what was
 * done with them.
 */

import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { OpenSession } from '../contract/api.ts';
import type { AuditAction } from '../contract/audit-actions.ts';
import type { DocumentHeader } from '../contract/documents.ts';
import { foldedText } from '../contract/folded-text.ts';
import { comparableName, isReservedName, keptName, unseenCharacter } from '../contract/names.ts';
import type {
  AccessStore,
  AuditEntry,
  Caller,
  IdempotencyState,
  IdempotentRequest,
  KeptKey,
  KeptSession,
} from '../contract/store/access.ts';
import { type Actor, actorId, type Deed } from '../contract/store/deed.ts';
import { type Lang, SCOPES, type Scope, type SortOrder } from '../core/vocabulary.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { actionWords, actorWords, detailWords } from '../i18n/audit-words.ts';
import { pageOf } from '../store/page-of.ts';
import { type ListDocument, listDocument, type PageQuery, pageAsked } from './pages.ts';

const SESSION_DAYS = 30;
const LINK_HOURS = 24;
const KEY_PREFIX = 'dk_';
/** Entries of the log that a search looks at together. */
const SEARCHED_AT_ONCE = 500;
/** Work that does not renew its lease for so long is taken for dead. */
const LEASE_MS = 20_000;

/** What scopes allow: any of them lets read, admin lets do everything. */
export function mayDo(scopes: readonly Scope[], needed: Scope): boolean {
  return scopes.includes(needed) || scopes.includes('admin') || (needed === 'read' && scopes.length > 0);
}

export interface WantedKey {
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** Null: the caller's own, or all. */
  readonly merchant: string | null;
  /** ISO 8601 instant; null: never. */
  readonly expiresAt?: string | null;
  /** Of the key, so that the same request does not make two. */
  readonly id?: string;
}

export class Access {
  private readonly store: AccessStore;
  private readonly header: () => Promise<DocumentHeader>;
  /** Hashes of links that were printed and not used yet, with the instant (ms) they end. */
  private readonly links = new Map<string, number>();

  constructor(store: AccessStore, header: () => Promise<DocumentHeader>) {
    this.store = store;
    this.header = header;
  }

  /** A token that opens one session with every right on this workspace. */
  newLinkToken(): string {
    const token = randomToken();
    this.links.set(hashOf(token), Date.now() + LINK_HOURS * 3_600_000);
    return token;
  }

  /** Takes a link token, once. @throws DemandaError TOKEN_INVALID */
  takeLinkToken(token: string): void {
    const hash = hashOf(token);
    const ends = this.links.get(hash);
    this.links.delete(hash);
    if (ends === undefined || ends < Date.now()) throw new DemandaError('TOKEN_INVALID', {});
  }

  /** Whether a token looks like an API key rather than a link's. */
  static isKey(token: string): boolean {
    return token.startsWith(KEY_PREFIX);
  }

  /**
   * Opens a session: of the machine's owner (a link that was taken), or with the rights of an API key, no longer than
   * the key.
   *
   * @param address network address that it is opened from
   * @throws DemandaError TOKEN_INVALID
   */
  async openSession(
    by: { readonly key: string } | 'link',
    address: string,
  ): Promise<{ readonly secret: string; readonly expiresAt: string }> {
    const now = new Date();
    const key = by === 'link' ? null : await this.store.keyByHash(hashOf(by.key), now.toISOString());
    if (by !== 'link' && !key) throw new DemandaError('TOKEN_INVALID', {});
    const secret = randomToken();
    const most = new Date(now.getTime() + SESSION_DAYS * 86_400_000).toISOString();
    const session: KeptSession = {
      id: randomUUID(),
      keyId: key?.keyId ?? null,
      name: key?.name ?? 'owner',
      scopes: key?.scopes ?? [...SCOPES],
      merchant: key?.merchant ?? null,
      address,
      createdAt: now.toISOString(),
      usedAt: now.toISOString(),
      expiresAt: key?.expiresAt && key.expiresAt < most ? key.expiresAt : most,
    };
    const { id, name, keyId, merchant } = session;
    const deed = deedOf({ kind: key ? 'session' : 'owner', id, name }, 'session.open', merchant, {
      address,
      ...(key && { keyId }),
    });
    await this.store.addSession({ ...session, hash: hashOf(secret) }, deed);
    return { secret, expiresAt: session.expiresAt };
  }

  /** Somebody was not let in: into the log, with the address and without what was tried. */
  refuseSession(address: string): Promise<void> {
    return this.store.addAudit(deedOf({ kind: 'address', id: address, name: address }, 'session.refuse', null, {}));
  }

  /** Null when the secret opens nothing (any more). */
  callerBySession(secret: string): Promise<(Caller & { readonly usedAt: string }) | null> {
    return this.store.sessionByHash(hashOf(secret), new Date().toISOString());
  }

  callerByKey(key: string): Promise<Caller | null> {
    return this.store.keyByHash(hashOf(key), new Date().toISOString());
  }

  /** Whether a caller who was let in before still is. */
  holds({ actor }: Caller): Promise<boolean> {
    return this.store.holds(actor, new Date().toISOString());
  }

  markSessionUsed({ actor }: Caller): Promise<void> {
    return this.store.markSessionUsed(actor.id, new Date().toISOString());
  }

  /** Sessions that are open, of the caller's merchant. */
  async sessions(caller: Pick<Caller, 'actor' | 'merchant'>, page: PageQuery): Promise<ListDocument<OpenSession>> {
    const found = await this.store.sessions(caller.merchant, new Date().toISOString(), pageAsked(page, 2));
    return listDocument(await this.header(), found, ({ scopes, ...session }) => ({
      ...session,
      scopes: [...scopes],
      openedWith: session.keyId === null ? 'link' : 'key',
      current: session.id === caller.actor.id,
    }));
  }

  /** Ends one session of the caller's merchant. @throws DemandaError SESSION_UNKNOWN */
  async endSession(caller: Pick<Caller, 'actor' | 'merchant'>, id: string): Promise<void> {
    const ended = await this.store.endSessions(
      { merchant: caller.merchant, id },
      deedOf(caller.actor, 'session.end', caller.merchant, {}),
    );
    if (ended === 0) throw new DemandaError('SESSION_UNKNOWN', { id });
  }

  /** Ends all sessions of the caller's merchant but the caller's own. @returns how many */
  endOtherSessions(caller: Pick<Caller, 'actor' | 'merchant'>): Promise<number> {
    return this.store.endSessions(
      { merchant: caller.merchant, allBut: caller.actor.id },
      deedOf(caller.actor, 'session.end', caller.merchant, {}),
    );
  }

  /**
   * What a page sends back with its writes: it follows from the cookie, which a page of another site can neither read
   * nor guess.
   */
  static csrfTokenOf(secret: string): string {
    return hashOf(`csrf:${secret}`);
  }

  /**
   * A key with these rights; a caller bound to a merchant makes keys of that merchant only.
   *
   * @throws DemandaError KEY_NAME_RESERVED, KEY_NAME_UNSEEN, KEY_NAME_TAKEN, KEY_EXPIRY_PAST, KEY_MADE_BEFORE
   */
  async makeKey(caller: Caller, wanted: WantedKey): Promise<{ readonly key: string; readonly apiKey: KeptKey }> {
    const merchant = wanted.merchant ?? caller.merchant;
    const key = `${KEY_PREFIX}${randomToken()}`;
    const now = new Date().toISOString();
    const expiresAt = wanted.expiresAt ? new Date(wanted.expiresAt).toISOString() : null;
    if (expiresAt !== null && expiresAt <= now) throw new DemandaError('KEY_EXPIRY_PAST', { instant: expiresAt });
    const apiKey: KeptKey = {
      id: wanted.id ?? randomUUID(),
      name: requireName(wanted.name),
      scopes: [...new Set(wanted.scopes)],
      merchant,
      prefix: key.slice(0, 8),
      createdAt: now,
      createdBy: actorId(caller.actor),
      createdByName: caller.actor.name,
      expiresAt,
      revokedAt: null,
    };
    const { id, name, scopes } = apiKey;
    await this.store.addKey(
      { ...apiKey, hash: hashOf(key) },
      deedOf(caller.actor, 'key.create', merchant, { id, name, scopes, ...(expiresAt && { expiresAt }) }),
    );
    return { key, apiKey };
  }

  /** @throws DemandaError KEY_UNKNOWN */
  async revokeKey(caller: Caller, id: string): Promise<void> {
    if (!(await this.store.revokeKey(id, caller.merchant, deedOf(caller.actor, 'key.revoke', caller.merchant, {}))))
      throw new DemandaError('KEY_UNKNOWN', { id });
  }

  async keys(caller: Caller, page: PageQuery): Promise<ListDocument<Omit<KeptKey, 'scopes'> & { scopes: Scope[] }>> {
    const found = await this.store.keys(caller.merchant, pageAsked(page, 2));
    return listDocument(await this.header(), found, (key) => ({ ...key, scopes: [...key.scopes] }));
  }

  async audit(
    caller: Pick<Caller, 'merchant'>,
    page: PageQuery,
    order: SortOrder = 'desc',
  ): Promise<ListDocument<Omit<AuditEntry, 'detail'> & { detail: Record<string, unknown> }>> {
    const found = await this.store.audit(caller.merchant, pageAsked(page, 1), order);
    return listDocument(await this.header(), found, (entry) => ({ ...entry, detail: { ...entry.detail } }));
  }

  /** Entries that, as a language says them, hold every word of a search, newest first unless told. The log is read from there. */
  async searchAudit(
    { merchant }: Pick<Caller, 'merchant'>,
    search: string,
    lang: Lang,
    page: PageQuery,
    order: SortOrder = 'desc',
  ): Promise<ListDocument<Omit<AuditEntry, 'detail'> & { detail: Record<string, unknown> }>> {
    const { limit, after } = pageAsked(page, 1);
    const words = foldedText(search).split(/\s+/);
    const items: AuditEntry[] = [];
    let next = after;
    do {
      const part = await this.store.audit(merchant, { limit: SEARCHED_AT_ONCE, after: next }, order);
      for (const entry of part.items) {
        const text = foldedText(entryWords(entry, lang));
        if (items.length <= limit && words.every((word) => text.includes(word))) items.push(entry);
      }
      next = part.next;
    } while (next !== null && items.length <= limit);
    const found = pageOf(items, limit, (last) => [last.id]);
    return listDocument(await this.header(), found, (entry) => ({ ...entry, detail: { ...entry.detail } }));
  }

  /** See AccessStore. @param holder of the work; @throws DemandaError IDEMPOTENCY_DIFFERENT */
  takeIdempotencyKey(request: IdempotentRequest, holder: string, workedOn: boolean): Promise<IdempotencyState> {
    return this.store.takeIdempotencyKey(request, {
      holder,
      at: new Date().toISOString(),
      leasedUntil: leaseEnd(),
      workedOn,
    });
  }

  renewIdempotencyKey(request: IdempotentRequest, holder: string): Promise<void> {
    return this.store.renewIdempotencyKey(request, holder, leaseEnd());
  }

  settleIdempotencyKey(
    request: IdempotentRequest,
    holder: string,
    settled: { readonly status: number; readonly answer: string | null } | null,
  ): Promise<void> {
    return this.store.settleIdempotencyKey(request, holder, settled);
  }
}

function leaseEnd(): string {
  return new Date(Date.now() + LEASE_MS).toISOString();
}

function deedOf(
  actor: Actor,
  action: AuditAction,
  merchant: string | null,
  detail: Readonly<Record<string, unknown>>,
): Deed {
  return { at: new Date().toISOString(), actor, action, merchant, detail };
}

/** @throws DemandaError KEY_NAME_UNSEEN, KEY_NAME_RESERVED */
function requireName(wanted: string): string {
  const name = keptName(wanted);
  const character = unseenCharacter(name);
  if (character !== null) throw new DemandaError('KEY_NAME_UNSEEN', { character });
  if (comparableName(name) === '' || isReservedName(name)) throw new DemandaError('KEY_NAME_RESERVED', { name });
  return name;
}

function randomToken(): string {
  return randomBytes(32).toString('base64url');
}

/** Tokens are 256 random bits: one hash is enough, nothing can be guessed. */
function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

/** An entry as it is listed. */
function entryWords({ actor, actorName, action, detail, merchant }: AuditEntry, lang: Lang): string {
  const said = [actorWords(actor, actorName, lang), actionWords(action, lang), detailWords(detail, lang), merchant];
  return said.join(' ');
}
