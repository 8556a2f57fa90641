/**
 * Connections to one PostgreSQL database: reads by prepared statements, write transactions that are done again when
 * they lose against another, and failures in the table's words. Nothing outlives a transaction on a connection but its
 * prepared statements, so that a pooler may stand between (PgBouncer from 1.21 on; before it, `?prepared=off`).
 */

import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { databaseFailure, isLost } from './failure.ts';
import { placeOf } from './place.ts';

/** What a statement is given for `$1`, `$2`, …; arrays are PostgreSQL's arrays. */
export type Value = string | number | boolean | null | Uint8Array | readonly (string | number | boolean | null)[];

/** Reads, and within a write also writes. */
export interface Reader {
  all<T>(sql: string, ...values: Value[]): Promise<T[]>;
  /** The first row; undefined where there is none. */
  one<T>(sql: string, ...values: Value[]): Promise<T | undefined>;
}

export interface Transaction extends Reader {
  /** @returns how many rows it wrote */
  run(sql: string, ...values: Value[]): Promise<number>;
  /** Several statements without values: a step of the schema, tables of a moment. */
  exec(sql: string): Promise<void>;
  /** Rows in COPY's text form (`copyLine`), each with its line's end. */
  copyIn(sql: string, lines: Iterable<string> | AsyncIterable<string>): Promise<void>;
}

/** Attempts at a write that loses to others. */
const MOST_ATTEMPTS = 8;
const MOST_CONNECTIONS = 10;
const CONNECT_MS = 10_000;
/** How long a statement waits for a lock. */
export const LOCK_MS = 10_000;

/** Roles of the database that its rows are shown to: all of them, or one merchant's. */
export const STAFF = 'demanda_staff';
export const TENANT = 'demanda_tenant';

const INT8 = 20;
/** Counts are `bigint` there; none of ours is beyond what a number holds. */
const TYPES: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === INT8 && format !== 'binary' ? Number : pg.types.getTypeParser(oid, format as 'text')) as never,
};

/** Connections that several handles share, and what is known of them. */
interface Shared {
  readonly place: string;
  readonly pool: pg.Pool;
  readonly isPrepared: boolean;
}

export class PostgresConnection {
  readonly place: string;
  private readonly shared: Shared;
  /** What every transaction begins with: the role and the name of a merchant whose rows alone are there; '' for all. */
  private readonly scope: string;

  /**
   * @param address `postgres://user:password@host:port/database`, with `?prepared=off` behind an old pooler; or what
   * another handle has open
   * @param options.merchant whose rows alone are there
   */
  constructor(
    address: string | Shared,
    options: { readonly connections?: number | undefined; readonly merchant?: string } = {},
  ) {
    this.shared = typeof address === 'string' ? connect(address, options.connections ?? MOST_CONNECTIONS) : address;
    this.place = this.shared.place;
    this.scope = options.merchant === undefined ? '' : scopeOf(options.merchant);
  }

  /** The same connections, for a merchant whose rows alone are there. They close with this one. */
  within(merchant: string): PostgresConnection {
    return new PostgresConnection(this.shared, { merchant });
  }

  async all<T>(sql: string, ...values: Value[]): Promise<T[]> {
    return this.guarded(async () => {
      if (this.scope !== '') return this.transaction('BEGIN READ ONLY', (reader) => reader.all<T>(sql, ...values));
      return (await this.shared.pool.query(this.query(sql, values))).rows as T[];
    });
  }

  async one<T>(sql: string, ...values: Value[]): Promise<T | undefined> {
    return (await this.all<T>(sql, ...values))[0];
  }

