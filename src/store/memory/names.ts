/** Names of merchants and products in memory, and how they change. */

import { type CellName, cellKey } from '../../contract/cell-name.ts';
import type { Deed } from '../../contract/store/deed.ts';
import type {
  NameAlias,
  NameChange,
  NameChangeSummary,
  NameStore,
  NameSummary,
  RenamedInFile,
} from '../../contract/store/names.ts';
import type { NamedKind } from '../../core/vocabulary.ts';
import { DemandaError } from '../../errors/demanda-error.ts';
import {
  aliasesAfter,
  type NamePlan,
  planChange,
  renamedChoice,
  renamedScores,
  settingsAfter,
  takersOf,
} from '../../rules/name-changes.ts';
import { RenamedRows } from '../../rules/renamed-rows.ts';
import { compareCells, compareText } from '../../rules/text-order.ts';
import { sortedDays } from './cell-days.ts';
import { joinCells, moveKey, renameCell } from './cell-moves.ts';
import { copySharedCompetitors, moveCompetitors } from './competitor-moves.ts';
import type { MemoryData } from './data.ts';
import { copySharedCosts, moveCosts, moveSharedPrices } from './price-moves.ts';
import { standsNow } from './runs.ts';
import { moveStock } from './stock-moves.ts';

/** Thrown within the write of a dry run to undo it. */
const UNDONE = Symbol('undone');

const aliasKey = ({ kind, merchant, name }: Omit<NameAlias, 'target'>): string =>
  JSON.stringify([kind, merchant, name]);

export class MemoryNames implements NameStore {
  private readonly data: MemoryData;

  constructor(data: MemoryData) {
    this.data = data;
  }

  async list(kind: NamedKind, merchant: string | null): Promise<readonly NameSummary[]> {
    const own = allCells(this.data).filter((cell) => merchant === null || cell.merchant === merchant);
    const names = Map.groupBy(own, (cell) => cell[kind]);
    const items = [...names].map(([name, cells]) => {
      const sold = cells.flatMap((cell) => this.data.cells.get(cellKey(cell)) ?? []);
      const days = sold.flatMap(sortedDays).sort((a, b) => a - b);
      const units = [...new Set(sold.map(({ unit }) => unit))].filter((unit) => unit !== '').sort(compareText);
      const span = { firstDay: days[0] ?? null, lastDay: days.at(-1) ?? null };
      return { name, cells: cells.length, rows: days.length, ...span, units };
    });
    return items.sort((a, b) => compareText(a.name, b.name));
  }

  async change(change: NameChange, deedOf: (summary: NameChangeSummary) => Deed): Promise<NameChangeSummary> {
    let summary: NameChangeSummary | undefined;
    try {
      this.data.write(() => {
        summary = changeNames(this.data, change, new Date().toISOString());
        this.data.log(deedOf(summary));
        if (change.dryRun) throw UNDONE;
      });
    } catch (error) {
      if (error !== UNDONE) throw error;
    }
    return summary as NameChangeSummary;
  }

  async aliases(merchant: string | null): Promise<readonly NameAlias[]> {
    return aliasesOf(this.data).filter((alias) => merchant === null || alias.merchant === merchant);
  }

  async forget(alias: Omit<NameAlias, 'target'>, deed: Deed): Promise<boolean> {
    return this.data.write(() => {
      if (this.data.aliases.get(aliasKey(alias)) === undefined) return false;
      this.data.aliases.delete(aliasKey(alias));
      this.data.log(deed);
      return true;
    });
  }
}

function aliasesOf(data: MemoryData): NameAlias[] {
  return data.aliases
    .values()
    .sort(
      (a, b) =>
        compareText(a.kind, b.kind) || compareText(a.merchant ?? '', b.merchant ?? '') || compareText(a.name, b.name),
    );
}

/** Rows of an import under the names that theirs mean, and how many said which. */
export function applyAliases<Row extends object>(
  data: MemoryData,
  rows: readonly Row[],
  namesOf: (row: Row) => { readonly merchant: string | null; readonly product: string },
  renamed: (row: Row, names: CellName) => Row,
): { readonly rows: readonly Row[]; readonly renamed: readonly RenamedInFile[] } {
  const aliases = aliasesOf(data);
  if (aliases.length === 0) return { rows, renamed: [] };
  const names = new RenamedRows(aliases);
  const after = rows.map((row) => renamed(row, names.cellOf(namesOf(row))));
  return { rows: after, renamed: names.found };
}

