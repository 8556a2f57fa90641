/** Names that change: which cells take which name, what is refused, and what files that say a former name mean. */

import { type CellName, cellKey } from '../contract/cell-name.ts';
import type { NameAlias, NameChange } from '../contract/store/names.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { type GuardrailScope, guardrailKey, guardrailScope } from './guardrail-scopes.ts';
import { linesAfter } from './kept-lines.ts';

/** A cell as a change of names looks at it. */
export interface NamedCell extends CellName {
  /** Empty where nothing was sold. */
  readonly unit: string;
}

/** A cell that takes another name, or is joined to the one that has it. */
export interface CellMove {
  readonly from: CellName;
  readonly into: CellName;
}

export interface NamePlan {
  /** Cells whose new name is nobody's. */
  readonly renamed: readonly CellMove[];
  /** Cells that become one with another, which may be one that was renamed just before: those of each together. */
  readonly joined: readonly { readonly into: CellName; readonly from: readonly CellName[] }[];
}

/**
 * Which cells a change of names concerns. @param cells all that have one of its names
 *
 * @throws DemandaError NAME_ITSELF, NAME_TAKEN, MERCHANT_UNKNOWN, PRODUCT_UNKNOWN, NAME_UNITS_DIFFER
 */
export function planChange(
  { kind, how, from, into, merchant }: Omit<NameChange, 'dryRun'>,
  cells: readonly NamedCell[],
): NamePlan {
  const own = cells.filter((cell) => kind === 'merchant' || merchant === null || cell.merchant === merchant);
  const named = (name: string): readonly NamedCell[] => own.filter((cell) => cell[kind] === name);
  if (from.includes(into)) throw new DemandaError('NAME_ITSELF', { name: into });
  const missing = from.find((name) => named(name).length === 0);
  if (missing !== undefined) throw unknownName(kind, missing, into);
  // At a merchant that has it not, a cell takes the name that it has at others.
  if (how === 'merge' && !cells.some((cell) => cell[kind] === into)) throw unknownName(kind, into, from[0] ?? into);
  if (how === 'rename' && named(into).length > 0) throw new DemandaError('NAME_TAKEN', { name: into });
  const units = new Map(named(into).map((cell) => [cellKey(cell), cell]));
  const renamed: CellMove[] = [];
  const joined = new Map<string, { readonly into: CellName; readonly from: CellName[] }>();
  for (const cell of [...new Set(from)].flatMap(named)) {
    const to = kind === 'merchant' ? { merchant: into, product: cell.product } : { ...nameOf(cell), product: into };
    const there = units.get(cellKey(to));
    if (there === undefined) renamed.push({ from: nameOf(cell), into: to });
    else {
      requireSameUnit(cell, there);
      const one = joined.get(cellKey(to)) ?? { into: to, from: [] };
      joined.set(cellKey(to), one);
      one.from.push(nameOf(cell));
    }
    units.set(cellKey(to), { ...to, unit: there?.unit || cell.unit });
  }
  return { renamed, joined: [...joined.values()] };
}

function nameOf({ merchant, product }: CellName): CellName {
  return { merchant, product };
}

function unknownName(kind: NameChange['kind'], name: string, nearest: string): DemandaError {
  return new DemandaError(kind === 'merchant' ? 'MERCHANT_UNKNOWN' : 'PRODUCT_UNKNOWN', { name, nearest });
}

/** @throws DemandaError NAME_UNITS_DIFFER */
function requireSameUnit(cell: NamedCell, into: NamedCell): void {
  if (cell.unit === '' || into.unit === '' || cell.unit === into.unit) return;
  const { merchant, product, unit } = cell;
  const other = { otherMerchant: into.merchant, otherProduct: into.product, otherUnit: into.unit };
  throw new DemandaError('NAME_UNITS_DIFFER', { merchant, product, unit, ...other });
}

const isOf = (kind: NameAlias['kind'], merchant: string | null, name: string) => (alias: NameAlias) =>
  alias.kind === kind && alias.merchant === merchant && alias.name === name;

/**
 * What files mean by former names after a change. A former name never means another former name: chains are followed
 * here, once.
 *
 * A merchant's own alias goes before everyone's. One whose target is its own name says that everyone's does not hold
 * there.
 *
 * @param takers merchants of whose cells one has the new name now
 */
