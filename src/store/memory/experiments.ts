/** Price tests in memory. */

import { type CellName, cellKey } from '../../contract/cell-name.ts';
import { actorId, type Deed } from '../../contract/store/deed.ts';
import type {
  ExperimentChoice,
  ExperimentStore,
  KeptExperiment,
  NewExperiment,
} from '../../contract/store/experiments.ts';
import type { Page, PageAsked } from '../../contract/store/page.ts';
import { isChosen, ownerOf, type PlannedRow, requireNoOverlap, requireOpen } from '../../rules/experiments.ts';
import type { MemoryData } from './data.ts';
import { pageBy } from './pages.ts';

const hasCell =
  (cell: CellName) =>
  ({ cells }: KeptExperiment): boolean =>
    cells.some((one) => cellKey(one) === cellKey(cell));

export class MemoryExperiments implements ExperimentStore {
  private readonly data: MemoryData;

  constructor(data: MemoryData) {
    this.data = data;
  }

  async list(choice: ExperimentChoice, page: PageAsked): Promise<Page<KeptExperiment>> {
    const chosen = this.data.experiments.values().filter(isChosen(choice));
    const found = pageBy(chosen, ({ id }) => [id], { order: 'desc' }, page);
    return { ...found, items: structuredClone(found.items) };
  }

  async read(id: number): Promise<KeptExperiment | null> {
    return structuredClone(this.data.experiments.get(String(id)) ?? null);
  }

  async open(cell: CellName): Promise<readonly KeptExperiment[]> {
    const open = this.data.experiments.values().filter((kept) => kept.ending === null && hasCell(cell)(kept));
    return structuredClone(open.sort((a, b) => b.id - a.id));
  }

  async start(experiment: NewExperiment, deed: (id: number) => Deed): Promise<KeptExperiment> {
    return this.data.write(() => {
      requireNoOverlap(experiment, this.data.experiments.values());
      const id = this.data.next('experiment');
      const { actor, ...rest } = structuredClone(experiment);
      const kept: KeptExperiment = {
        ...{ ...rest, id, actor: actorId(actor), actorName: actor.name, merchant: ownerOf(experiment.cells) },
        ...{ ending: null, endedDay: experiment.lastDay, endedAt: null, endedByName: null },
      };
      this.data.experiments.set(String(id), kept);
      this.data.log(deed(id));
      return structuredClone(kept);
    });
  }

  async end(id: number, how: Parameters<ExperimentStore['end']>[1], deed: Deed): Promise<KeptExperiment> {
    return this.data.write(() => {
      const kept = requireOpen(this.data.experiments.get(String(id)) ?? null, id);
      const { ending, endedDay, at, actor } = how;
      const ended = { ...kept, ending, endedDay, endedAt: at, endedByName: actor.name };
      this.data.experiments.set(String(id), ended);
      this.data.log(deed);
      return structuredClone(ended);
    });
  }
}

/** What tests planned for a cell, as far as it counts. */
export function plannedOf(data: MemoryData, cell: CellName): PlannedRow[] {
  const rows = data.experiments
    .values()
    .flatMap(({ id, cells, endedDay }) =>
      cells
        .filter((one) => cellKey(one) === cellKey(cell))
        .flatMap(({ prices, basePrice }, number) =>
          prices
            .filter(({ day }) => day <= endedDay)
            .map(({ day, price }) => ({ order: [day, id, number] as const, day, price, base: basePrice })),
        ),
    );
  return rows
    .sort((a, b) => a.order[0] - b.order[0] || a.order[1] - b.order[1] || a.order[2] - b.order[2])
    .map(({ day, price, base }) => ({ day, price, base }));
}

/** A cell takes another name. Within a write. */
export function renameTests(data: MemoryData, from: CellName, into: CellName): void {
  for (const [key, kept] of data.experiments.entries()) {
    if (!hasCell(from)(kept)) continue;
    const { merchant, product } = into;
    const cells = kept.cells.map((cell) => (cellKey(cell) === cellKey(from) ? { ...cell, merchant, product } : cell));
    data.experiments.set(key, { ...kept, cells, merchant: ownerOf(cells) });
  }
}

/**
 * Tests of cells that become one end: what was planned for one of them is not what their sum is sold at. Within a write,
 * before their sales are joined. @param at when, ISO 8601
 */
export function endTests(data: MemoryData, cells: readonly CellName[], at: string): void {
  for (const cell of cells) {
    const rows = data.cells.get(cellKey(cell))?.rows;
    for (const [key, kept] of data.experiments.entries()) {
      if (kept.ending !== null || !hasCell(cell)(kept)) continue;
      const before = kept.firstDay - 1;
      const last = rows && rows.size > 0 ? Math.max(...rows.keys()) : before;
      const endedDay = Math.min(kept.lastDay, Math.max(before, last));
      data.experiments.set(key, { ...kept, ending: 'stopped', endedAt: at, endedDay });
    }
  }
}
