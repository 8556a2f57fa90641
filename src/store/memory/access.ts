/** Keys, sessions, the audit log and writes that are done once, in memory. */

import { comparableName } from '../../contract/names.ts';
import type {
  AccessStore,
  AuditEntry,
  Caller,
  IdempotencyState,
  IdempotentRequest,
  KeptKey,
  KeptSession,
  SessionChoice,
} from '../../contract/store/access.ts';
import type { Actor, Deed } from '../../contract/store/deed.ts';
import type { Page, PageAsked } from '../../contract/store/page.ts';
import type { SortOrder } from '../../core/vocabulary.ts';
import { DemandaError } from '../../errors/demanda-error.ts';
import { forgottenBefore, takeRequest } from '../../rules/idempotency.ts';
import type { MemoryData } from './data.ts';
import { pageBy } from './pages.ts';

type Kept<T> = T & { readonly hash: string };

const requestKey = ({ credential, merchant, key }: IdempotentRequest): string =>
  JSON.stringify([credential, merchant, key]);

const isOf = (merchant: string | null) => (row: { readonly merchant: string | null }) =>
  merchant === null || row.merchant === merchant;

export class MemoryAccess implements AccessStore {
  private readonly data: MemoryData;

  constructor(data: MemoryData) {
    this.data = data;
  }

  async addKey(key: Kept<KeptKey>, deed: Deed): Promise<void> {
    this.data.write(() => {
      if (this.data.keys.get(key.id)) throw new DemandaError('KEY_MADE_BEFORE', { id: key.id });
      const taken = this.data.keys
        .values()
        .filter((other) => other.revokedAt === null && other.merchant === key.merchant)
        .find(({ name }) => comparableName(name) === comparableName(key.name));
      if (taken) throw new DemandaError('KEY_NAME_TAKEN', { name: taken.name });
      this.data.keys.set(key.id, structuredClone(key));
      this.data.log(deed);
    });
  }

  async revokeKey(id: string, merchant: string | null, deed: Deed): Promise<boolean> {
    return this.data.write(() => {
      const key = this.data.keys.get(id);
      if (!key || key.revokedAt !== null || !isOf(merchant)(key)) return false;
      this.data.keys.set(id, { ...key, revokedAt: deed.at });
      for (const session of this.data.sessions.values())
        if (session.keyId === id) this.data.sessions.delete(session.id);
      this.data.log({ ...deed, merchant: key.merchant, detail: { id, name: key.name } });
      return true;
    });
  }

  async keys(merchant: string | null, page: PageAsked): Promise<Page<KeptKey>> {
    const keys = this.data.keys.values().filter(isOf(merchant)).map(withoutHash);
    return pageBy(keys, (key) => [key.createdAt, key.id], { order: 'desc' }, page);
  }

  async keyByHash(hash: string, now: string): Promise<(Caller & { readonly expiresAt: string | null }) | null> {
    const key = this.data.keys.values().find((kept) => kept.hash === hash && keyHolds(kept, now));
    if (!key) return null;
    const { id, name, scopes, merchant, expiresAt } = key;
    return { actor: { kind: 'key', id, name }, name, scopes, merchant, keyId: id, expiresAt };
  }

  async addSession(session: Kept<KeptSession>, deed: Deed): Promise<void> {
    this.data.write(() => {
      for (const other of this.data.sessions.values())
        if (other.expiresAt <= deed.at) this.data.sessions.delete(other.id);
      this.data.sessions.set(session.id, structuredClone(session));
      this.data.log(deed);
    });
  }

  async sessionByHash(hash: string, now: string): Promise<(Caller & { readonly usedAt: string }) | null> {
    const session = this.data.sessions.values().find((kept) => kept.hash === hash && this.sessionHolds(kept, now));
    if (!session) return null;
    const { id, name, scopes, merchant, keyId, usedAt } = session;
    const actor = { kind: keyId === null ? 'owner' : 'session', id, name } as const;
    return { actor, name, scopes, merchant, keyId, usedAt };
  }

