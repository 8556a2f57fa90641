/** What PostgreSQL and the way to it refuse, in the words of the error table. */

import { DemandaError } from '../../errors/demanda-error.ts';
import { systemFailure } from '../system-failure.ts';

const UNREACHABLE: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
  // It shuts down, crashed, or starts.
  '57P01',
  '57P02',
  '57P03',
]);
/** A write that lost against another one: done again it succeeds. */
const LOST: ReadonlySet<string> = new Set(['40001', '40P01']);
/** A statement that the server does not know by its name: a pool before it gave the transaction another connection. */
const STATEMENT_UNKNOWN: ReadonlySet<string> = new Set(['26000', '42P05']);

/** SQLSTATE, or the system's name of a failed connection. */
function postgresCode(error: unknown): string {
  // A host of several addresses fails with one error for each.
  const one = error instanceof AggregateError ? (error.errors[0] as unknown) : error;
  const code = (one as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
}

export function isLost(error: unknown): boolean {
  return LOST.has(postgresCode(error));
}

/** @param place as {@link placeOf} gives it; @param seconds how long a write waits for another's lock */
export function databaseFailure(error: unknown, place: string, seconds: number): unknown {
  if (error instanceof DemandaError) return error;
  const code = postgresCode(error);
  const message = error instanceof Error ? error.message : String(error);
  const told = (name: 'DATABASE_UNREACHABLE' | 'DATABASE_RIGHTS' | 'STORE_UNREADABLE', detail: string): DemandaError =>
    new DemandaError(name, name === 'STORE_UNREADABLE' ? { file: place, detail } : { database: place, detail }, {
      cause: error,
    });
  if (UNREACHABLE.has(code) || code.startsWith('08') || isBrokenOff(message))
    return told('DATABASE_UNREACHABLE', code || message);
  if (code === '28P01' || code === '28000' || /password|SASL/.test(message))
    return new DemandaError('DATABASE_LOGIN', { database: place }, { cause: error });
  if (code === '3D000') return new DemandaError('DATABASE_MISSING', { database: place }, { cause: error });
  if (code === '42501') return told('DATABASE_RIGHTS', message);
  if (code === '53100') return new DemandaError('STORE_DISK_FULL', { file: place }, { cause: error });
  if (code === '53300') return new DemandaError('DATABASE_CONNECTIONS', { database: place }, { cause: error });
  if (code === '55P03' || LOST.has(code))
    return new DemandaError('STORE_BUSY', { file: place, seconds }, { cause: error });
  if (STATEMENT_UNKNOWN.has(code)) return new DemandaError('DATABASE_POOLER', { database: place }, { cause: error });
  return systemFailure(error) ?? (code === '' ? error : told('STORE_UNREADABLE', message));
}

/** `pg` says of a connection that ended only that it did. */
function isBrokenOff(message: string): boolean {
  return /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error/.test(
    message,
  );
}