function allCells(data: MemoryData): CellName[] {
  const all = [...data.shown.values(), ...data.runs.values(), ...data.versions.values()];
  const cells = all.map(({ merchant, product }) => ({ merchant, product }));
  return [...new Map(cells.map((cell) => [cellKey(cell), cell])).values()].sort(compareCells);
}

/** Within a write. */
function changeNames(data: MemoryData, change: NameChange, at: string): NameChangeSummary {
  const { kind, from, into, merchant } = change;
  const cells = allCells(data)
    .filter((cell) => [...from, into].includes(cell[kind]))
    .map((cell) => ({ ...cell, unit: data.cells.get(cellKey(cell))?.unit ?? '' }));
  const plan = planChange(change, cells);
  for (const cell of cells) {
    const hold = data.holds.get(cellKey(cell));
    if (hold && standsNow(hold))
      throw new DemandaError('RUN_HELD_BY_OTHER', {
        ...{ merchant: cell.merchant, product: cell.product },
        ...{ pid: hold.name, since: hold.since },
      });
  }
  const summary = { renamed: plan.renamed.length, merged: 0, rows: 0, sameDays: 0 };
  const lost = { models: 0, retired: 0, trainings: 0, recommendations: 0, held: 0 };
  const typesBefore = types(data);
  const revision = data.shown.values().reduce((most, cell) => Math.max(most, cell.revision), 0) + 1;
  for (const move of plan.renamed) {
    summary.rows += renameCell(data, move, revision);
    moveCosts(data, move, at);
    if (kind === 'product' && merchant !== null) {
      copySharedCosts(data, move, at);
      copySharedCompetitors(data, move.from, move.into);
    }
  }
  for (const { into: cell, from: others } of plan.joined) {
    const joined = joinCells(data, { from: others, into: cell }, revision, at);
    for (const other of others) moveCosts(data, { from: other, into: cell }, at);
    summary.merged += others.length;
    summary.rows += joined.rows;
    summary.sameDays += joined.sameDays;
    for (const what of ['models', 'retired', 'trainings', 'recommendations', 'held'] as const)
      lost[what] += joined[what];
  }
  if (kind === 'product' && merchant === null) for (const name of from) moveSharedPrices(data, name, into, at);
  let keys = 0;
  if (kind === 'merchant') for (const name of from) keys += moveMerchant(data, name, into, change.how === 'merge', at);
  moveChoices(data, plan);
  const { changes, gone } = settingsAfter(
    Object.fromEntries(data.settings.entries()),
    change,
    typesBefore,
    types(data),
  );
  for (const [key, value] of Object.entries(changes)) {
    if (value === null) data.settings.delete(key);
    else data.settings.set(key, value);
  }
  moveScores(data, plan);
  const aliases = aliasesAfter(aliasesOf(data), change, takersOf(plan));
  for (const [key] of data.aliases.entries()) data.aliases.delete(key);
  for (const alias of aliases) data.aliases.set(aliasKey(alias), alias);
  const imports = data.imports.values().filter(({ joined }) => joined?.at === at).length;
  return { ...summary, ...lost, imports, guardrails: gone, keys };
}

function types(data: MemoryData): ReadonlySet<string> {
  return new Set(data.shown.values().map(({ productType }) => productType));
}

/** Cells that trainings were asked for. */
function moveChoices(data: MemoryData, { renamed, joined }: NamePlan): void {
  const moves = new Map<string, CellName>();
  for (const { from, into } of renamed) moves.set(cellKey(from), into);
  for (const { from, into } of joined) for (const cell of from) moves.set(cellKey(cell), into);
  for (const [id, training] of data.trainings.entries())
    if (training.chosen !== null)
      data.trainings.set(id, { ...training, chosen: renamedChoice(training.chosen, moves) });
}

