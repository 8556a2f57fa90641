/** Models as engines keep them, under other names: what they say of their cell they say in themselves too. */

import type { CellName } from '../contract/cell-name.ts';
import { renamedDocument } from '../rules/name-changes.ts';
import { isWhole, type ModelBytes, modelBytes, modelOf } from './model-bytes.ts';

/** What is damaged stays as it is: it is told whenever it is read, and must not keep others from being renamed. */
export function renamedModel(kept: ModelBytes, names: CellName & { readonly productType: string }): ModelBytes {
  const { merchant, product, productType } = names;
  return isWhole(kept) ? modelBytes(renamedDocument(modelOf(kept), { merchant, product, productType })) : kept;
}
