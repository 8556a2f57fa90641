/**
 * Idempotency keys of credentials instead of names, sessions that can be told apart and ended, keys that expire.
 *
 * The answers that were kept before held secrets of API keys in plain text: their table is overwritten with zeros as it
 * is dropped, and where keys had been made, the whole file is written anew after the migration (see `openDatabase`),
 * as pages that were freed earlier may hold them too.
 */
export const MIGRATION_9 = `
  PRAGMA secure_delete = ON;
  INSERT INTO document (kind, key, json) SELECT 'upkeep', 'vacuum', 'true' WHERE EXISTS (SELECT 1 FROM api_key);
  DROP TABLE idempotency;
  CREATE TABLE idempotent_request (
    credential TEXT NOT NULL, merchant TEXT NOT NULL, key TEXT NOT NULL, digest TEXT NOT NULL, at TEXT NOT NULL, holder TEXT NOT NULL,
    leased_until TEXT NOT NULL, status INTEGER, answer TEXT, PRIMARY KEY (credential, merchant, key)) STRICT, WITHOUT ROWID;
  CREATE INDEX idempotent_request_by_time ON idempotent_request (at);

  ALTER TABLE api_key ADD COLUMN created_by_name TEXT;
  ALTER TABLE api_key ADD COLUMN expires_at TEXT;

  ALTER TABLE session RENAME TO session_before;
  CREATE TABLE session (
    hash TEXT PRIMARY KEY, session_id TEXT NOT NULL UNIQUE, key_id TEXT REFERENCES api_key (key_id), name TEXT NOT NULL, scopes TEXT NOT NULL, merchant TEXT,
    address TEXT, created_at TEXT NOT NULL, used_at TEXT NOT NULL, expires_at TEXT NOT NULL) STRICT;
  INSERT INTO session SELECT hash, lower(hex(randomblob(16))), key_id, name, scopes, merchant, NULL, opened, opened, expires_at
    FROM (SELECT *, strftime('%Y-%m-%dT%H:%M:%fZ', expires_at, '-30 days') AS opened FROM session_before);
  DROP TABLE session_before;
  `;
