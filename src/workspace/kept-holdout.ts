/** Shops that keep their prices, as the workspace keeps them. */

import type { HoldoutMeasure } from '../core/vocabulary.ts';
import type { WorkspaceContext } from './context.ts';
import { dayOf } from './dates.ts';

/** As the workspace keeps it. */
export interface KeptHoldout {
  readonly from: string;
  readonly stoppedOn: string | null;
  readonly heldOut: readonly string[];
  readonly measure: HoldoutMeasure;
  readonly drawn: boolean;
  readonly seed: number | null;
  readonly startedAt: string;
  readonly startedBy: string;
}

/** Where the document store has it. */
export const HOLDOUT_DOCUMENT = ['holdout', 'latest'] as const;

/**
 * The shop's prices stay on days up to the last of a span: the holdout has not stopped, whether it has begun or is to
 * begin before.
 */
export async function isHeldOut(context: WorkspaceContext, merchant: string, lastDay: number): Promise<boolean> {
  const kept = await keptHoldout(context);
  return kept !== null && kept.stoppedOn === null && kept.heldOut.includes(merchant) && dayOf(kept.from) <= lastDay;
}

/** With the names that shops have now. */
export async function keptHoldout({ store }: WorkspaceContext): Promise<KeptHoldout | null> {
  const kept = (await store.documents.read(...HOLDOUT_DOCUMENT)) as KeptHoldout | null;
  if (kept === null) return null;
  const aliases = (await store.names.aliases(null)).filter(({ kind }) => kind === 'merchant');
  const now = new Map(aliases.map(({ name, target }) => [name, target]));
  return { ...kept, heldOut: [...new Set(kept.heldOut.map((name) => now.get(name) ?? name))] };
}
