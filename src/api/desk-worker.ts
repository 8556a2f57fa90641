/** The thread that does a server's work; see desk.ts. It opens the workspace for itself. */

import { workerData } from 'node:worker_threads';
import { DemandaError } from '../errors.ts';
import { Workspace } from '../workspace.ts';
import { type DeskAnswer, type DeskOrder, deskOf } from './desk.ts';

const workspace = await Workspace.open((workerData as { readonly folder: string }).folder);

export default async function work({ lang, task, given }: DeskOrder): Promise<DeskAnswer> {
  try {
    const perform = deskOf(workspace.in(lang))[task] as (...given: readonly unknown[]) => Promise<unknown>;
    return { ok: true, value: await perform(...given) };
  } catch (error) {
    if (error instanceof DemandaError) return { ok: false, code: error.code, parameters: error.parameters };
    throw error;
  }
}
