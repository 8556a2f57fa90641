/** Names of merchants and products as users list, change and join them. */

import type {
  DocumentHeader,
  NameAliasesDocument,
  NameChangeDocument,
  NameForgottenDocument,
  NamesDocument,
} from '../contract/documents.ts';
import { nameOf } from '../contract/name-form.ts';
import type { NameChange } from '../contract/store/names.ts';
import type { Store } from '../contract/store/store.ts';
import type { NamedKind } from '../core/vocabulary.ts';
import { nearestName } from '../data/columns.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { similarNames } from '../rules/similar-names.ts';
import type { DeedMaker } from './actors.ts';
import { dateOrNull } from './dates.ts';
import { namesLike } from './names.ts';

export interface NameChangeOptions {
  /** Of products: only this merchant's; everyone's unless told. */
  readonly merchant?: string | undefined;
  /** Everything is counted and refused, and nothing changes. */
  readonly dryRun?: boolean | undefined;
  /** Names that the merchant has not are unknown, whoever else has them. */
  readonly onlyOwn?: boolean | undefined;
}

export class NameChanges {
  private readonly store: Store;
  private readonly header: () => Promise<DocumentHeader>;
  private readonly deed: DeedMaker;

  constructor(store: Store, header: () => Promise<DocumentHeader>, deed: DeedMaker) {
    this.store = store;
    this.header = header;
    this.deed = deed;
  }

  /**
   * Names with how much is sold under each, and those that may be one written in two ways.
   *
   * @param merchant only its products, or itself @throws DemandaError MERCHANT_UNKNOWN
   */
  async list(kind: NamedKind, { merchant }: Pick<NameChangeOptions, 'merchant'> = {}): Promise<NamesDocument> {
    const owner = await this.owner(merchant);
    const found = await this.store.names.list(kind, owner);
    const names = found.map(({ firstDay, lastDay, ...item }) => ({
      ...item,
      from: dateOrNull(firstDay),
      to: dateOrNull(lastDay),
    }));
    return { ...(await this.header()), kind, names, similar: similarNames(names.map(({ name }) => name)) };
  }

  /**
   * Gives a merchant or a product another name, with everything that is kept of it. Files that say the former name mean
   * the new one from now on.
   *
   * @throws DemandaError NAME_TAKEN where there is one of the new name, NAME_ITSELF, NAME_EMPTY, NAME_AMBIGUOUS,
   * MERCHANT_UNKNOWN, PRODUCT_UNKNOWN, RUN_HELD_BY_OTHER
   */
  rename(kind: NamedKind, from: string, into: string, options: NameChangeOptions = {}): Promise<NameChangeDocument> {
    return this.change({ kind, how: 'rename', from: [from], into }, options);
  }

  /**
   * Makes one of several merchants or products. Days that several have are added up as tickets are; the models of those
   * that are joined are gone, those of `into` are out of use until it is trained.
   *
   * @throws DemandaError NAME_UNITS_DIFFER, NAME_ITSELF, NAME_AMBIGUOUS, MERCHANT_UNKNOWN, PRODUCT_UNKNOWN,
   * RUN_HELD_BY_OTHER
   */
  merge(
    kind: NamedKind,
    from: readonly string[],
    into: string,
    options: NameChangeOptions = {},
  ): Promise<NameChangeDocument> {
    return this.change({ kind, how: 'merge', from, into }, options);
  }

  /** What former names mean in files. @param merchant only those that hold for its products alone; null: all */
  async aliases(kind: NamedKind, { merchant }: Pick<NameChangeOptions, 'merchant'> = {}): Promise<NameAliasesDocument> {
    const all = await this.store.names.aliases((await this.owner(merchant)) ?? null);
    // One that means itself says that everyone's does not hold at a merchant.
    const aliases = all.filter((alias) => alias.kind === kind && alias.name !== alias.target);
    return { ...(await this.header()), kind, aliases };
  }

  /** From now on files that say the name mean it. @throws DemandaError NAME_NOT_ALIAS */
  async forget(
    kind: NamedKind,
    name: string,
    { merchant }: Pick<NameChangeOptions, 'merchant'> = {},
  ): Promise<NameForgottenDocument> {
    const owner = kind === 'merchant' ? null : await this.owner(merchant);
    const own = (await this.store.names.aliases(owner)).filter((one) => one.kind === kind && one.merchant === owner);
    const [alias] = own.filter((one) => one.name === name || one.name === nameOf(name));
    const deed = this.deed('names.forget', owner, { kind, name });
    if (alias === undefined || !(await this.store.names.forget({ kind, merchant: owner, name: alias.name }, deed)))
      throw new DemandaError('NAME_NOT_ALIAS', { name });
    return { ...(await this.header()), kind, alias };
  }

  private async change(
    { kind, how, from, into }: Pick<NameChange, 'kind' | 'how' | 'from' | 'into'>,
    { merchant, dryRun = false, onlyOwn = false }: NameChangeOptions,
  ): Promise<NameChangeDocument> {
    const owner = kind === 'merchant' ? null : await this.owner(merchant);
    const names = (await this.store.names.list(kind, owner)).map(({ name }) => name);
    const known = from.map((name) => theOne(kind, name, names));
    const target = how === 'merge' ? await this.there(kind, into, names, onlyOwn) : nameOf(into);
    if (target === '') throw new DemandaError('NAME_EMPTY', {});
    const change = { kind, how, from: [...new Set(known)], into: target, merchant: owner } as const;
    const log = kind === 'merchant' ? target : owner;
    const done = await this.store.names.change({ ...change, dryRun }, ({ renamed, merged, rows }) =>
      this.deed(how === 'rename' ? 'names.rename' : 'names.merge', log, {
        ...{ kind, names: `${change.from.join(', ')} → ${target}` },
        ...{ cells: renamed + merged, rows },
      }),
    );
    return { ...(await this.header()), ...change, dryRun, ...done };
  }

  /** A name that is joined to: the merchant's own, or one that others have. */
  private async there(kind: NamedKind, into: string, own: readonly string[], onlyOwn: boolean): Promise<string> {
    if (onlyOwn || namesLike(into, own).length > 0) return theOne(kind, into, own);
    return theOne(
      kind,
      into,
      (await this.store.names.list(kind, null)).map(({ name }) => name),
    );
  }

  private async owner(merchant: string | undefined): Promise<string | null> {
    if (merchant === undefined) return null;
    const names = (await this.store.names.list('merchant', null)).map(({ name }) => name);
    return theOne('merchant', merchant, names);
  }
}

/**
 * The name that is meant: exactly so, in the form that names are kept in, or but for capitals where that is one alone.
 *
 * @throws DemandaError MERCHANT_UNKNOWN, PRODUCT_UNKNOWN, NAME_AMBIGUOUS
 */
function theOne(kind: NamedKind, name: string, names: readonly string[]): string {
  const found = namesLike(name, names);
  const [first] = found;
  if (found.length > 1)
    throw new DemandaError('NAME_AMBIGUOUS', { name, names: found.map((one) => `"${one}"`).join(', ') });
  if (first !== undefined) return first;
  const nearest = nearestName(name, names) ?? '';
  throw new DemandaError(kind === 'merchant' ? 'MERCHANT_UNKNOWN' : 'PRODUCT_UNKNOWN', { name, nearest });
}
