/** Names of merchants and products: which there are, how they change, and what files say for them. */

import type { NamedKind } from '../../core/vocabulary.ts';
import type { Deed } from './deed.ts';

/** A name, and what is sold under it. */
export interface NameSummary {
  readonly name: string;
  /** Merchants that have the product, or products that the merchant has. */
  readonly cells: number;
  /** Rows that were imported. */
  readonly rows: number;
  /** Days since 1970-01-01; null where nothing was sold. */
  readonly firstDay: number | null;
  readonly lastDay: number | null;
  readonly units: readonly string[];
}

/** What files say → what they mean by it. */
export interface NameAlias {
  readonly kind: NamedKind;
  /** Of a product: at which merchant; null: at every one. Null of a merchant. */
  readonly merchant: string | null;
  readonly name: string;
  readonly target: string;
}

/** A former name that an import says, and how many of its rows. */
export interface RenamedInFile extends NameAlias {
  readonly rows: number;
}

export interface NameChange {
  readonly kind: NamedKind;
  /** `rename`: the new name is nobody's; `merge`: it is there already. */
  readonly how: 'rename' | 'merge';
  /** One to rename, at least one to merge. */
  readonly from: readonly string[];
  readonly into: string;
  /** Of products: this merchant's alone; null: everyone's. Null of merchants. */
  readonly merchant: string | null;
  /** Everything is done, counted and undone. */
  readonly dryRun: boolean;
}

/** What a change of names did. */
export interface NameChangeSummary {
  /** Cells that have another name now, with all that is kept of them. */
  readonly renamed: number;
  /** Cells that were joined to another one. */
  readonly merged: number;
  /** Rows that are found under the new name now. */
  readonly rows: number;
  /** Days on which several of them had a row: each is one row now (rules/merge-tickets.ts). */
  readonly sameDays: number;
  /** Models of joined cells, which are gone. */
  readonly models: number;
  /** Cells whose live model is in use no more, as it does not know the sales that were joined. */
  readonly retired: number;
  /** Trainings of joined cells that had not ended, which are given up. */
  readonly trainings: number;
  /** Open recommendations that are superseded. */
  readonly recommendations: number;
  /** Imports that can no longer be taken back. */
  readonly imports: number;
  /** Guardrails of joined merchants, or of types named after joined products, which are gone. */
  readonly guardrails: number;
  /** Keys of joined merchants, which are revoked. */
  readonly keys: number;
  /** Values that are held now and were not before. */
  readonly held: number;
}

/** What joining cells to another one did: the rows of the cell that they are joined to among them. */
export type JoinedCells = Pick<
  NameChangeSummary,
  'rows' | 'sameDays' | 'models' | 'retired' | 'trainings' | 'recommendations' | 'held'
>;

export interface NameStore {
  /** In order of name. @param merchant only what it sells, or itself; null: all */
  list(kind: NamedKind, merchant: string | null): Promise<readonly NameSummary[]>;
  /**
   * Gives cells another name, or joins them to those that have it, with everything that is kept of them; files that say
   * the former names mean the new one from now on. All or nothing, with the audit entry.
   *
   * @throws DemandaError NAME_ITSELF, NAME_TAKEN, MERCHANT_UNKNOWN, PRODUCT_UNKNOWN, NAME_UNITS_DIFFER (rules/name-
   * changes.ts),
   * RUN_HELD_BY_OTHER while one of the cells is in training
   */
  change(change: NameChange, deed: (summary: NameChangeSummary) => Deed): Promise<NameChangeSummary>;
  /** In order of kind, merchant and name. @param merchant only those that hold for its products alone; null: all */
  aliases(merchant: string | null): Promise<readonly NameAlias[]>;
  /** From now on files that say the name mean it. @returns whether it meant another one */
  forget(alias: Omit<NameAlias, 'target'>, deed: Deed): Promise<boolean>;
}