  /**
   * One transaction: all or nothing. @param work may be called again from the start, when the transaction lost against
   * another: it changes nothing outside
   */
  async write<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    return this.guarded(async () => {
      for (let attempt = 1; ; attempt++) {
        try {
          return await this.transaction(`BEGIN; SET LOCAL lock_timeout = ${LOCK_MS}`, work);
        } catch (error) {
          if (attempt === MOST_ATTEMPTS || !isLost(error)) throw error;
          await sleep(5 * attempt * (1 + Math.random()));
        }
      }
    });
  }

  /** The same connections, whose every write begins with `guard`: where that throws, nothing is written. */
  guardedBy(guard: (transaction: Transaction) => Promise<void>): PostgresConnection {
    const guarded = Object.create(this) as PostgresConnection;
    guarded.write = (work) =>
      this.write(async (transaction) => {
        await guard(transaction);
        return work(transaction);
      });
    return guarded;
  }

  /** Several reads of one instant. */
  async snapshot<T>(work: (reader: Transaction) => Promise<T>): Promise<T> {
    return this.guarded(() => this.transaction('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', work));
  }

  async close(): Promise<void> {
    if (this.scope === '') await this.shared.pool.end();
  }

  private async transaction<T>(begin: string, work: (transaction: Transaction) => Promise<T>): Promise<T> {
    const client = await this.shared.pool.connect();
    // Without a listener the end of the server would end this process; the statement under way tells of it.
    let broken: Error | undefined;
    const onBroken = (error: Error): void => {
      broken = error;
    };
    client.on('error', onBroken);
    try {
      await client.query(`${begin}${this.scope}`);
      const result = await work(this.transactionOf(client));
      await client.query('COMMIT');
      return result;
    } catch (error) {
      await client.query('ROLLBACK').catch((failed: Error) => {
        broken ??= failed;
      });
      throw error;
    } finally {
      client.off('error', onBroken);
      client.release(broken);
    }
  }

  private transactionOf(client: pg.PoolClient): Transaction {
    const all = async <T>(sql: string, ...values: Value[]): Promise<T[]> =>
      (await client.query(this.query(sql, values))).rows as T[];
    return {
      all,
      one: async <T>(sql: string, ...values: Value[]) => (await all<T>(sql, ...values))[0],
      run: async (sql, ...values) => (await client.query(this.query(sql, values))).rowCount ?? 0,
      exec: async (sql) => void (await client.query(sql)),
      copyIn: async (sql, lines) => pipeline(Readable.from(lines), client.query(copyFrom(sql))),
    };
  }

  private query(sql: string, values: readonly Value[]): pg.QueryConfig {
    const given = values.map(givenOf);
    return { ...(this.shared.isPrepared && { name: nameOf(sql) }), text: sql, values: given };
  }

  private async guarded<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw databaseFailure(error, this.place, LOCK_MS / 1000);
    }
  }
}

/**
 * One that a server refuses is closed: left open, as where the server asks for a password that nobody gave, it would keep
 * the process alive for a minute after its last word.
 */
class ClosedClient extends pg.Client {
  override connect(): Promise<pg.Client>;
  override connect(callback: Connected): void;
  override connect(callback?: Connected): Promise<pg.Client> | undefined {
    const connected = super.connect().catch(async (error: Error) => {
      await this.end().catch(() => {});
      throw error;
    });
    if (!callback) return connected;
    connected.then(
      (client) => (callback as (error: null, client: pg.Client) => void)(null, client),
      callback as (error: Error) => void,
    );
    return undefined;
  }
}

/** As the pool asks for a connection. */
type Connected = ((error: Error) => void) | ((error: null, client: pg.Client) => void);

function connect(address: string, connections: number): Shared {
  const url = new URL(address);
  const isPrepared = url.searchParams.get('prepared') !== 'off';
  url.searchParams.delete('prepared');
  const pool = new pg.Pool({
    connectionString: url.href,
    max: connections,
    connectionTimeoutMillis: CONNECT_MS,
    application_name: 'demanda',
    Client: ClosedClient,
    types: TYPES,
    allowExitOnIdle: true,
  });
  // A connection that breaks while nobody uses it is replaced by the next use.
  pool.on('error', () => {});
  return { place: placeOf(address), pool, isPrepared };
}

/** In the same message as BEGIN; both end with the transaction. */
function scopeOf(merchant: string): string {
  const named = pg.escapeLiteral(merchant);
  return `; SET LOCAL ROLE ${TENANT}; SELECT set_config('demanda.merchant', ${named}, true)`;
}

/** What is not known is NULL, as the other stores keep it. */
function givenOf(value: Value): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return typeof value === 'number' && Number.isNaN(value) ? null : value;
}

/** Names of statements by their text: servers keep at most 63 bytes of one. */
const NAMES = new Map<string, string>();

function nameOf(sql: string): string {
  let name = NAMES.get(sql);
  if (name === undefined) NAMES.set(sql, (name = createHash('sha1').update(sql).digest('hex')));
  return name;
}

const ESCAPED: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** A row in COPY's text form. */
export function copyLine(values: readonly (string | number | boolean | null)[]): string {
  const cells = values.map((value) =>
    value === null ? '\\N' : String(value).replace(/[\\\t\n\r]/g, (character) => ESCAPED[character] as string),
  );
  return `${cells.join('\t')}\n`;
}
