/** Runs in memory: in the order in which they were begun, fenced by holder and attempt. */

import { type CellName, cellKey } from '../../contract/cell-name.ts';
import type { CellFilter } from '../../contract/store/cells.ts';
import type { Deed } from '../../contract/store/deed.ts';
import type { ModelSummary } from '../../contract/store/models.ts';
import type { Page, PageAsked } from '../../contract/store/page.ts';
import {
  type Checkpoint,
  type FinishedRun,
  type FoundCheckpoint,
  type HeldCell,
  type Holder,
  LONGEST_LEASE_MS,
  type RunChoice,
  type RunEvent,
  type RunNote,
  type RunStore,
  type RunSummary,
  type StartedRun,
} from '../../contract/store/runs.ts';
import { stateBytes, stateOf } from '../../contract/training-state.ts';
import type { ErrorHistory } from '../../core/training/history.ts';
import { DemandaError } from '../../errors/demanda-error.ts';
import { goesOn, standsIn } from '../../rules/checkpoints.ts';
import { leaseRuns } from '../../rules/leases.ts';
import { isFound } from '../run-search.ts';
import { chosenBy, type KeptRun, type MemoryData } from './data.ts';
import { insertModel, modelSummary } from './models.ts';
import { pageBy } from './pages.ts';

export class MemoryRuns implements RunStore {
  private readonly data: MemoryData;

  constructor(data: MemoryData) {
    this.data = data;
  }

  async hold(cells: readonly CellName[], holder: Holder): ReturnType<RunStore['hold']> {
    const held: CellName[] = [];
    const byOther: HeldCell[] = [];
    for (const { merchant, product } of cells) {
      const key = cellKey({ merchant, product });
      const other = this.data.holds.get(key);
      if (other && other.id !== holder.id && standsNow(other)) {
        byOther.push({ merchant, product, by: other.name, since: other.since });
        continue;
      }
      this.data.holds.set(key, { ...holder, since: new Date().toISOString() });
      held.push({ merchant, product });
    }
    return { held, byOther };
  }

  async renew({ id, leaseUntil }: Pick<Holder, 'id' | 'leaseUntil'>): Promise<boolean> {
    const own = this.data.holds.entries().filter(([, hold]) => hold.id === id);
    for (const [key, hold] of own) this.data.holds.set(key, { ...hold, leaseUntil });
    return own.length > 0;
  }

  async release(cells: readonly CellName[], holderId: string): Promise<void> {
    for (const cell of cells)
      if (this.data.holds.get(cellKey(cell))?.id === holderId) this.data.holds.delete(cellKey(cell));
  }

  async start({ inputs, trainingId, ...run }: StartedRun): Promise<void> {
    this.data.write(() => {
      this.requireHolder(run, run.holderId);
      if (this.data.runs.get(run.runId)) throw new RangeError(`run ${run.runId} is there already`);
      // What another process may still be about to write of the cell's earlier runs comes too late.
      for (const earlier of this.data.runs.values())
        if (cellKey(earlier) === cellKey(run) && earlier.status === 'running')
          this.data.runs.set(earlier.runId, { ...earlier, attempt: earlier.attempt + 1, status: 'stopped' });
      this.data.runs.set(run.runId, {
        ...NOTHING_YET,
        ...run,
        trainingId: trainingId ?? null,
        number: this.data.next('run'),
        inputs: stateBytes(inputs),
      });
    });
  }

  async takeOver(runId: string, holderId: string, trainingId?: string): Promise<number> {
    return this.data.write(() => {
      const run = this.data.runs.get(runId) as KeptRun;
      this.requireHolder(run, holderId);
      const attempt = run.attempt + 1;
      const going = { attempt, holderId, status: 'running', trainingId: trainingId ?? run.trainingId } as const;
      this.data.runs.set(runId, { ...run, ...going });
      return attempt;
    });
  }

  async saveCheckpoint({ runId, attempt, iteration, state, ...figures }: Checkpoint): Promise<void> {
    this.data.write(() => {
      this.fence(runId, attempt);
      const run = this.data.runs.get(runId) as KeptRun;
      const checkpoints = [{ iteration, state: Uint8Array.from(state) }, ...run.checkpoints].slice(0, 2);
      this.data.runs.set(runId, { ...run, ...figures, iterations: iteration, checkpoints });
    });
  }

  async newestCheckpoint(cell: CellName): Promise<FoundCheckpoint | null> {
    const run = this.data.runs
      .values()
      .filter((kept) => cellKey(kept) === cellKey(cell) && (kept.points > 0 || kept.inputs !== null))
      .sort((a, b) => b.number - a.number)[0];
    if (!run || !goesOn(run.status) || run.inputs === null) return null;
    const [newest] = run.checkpoints;
    if (!newest) return null;
    const { iteration } = newest;
    return {
      run: this.summaryOf(run),
      attempt: run.attempt,
      iteration,
      inputs: stateOf(run.inputs),
      state: stateOf(newest.state),
      damaged: standsIn({ age: 0, iteration }, run),
    };
  }

  async finish(finished: readonly FinishedRun[], releasedBy?: string): Promise<(ModelSummary | null)[]> {
    const ids = this.data.write(() => finished.map((run) => this.finishOne(run)));
    if (releasedBy !== undefined)
      await this.release(
        finished.map(({ run }) => run),
        releasedBy,
      );
    return ids.map((id) => (id === null ? null : modelSummary(this.data, id)));
  }

