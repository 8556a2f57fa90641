/** Versions of models: listed, named, taken back, deleted, and as files. */

import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import { type CellName, cellKey } from '../contract/cell-name.ts';
import type { DeletedModelItem, ModelDocumentItem, ModelsDocument } from '../contract/documents.ts';
import type { ModelFile } from '../contract/model-schema.ts';
import type { ModelSummary } from '../contract/store/models.ts';
import type { DemandModel } from '../core/demand/fit-demand.ts';
import type { ColdStartGiven } from '../core/pricing/cold-start.ts';
import type { Alias } from '../core/vocabulary.ts';
import { readModelFile } from '../data/read-model-file.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { earlier } from '../rules/versions.ts';
import { deedNow, header, type WorkspaceContext } from './context.ts';
import type { CellChoice } from './names.ts';
import { modelItem } from './run-items.ts';
import { requireModel, trainedCell } from './trained-cells.ts';

export async function listModels(context: WorkspaceContext, choice: CellChoice = {}): Promise<ModelsDocument> {
  const models: ModelDocumentItem[] = [];
  for await (const summary of context.store.models.list(await context.names.trained(choice)))
    models.push(modelItem(summary));
  return { ...(await header(context)), models };
}

/**
 * Makes a version the live one: the one before the live one unless told. @throws DemandaError MODEL_MISSING,
 * MODEL_NO_EARLIER, MODEL_VERSION_UNKNOWN
 */
export async function rollback(
  context: WorkspaceContext,
  merchant: string,
  product: string,
  version?: number,
): Promise<void> {
  const cell = await trainedCell(context, merchant, product);
  const target = version ?? (await earlierVersion(context, cell));
  const deed = deedNow(context, 'model.rollback', cell.merchant, { product: cell.product, version: target });
  await context.store.models.setAlias(cell, 'live', target, deed);
}

async function earlierVersion(context: WorkspaceContext, cell: CellName): Promise<number> {
  const { summary } = await requireModel(context, cell.merchant, cell.product);
  const versions: number[] = [];
  for await (const model of context.store.models.list(cell)) versions.push(model.version);
  const before = earlier({ versions, live: summary.version });
  if (before === null) throw new DemandaError('MODEL_NO_EARLIER', { ...cell, version: summary.version });
  return before;
}

/** @throws DemandaError MODEL_VERSION_UNKNOWN */
export async function setAlias(
  context: WorkspaceContext,
  merchant: string,
  product: string,
  alias: Alias,
  version: number,
): Promise<void> {
  const cell = await trainedCell(context, merchant, product);
  const deed = deedNow(context, 'model.alias', cell.merchant, { product: cell.product, alias, version });
  await context.store.models.setAlias(cell, alias, version, deed);
}

/**
 * Deletes a version; of the live one the newest that is left takes the place. Its number is not given again. @throws
 * DemandaError MODEL_VERSION_UNKNOWN
 */
export async function deleteModel(
  context: WorkspaceContext,
  merchant: string,
  product: string,
  version: number,
): Promise<DeletedModelItem> {
  const cell = await trainedCell(context, merchant, product);
  const deed = deedNow(context, 'model.delete', cell.merchant, { product: cell.product, version });
  return { ...cell, version, ...(await context.store.models.delete(cell, version, deed)) };
}

/** The live model, or a version, as a file holds it. @throws DemandaError MODEL_MISSING, MODEL_VERSION_UNKNOWN */
export async function exportModel(
  context: WorkspaceContext,
  merchant: string,
  product: string,
  version?: number,
): Promise<ModelFile> {
  const cell = await trainedCell(context, merchant, product);
  const model = await modelOf(context, cell, version);
  // Without sales a price rests on the facts that were given.
  const facts =
    model.ownRows === 0
      ? ((await context.store.documents.read('cold-start', cellKey(cell))) as ColdStartGiven | null)
      : null;
  return facts ? { ...model, coldStart: facts } : model;
}

async function modelOf(context: WorkspaceContext, cell: CellName, version?: number): Promise<DemandModel> {
  if (version === undefined) return (await requireModel(context, cell.merchant, cell.product)).model;
  for await (const summary of context.store.models.list(cell)) {
    if (summary.version === version)
      return (await requireModel(context, cell.merchant, cell.product, summary.modelId)).model;
  }
  throw new DemandaError('MODEL_VERSION_UNKNOWN', { ...cell, version });
}

/**
 * Keeps a model file as a new version: the candidate, or live where the cell has none. A model that was trained on
 * sales needs a cell that has some here, a model that was trained without any does not.
 */
export async function importModel(context: WorkspaceContext, file: string): Promise<ModelDocumentItem> {
  const { coldStart, ...model } = await readModelFile(file);
  const found = await context.names.find(model.merchant, model.product);
  const cell =
    model.ownRows === 0
      ? (found ?? model)
      : ((await context.names.sold({ merchant: model.merchant, product: model.product })) as CellName);
  const { merchant, product } = cell;
  if (!found?.sold && (await context.store.documents.read('cold-start', cellKey(cell))) === null) {
    await context.store.documents.put('cold-start', cellKey(cell), coldStart ?? { price: model.todayPrice });
  }
  const [summary] = await context.store.models.put(
    [
      {
        runId: randomUUID(),
        model: { ...model, merchant, product },
        trainedAt: new Date().toISOString(),
        seconds: 0,
        seed: 0,
        live: false,
      },
    ],
    deedNow(context, 'model.import', merchant, { product, file: basename(file) }),
  );
  return modelItem(summary as ModelSummary);
}