function moveScores(data: MemoryData, plan: NamePlan): void {
  const scores = new Map<string, object>();
  for (const [key, json] of data.documents.entries()) {
    const [kind, type] = JSON.parse(key) as [string, string];
    if (kind === 'conformal-scores') scores.set(type, JSON.parse(json) as object);
  }
  const after = renamedScores(scores, plan);
  if (after === scores) return;
  const keyOf = (type: string): string => JSON.stringify(['conformal-scores', type]);
  for (const type of scores.keys()) data.documents.delete(keyOf(type));
  for (const [type, cells] of after) data.documents.set(keyOf(type), JSON.stringify(cells));
}

/** What a merchant has besides its cells. @returns how many keys are revoked */
function moveMerchant(data: MemoryData, from: string, into: string, joined: boolean, at: string): number {
  for (const table of [data.audit, data.trainings])
    for (const [key, row] of table.entries())
      if (row.merchant === from) table.set(key, { ...row, merchant: into } as never);
  for (const row of data.stock.values().flat())
    if (row.merchant === from) moveStock(data, row, { merchant: into, product: row.product });
  for (const row of data.competitors.values().flat())
    if (row.merchant === from) moveCompetitors(data, row, { merchant: into, product: row.product });
  for (const [id, kept] of data.imports.entries()) {
    const batch = { ...kept.batch, merchant: kept.batch.merchant === from ? into : kept.batch.merchant };
    data.imports.set(id, { ...kept, batch, known: renamedKeys(kept.known, from, into) });
  }
  for (const key of [...renamedKeys(new Map(data.known.entries()), from, into).keys()]) data.known.set(key, true);
  for (const [key] of data.known.entries()) if (ownerIn(key) === from) data.known.delete(key);
  for (const [key, kept] of data.batches.entries()) {
    const [id, owner] = JSON.parse(key) as [string, string];
    const to = JSON.stringify([id, into]);
    if (owner === from && data.batches.get(to) === undefined)
      moveKey(data.batches, key, to, () => ({ ...kept, batch: { ...kept.batch, merchant: into } }));
  }
  for (const [id, row] of data.recommendations.entries())
    if (row.batchOwner === from) data.recommendations.set(id, { ...row, batchOwner: into });
  for (const [key] of data.documents.entries()) {
    const [kind, own] = JSON.parse(key) as [string, string];
    if (kind !== 'mapping' || ownerIn(own) !== from) continue;
    const to = JSON.stringify([kind, JSON.stringify([into, (JSON.parse(own) as string[])[1]])]);
    if (data.documents.get(to) === undefined) moveKey(data.documents, key, to);
  }
  for (const [key, request] of data.requests.entries()) {
    const [credential, owner, own] = JSON.parse(key) as [string, string | null, string];
    const to = JSON.stringify([credential, into, own]);
    if (owner === from && data.requests.get(to) === undefined) moveKey(data.requests, key, to, () => request);
  }
  return moveCallers(data, from, into, joined, at);
}

/** Keys of a merchant that is joined to another would open what was not theirs to see. */
function moveCallers(data: MemoryData, from: string, into: string, joined: boolean, at: string): number {
  let revoked = 0;
  for (const [id, session] of data.sessions.entries()) {
    if (session.merchant !== from) continue;
    if (joined) data.sessions.delete(id);
    else data.sessions.set(id, { ...session, merchant: into });
  }
  for (const [id, key] of data.keys.entries()) {
    if (key.merchant !== from) continue;
    if (!joined) data.keys.set(id, { ...key, merchant: into });
    else if (key.revokedAt === null) {
      data.keys.set(id, { ...key, revokedAt: at });
      revoked++;
    }
  }
  return revoked;
}

function ownerIn(key: string): string | null {
  return (JSON.parse(key) as (string | null)[])[0] ?? null;
}

function renamedKeys<V>(of: ReadonlyMap<string, V>, from: string, into: string): ReadonlyMap<string, V> {
  const own = [...of].map(([key, value]): [string, V] => {
    const [owner, name] = JSON.parse(key) as [string | null, string];
    return [owner === from ? JSON.stringify([into, name]) : key, value];
  });
  return new Map(own);
}
