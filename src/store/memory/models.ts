/** Models in memory, each as the text that it would be stored as. */

import { type CellName, cellKey } from '../../contract/cell-name.ts';
import type { CellFilter } from '../../contract/store/cells.ts';
import type { Deed } from '../../contract/store/deed.ts';
import type { DeletedModel, ModelStore, ModelSummary, NewModel } from '../../contract/store/models.ts';
import type { DemandModel } from '../../core/demand/fit-demand.ts';
import type { Alias } from '../../core/vocabulary.ts';
import { DemandaError } from '../../errors/demanda-error.ts';
import { compareCells } from '../../rules/text-order.ts';
import { type Aliases, afterDeletion, moved, place, type VersionFacts } from '../../rules/versions.ts';
import { chosenBy, type KeptModel, type MemoryData } from './data.ts';

export class MemoryModels implements ModelStore {
  private readonly data: MemoryData;

  constructor(data: MemoryData) {
    this.data = data;
  }

  async put(models: readonly NewModel[], deed: Deed): Promise<ModelSummary[]> {
    const ids = this.data.write(() => {
      const inserted = models.map((model) => insertModel(this.data, model));
      this.data.log(deed);
      return inserted;
    });
    return ids.map((id) => modelSummary(this.data, id));
  }

  async *list(filter: CellFilter): AsyncIterable<ModelSummary> {
    const found = this.data.models.values().filter(chosenBy(filter));
    found.sort((a, b) => compareCells(a, b) || a.version - b.version);
    for (const { modelId } of found) if (this.data.models.get(modelId)) yield modelSummary(this.data, modelId);
  }

  async count(filter: CellFilter): Promise<number> {
    return this.data.models.values().filter(chosenBy(filter)).length;
  }

  async read(
    cell: CellName,
    modelId?: string,
  ): Promise<{ readonly summary: ModelSummary; readonly model: DemandModel } | null> {
    const { live } = versionFacts(this.data, cell);
    const found = modelsOf(this.data, cell).find((model) =>
      modelId === undefined ? model.version === live : model.modelId === modelId,
    );
    if (!found) return null;
    return { summary: modelSummary(this.data, found.modelId), model: JSON.parse(found.json) as DemandModel };
  }

  async summary(cell: CellName, modelId: string): Promise<ModelSummary | null> {
    const found = modelsOf(this.data, cell).some((model) => model.modelId === modelId);
    return found ? modelSummary(this.data, modelId) : null;
  }

  async setAlias(cell: CellName, alias: Alias, version: number, deed: Deed): Promise<void> {
    this.data.write(() => {
      const facts = requireVersion(this.data, cell, version);
      writeAliases(this.data, cell, facts.last, moved(facts, alias, version));
      this.data.log(deed);
    });
  }

  async delete(cell: CellName, version: number, deed: Deed): Promise<DeletedModel> {
    return this.data.write(() => {
      const facts = requireVersion(this.data, cell, version);
      const { aliases, promoted } = afterDeletion(facts, version);
      for (const model of modelsOf(this.data, cell))
        if (model.version === version) this.data.models.delete(model.modelId);
      writeAliases(this.data, cell, facts.last, aliases);
      this.data.log(deed);
      return { live: aliases.live, promoted };
    });
  }
}

/** Of one cell, in no order. */
export function modelsOf(data: MemoryData, cell: CellName): KeptModel[] {
  return data.models.values().filter(({ merchant, product }) => merchant === cell.merchant && product === cell.product);
}

export function versionFacts(data: MemoryData, cell: CellName): VersionFacts {
  const { last = 0, live = null, candidate = null } = data.versions.get(cellKey(cell)) ?? {};
  return { last, versions: modelsOf(data, cell).map(({ version }) => version), live, candidate };
}

export function modelSummary(data: MemoryData, modelId: string): ModelSummary {
  const { json: _, ...kept } = data.models.get(modelId) as KeptModel;
  const { live, candidate } = versionFacts(data, kept);
  const aliases: Alias[] = [
    ...(candidate === kept.version ? (['candidate'] as const) : []),
    ...(live === kept.version ? (['live'] as const) : []),
  ];
  return { ...kept, aliases };
}

/** Within a write. @returns the model's id */
export function insertModel(data: MemoryData, { runId, model, trainedAt, live }: NewModel): string {
  const { version, aliases } = place(versionFacts(data, model), { live });
  const modelId = `${runId}-${version}`;
  const { merchant, product, productType, unit, iterations, ownRows, crossValidated, elasticity } = model;
  data.models.set(modelId, {
    modelId,
    runId,
    merchant,
    product,
    productType,
    unit,
    version,
    iterations,
    wape: crossValidated.wape,
    rmse: crossValidated.rmse,
    rmsse: crossValidated.rmsse,
    elasticity: elasticity.value,
    elasticityLow: elasticity.low,
    elasticityHigh: elasticity.high,
    ownRows,
    trainedAt,
    json: JSON.stringify(model),
  });
  writeAliases(data, model, version, aliases);
  return modelId;
}

function writeAliases(data: MemoryData, cell: CellName, last: number, { live, candidate }: Aliases): void {
  const { merchant, product } = cell;
  data.versions.set(cellKey(cell), { merchant, product, last, live, candidate });
  const [any] = modelsOf(data, cell);
  data.show(cell, { productType: any?.productType ?? product, unit: any?.unit ?? '' });
}

function requireVersion(data: MemoryData, cell: CellName, version: number): VersionFacts {
  const facts = versionFacts(data, cell);
  if (!facts.versions.includes(version)) {
    const { merchant, product } = cell;
    throw new DemandaError('MODEL_VERSION_UNKNOWN', { merchant, product, version });
  }
  return facts;
}