export function aliasesAfter(
  aliases: readonly NameAlias[],
  { kind, from, into, merchant }: Omit<NameChange, 'how' | 'dryRun'>,
  takers: ReadonlySet<string>,
): readonly NameAlias[] {
  let after = [...aliases];
  const put = (alias: NameAlias): void => {
    after = [...after.filter((other) => !isOf(alias.kind, alias.merchant, alias.name)(other)), alias];
  };
  for (const name of from) {
    for (const alias of after) {
      if (alias.kind !== kind || alias.target !== name) continue;
      if (merchant === null || alias.merchant === merchant) put({ ...alias, target: into });
      else if (alias.merchant === null && !after.some(isOf(kind, merchant, alias.name)))
        put({ ...alias, merchant, target: into });
    }
    put({ kind, merchant, name, target: into });
    if (kind === 'merchant') after = movedAliases(after, name, into);
  }
  // The new name is a name again, whatever it meant before.
  after = after.filter(
    (alias) =>
      alias.kind !== kind ||
      alias.name !== into ||
      (alias.merchant !== merchant && !(alias.merchant !== null && takers.has(alias.merchant))),
  );
  if (merchant !== null && after.some(isOf(kind, null, into))) put({ kind, merchant, name: into, target: into });
  return after;
}

/** Aliases of a merchant's products go with its name; what the other one had goes before them. */
function movedAliases(aliases: readonly NameAlias[], from: string, into: string): NameAlias[] {
  return aliases.flatMap((alias) => {
    if (alias.merchant !== from) return [alias];
    return aliases.some(isOf('product', into, alias.name)) ? [] : [{ ...alias, merchant: into }];
  });
}

/** What files mean by the names of a cell, and the aliases that say so. */
export function aliasedBy(
  aliases: readonly NameAlias[],
): (cell: CellName) => { readonly cell: CellName; readonly by: readonly NameAlias[] } {
  const known = new Map(aliases.map((alias) => [keyOf(alias.kind, alias.merchant, alias.name), alias]));
  return (cell) => {
    const owner = known.get(keyOf('merchant', null, cell.merchant));
    const merchant = owner?.target ?? cell.merchant;
    const own = known.get(keyOf('product', merchant, cell.product)) ?? known.get(keyOf('product', null, cell.product));
    const by = [owner, own].filter((alias) => alias !== undefined).filter(({ name, target }) => name !== target);
    return { cell: { merchant, product: own?.target ?? cell.product }, by };
  };
}

function keyOf(kind: NameAlias['kind'], merchant: string | null, name: string): string {
  return JSON.stringify([kind, merchant, name]);
}

/** A document under the new names of its cell: those of its names that it has, everything else as it is. */
export function renamedDocument<T extends object>(document: T, names: CellName & { readonly productType: string }): T {
  const own = Object.entries(names).filter(([field]) => field in document);
  return { ...document, ...Object.fromEntries(own) };
}

/**
 * The type of a cell that is renamed: one without a type of its own has that of its product's name.
 */
export function typeAfter(productType: string, { from, into }: CellMove): string {
  return productType === from.product ? into.product : productType;
}

/** What a training goes on from, under the new names of its cell; the same where it names none. */
export function renamedInputs(inputs: unknown, move: CellMove): unknown {
  const { assumedSeries } = (inputs ?? {}) as { readonly assumedSeries?: { readonly productType: string } | null };
  if (!assumedSeries) return inputs;
  const productType = typeAfter(assumedSeries.productType, move);
  return { ...(inputs as object), assumedSeries: renamedDocument(assumedSeries, { ...move.into, productType }) };
}

/** Cells that a training was asked for, under their new names; the same where it was asked for none of them. */
export function renamedChoice(chosen: readonly CellName[], moves: ReadonlyMap<string, CellName>): readonly CellName[] {
  if (!chosen.some((cell) => moves.has(cellKey(cell)))) return chosen;
  const after = chosen.map((cell) => moves.get(cellKey(cell)) ?? cell);
  return [...new Map(after.map((cell) => [cellKey(cell), cell])).values()];
}

/** What the numbers of a cell's runs are less by when it is joined to another: those of the other are all newer. */
export const BEFORE_OWN_RUNS = 1_000_000_000_000;

