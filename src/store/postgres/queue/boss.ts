/**
 * pg-boss, the one place that knows it: jobs in a schema of its own beside ours (`demanda_queue`), so that a job and
 * what it is about are written in one transaction. Its version is pinned; what it does where nothing is told stands
 * here.
 */

import { PgBoss, type QueueOptions } from 'pg-boss';
import { LEASE_SECONDS } from '../../../contract/store/queue.ts';
import type { Transaction, Value } from '../connection.ts';
import { databaseFailure } from '../failure.ts';
import { placeOf } from '../place.ts';

export const QUEUE_NAMES = ['training', 'batch', 'schedule'] as const;
export type QueueName = (typeof QUEUE_NAMES)[number];

/** A job as it was fetched: of a later fetch of the same one `retryCount` is higher. */
export interface Job {
  readonly queue: QueueName;
  readonly id: string;
  readonly retryCount: number;
  readonly data: unknown;
}

export interface NewJob {
  readonly id: string;
  readonly data: object;
  /** Higher ones are fetched first. */
  readonly priority?: number;
  readonly startAfter?: number;
}

const SCHEMA = 'demanda_queue';
/** Left out, a job that waits for two weeks is deleted, unbegun: one waits until it is taken. */
const FOR_EVER_SECONDS = 50 * 365 * 86_400;
/** Left out, a job that takes a quarter of an hour is given to another worker; this is the longest there is. */
const LONGEST_SECONDS = 24 * 3_600;
/** Of jobs that ended; what they did is kept by us. */
const KEPT_SECONDS = 3_600;
/**
 * Left out, a job is given up after three. Here the table of batches decides, which tells a worker that was told to end
 * from one that died.
 */
const RETRIES = 10_000;
/** How often somebody looks for workers that are gone. */
const LOOK_SECONDS = 3;
const MOST_CONNECTIONS = 3;
/** Jobs that are inserted together. */
const INSERTED_AT_ONCE = 1_000;

const OPTIONS: QueueOptions = {
  retentionSeconds: FOR_EVER_SECONDS,
  expireInSeconds: LONGEST_SECONDS,
  deleteAfterSeconds: KEPT_SECONDS,
  retryLimit: RETRIES,
  retryDelay: 0,
};

export class Boss {
  private readonly address: string;
  private readonly place: string;
  private running: Promise<PgBoss> | null = null;
  private supervisor: string | null = null;

  /** @param address as {@link PostgresConnection} takes it */
  constructor(address: string) {
    const url = new URL(address);
    url.searchParams.delete('prepared');
    this.address = url.href;
    this.place = placeOf(address);
  }

  /** From now on this process looks after jobs of workers that are gone, and after schedules. */
  async supervise(name: string): Promise<void> {
    if (this.supervisor !== null) return;
    await this.close();
    this.supervisor = name;
    await this.started();
  }

  async fetch(queue: QueueName): Promise<Job | null> {
    // One at a time: what is fetched is worked on at once, or its heartbeat would be over before it is begun.
    const [job] = await this.ask((boss) => boss.fetch<object>(queue));
    return job ? { queue, id: job.id, retryCount: job.retryCount, data: job.data } : null;
  }

  /** Within a write. */
  async insert(transaction: Transaction, queue: QueueName, jobs: readonly NewJob[]): Promise<void> {
    const boss = await this.started();
    for (let i = 0; i < jobs.length; i += INSERTED_AT_ONCE)
      await boss.insert(queue, jobs.slice(i, i + INSERTED_AT_ONCE), { db: within(transaction) });
  }

  /** Within a write: its heartbeat. @returns whether the job is still that attempt's */
  async touch(transaction: Transaction, { queue, id, retryCount }: Job): Promise<boolean> {
    const boss = await this.started();
    const { affected } = (await boss.touch(queue, { id, retryCount }, { db: within(transaction) })) as Affected;
    return affected > 0;
  }

