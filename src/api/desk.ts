/** The work that a server does on threads of its own: what computes, what writes and what reads files; the main thread only reads summaries and answers. */

import type { ImportBody, OverviewFilter } from '../contract/api.ts';
import type { Caller } from '../contract/service-store.ts';
import type { GuardrailSettings } from '../core/pricing/guardrails.ts';
import type { RefreshChoice } from '../workspace/recommendations.ts';
import type { Workspace } from '../workspace.ts';

/** Everything that may be asked for. Arguments and results cross threads: plain data. */
export function deskOf(w: Workspace) {
  return {
    endDeadTrainings: () => w.overview.endDeadTrainings(),
    summary: (filter: OverviewFilter) => w.overview.summary(filter),
    show: (merchant: string, product: string, options: { modelId?: string; instrument?: string }) => w.show(merchant, product, options),
    compare: (names: readonly { merchant: string; product: string; modelId?: string }[]) => w.compare(names),
    exportModel: (merchant: string, product: string) => w.exportModel(merchant, product),
    versions: (merchant: string, product: string) => w.models({ merchant, product }),
    setAlias: (merchant: string, product: string, alias: 'live' | 'candidate', version: number) => w.setAlias(merchant, product, alias, version),
    rollback: (merchant: string, product: string, version?: number) => w.rollback(merchant, product, version),
    analyze: (merchant: string, product: string, runId: string) => w.historyAnalyze(merchant, product, runId),
    refresh: (choice: RefreshChoice) => w.recommendations.refresh(choice),
    refreshMany: (choice: RefreshChoice) => w.recommendations.refresh(choice),
    decide: (caller: Caller, decision: Parameters<Workspace['recommendations']['decide']>[1]) => w.recommendations.decide(caller, decision),
    exportBatch: (caller: Caller, wanted: Parameters<Workspace['recommendations']['export']>[1]) => w.recommendations.export(caller, wanted),
    batchFile: (batchId: string, merchant: string | null, format?: 'csv' | 'xlsx' | 'json') => w.recommendations.batchFile(batchId, merchant, format),
    outcome: (id: number, merchant: string | null) => w.recommendations.outcome(id, merchant),
    startTraining: (caller: Caller, wanted: Parameters<Workspace['trainings']['start']>[1], lang: 'es' | 'en') => w.trainings.start(caller, wanted, lang),
    stopTraining: (id: string, merchant: string | null) => w.trainings.stop(id, merchant),
    resumeTraining: (id: string, merchant: string | null) => w.trainings.resume(id, merchant),
    previewImport: (id: string, merchant: string | null, options: ImportBody) => w.uploads.preview(id, merchant, options),
    commitImport: (id: string, merchant: string | null, options: ImportBody & { skipBad: boolean }) => w.uploads.commit(id, merchant, options),
    setSetting: (key: 'country' | 'currency' | 'unit' | 'lang', value: string) => w.setSetting(key, value),
    setGuardrails: (scope: { merchant?: string; productType?: string }, guardrails: Partial<GuardrailSettings>) => w.setGuardrails(scope, guardrails),
    openSession: (by: { key: string } | 'link') => w.access.openSession(by),
    endSession: (secret: string) => w.access.endSession(secret),
    makeKey: (caller: Caller, wanted: Parameters<Workspace['access']['makeKey']>[1]) => w.access.makeKey(caller, wanted),
    revokeKey: (caller: Caller, id: string) => w.access.revokeKey(caller, id),
    log: (caller: Caller, action: string, merchant: string | null, detail: Record<string, unknown>) => w.access.log(caller, action, merchant, detail),
    takeIdempotencyKey: (caller: Caller, key: string, request: string) => w.access.takeIdempotencyKey(caller, key, request),
    settleIdempotencyKey: (caller: Caller, key: string, answer: { status: number; body: string } | null) => w.access.settleIdempotencyKey(caller, key, answer),
  };
}

export type Desk = ReturnType<typeof deskOf>;
export type DeskTask = keyof Desk;

/** What a thread answers: an error of the table crosses as its code and parameters. */
export type DeskAnswer =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly code: string; readonly parameters: Readonly<Record<string, string | number>> };

export interface DeskOrder {
  readonly lang: 'es' | 'en';
  readonly task: DeskTask;
  readonly given: readonly unknown[];
}