/**
 * Guardrails after a change of names: those of a merchant or a type that is renamed go with it. Where the other one is
 * there already its own hold, and those of the former name are gone.
 *
 * @param settings of the workspace; @param renamed former name → new one, of merchants and of types
 * @returns the settings that change; null: the setting goes
 */
function guardrailsAfter(
  settings: Readonly<Record<string, string>>,
  { merchant, productType }: Readonly<Record<keyof GuardrailScope, readonly RenamedScope[]>>,
): { readonly changes: Readonly<Record<string, string | null>>; readonly gone: number } {
  const changes: Record<string, string | null> = {};
  let gone = 0;
  const to = (renamed: readonly RenamedScope[], name: string | undefined) =>
    renamed.find(({ from }) => from === name) ?? null;
  for (const [key, value] of Object.entries(settings)) {
    const scope = guardrailScope(key);
    if (scope === null) continue;
    const [owner, type] = [to(merchant, scope.merchant), to(productType, scope.productType)];
    if (owner === null && type === null) continue;
    changes[key] = null;
    const after = {
      ...(scope.merchant !== undefined && { merchant: owner?.into ?? scope.merchant }),
      ...(scope.productType !== undefined && { productType: type?.into ?? scope.productType }),
    };
    if (owner?.joined || type?.joined || settings[guardrailKey(after)] !== undefined) gone++;
    else changes[guardrailKey(after)] = value;
  }
  return { changes, gone };
}

/**
 * Settings that a change of names changes: guardrails with their scopes, and what ties prices with its merchant and
 * products.
 *
 * @param before types that there were; @param after those that there are
 * @returns the settings that change; null: the setting goes; and how many guardrails do
 */
export function settingsAfter(
  settings: Readonly<Record<string, string>>,
  change: NameChange,
  before: ReadonlySet<string>,
  after: ReadonlySet<string>,
): ReturnType<typeof guardrailsAfter> {
  const { changes, gone } = guardrailsAfter(settings, renamedScopes(change, before, after));
  return { changes: { ...changes, ...linesAfter(settings, change) }, gone };
}

/** A merchant or a type that has another name now. */
interface RenamedScope {
  readonly from: string;
  readonly into: string;
  /** The other one was there already. */
  readonly joined: boolean;
}

/**
 * Merchants and types whose guardrails have another scope now. A type goes with the product that it was named after,
 * where no cell has it any more.
 *
 * @param before types that there were; @param after those that there are
 */
function renamedScopes(
  { kind, how, from, into }: NameChange,
  before: ReadonlySet<string>,
  after: ReadonlySet<string>,
): Readonly<Record<keyof GuardrailScope, readonly RenamedScope[]>> {
  const renamed = from.map((name) => ({ from: name, into, joined: how === 'merge' }));
  if (kind === 'merchant') return { merchant: renamed, productType: [] };
  const types = renamed.filter((name) => before.has(name.from) && !after.has(name.from) && after.has(into));
  return { merchant: [], productType: types };
}

type Scores = ReadonlyMap<string, object>;

/** Scores of a type's cells under their new names and types; the same where none of the cells is among them. */
export function renamedScores(scores: Scores, { renamed, joined }: NamePlan): Scores {
  const moves = new Map(renamed.map((move) => [cellKey(move.from), move]));
  const gone = new Set(joined.flatMap(({ from }) => from.map(cellKey)));
  const concerns = (key: string): boolean => moves.has(key) || gone.has(key);
  if (![...scores.values()].some((cells) => Object.keys(cells).some(concerns))) return scores;
  const after = new Map<string, Record<string, unknown>>();
  for (const [type, cells] of scores) {
    for (const [key, own] of Object.entries(cells)) {
      if (gone.has(key)) continue;
      const move = moves.get(key);
      const ofType = move ? typeAfter(type, move) : type;
      const into = after.get(ofType) ?? {};
      after.set(ofType, into);
      into[move ? cellKey(move.into) : key] = own;
    }
  }
  return after;
}

/** Merchants of whose cells one has the new name. */
export function takersOf({ renamed, joined }: NamePlan): ReadonlySet<string> {
  return new Set([...renamed, ...joined].map(({ into }) => into.merchant));
}