  async *list(filter: Omit<CellFilter, 'productType'>): AsyncIterable<RunSummary> {
    const found = this.data.runs.values().filter(chosenBy(filter));
    for (const { runId } of found.sort((a, b) => a.number - b.number))
      yield this.summaryOf(this.data.runs.get(runId) as KeptRun);
  }

  async page({ status, search, tag, ...named }: RunChoice, asked: PageAsked): Promise<Page<RunSummary>> {
    const found = this.data.runs
      .values()
      .filter(
        (run) =>
          run.points > 0 &&
          chosenBy(named)(run) &&
          isFound(this.summaryOf(run), { ...(search !== undefined && { search }), ...(tag !== undefined && { tag }) }),
      );
    const chosen = found.filter((run) => status === undefined || this.summaryOf(run).status === status);
    const page = pageBy(chosen, (run) => [run.number], { order: 'desc' }, asked);
    return { ...page, items: page.items.map((run) => this.summaryOf(run)) };
  }

  async annotate(runId: string, { tags, note }: RunNote, deed: Deed): Promise<boolean> {
    return this.data.write(() => {
      const run = this.data.runs.get(runId);
      if (!run) return false;
      this.data.runs.set(runId, { ...run, tags: [...tags], note });
      this.data.log(deed);
      return true;
    });
  }

  async read(runId: string): Promise<RunSummary | null> {
    const run = this.data.runs.get(runId);
    return run ? this.summaryOf(run) : null;
  }

  async events(runId: string): Promise<RunEvent[]> {
    return structuredClone([...(this.data.runs.get(runId)?.events ?? [])]);
  }

  async history(runId: string): Promise<ErrorHistory | null> {
    const run = this.data.runs.get(runId);
    if (run?.history) return structuredClone(run.history);
    const [newest] = run?.checkpoints ?? [];
    return newest ? stateOf<{ history: ErrorHistory }>(newest.state).history : null;
  }

  async readWithHistory(runId: string, merchant: string | null): ReturnType<RunStore['readWithHistory']> {
    const run = await this.read(runId);
    if (!run || (merchant !== null && run.merchant !== merchant)) return null;
    return { run, history: await this.history(runId) };
  }

  /** Whether a run has lost its holder is seen whenever it is read. */
  async endDead(): Promise<void> {}

  private finishOne({ run, events, model, history, trainingId, machine, attempt = 1 }: FinishedRun): string | null {
    const { data } = this;
    if (history) this.fence(run.runId, attempt);
    const before = data.runs.get(run.runId);
    // A run is written once: one that has ended stays as it ended.
    if (before && before.status !== 'running') throw overtaken(run);
    const modelId = model === null ? null : insertModel(data, model);
    const { runId, startedAt, seed, simulatedRowsPerIteration, ownRows } = before ?? run;
    const begun = before ?? {
      ...NOTHING_YET,
      trainingId: trainingId ?? null,
      holderId: null,
      number: data.next('run'),
    };
    const isDone = run.status === 'done';
    data.runs.set(runId, {
      ...begun,
      ...run,
      ...machine,
      ...{ startedAt, seed, simulatedRowsPerIteration, ownRows },
      modelId,
      events: structuredClone([...events]),
      attempt: begun.attempt,
      history: history ? structuredClone(history) : begun.history,
      checkpoints: history && isDone ? [] : begun.checkpoints,
      inputs: history && isDone ? null : begun.inputs,
    });
    return modelId;
  }

  private summaryOf(kept: KeptRun): RunSummary {
    const {
      number: _,
      attempt: __,
      holderId,
      inputs: ___,
      checkpoints: ____,
      history: _____,
      events: ______,
      ...run
    } = kept;
    const unit = this.data.cells.get(cellKey(kept))?.unit ?? '';
    return { ...run, unit, status: statusNow(this.data, { ...kept, holderId }) };
  }

  private requireHolder(cell: CellName, holderId: string): void {
    if (this.data.holds.get(cellKey(cell))?.id !== holderId) throw overtaken(cell);
  }

  /** Refuses what an overtaken attempt would write. */
  private fence(runId: string, attempt: number): void {
    const run = this.data.runs.get(runId);
    if (run && run.attempt !== attempt) throw overtaken(run);
  }
}

/** Of a run that has just begun. */
const NOTHING_YET = {
  status: 'running',
  stopReason: 'interrupted',
  converged: null,
  iterations: 0,
  wape: null,
  rmse: null,
  rmsse: null,
  seconds: 0,
  modelId: null,
  failureCode: null,
  failureMessage: null,
  points: 0,
  errorKind: null,
  firstError: null,
  bestError: null,
  bestIteration: null,
  lastError: null,
  tags: [],
  note: '',
  cpuSeconds: null,
  peakMemory: null,
  attempt: 1,
  inputs: null,
  checkpoints: [],
  history: null,
  events: [],
} as const;

/** A run whose holder is gone did not end: it was interrupted. */
export function statusNow(data: MemoryData, run: KeptRun): RunSummary['status'] {
  const hold = data.holds.get(cellKey(run));
  const isHeld = hold !== undefined && hold.id === run.holderId && standsNow(hold);
  return run.status === 'running' && !isHeld ? 'stopped' : run.status;
}

export function standsNow({ leaseUntil }: Pick<Holder, 'leaseUntil'>): boolean {
  const now = Date.now();
  const latest = new Date(now + LONGEST_LEASE_MS).toISOString();
  return leaseRuns(leaseUntil, new Date(now).toISOString(), latest);
}

function overtaken({ merchant, product }: CellName): DemandaError {
  return new DemandaError('CHECKPOINT_OVERTAKEN', { merchant, product });
}
