/** Keys, sessions and the audit log in PostgreSQL. Secrets are kept as hashes only. */

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
import type { PostgresConnection, Value } from './connection.ts';
import { renewKey, settleKey, takeKey } from './idempotency.ts';

/** Of the advisory lock under which keys are made: names are compared as people see them, which no index does. */
const KEY_LOCK = 4_162_930_120;

type KeyRow = Omit<KeptKey, 'scopes'> & { readonly scopes: string };
const SELECT_KEY = `SELECT key_id AS id, name, scopes, merchant, prefix, created_at AS "createdAt",
  created_by AS "createdBy", created_by_name AS "createdByName", expires_at AS "expiresAt", revoked_at AS "revokedAt"
  FROM demanda.api_key`;
const KEY_HOLDS = 'revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?)';

type SessionRow = Omit<KeptSession, 'scopes'> & { readonly scopes: string };
const SELECT_SESSION = `SELECT s.session_id AS id, s.key_id AS "keyId", s.name, s.scopes, s.merchant, s.address,
  s.created_at AS "createdAt", s.used_at AS "usedAt", s.expires_at AS "expiresAt"
  FROM demanda.session s LEFT JOIN demanda.api_key k ON k.key_id = s.key_id`;
const SESSION_HOLDS = 's.expires_at > ? AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > ?)';

export class PostgresAccess implements AccessStore {
  private readonly database: PostgresConnection;

  constructor(database: PostgresConnection) {
    this.database = database;
  }

