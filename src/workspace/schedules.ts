/** Trainings that start again and again, where the store has a queue. */

import { randomUUID } from 'node:crypto';
import type { TrainingOptionsBody } from '../contract/api.ts';
import type { CellName } from '../contract/cell-name.ts';
import type { DocumentHeader } from '../contract/documents.ts';
import type { Actor } from '../contract/store/deed.ts';
import type { DueTraining, TrainingQueue } from '../contract/store/queue.ts';
import type { Store } from '../contract/store/store.ts';
import type { Lang } from '../core/vocabulary.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { deedNow, header, settingsOf, type WorkspaceContext } from './context.ts';
import type { CellChoice } from './names.ts';

/** What a schedule trains, and for whom. */
interface ScheduledWork {
  readonly choice: CellChoice;
  readonly options: TrainingOptionsBody;
  /** A look at all cells in the place of a training. */
  readonly watch?: true;
  readonly lang: Lang;
  /** Who made it. */
  readonly actor: Actor;
}

export interface ScheduleItem {
  readonly id: string;
  readonly cron: string;
  readonly timezone: string;
  readonly choice: CellChoice;
  readonly options: TrainingOptionsBody;
  /** A look at all cells in the place of a training. */
  readonly watch: boolean;
}

export interface ScheduleAsked {
  /** Minute, hour, day of month, month, weekday: "0 3 * * *". */
  readonly cron: string;
  /** As "Europe/Madrid"; the workspace's unless told, or this machine's. */
  readonly timezone?: string;
  /** All cells unless told. */
  readonly choice?: CellChoice;
  readonly options?: TrainingOptionsBody;
  readonly watch?: boolean;
}

export interface SchedulesDocument extends DocumentHeader {
  readonly schedules: readonly ScheduleItem[];
}

/** @throws DemandaError QUEUE_MISSING */
export function requireQueue({ store }: Pick<WorkspaceContext, 'store'>): TrainingQueue<Store> {
  if (!store.queue) throw new DemandaError('QUEUE_MISSING', {});
  return store.queue;
}

export class Schedules {
  private readonly context: WorkspaceContext;

  constructor(context: WorkspaceContext) {
    this.context = context;
  }

  /** @throws DemandaError QUEUE_MISSING */
  async list(): Promise<SchedulesDocument> {
    const found = await requireQueue(this.context).schedules();
    const schedules = found.map(({ id, cron, timezone, work }): ScheduleItem => {
      const { choice, options, watch = false } = work as ScheduledWork;
      return { id, cron, timezone, choice, options, watch };
    });
    return { ...(await header(this.context)), schedules };
  }

  /**
   * @returns the schedules that there are now
   * @throws DemandaError QUEUE_MISSING, SCHEDULE_CRON, SCHEDULE_TIMEZONE, and those of names that are not there
   */
  async add({ cron, timezone, choice = {}, options = {}, watch = false }: ScheduleAsked): Promise<SchedulesDocument> {
    const { context } = this;
    const queue = requireQueue(context);
    const id = randomUUID().slice(0, 8);
    const named = await context.names.trained(choice);
    const work: ScheduledWork = {
      choice: named,
      options,
      ...(watch && { watch: true }),
      lang: context.lang,
      actor: context.actor,
    };
    const usual = (await settingsOf(context)).timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
    const zone = timezone ?? usual;
    const deed = deedNow(context, 'schedule.add', named.merchant ?? null, { scheduleId: id, cron, timezone: zone });
    await queue.addSchedule({ id, cron, timezone: zone, work }, deed);
    return this.list();
  }

  /** @returns the schedules that are left; @throws DemandaError QUEUE_MISSING, SCHEDULE_UNKNOWN */
  async remove(id: string): Promise<SchedulesDocument> {
    const deed = deedNow(this.context, 'schedule.remove', null, { scheduleId: id });
    if (!(await requireQueue(this.context).removeSchedule(id, deed)))
      throw new DemandaError('SCHEDULE_UNKNOWN', { id });
    return this.list();
  }
}

/** Starts a training. */
export type StartTraining = (
  asked: { readonly cells?: readonly CellName[]; readonly options: TrainingOptionsBody },
  given: { readonly id: string; readonly merchant: string | null; readonly lang: Lang; readonly actor: Actor },
) => Promise<unknown>;

/** Looks at all cells of a choice. */
type StartWatch = (choice: CellChoice, given: { readonly lang: Lang; readonly actor: Actor }) => Promise<unknown>;

/** Starts a training whose time has come, once however often it comes; a look at all cells is done at once. */
export async function startDue(
  context: WorkspaceContext,
  due: DueTraining,
  start: StartTraining,
  watch: StartWatch,
): Promise<void> {
  const { choice, options, lang, actor, watch: looks } = due.work as ScheduledWork;
  if (looks) {
    // First: a look that takes long would come again meanwhile.
    await due.started();
    await watch(choice, { lang, actor });
    return;
  }
  const { merchant, product, productType } = choice;
  let cells: CellName[] | null = null;
  if (product !== undefined || productType !== undefined) {
    cells = [];
    for await (const cell of context.store.cells.list(choice))
      cells.push({ merchant: cell.merchant, product: cell.product });
  }
  const asked = { ...(cells && { cells }), options };
  const byTime: Actor = { ...actor, kind: 'schedule' };
  await start(asked, { id: due.id, merchant: merchant ?? null, lang, actor: byTime });
  await due.started();
}
