/** What people write of runs: tags to find them by, and a note. */

import { nameOf } from '../contract/name-form.ts';
import { MOST_NOTE_LETTERS, MOST_TAG_LETTERS, MOST_TAGS } from '../contract/run-note.ts';
import type { RunNote } from '../contract/store/runs.ts';
import { visibleLines } from '../contract/visible-text.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { deedNow, type WorkspaceContext } from './context.ts';

/**
 * Writes tags and note of a run in place of those that it had; what is not given stays. The model version that came of
 * the run carries them too.
 *
 * @returns what stands there now
 * @throws DemandaError RUN_UNKNOWN, RUN_NOTE
 */
export async function annotateRun(context: WorkspaceContext, runId: string, given: Partial<RunNote>): Promise<RunNote> {
  const { store } = context;
  const run = await store.runs.read(runId);
  if (!run || (context.merchant !== null && run.merchant !== context.merchant))
    throw new DemandaError('RUN_UNKNOWN', { runId });
  const tags = [...new Set((given.tags ?? run.tags).map(nameOf).filter((tag) => tag !== ''))];
  const note = visibleLines(given.note ?? run.note).trim();
  if (tags.length > MOST_TAGS || note.length > MOST_NOTE_LETTERS || tags.some((tag) => tag.length > MOST_TAG_LETTERS))
    throw new DemandaError('RUN_NOTE', { tags: MOST_TAGS, letters: MOST_TAG_LETTERS, note: MOST_NOTE_LETTERS });
  const deed = deedNow(context, 'run.note', run.merchant, { product: run.product, runId, tags, note });
  if (!(await store.runs.annotate(runId, { tags, note }, deed))) throw new DemandaError('RUN_UNKNOWN', { runId });
  return { tags, note };
}
