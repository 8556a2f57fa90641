/** Models as engines keep them, under other names: what they say of their cell they say in themselves too. */

import { crc32, deflateSync, inflateSync } from 'node:zlib';
import type { CellName } from '../contract/cell-name.ts';
import { renamedDocument } from '../rules/name-changes.ts';

/** A model's JSON, deflated, and the CRC-32 of it before. */
export interface KeptModel {
  readonly document: Uint8Array;
  readonly crc: number;
}

/** What is damaged stays as it is: it is told whenever it is read, and must not keep others from being renamed. */
export function renamedModel(model: KeptModel, names: CellName & { readonly productType: string }): KeptModel {
  const json = inflated(model);
  if (json === null) return model;
  const { merchant, product, productType } = names;
  const renamed = Buffer.from(
    JSON.stringify(renamedDocument(JSON.parse(json) as object, { merchant, product, productType })),
  );
  return { document: deflateSync(renamed), crc: crc32(renamed) };
}

function inflated({ document, crc }: KeptModel): string | null {
  try {
    const json = inflateSync(document);
    return crc32(json) === crc ? json.toString() : null;
  } catch {
    return null;
  }
}
