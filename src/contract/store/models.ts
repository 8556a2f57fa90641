/** Trained models, by version, with the aliases that name the live one and the candidate. */

import type { DemandModel } from '../../core/demand/fit-demand.ts';
import type { Alias } from '../../core/vocabulary.ts';
import type { CellName } from '../cell-name.ts';
import type { CellFilter } from './cells.ts';
import type { Deed } from './deed.ts';

/** A model as it is kept: summary columns beside the document. */
export interface ModelSummary {
  readonly modelId: string;
  /** The run that trained it; of an imported model, its import. */
  readonly runId: string;
  readonly merchant: string;
  readonly product: string;
  readonly productType: string;
  readonly unit: string;
  readonly version: number;
  readonly aliases: readonly Alias[];
  readonly iterations: number;
  readonly wape: number | null;
  readonly rmse: number | null;
  readonly rmsse: number | null;
  readonly elasticity: number;
  readonly elasticityLow: number;
  readonly elasticityHigh: number;
  readonly ownRows: number;
  /** ISO 8601 instant. */
  readonly trainedAt: string;
  /** A checkpoint of a training that has not ended stands in for a model. */
  readonly unfinished?: true;
}

/** What a deletion left behind. */
export interface DeletedModel {
  /** The version that is live now; null when none is left. */
  readonly live: number | null;
  /** The version that became live by it; null when none did. */
  readonly promoted: number | null;
}

/** A model that is to be kept. */
export interface NewModel {
  readonly runId: string;
  readonly model: DemandModel;
  readonly trainedAt: string;
  readonly seconds: number;
  readonly seed: number;
  /** Whether the version becomes live at once; otherwise it is the candidate. */
  readonly live: boolean;
}

/** Numbers of versions are unique among all that a cell has or ever had: one that was deleted never comes again. */
export interface ModelStore {
  /**
   * Keeps models and the audit entry, all or nothing. Number and alias of each: rules/versions.ts.
   *
   * @returns a summary of each, in their order
   */
  put(models: readonly NewModel[], deed: Deed): Promise<ModelSummary[]>;
  /** In order of merchant, product and version. Others may write meanwhile, the caller too. */
  list(filter: CellFilter): AsyncIterable<ModelSummary>;
  count(filter: CellFilter): Promise<number>;
  /**
   * The live model of a cell, or the given one, exactly as it was put; null when there is none.
   *
   * @throws DemandaError MODEL_CORRUPT when what is kept is not what was put
   */
  read(
    cell: CellName,
    modelId?: string,
  ): Promise<{ readonly summary: ModelSummary; readonly model: DemandModel } | null>;
  /** Of one model of a cell, whose document is not read; null when there is none. */
  summary(cell: CellName, modelId: string): Promise<ModelSummary | null>;
  /** Moves an alias to a version. @throws DemandaError MODEL_VERSION_UNKNOWN */
  setAlias(cell: CellName, alias: Alias, version: number, deed: Deed): Promise<void>;
  /**
   * Deletes a version. Of the live one the newest of the remaining takes the place (rules/versions.ts).
   *
   * @throws DemandaError MODEL_VERSION_UNKNOWN
   */
  delete(cell: CellName, version: number, deed: Deed): Promise<DeletedModel>;
}