  async addKey(key: KeptKey & { readonly hash: string }, deed: Deed): Promise<void> {
    await this.database.write(async (transaction) => {
      await transaction.all('SELECT pg_advisory_xact_lock($1)', KEY_LOCK);
      if (await transaction.one('SELECT 1 FROM demanda.api_key WHERE key_id = $1', key.id))
        throw new DemandaError('KEY_MADE_BEFORE', { id: key.id });
      const others = await transaction.all<{ name: string }>(
        'SELECT name FROM demanda.api_key WHERE revoked_at IS NULL AND merchant IS NOT DISTINCT FROM $1',
        key.merchant,
      );
      const taken = others.find(({ name }) => comparableName(name) === comparableName(key.name));
      if (taken) throw new DemandaError('KEY_NAME_TAKEN', { name: taken.name });
      await transaction.run(
        `INSERT INTO demanda.api_key (key_id, hash, name, scopes, merchant, prefix, created_at, created_by,
           created_by_name, expires_at, revoked_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
        ...[key.id, key.hash, key.name, key.scopes.join(','), key.merchant, key.prefix, key.createdAt, key.createdBy],
        ...[key.createdByName, key.expiresAt, key.revokedAt],
      );
      await insertAudit(transaction, deed);
    });
  }

  async revokeKey(id: string, merchant: string | null, deed: Deed): Promise<boolean> {
    return this.database.write(async (transaction) => {
      const conditions = new Conditions()
        .equal('key_id', id)
        .add('revoked_at IS NULL')
        .equal('merchant', merchant ?? undefined);
      const row = await transaction.one<{ name: string; merchant: string | null }>(
        `UPDATE demanda.api_key SET revoked_at = ${conditions.bind(deed.at)} ${conditions.where} RETURNING name, merchant`,
        ...conditions.values,
      );
      if (!row) return false;
      await transaction.run('DELETE FROM demanda.session WHERE key_id = $1', id);
      await insertAudit(transaction, { ...deed, merchant: row.merchant, detail: { id, name: row.name } });
      return true;
    });
  }

  async keys(merchant: string | null, { limit, after }: PageAsked): Promise<Page<KeptKey>> {
    const conditions = new Conditions().equal('merchant', merchant ?? undefined);
    if (after) conditions.add('(created_at, key_id) < (?, ?)', ...after);
    const rows = await this.database.all<KeyRow>(
      `${SELECT_KEY} ${conditions.where} ORDER BY created_at DESC, key_id DESC LIMIT ${conditions.bind(limit + 1)}`,
      ...conditions.values,
    );
    const keys = rows.map((row) => ({ ...row, scopes: scopesOf(row.scopes) }));
    return pageOf(keys, limit, (last) => [last.createdAt, last.id]);
  }

  async keyByHash(hash: string, now: string): Promise<(Caller & { readonly expiresAt: string | null }) | null> {
    const { where, values } = new Conditions().equal('hash', hash).add(KEY_HOLDS, now);
    const row = await this.database.one<KeyRow>(`${SELECT_KEY} ${where}`, ...values);
    if (!row) return null;
    const { id, name, merchant, expiresAt } = row;
    return { actor: { kind: 'key', id, name }, name, scopes: scopesOf(row.scopes), merchant, keyId: id, expiresAt };
  }

  async addSession(session: KeptSession & { readonly hash: string }, deed: Deed): Promise<void> {
    await this.database.write(async (transaction) => {
      await transaction.run('DELETE FROM demanda.session WHERE expires_at <= $1', deed.at);
      await transaction.run(
        `INSERT INTO demanda.session (hash, session_id, key_id, name, scopes, merchant, address, created_at, used_at,
           expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
        ...[session.hash, session.id, session.keyId, session.name, session.scopes.join(','), session.merchant],
        ...[session.address, session.createdAt, session.usedAt, session.expiresAt],
      );
      await insertAudit(transaction, deed);
    });
  }

  async sessionByHash(hash: string, now: string): Promise<(Caller & { readonly usedAt: string }) | null> {
    const { where, values } = new Conditions().equal('s.hash', hash).add(SESSION_HOLDS, now, now);
    const row = await this.database.one<SessionRow>(`${SELECT_SESSION} ${where}`, ...values);
    if (!row) return null;
    const { id, keyId, name, merchant, usedAt } = row;
    const actor = { kind: keyId === null ? 'owner' : 'session', id, name } as const;
    return { actor, name, scopes: scopesOf(row.scopes), merchant, keyId, usedAt };
  }

  async sessions(merchant: string | null, now: string, { limit, after }: PageAsked): Promise<Page<KeptSession>> {
    const conditions = new Conditions().add(SESSION_HOLDS, now, now).equal('s.merchant', merchant ?? undefined);
    if (after) conditions.add('(s.created_at, s.session_id) < (?, ?)', ...(after as readonly Value[]));
    const rows = await this.database.all<SessionRow>(
      `${SELECT_SESSION} ${conditions.where} ORDER BY s.created_at DESC, s.session_id DESC
       LIMIT ${conditions.bind(limit + 1)}`,
      ...conditions.values,
    );
    const sessions = rows.map((row) => ({ ...row, scopes: scopesOf(row.scopes) }));
    return pageOf(sessions, limit, (last) => [last.createdAt, last.id]);
  }

  async endSessions({ merchant, id, allBut }: SessionChoice, deed: Deed): Promise<number> {
    const conditions = new Conditions()
      .add('expires_at > ?', deed.at)
      .equal('merchant', merchant ?? undefined)
      .equal('session_id', id);
    if (allBut !== undefined) conditions.add('session_id <> ?', allBut);
    return this.database.write(async (transaction) => {
      const ended = await transaction.all<{ id: string; name: string; merchant: string | null }>(
        `DELETE FROM demanda.session ${conditions.where} RETURNING session_id AS id, name, merchant`,
        ...conditions.values,
      );
      for (const session of ended) {
        const detail = { id: session.id, name: session.name };
        await insertAudit(transaction, { ...deed, merchant: session.merchant, detail });
      }
      return ended.length;
    });
  }

  async markSessionUsed(id: string, at: string): Promise<void> {
    await this.database.write((transaction) =>
      transaction.run('UPDATE demanda.session SET used_at = $1 WHERE session_id = $2', at, id),
    );
  }

  async holds({ kind, id }: Actor, now: string): Promise<boolean> {
    if (kind === 'key') {
      const { where, values } = new Conditions().equal('key_id', id).add(KEY_HOLDS, now);
      return (await this.database.one(`${SELECT_KEY} ${where}`, ...values)) !== undefined;
    }
    const { where, values } = new Conditions().equal('s.session_id', id).add(SESSION_HOLDS, now, now);
    return (await this.database.one(`${SELECT_SESSION} ${where}`, ...values)) !== undefined;
  }

  async addAudit(deed: Deed): Promise<void> {
    await this.database.write((transaction) => insertAudit(transaction, deed));
  }

  async audit(
    merchant: string | null,
    { limit, after }: PageAsked,
    order: SortOrder = 'desc',
  ): Promise<Page<AuditEntry>> {
    const conditions = new Conditions().equal('merchant', merchant ?? undefined);
    if (after) conditions.add(`id ${order === 'asc' ? '>' : '<'} ?`, after[0] as number);
    const rows = await this.database.all<Omit<AuditEntry, 'detail'> & { detail: string }>(
      `SELECT id, at, actor, actor_name AS "actorName", action, merchant, detail FROM demanda.audit ${conditions.where}
       ORDER BY id ${order === 'asc' ? 'ASC' : 'DESC'} LIMIT ${conditions.bind(limit + 1)}`,
      ...conditions.values,
    );
    const entries = rows.map((row) => ({ ...row, detail: JSON.parse(row.detail) as Record<string, unknown> }));
    return pageOf(entries, limit, (last) => [last.id]);
  }

  async takeIdempotencyKey(
    request: IdempotentRequest,
    work: Parameters<AccessStore['takeIdempotencyKey']>[1],
  ): ReturnType<AccessStore['takeIdempotencyKey']> {
    return this.database.write((transaction) => takeKey(transaction, request, work));
  }

  async renewIdempotencyKey(request: IdempotentRequest, holder: string, leasedUntil: string): Promise<void> {
    await this.database.write((transaction) => renewKey(transaction, request, holder, leasedUntil));
  }

  async settleIdempotencyKey(
    request: IdempotentRequest,
    holder: string,
    settled: Parameters<AccessStore['settleIdempotencyKey']>[2],
  ): Promise<void> {
    await this.database.write((transaction) => settleKey(transaction, request, holder, settled));
  }
}

function scopesOf(text: string): Scope[] {
  return text.split(',') as Scope[];
}
