/** Trainings that start again and again, by pg-boss's schedule: one job each time, however many processes look. */

import type { Deed } from '../../../contract/store/deed.ts';
import type { DueTraining, TrainingSchedule } from '../../../contract/store/queue.ts';
import { DemandaError } from '../../../errors/demanda-error.ts';
import { insertAudit } from '../audit.ts';
import type { PostgresConnection, Transaction } from '../connection.ts';
import type { Boss } from './boss.ts';

/** Minute, hour, day, month, weekday: pg-boss takes seconds and rules of calendars too, which nothing here names. */
const FIVE_FIELDS = /^\S+( \S+){4}$/;

/** Within a write. @throws DemandaError SCHEDULE_CRON, SCHEDULE_TIMEZONE */
export async function addSchedule(
  transaction: Transaction,
  boss: Boss,
  { id, cron, timezone, work }: TrainingSchedule,
  deed: Deed,
): Promise<void> {
  const isTime = async (tz: string): Promise<boolean> => {
    try {
      await boss.next(cron, tz);
      return true;
    } catch {
      return false;
    }
  };
  if (!FIVE_FIELDS.test(cron) || !(await isTime('UTC'))) throw new DemandaError('SCHEDULE_CRON', { cron });
  if (!(await isTime(timezone))) throw new DemandaError('SCHEDULE_TIMEZONE', { timezone });
  await boss.schedule(transaction, id, cron, { timezone, work });
  await insertAudit(transaction, deed);
}

export async function schedules(boss: Boss): Promise<TrainingSchedule[]> {
  const found = await boss.ask((queue) => queue.getSchedules('schedule'));
  return found.map(({ key, cron, timezone, data }) => ({
    id: key,
    cron,
    timezone,
    work: (data as { readonly work: unknown }).work,
  }));
}

/** Within a write. @returns false where there is none of that id */
export async function removeSchedule(transaction: Transaction, boss: Boss, id: string, deed: Deed): Promise<boolean> {
  if (!(await schedules(boss)).some((schedule) => schedule.id === id)) return false;
  await boss.unschedule(transaction, id);
  await insertAudit(transaction, deed);
  return true;
}

export async function dueTraining(database: PostgresConnection, boss: Boss): Promise<DueTraining | null> {
  const job = await boss.fetch('schedule');
  if (job === null) return null;
  return {
    id: job.id,
    work: (job.data as { readonly work: unknown }).work,
    started: () => database.write((transaction) => boss.complete(transaction, job)),
  };
}
