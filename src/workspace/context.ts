/** What every part of the workspace works with. */

import type { AuditAction } from '../contract/audit-actions.ts';
import type { DocumentHeader } from '../contract/documents.ts';
import { WORKSPACE_SETTINGS } from '../contract/options/settings.ts';
import type { Actor, Deed } from '../contract/store/deed.ts';
import type { Store } from '../contract/store/store.ts';
import type { Holiday } from '../core/series/cell-series.ts';
import type { Lang } from '../core/vocabulary.ts';
import { holidaysOf } from '../data/holidays.ts';
import type { Executor } from '../fleet/executor.ts';
import type { WorkspaceLocation } from './location.ts';
import type { Names } from './names.ts';

/** Holidays are looked up this far ahead of the last sale. */
const HOLIDAYS_AHEAD_DAYS = 500;

export interface WorkspaceContext {
  readonly location: WorkspaceLocation;
  /** Whose rows alone are there; null: everybody's. */
  readonly merchant: string | null;
  readonly store: Store;
  readonly names: Names;
  readonly lang: Lang;
  /** How messages name an option. */
  readonly optionName: (option: string) => string;
  /** Who does what the workspace is asked to do. */
  readonly actor: Actor;
  /** Who does the calculations of one call, and is closed with it; threads of this process unless told. */
  readonly executor: ((threads: number) => Executor) | undefined;
  /** The holidays that were looked up last: a calendar takes longer to work out than a price. */
  readonly calendar: { kept: { readonly key: string; readonly holidays: readonly Holiday[] } | null };
}

/** The settings that were made, and country and currency where they were not. */
export async function settingsOf(context: WorkspaceContext): Promise<Readonly<Record<string, string>>> {
  const { country, currency } = WORKSPACE_SETTINGS;
  return { country: country.usual, currency: currency.usual, ...(await context.store.documents.settings()) };
}

/** What every document begins with. One setting is read, not all: limits of merchants and types are settings too. */
export async function header({ store }: WorkspaceContext): Promise<DocumentHeader> {
  return { schema: 1, currency: (await store.documents.setting('currency')) ?? WORKSPACE_SETTINGS.currency.usual };
}

/** What is done now, for the audit log. @param merchant whose log it stands in; null: the workspace's alone */
export function deedNow(
  context: WorkspaceContext,
  action: AuditAction,
  merchant: string | null,
  detail: Readonly<Record<string, unknown>>,
): Deed {
  return { at: new Date().toISOString(), actor: context.actor, action, merchant, detail };
}

/** Holidays of the days with sales and of those that may be forecast; none without sales. */
export async function holidaysAround(context: WorkspaceContext): Promise<readonly Holiday[]> {
  const [first, last] = [(await context.store.cells.span()).firstDay, (await context.store.cells.span()).lastDay];
  if (first === null || last === null) return [];
  const country = (await settingsOf(context)).country as string;
  const key = `${country} ${first} ${last}`;
  if (context.calendar.kept?.key === key) return context.calendar.kept.holidays;
  const holidays = holidaysOf(country, first - 30, last + HOLIDAYS_AHEAD_DAYS);
  context.calendar.kept = { key, holidays };
  return holidays;
}
