/** Keys, sessions and the audit log in SQLite. Secrets are kept as hashes only. */

import { comparableName } from '../../contract/names.ts';
import type {
  AccessStore,
  AuditEntry,
  Caller,
  IdempotentRequest,
  KeptKey,
  KeptSession,
  SessionChoice,
} from '../../contract/store/access.ts';
import type { Actor, Deed } from '../../contract/store/deed.ts';
import type { Page, PageAsked } from '../../contract/store/page.ts';
import type { Scope, SortOrder } from '../../core/vocabulary.ts';
import { DemandaError } from '../../errors/demanda-error.ts';
import { pageOf } from '../page-of.ts';
import { insertAudit } from './audit.ts';
import { Conditions } from './conditions.ts';
import type { SqliteConnection } from './connection.ts';
import { renewKey, settleKey, takeKey } from './idempotency.ts';

type KeyRow = Omit<KeptKey, 'scopes'> & { readonly scopes: string };
const SELECT_KEY = `SELECT key_id AS id, name, scopes, merchant, prefix, created_at AS createdAt, created_by AS createdBy, created_by_name AS createdByName,
  expires_at AS expiresAt, revoked_at AS revokedAt FROM api_key`;
const KEY_HOLDS = 'revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?)';

type SessionRow = Omit<KeptSession, 'scopes'> & { readonly scopes: string };
const SELECT_SESSION = `SELECT s.session_id AS id, s.key_id AS keyId, s.name, s.scopes, s.merchant, s.address, s.created_at AS createdAt, s.used_at AS usedAt,
  s.expires_at AS expiresAt FROM session s LEFT JOIN api_key k ON k.key_id = s.key_id`;
const SESSION_HOLDS = 's.expires_at > ? AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > ?)';

export class SqliteAccess implements AccessStore {
  private readonly sqlite: SqliteConnection;

  constructor(sqlite: SqliteConnection) {
    this.sqlite = sqlite;
  }

  async addKey(key: KeptKey & { readonly hash: string }, deed: Deed): Promise<void> {
    this.sqlite.write((database) => {
      if (database.prepare('SELECT 1 FROM api_key WHERE key_id = ?').get(key.id) !== undefined)
        throw new DemandaError('KEY_MADE_BEFORE', { id: key.id });
      const others = database
        .prepare('SELECT name FROM api_key WHERE revoked_at IS NULL AND merchant IS ?')
        .all(key.merchant) as { name: string }[];
      const taken = others.find(({ name }) => comparableName(name) === comparableName(key.name));
      if (taken) throw new DemandaError('KEY_NAME_TAKEN', { name: taken.name });
      database
        .prepare(
          `INSERT INTO api_key (key_id, hash, name, scopes, merchant, prefix, created_at, created_by, created_by_name, expires_at, revoked_at)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        )
        .run(
          key.id,
          key.hash,
          key.name,
          key.scopes.join(','),
          key.merchant,
          key.prefix,
          key.createdAt,
          key.createdBy,
          key.createdByName,
          key.expiresAt,
          key.revokedAt,
        );
      insertAudit(database, deed);
    });
  }

  async revokeKey(id: string, merchant: string | null, deed: Deed): Promise<boolean> {
    return this.sqlite.write((database) => {
      const row = database
        .prepare(
          'SELECT name, merchant FROM api_key WHERE key_id = ? AND revoked_at IS NULL AND (? IS NULL OR merchant = ?)',
        )
        .get(id, merchant, merchant) as { name: string; merchant: string | null } | undefined;
      if (!row) return false;
      database.prepare('UPDATE api_key SET revoked_at = ? WHERE key_id = ?').run(deed.at, id);
      database.prepare('DELETE FROM session WHERE key_id = ?').run(id);
      insertAudit(database, { ...deed, merchant: row.merchant, detail: { id, name: row.name } });
      return true;
    });
  }

  async keys(merchant: string | null, { limit, after }: PageAsked): Promise<Page<KeptKey>> {
    const conditions = new Conditions().equal('merchant', merchant ?? undefined);
    if (after) conditions.add('(created_at, key_id) < (?, ?)', ...after);
    const rows = this.sqlite
      .all<KeyRow>(
        `${SELECT_KEY} ${conditions.where} ORDER BY created_at DESC, key_id DESC LIMIT ?`,
        ...conditions.values,
        limit + 1,
      )
      .map((row) => ({ ...row, scopes: scopesOf(row.scopes) }));
    return pageOf(rows, limit, (last) => [last.createdAt, last.id]);
  }

  async keyByHash(hash: string, now: string): Promise<(Caller & { readonly expiresAt: string | null }) | null> {
    const [row] = this.sqlite.all<KeyRow>(`${SELECT_KEY} WHERE hash = ? AND ${KEY_HOLDS}`, hash, now);
    if (!row) return null;
    const { id, name, merchant, expiresAt } = row;
    return { actor: { kind: 'key', id, name }, name, scopes: scopesOf(row.scopes), merchant, keyId: id, expiresAt };
  }

  async addSession(session: KeptSession & { readonly hash: string }, deed: Deed): Promise<void> {
    this.sqlite.write((database) => {
      database.prepare('DELETE FROM session WHERE expires_at <= ?').run(deed.at);
      database
        .prepare(
          `INSERT INTO session (hash, session_id, key_id, name, scopes, merchant, address, created_at, used_at, expires_at)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        )
        .run(
          session.hash,
          session.id,
          session.keyId,
          session.name,
          session.scopes.join(','),
          session.merchant,
          session.address,
          session.createdAt,
          session.usedAt,
          session.expiresAt,
        );
      insertAudit(database, deed);
    });
  }

