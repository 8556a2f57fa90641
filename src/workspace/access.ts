/** Who may come in: one-time links, cookie sessions and API keys, all random and kept as hashes, and the log of what was done with them. */

import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Scope } from '../contract/api.ts';
import type { DocumentHeader } from '../contract/documents.ts';
import type { AccessStore, AuditEntry, Caller, KeptKey } from '../contract/service-store.ts';
import { DemandaError } from '../errors.ts';
import { type ListDocument, listDocument, type PageQuery, pageAsked } from './pages.ts';

const SESSION_DAYS = 30;
const LINK_HOURS = 24;
const KEY_PREFIX = 'dk_';

/** What scopes allow: any of them lets read, admin lets do everything. */
export function mayDo(scopes: readonly Scope[], needed: Scope): boolean {
  return scopes.includes(needed) || scopes.includes('admin') || (needed === 'read' && scopes.length > 0);
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

  /** Opens a session: of the machine's owner (a link that was taken), or with the rights of an API key. @throws DemandaError TOKEN_INVALID */
  async openSession(by: { readonly key: string } | 'link'): Promise<{ readonly secret: string; readonly expiresAt: string; readonly caller: Caller }> {
    const key = by === 'link' ? null : await this.store.keyByHash(hashOf(by.key));
    if (by !== 'link' && !key) throw new DemandaError('TOKEN_INVALID', {});
    const secret = randomToken();
    const now = Date.now();
    const session = {
      hash: hashOf(secret),
      keyId: key?.keyId ?? null,
      name: key?.name ?? 'owner',
      scopes: key?.scopes ?? (['read', 'train', 'approve', 'admin'] as const),
      merchant: key?.merchant ?? null,
      expiresAt: new Date(now + SESSION_DAYS * 86_400_000).toISOString(),
    };
    await this.store.addSession(session);
    const { name, scopes, merchant, keyId, expiresAt } = session;
    const caller: Caller = { actor: `session:${name}`, name, scopes, merchant, keyId };
    await this.log(caller, 'session.open', merchant, {});
    return { secret, expiresAt, caller };
  }

  /** Null when the secret opens nothing (any more). */
  callerBySession(secret: string): Promise<Caller | null> {
    return this.store.sessionByHash(hashOf(secret), new Date().toISOString());
  }

  callerByKey(key: string): Promise<Caller | null> {
    return this.store.keyByHash(hashOf(key));
  }

  endSession(secret: string): Promise<void> {
    return this.store.endSession(hashOf(secret));
  }

  /** What a page sends back with its writes: it follows from the cookie, which a page of another site can neither read nor guess. */
  static csrfTokenOf(secret: string): string {
    return hashOf(`csrf:${secret}`);
  }

  /** A key with these rights; a caller bound to a merchant makes keys of that merchant only. @throws DemandaError MERCHANT_FOREIGN */
  async makeKey(
    caller: Caller,
    wanted: { readonly name: string; readonly scopes: readonly Scope[]; readonly merchant: string | null },
  ): Promise<{ readonly key: string; readonly apiKey: KeptKey }> {
    const merchant = wanted.merchant ?? caller.merchant;
    const key = `${KEY_PREFIX}${randomToken()}`;
    const apiKey: KeptKey = {
      id: randomUUID(),
      name: wanted.name,
      scopes: [...new Set(wanted.scopes)],
      merchant,
      prefix: key.slice(0, 8),
      createdAt: new Date().toISOString(),
      createdBy: caller.actor,
      revokedAt: null,
    };
    await this.store.addKey({ ...apiKey, hash: hashOf(key) });
    await this.log(caller, 'key.create', merchant, { id: apiKey.id, name: apiKey.name, scopes: apiKey.scopes });
    return { key, apiKey };
  }

  /** @throws DemandaError KEY_UNKNOWN */
  async revokeKey(caller: Caller, id: string): Promise<void> {
    if (!(await this.store.revokeKey(id, caller.merchant, new Date().toISOString()))) throw new DemandaError('KEY_UNKNOWN', { id });
    await this.log(caller, 'key.revoke', caller.merchant, { id });
  }

  async keys(caller: Caller, page: PageQuery): Promise<ListDocument<Omit<KeptKey, 'scopes'> & { scopes: Scope[] }>> {
    const found = await this.store.keys(caller.merchant, pageAsked(page, 2));
    return listDocument(await this.header(), found, (key) => ({ ...key, scopes: [...key.scopes] }));
  }

  async audit(caller: Caller, page: PageQuery): Promise<ListDocument<Omit<AuditEntry, 'detail'> & { detail: Record<string, unknown> }>> {
    const found = await this.store.audit(caller.merchant, pageAsked(page, 1));
    return listDocument(await this.header(), found, (entry) => ({ ...entry, detail: { ...entry.detail } }));
  }

  log(caller: Caller, action: string, merchant: string | null, detail: Readonly<Record<string, unknown>>): Promise<void> {
    return this.store.addAudit({ at: new Date().toISOString(), actor: caller.actor, action, merchant, detail });
  }

  /** See AccessStore: the answer given before, or null when the request is to be done now. @throws DemandaError IDEMPOTENCY_DIFFERENT, IDEMPOTENCY_UNDER_WAY */
  async takeIdempotencyKey(caller: Caller, key: string, request: string): Promise<{ readonly status: number; readonly answer: string } | null> {
    const before = await this.store.takeIdempotencyKey(caller.actor, key, hashOf(request), new Date().toISOString());
    if (before === null) return null;
    if (before.answer === null) throw new DemandaError('IDEMPOTENCY_UNDER_WAY', { key });
    return { status: before.status, answer: before.answer };
  }

  settleIdempotencyKey(caller: Caller, key: string, answer: { readonly status: number; readonly body: string } | null): Promise<void> {
    return this.store.settleIdempotencyKey(caller.actor, key, answer);
  }
}

function randomToken(): string {
  return randomBytes(32).toString('base64url');
}

/** Tokens are 256 random bits: one hash is enough, nothing can be guessed. */
function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}