  async sessions(merchant: string | null, now: string, page: PageAsked): Promise<Page<KeptSession>> {
    const open = this.data.sessions.values().filter((kept) => this.sessionHolds(kept, now));
    const chosen = open.filter(isOf(merchant)).map(withoutHash);
    return pageBy(chosen, (session) => [session.createdAt, session.id], { order: 'desc' }, page);
  }

  async endSessions({ merchant, id, allBut }: SessionChoice, deed: Deed): Promise<number> {
    return this.data.write(() => {
      const ended = this.data.sessions
        .values()
        .filter(isOf(merchant))
        .filter((kept) => kept.expiresAt > deed.at && (id === undefined || kept.id === id) && kept.id !== allBut);
      for (const session of ended) {
        this.data.sessions.delete(session.id);
        this.data.log({ ...deed, merchant: session.merchant, detail: { id: session.id, name: session.name } });
      }
      return ended.length;
    });
  }

  async markSessionUsed(id: string, at: string): Promise<void> {
    const session = this.data.sessions.get(id);
    if (session) this.data.sessions.set(id, { ...session, usedAt: at });
  }

  async holds({ kind, id }: Actor, now: string): Promise<boolean> {
    if (kind === 'key') {
      const key = this.data.keys.get(id);
      return key !== undefined && keyHolds(key, now);
    }
    const session = this.data.sessions.get(id);
    return session !== undefined && this.sessionHolds(session, now);
  }

  async addAudit(deed: Deed): Promise<void> {
    this.data.write(() => this.data.log(deed));
  }

  async audit(merchant: string | null, page: PageAsked, order: SortOrder = 'desc'): Promise<Page<AuditEntry>> {
    const entries = this.data.audit.values().filter(isOf(merchant));
    return pageBy(entries, (entry) => [entry.id], { order }, page);
  }

  async takeIdempotencyKey(
    request: IdempotentRequest,
    work: Parameters<AccessStore['takeIdempotencyKey']>[1],
  ): Promise<IdempotencyState> {
    return this.data.write(() => {
      for (const [key, { at }] of this.data.requests.entries())
        if (at < forgottenBefore(work.at)) this.data.requests.delete(key);
      const { state, keep } = takeRequest(this.data.requests.get(requestKey(request)) ?? null, request, work);
      if (keep) this.data.requests.set(requestKey(request), { ...keep, key: request.key });
      return state;
    });
  }

  async renewIdempotencyKey(request: IdempotentRequest, holder: string, leasedUntil: string): Promise<void> {
    const kept = this.data.requests.get(requestKey(request));
    if (kept?.holder === holder && kept.status === null)
      this.data.requests.set(requestKey(request), { ...kept, leasedUntil });
  }

  async settleIdempotencyKey(
    request: IdempotentRequest,
    holder: string,
    settled: Parameters<AccessStore['settleIdempotencyKey']>[2],
  ): Promise<void> {
    const kept = this.data.requests.get(requestKey(request));
    // What is free again keeps its digest and its beginning.
    if (kept?.holder === holder) this.data.requests.set(requestKey(request), { ...kept, ...(settled ?? FREE) });
  }

  private sessionHolds({ expiresAt, keyId }: KeptSession, now: string): boolean {
    const key = keyId === null ? undefined : this.data.keys.get(keyId);
    return expiresAt > now && (key === undefined || keyHolds(key, now));
  }
}

const FREE = { leasedUntil: '' } as const;

function keyHolds({ revokedAt, expiresAt }: KeptKey, now: string): boolean {
  return revokedAt === null && (expiresAt === null || expiresAt > now);
}

function withoutHash<T>({ hash: _, ...kept }: Kept<T>): Omit<Kept<T>, 'hash'> {
  return kept;
}