  async sessionByHash(hash: string, now: string): Promise<(Caller & { readonly usedAt: string }) | null> {
    const [row] = this.sqlite.all<SessionRow>(
      `${SELECT_SESSION} WHERE s.hash = ? AND ${SESSION_HOLDS}`,
      hash,
      now,
      now,
    );
    if (!row) return null;
    const { id, keyId, name, merchant, usedAt } = row;
    return {
      actor: { kind: keyId === null ? 'owner' : 'session', id, name },
      name,
      scopes: scopesOf(row.scopes),
      merchant,
      keyId,
      usedAt,
    };
  }

  async sessions(merchant: string | null, now: string, { limit, after }: PageAsked): Promise<Page<KeptSession>> {
    const conditions = new Conditions().add(SESSION_HOLDS, now, now).equal('s.merchant', merchant ?? undefined);
    if (after) conditions.add('(s.created_at, s.session_id) < (?, ?)', ...after);
    const rows = this.sqlite
      .all<SessionRow>(
        `${SELECT_SESSION} ${conditions.where} ORDER BY s.created_at DESC, s.session_id DESC LIMIT ?`,
        ...conditions.values,
        limit + 1,
      )
      .map((row) => ({ ...row, scopes: scopesOf(row.scopes) }));
    return pageOf(rows, limit, (last) => [last.createdAt, last.id]);
  }

  async endSessions({ merchant, id, allBut }: SessionChoice, deed: Deed): Promise<number> {
    const conditions = new Conditions()
      .add('expires_at > ?', deed.at)
      .equal('merchant', merchant ?? undefined)
      .equal('session_id', id);
    if (allBut !== undefined) conditions.add('session_id <> ?', allBut);
    return this.sqlite.write((database) => {
      const ended = database
        .prepare(`DELETE FROM session ${conditions.where} RETURNING session_id AS id, name, merchant`)
        .all(...conditions.values) as unknown as { id: string; name: string; merchant: string | null }[];
      for (const session of ended)
        insertAudit(database, { ...deed, merchant: session.merchant, detail: { id: session.id, name: session.name } });
      return ended.length;
    });
  }

  async markSessionUsed(id: string, at: string): Promise<void> {
    this.sqlite.write((database) =>
      database.prepare('UPDATE session SET used_at = ? WHERE session_id = ?').run(at, id),
    );
  }

  async holds({ kind, id }: Actor, now: string): Promise<boolean> {
    if (kind === 'key')
      return this.sqlite.all(`SELECT 1 FROM api_key WHERE key_id = ? AND ${KEY_HOLDS}`, id, now).length > 0;
    return this.sqlite.all(`${SELECT_SESSION} WHERE s.session_id = ? AND ${SESSION_HOLDS}`, id, now, now).length > 0;
  }

  async addAudit(deed: Deed): Promise<void> {
    this.sqlite.write((database) => insertAudit(database, deed));
  }

  async audit(
    merchant: string | null,
    { limit, after }: PageAsked,
    order: SortOrder = 'desc',
  ): Promise<Page<AuditEntry>> {
    const conditions = new Conditions().equal('merchant', merchant ?? undefined);
    if (after) conditions.add(`id ${order === 'asc' ? '>' : '<'} ?`, after[0]);
    const rows = this.sqlite
      .all<Omit<AuditEntry, 'detail'> & { detail: string }>(
        `SELECT id, at, actor, actor_name AS actorName, action, merchant, detail FROM audit ${conditions.where}
         ORDER BY id ${order === 'asc' ? 'ASC' : 'DESC'} LIMIT ?`,
        ...conditions.values,
        limit + 1,
      )
      .map((row) => ({ ...row, detail: JSON.parse(row.detail) as Record<string, unknown> }));
    return pageOf(rows, limit, (last) => [last.id]);
  }

  async takeIdempotencyKey(
    request: IdempotentRequest,
    work: Parameters<AccessStore['takeIdempotencyKey']>[1],
  ): ReturnType<AccessStore['takeIdempotencyKey']> {
    return this.sqlite.write((database) => takeKey(database, request, work));
  }

  async renewIdempotencyKey(request: IdempotentRequest, holder: string, leasedUntil: string): Promise<void> {
    this.sqlite.write((database) => renewKey(database, request, holder, leasedUntil));
  }

  async settleIdempotencyKey(
    request: IdempotentRequest,
    holder: string,
    settled: Parameters<AccessStore['settleIdempotencyKey']>[2],
  ): Promise<void> {
    this.sqlite.write((database) => settleKey(database, request, holder, settled));
  }
}

function scopesOf(text: string): Scope[] {
  return text.split(',') as Scope[];
}
