/**
 * The work that a server does on threads of its own: what computes, what writes and what reads files; the main thread
 * only reads summaries and answers.
 */

import type { AlertsChange } from '../contract/alerts.ts';
import type { ImportBody, OverviewFilter } from '../contract/api.ts';
import type { Caller, IdempotentRequest } from '../contract/store/access.ts';
import type { Actor } from '../contract/store/deed.ts';
import type { RecommendationChoice } from '../contract/store/recommendations.ts';
import type { RunNote } from '../contract/store/runs.ts';
import type { GuardrailSettings } from '../core/pricing/guardrails.ts';
import type { Alias, Lang, ListPage, SettingName } from '../core/vocabulary.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import type { CompetitorsOptions } from '../workspace/competitors.ts';
import type { ProposeTestOptions } from '../workspace/experiment-proposals.ts';
import type { StartTestOptions } from '../workspace/experiments.ts';
import type { HeldAsked } from '../workspace/held-values.ts';
import type { ChooseHoldoutOptions, ComparisonOptions } from '../workspace/holdouts.ts';
import type { LinesToKeep } from '../workspace/kept-lines.ts';
import type { CellChoice } from '../workspace/names.ts';
import type { PortfolioOptions, ScenarioOptions, TotalsOptions } from '../workspace/options.ts';
import type { OutcomesChoice } from '../workspace/outcomes.ts';
import type { CalendarChoice } from '../workspace/price-log.ts';
import type { PromotionsOptions } from '../workspace/promotions.ts';
import type { RefreshChoice, WhatIfChoice } from '../workspace/recommendations.ts';
import type { MarkdownOptions, OrderOptions } from '../workspace/stock-cells.ts';
import type { Workspace } from '../workspace.ts';

