/** Reads an exported model: JSON, checked against the schema before anything uses it. */

import { readFile, stat } from 'node:fs/promises';
import { type ModelFile, parseModel } from '../contract/model-schema.ts';
import { DemandaError } from '../errors/demanda-error.ts';

/** A model takes some 100 kB. */
const LARGEST_MODEL_MB = 16;

/** @throws DemandaError MODEL_FILE_MISSING, MODEL_FILE_TOO_LARGE, MODEL_FILE_UNREADABLE, MODEL_FILE_INVALID */
export async function readModelFile(file: string): Promise<ModelFile> {
  let text: string;
  try {
    const { size } = await stat(file);
    if (size > LARGEST_MODEL_MB * 1e6)
      throw new DemandaError('MODEL_FILE_TOO_LARGE', { file, limit: LARGEST_MODEL_MB });
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof DemandaError) throw error;
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new DemandaError('MODEL_FILE_MISSING', { file }, { cause: error });
    throw new DemandaError('MODEL_FILE_UNREADABLE', { file, detail: (error as Error).message }, { cause: error });
  }
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw new DemandaError('MODEL_FILE_UNREADABLE', { file, detail: (error as Error).message }, { cause: error });
  }
  const parsed = parseModel(document);
  if (!parsed.ok) throw new DemandaError('MODEL_FILE_INVALID', { file, path: parsed.path, rule: parsed.rule });
  return parsed.model;
}
