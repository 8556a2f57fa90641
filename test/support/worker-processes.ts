/** Worker processes of tests, each with what it told, and what the database says of what they did. */

import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';

export interface Told {
  readonly kind: 'ready' | 'begun' | 'taken' | 'wrote' | 'refused' | 'lost' | 'back' | 'failed' | 'ended';
  readonly trainingId?: string;
  readonly number?: number;
  readonly attempt?: number;
  readonly code?: string;
  readonly message?: string;
  /** Milliseconds, by the clock of the test. */
  readonly at: number;
}

export interface WorkerProcess {
  readonly process: ChildProcess;
  readonly told: Told[];
  /** The batch that it is at; null where it is at none. */
  at(): Told | null;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

export interface Pace {
  readonly batch: number;
  readonly group: number;
  readonly groupMs: number;
  /** Milliseconds by which its clock is wrong. */
  readonly skewMs?: number;
}

export function startWorker(
  address: string,
  { skewMs = 0, ...pace }: Pace,
  onTold?: (told: Told) => void,
): WorkerProcess {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'queue-worker.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      DEMANDA_DATABASE_URL: address,
      DEMANDA_WORK: JSON.stringify(pace),
      DEMANDA_SKEW_MS: String(skewMs),
    },
  });
  const told: Told[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    const news = { ...(JSON.parse(line) as Omit<Told, 'at'>), at: performance.now() };
    told.push(news);
    onTold?.(news);
  });
  return {
    process: child,
    told,
    at: () => {
      const last = told.findLast(({ kind }) => kind !== 'wrote');
      return last?.kind === 'taken' ? last : null;
    },
    ended: new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal }))),
  };
}

export async function query<T>(address: string, sql: string, values: readonly unknown[] = []): Promise<T[]> {
  const client = new pg.Client({ connectionString: address });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(sql, [...values])).rows as T[];
  } finally {
    await client.end();
  }
}

/** From now on the database notes every run that an attempt writes after another one took its batch. */
export async function watchStaleWrites(address: string): Promise<void> {
  await query(
    address,
    `CREATE TABLE public.stale (merchant text, product text, wrote int, now int);
     CREATE FUNCTION public.note_stale() RETURNS trigger LANGUAGE plpgsql AS $body$
     BEGIN
       INSERT INTO public.stale SELECT NEW.merchant, NEW.product, NEW.seed, b.attempt FROM demanda.training_batch b
         WHERE b.training_id = NEW.training_id AND b.attempt > NEW.seed
           AND b.names @> jsonb_build_array(jsonb_build_array(NEW.merchant, NEW.product));
       RETURN NEW;
     END $body$;
     CREATE TRIGGER stale_noted BEFORE INSERT ON demanda.run FOR EACH ROW EXECUTE FUNCTION public.note_stale()`,
  );
}

export interface Written {
  readonly cells: number;
  readonly twice: number;
  readonly stale: number;
  /** Attempts at batches beyond the first of each. */
  readonly again: number;
}

export async function writtenOf(address: string): Promise<Written> {
  const [written] = await query<Written>(
    address,
    `SELECT count(*)::int AS cells, (count(*) FILTER (WHERE runs > 1))::int AS twice,
       (SELECT count(*) FROM public.stale)::int AS stale,
       (SELECT coalesce(sum(attempt - 1), 0) FROM demanda.training_batch WHERE number > 0 AND attempt > 0)::int AS again
     FROM (SELECT training_id, product, count(*) AS runs FROM demanda.run GROUP BY 1, 2) r`,
  );
  return written as Written;
}

/** The lease of a batch has been over for a moment. */
export async function endLease(address: string, { trainingId, number }: Told): Promise<void> {
  await query(
    address,
    `UPDATE demanda_queue.job SET heartbeat_on = clock_timestamp() - interval '1 minute'
     WHERE state = 'active' AND data = $1::jsonb`,
    [JSON.stringify({ trainingId, number })],
  );
}