/** Everything that may be asked for. Arguments and results cross threads: plain data. */
function deskOf(w: Workspace) {
  // long: a list of what may be asked for.
  return {
    endDeadTrainings: () => w.overview.endDeadTrainings(),
    summary: (filter: OverviewFilter) => w.overview.summary(filter),
    runGroups: (...asked: Parameters<Workspace['overview']['runGroups']>) => w.overview.runGroups(...asked),
    sortedRuns: (...asked: Parameters<Workspace['overview']['sortedRuns']>) => w.overview.sortedRuns(...asked),
    settingsTried: (...asked: Parameters<Workspace['overview']['settingsTried']>) => w.overview.settingsTried(...asked),
    distribution: (filter: OverviewFilter) => w.overview.distribution(filter),
    show: (merchant: string, product: string, options: { modelId?: string; instrument?: string }) =>
      w.show(merchant, product, options),
    compare: (names: readonly { merchant: string; product: string; modelId?: string }[]) => w.compare(names),
    exportModel: (merchant: string, product: string) => w.exportModel(merchant, product),
    versions: (merchant: string, product: string) => w.models({ merchant, product }),
    setAlias: (merchant: string, product: string, alias: Alias, version: number) =>
      w.setAlias(merchant, product, alias, version),
    rollback: (merchant: string, product: string, version?: number) => w.rollback(merchant, product, version),
    acceptHeld: (asked: HeldAsked) => w.acceptHeld(asked),
    analyze: (merchant: string, product: string, runId: string) => w.historyAnalyze(merchant, product, runId),
    annotateRun: (runId: string, note: RunNote) => w.annotateRun(runId, note),
    runLog: (runId: string) => w.runLog(runId),
    refresh: (choice: RefreshChoice) => w.recommendations.refresh(choice),
    refreshMany: (choice: RefreshChoice) => w.recommendations.refresh(choice),
    recommendationTotals: (choice: RecommendationChoice) => w.recommendations.totals(choice),
    whatIf: (choice: WhatIfChoice) => w.recommendations.whatIf(choice),
    whatIfMany: (choice: WhatIfChoice) => w.recommendations.whatIf(choice),
    portfolio: (options: PortfolioOptions) => w.portfolio(options),
    keptLines: (merchant: string) => w.keptLines(merchant),
    keepLines: (asked: LinesToKeep) => w.keepLines(asked),
    scenario: (options: ScenarioOptions) => w.scenario(options),
    promotions: (options: PromotionsOptions) => w.promotions(options),
    totals: (options: TotalsOptions) => w.totals(options),
    decide: (caller: Caller, decision: Parameters<Workspace['recommendations']['decide']>[1]) =>
      w.recommendations.decide(caller, decision),
    exportBatch: (caller: Caller, wanted: Parameters<Workspace['recommendations']['export']>[1]) =>
      w.recommendations.export(caller, wanted),
    batchFile: (...asked: Parameters<Workspace['recommendations']['batchFile']>) =>
      w.recommendations.batchFile(...asked),
    priceHistory: (merchant: string, product: string) => w.priceLog.of({ merchant, product }),
    priceCalendar: (choice: CalendarChoice) => w.priceLog.calendar(choice),
    table: (...asked: Parameters<Workspace['tables']['file']>) => w.tables.file(...asked),
    outcome: (id: number, merchant: string | null) => w.recommendations.outcome(id, merchant),
    outcomes: (choice: OutcomesChoice) => w.recommendations.outcomes(choice),
    competitors: (options: CompetitorsOptions) => w.competitors(options),
    stock: (choice: CellChoice) => w.perishables.stock(choice),
    order: (options: OrderOptions) => w.perishables.order(options),
    markdown: (options: MarkdownOptions) => w.perishables.markdown(options),
    proposeTests: (options: ProposeTestOptions) => w.experiments.propose(options),
    startTest: (options: StartTestOptions) => w.experiments.start(options),
    showTest: (id: string, merchant: string | null) => w.experiments.show(id, merchant, { judge: false }),
    stopTest: (id: string, merchant: string | null) => w.experiments.stop(id, merchant),
    testPlan: (...asked: Parameters<Workspace['experiments']['plan']>) => w.experiments.plan(...asked),
    latestHoldout: () => w.holdouts.latest(),
    proposeHoldout: (options: ChooseHoldoutOptions) => w.holdouts.propose(options),
    compareShops: (options: ComparisonOptions) => w.holdouts.compare(options),
    startHoldout: (options: ChooseHoldoutOptions) => w.holdouts.start(options),
    stopHoldout: () => w.holdouts.stop(),
    startTraining: (
      caller: Caller,
      wanted: Parameters<Workspace['trainings']['start']>[1],
      lang: Lang,
      id: string | null,
    ) => w.trainings.start(caller, wanted, lang, id),
    startWatch: (full: boolean) => w.watch.start(full),
    setWatchEvery: (hours: number | null) => w.watch.setEvery(hours),
    searchAudit: (...asked: Parameters<Workspace['access']['searchAudit']>) => w.access.searchAudit(...asked),
    changeAlerts: (change: AlertsChange) => w.alerts.change(change),
    testAlerts: (draft: AlertsChange) => w.alerts.test(draft),
    keepWatch: () => w.keepWatch(),
    stopTraining: (id: string, merchant: string | null) => w.trainings.stop(id, merchant),
    retryTraining: (id: string, merchant: string | null, number: number | null) =>
      w.trainings.retry(id, merchant, number),
    resumeTraining: (id: string, merchant: string | null) => w.trainings.resume(id, merchant),
    keepUpload: (id: string, merchant: string | null) => w.uploads.keep(id, merchant),
    removeUpload: (id: string, merchant: string | null) => w.uploads.remove(id, merchant),
    previewImport: (id: string, merchant: string | null, options: ImportBody) =>
      w.uploads.preview(id, merchant, options),
    undoImport: (id: string, merchant: string | null) => w.imports.undo(id, merchant),
    listNames: (...asked: Parameters<Workspace['names']['list']>) => w.names.list(...asked),
    renameName: (...asked: Parameters<Workspace['names']['rename']>) => w.names.rename(...asked),
    mergeNames: (...asked: Parameters<Workspace['names']['merge']>) => w.names.merge(...asked),
    forgetName: (...asked: Parameters<Workspace['names']['forget']>) => w.names.forget(...asked),
    commitImport: (id: string, merchant: string | null, options: ImportBody & { skipBad: boolean }) =>
      w.uploads.commit(id, merchant, options),
    setSettings: (values: Partial<Record<SettingName, string>>) => w.setSettings(values),
    saveView: (view: Parameters<Workspace['saveView']>[0]) => w.saveView(view),
    saveColumns: (page: ListPage, columns: readonly string[] | null) => w.saveColumns(page, columns),
    setGuardrails: (scope: { merchant?: string; productType?: string }, guardrails: Partial<GuardrailSettings>) =>
      w.setGuardrails(scope, guardrails),
    openSession: (by: { key: string } | 'link', address: string) => w.access.openSession(by, address),
    refuseSession: (address: string) => w.access.refuseSession(address),
    markSessionUsed: (caller: Caller) => w.access.markSessionUsed(caller),
    endSession: (caller: Caller, id: string) => w.access.endSession(caller, id),
    endOtherSessions: (caller: Caller) => w.access.endOtherSessions(caller),
    makeKey: (caller: Caller, wanted: Parameters<Workspace['access']['makeKey']>[1]) =>
      w.access.makeKey(caller, wanted),
    revokeKey: (caller: Caller, id: string) => w.access.revokeKey(caller, id),
    takeIdempotencyKey: (request: IdempotentRequest, holder: string, workedOn: boolean) =>
      w.access.takeIdempotencyKey(request, holder, workedOn),
    renewIdempotencyKey: (request: IdempotentRequest, holder: string) => w.access.renewIdempotencyKey(request, holder),
    settleIdempotencyKey: (
      request: IdempotentRequest,
      holder: string,
      settled: { status: number; answer: string | null } | null,
    ) => w.access.settleIdempotencyKey(request, holder, settled),
  };
}

export type Desk = ReturnType<typeof deskOf>;
export type DeskTask = keyof Desk;

/** What a thread answers: an error of the table crosses as its code and parameters. */
export type DeskAnswer =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly code: string; readonly parameters: Readonly<Record<string, string | number>> };

/** Does one task for whoever asks. What is no error of the table is thrown. */
export async function perform(workspace: Workspace, { asker, task, given }: DeskOrder): Promise<DeskAnswer> {
  try {
    const speaking = workspace.within(asker.merchant).in(asker.lang);
    const work = deskOf(asker.actor ? speaking.as(asker.actor) : speaking)[task] as (
      ...given: readonly unknown[]
    ) => Promise<unknown>;
    return { ok: true, value: await work(...given) };
  } catch (error) {
    if (error instanceof DemandaError) return refusal(error);
    throw error;
  }
}

export function refusal({ code, parameters }: DemandaError): DeskAnswer {
  return { ok: false, code, parameters };
}

/** For whom a thread works: answers speak the language, changes are logged under the actor. */
export interface Asker {
  readonly lang: Lang;
  /** Null: the server itself. */
  readonly actor: Actor | null;
  /** Whose rows alone are there; null: everybody's. */
  readonly merchant: string | null;
}

export interface DeskOrder {
  readonly asker: Asker;
  readonly task: DeskTask;
  readonly given: readonly unknown[];
}
