/** Keys, sessions, audit log and idempotency keys in SQLite. Secrets are kept as hashes only. */

import type { DatabaseSync } from 'node:sqlite';
import type { Scope } from '../contract/api.ts';
import type { AccessStore, AuditEntry, Caller, KeptKey, Page, PageAsked } from '../contract/service-store.ts';
import { DemandaError } from '../errors.ts';
import { Conditions, pageOf, type Sqlite } from './sqlite-connection.ts';

/** An idempotency key answers for this long; sessions that are over go at the same time. */
const KEPT_DAYS = 2;

type KeyRow = Omit<KeptKey, 'scopes'> & { readonly scopes: string };
const SELECT_KEY = `SELECT key_id AS id, name, scopes, merchant, prefix, created_at AS createdAt, created_by AS createdBy, revoked_at AS revokedAt FROM api_key`;

/** Within a write. */
export function insertAudit(database: DatabaseSync, { at, actor, action, merchant, detail }: Omit<AuditEntry, 'id'>): void {
  database.prepare('INSERT INTO audit (at, actor, action, merchant, detail) VALUES (?, ?, ?, ?, ?)').run(at, actor, action, merchant, JSON.stringify(detail));
}

export class SqliteAccess implements AccessStore {
  private readonly sqlite: Sqlite;

  constructor(sqlite: Sqlite) {
    this.sqlite = sqlite;
  }

  async addKey(key: KeptKey & { readonly hash: string }): Promise<void> {
    this.sqlite.write((database) => {
      database
        .prepare('INSERT INTO api_key VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)')
        .run(key.id, key.hash, key.name, key.scopes.join(','), key.merchant, key.prefix, key.createdAt, key.createdBy, key.revokedAt);
    });
  }

  async revokeKey(id: string, merchant: string | null, at: string): Promise<boolean> {
    return this.sqlite.write((database) => {
      const { changes } = database
        .prepare('UPDATE api_key SET revoked_at = ? WHERE key_id = ? AND revoked_at IS NULL AND (? IS NULL OR merchant = ?)')
        .run(at, id, merchant, merchant);
      return changes > 0;
    });
  }

  async keys(merchant: string | null, { limit, after }: PageAsked): Promise<Page<KeptKey>> {
    const conditions = new Conditions().equal('merchant', merchant ?? undefined);
    if (after) conditions.add('(created_at, key_id) < (?, ?)', ...after);
    const rows = this.sqlite
      .all<KeyRow>(`${SELECT_KEY} ${conditions.where} ORDER BY created_at DESC, key_id DESC LIMIT ?`, ...conditions.values, limit + 1)
      .map((row) => ({ ...row, scopes: scopesOf(row.scopes) }));
    return pageOf(rows, limit, (last) => [last.createdAt, last.id]);
  }

  async keyByHash(hash: string): Promise<Caller | null> {
    const [row] = this.sqlite.all<KeyRow>(`${SELECT_KEY} WHERE hash = ? AND revoked_at IS NULL`, hash);
    return row ? { actor: `key:${row.name}`, name: row.name, scopes: scopesOf(row.scopes), merchant: row.merchant, keyId: row.id } : null;
  }

  async addSession(session: Parameters<AccessStore['addSession']>[0]): Promise<void> {
    this.sqlite.write((database) => {
      database
        .prepare('INSERT INTO session VALUES (?, ?, ?, ?, ?, ?)')
        .run(session.hash, session.keyId, session.name, session.scopes.join(','), session.merchant, session.expiresAt);
    });
  }

  async sessionByHash(hash: string, now: string): Promise<Caller | null> {
    const [row] = this.sqlite.all<{ keyId: string | null; name: string; scopes: string; merchant: string | null }>(
      `SELECT s.key_id AS keyId, s.name, s.scopes, s.merchant FROM session s LEFT JOIN api_key k ON k.key_id = s.key_id
       WHERE s.hash = ? AND s.expires_at > ? AND k.revoked_at IS NULL`,
      hash,
      now,
    );
    return row ? { actor: `session:${row.name}`, name: row.name, scopes: scopesOf(row.scopes), merchant: row.merchant, keyId: row.keyId } : null;
  }

  async endSession(hash: string): Promise<void> {
    this.sqlite.write((database) => database.prepare('DELETE FROM session WHERE hash = ?').run(hash));
  }

  async addAudit(entry: Omit<AuditEntry, 'id'>): Promise<void> {
    this.sqlite.write((database) => insertAudit(database, entry));
  }

  async audit(merchant: string | null, { limit, after }: PageAsked): Promise<Page<AuditEntry>> {
    const conditions = new Conditions().equal('merchant', merchant ?? undefined);
    if (after) conditions.add('id < ?', after[0] as number);
    const rows = this.sqlite
      .all<Omit<AuditEntry, 'detail'> & { detail: string }>(
        `SELECT id, at, actor, action, merchant, detail FROM audit ${conditions.where} ORDER BY id DESC LIMIT ?`,
        ...conditions.values,
        limit + 1,
      )
      .map((row) => ({ ...row, detail: JSON.parse(row.detail) as Record<string, unknown> }));
    return pageOf(rows, limit, (last) => [last.id]);
  }

  async takeIdempotencyKey(actor: string, key: string, fingerprint: string, at: string): ReturnType<AccessStore['takeIdempotencyKey']> {
    return this.sqlite.write((database) => {
      const old = new Date(Date.parse(at) - KEPT_DAYS * 86_400_000).toISOString();
      database.prepare('DELETE FROM idempotency WHERE at < ?').run(old);
      database.prepare('DELETE FROM session WHERE expires_at < ?').run(old);
      const { changes } = database
        .prepare('INSERT OR IGNORE INTO idempotency (actor, key, fingerprint, at) VALUES (?, ?, ?, ?)')
        .run(actor, key, fingerprint, at);
      if (changes > 0) return null;
      const row = database.prepare('SELECT fingerprint, status, answer FROM idempotency WHERE actor = ? AND key = ?').get(actor, key) as {
        fingerprint: string;
        status: number | null;
        answer: string | null;
      };
      if (row.fingerprint !== fingerprint) throw new DemandaError('IDEMPOTENCY_DIFFERENT', { key });
      return { status: row.status ?? 0, answer: row.answer };
    });
  }

  async settleIdempotencyKey(actor: string, key: string, answer: { readonly status: number; readonly body: string } | null): Promise<void> {
    this.sqlite.write((database) => {
      if (answer === null) database.prepare('DELETE FROM idempotency WHERE actor = ? AND key = ?').run(actor, key);
      else database.prepare('UPDATE idempotency SET status = ?, answer = ? WHERE actor = ? AND key = ?').run(answer.status, answer.body, actor, key);
    });
  }
}

function scopesOf(text: string): Scope[] {
  return text.split(',') as Scope[];
}