  /**
   * Within a write. The attempt goes with the id: by the id alone a worker that lost the job would end it for the one
   * that has it now.
   */
  async complete(transaction: Transaction, { queue, id, retryCount }: Job): Promise<void> {
    const boss = await this.started();
    await boss.complete(queue, { id, retryCount }, null, { db: within(transaction) });
  }

  /** Within a write: jobs that wait are no more. */
  async remove(transaction: Transaction, queue: QueueName, ids: readonly string[]): Promise<void> {
    const boss = await this.started();
    for (let i = 0; i < ids.length; i += INSERTED_AT_ONCE)
      await boss.deleteJob(queue, ids.slice(i, i + INSERTED_AT_ONCE), { db: within(transaction) });
  }

  /** Within a write. What came due while nobody looked comes once. */
  async schedule(
    transaction: Transaction,
    id: string,
    cron: string,
    { timezone, work }: { readonly timezone: string; readonly work: unknown },
  ): Promise<void> {
    const boss = await this.started();
    const options = { key: id, tz: timezone, missed: 'once', db: within(transaction) } as const;
    await boss.schedule('schedule', cron, { work }, options);
  }

  /** When a schedule is due next. @throws Error for an expression or a time zone that is none */
  async next(cron: string, timezone: string): Promise<Date | undefined> {
    return (await this.started()).previewSchedule(cron, { tz: timezone, count: 1 })[0];
  }

  /** Within a write. */
  async unschedule(transaction: Transaction, id: string): Promise<void> {
    const boss = await this.started();
    await boss.unschedule('schedule', id, { db: within(transaction) });
  }

  /** @throws as `work` does, in the table's words where it is the database */
  async ask<T>(work: (boss: PgBoss) => Promise<T>): Promise<T> {
    const boss = await this.started();
    try {
      return await work(boss);
    } catch (error) {
      throw databaseFailure(error, this.place, 0);
    }
  }

  async close(): Promise<void> {
    const running = this.running;
    this.running = null;
    // One that did not start has nothing to stop.
    await running?.then(
      (boss) => boss.stop({ graceful: false }),
      () => {},
    );
  }

  /** Within a write no connection of the pool is waited for: it is started before. */
  async started(): Promise<PgBoss> {
    this.running ??= this.start();
    try {
      return await this.running;
    } catch (error) {
      this.running = null;
      throw databaseFailure(error, this.place, 0);
    }
  }

  private async start(): Promise<PgBoss> {
    const supervises = this.supervisor !== null;
    const boss = new PgBoss({
      connectionString: this.address,
      schema: SCHEMA,
      max: MOST_CONNECTIONS,
      application_name: 'demanda queue',
      supervise: supervises,
      schedule: supervises,
      superviseIntervalSeconds: LOOK_SECONDS,
      monitorIntervalSeconds: LOOK_SECONDS,
      registerInstance: supervises,
      ...(this.supervisor !== null && { instanceName: this.supervisor }),
      instanceHeartbeatSeconds: LEASE_SECONDS,
    });
    // Without a listener the process would end with a database that does. What is asked of it fails by itself, and its
    // rounds come again.
    boss.on('error', () => {});
    try {
      await boss.start();
      for (const queue of QUEUE_NAMES)
        await boss.createQueue(queue, {
          ...OPTIONS,
          // The time comes but once: whoever took it and died has a minute.
          ...(queue === 'schedule' ? { expireInSeconds: 60 } : { heartbeatSeconds: LEASE_SECONDS }),
        });
      return boss;
    } catch (error) {
      await boss.stop({ graceful: false }).catch(() => {});
      throw error;
    }
  }
}

interface Affected {
  readonly affected: number;
}

/** pg-boss's statements in a transaction of ours. */
function within(transaction: Transaction): {
  executeSql(text: string, values?: unknown[]): Promise<{ rows: never[] }>;
} {
  return {
    executeSql: async (text, values = []) => ({ rows: await transaction.all<never>(text, ...(values as Value[])) }),
  };
}
