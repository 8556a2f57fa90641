/**
 * Knowledge as a file: what a fleet's cells have in common, learned once, so that a cell trained anywhere is the same.
 *
 * Layout: a line of JSON that any version can read (the stamp, the lengths and the digest of what follows), then packed
 * the document and the market, one behind the other.
 */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { KERNEL_BASE64 } from '../core/kernel/kernel-bytes.ts';
import { readFailure } from '../data/read-failure.ts';
import type { ReadingDocument } from '../data/reading-plan.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { exactBytes, exactData } from '../fleet/exact-bytes.ts';
import { knowledgeBytes, knowledgeOf, type MarketKnowledge } from '../fleet/knowledge.ts';
import type { CellScores } from '../fleet/pooled-scores.ts';
import { makeFolder } from '../store/private-files.ts';
import { fileFailure } from '../store/system-failure.ts';
import type { DatasetOptions } from './dataset-store.ts';
import { writeOutput } from './output-file.ts';

const FORMAT = 'demanda knowledge';
const SCHEMA = 1;
/** Nobody's first line is longer. */
const LONGEST_STAMP = 10_000;

/** What must be the same wherever results are to be the same. */
interface Stamp {
  readonly demanda: string;
  /** Version, and the processor's architecture: another one may round otherwise. */
  readonly node: string;
  /** SHA-256 of the compiled loops, in hexadecimal; its first 16 characters. */
  readonly kernel: string;
}

/** How the dataset is read that it was learned from. */
export interface KnowledgeInput {
  readonly reading: ReadingDocument;
  readonly options: DatasetOptions;
}

export interface Knowledge {
  /** SHA-256 of all of it, in hexadecimal: the same knowledge has the same id. */
  readonly id: string;
  readonly market: MarketKnowledge;
  /** What held-out rows say of the scatter, by product type: intervals are drawn to it. */
  readonly scores: Readonly<Record<string, CellScores>>;
  /** Of the workspace: country, currency, guardrails. */
  readonly settings: Readonly<Record<string, string>>;
  /** Null where it was learned from a workspace. */
  readonly input: KnowledgeInput | null;
  /** Cells that there were, and those that it was learned from. */
  readonly cells: number;
  readonly sampled: number;
}

/** As a user reads them. */
const STAMPED: Readonly<Record<keyof Stamp, string>> = { demanda: 'demanda', node: 'Node.js', kernel: 'WebAssembly' };

interface Head extends Stamp {
  readonly format: typeof FORMAT;
  readonly schema: number;
  /** Bytes of document and market, unpacked. */
  readonly bytes: readonly [number, number];
  readonly sha256: string;
}

function stampHere(): Stamp {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  const kernel = createHash('sha256').update(KERNEL_BASE64).digest('hex').slice(0, 16);
  return { demanda: version, node: `${process.version} ${process.arch}`, kernel };
}

/** Keeps knowledge as a file; its folder is made where it is missing, as a training's output is. @returns its id */
export async function writeKnowledge(file: string, { market, ...document }: Omit<Knowledge, 'id'>): Promise<string> {
  const parts = [exactBytes(document), knowledgeBytes(market)] as const;
  const stamp = stampHere();
  const sha256 = digestOf(stamp, parts);
  const head: Head = { format: FORMAT, schema: SCHEMA, ...stamp, bytes: [parts[0].length, parts[1].length], sha256 };
  try {
    makeFolder(dirname(file));
  } catch (error) {
    throw fileFailure(error, file);
  }
  await writeOutput(file, Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), gzipSync(Buffer.concat(parts))]));
  return sha256;
}

/**
 * Reads knowledge that was made for this program as it is here.
 *
 * @throws DemandaError KNOWLEDGE_DAMAGED, KNOWLEDGE_DIFFERS, IMPORT_NO_FILE
 */
export async function readKnowledge(file: string): Promise<Knowledge> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw readFailure(error, file);
  });
  const head = headOf(bytes, file);
  const here = stampHere();
  for (const [part, name] of Object.entries(STAMPED) as [keyof Stamp, string][])
    if (head[part] !== here[part])
      throw new DemandaError('KNOWLEDGE_DIFFERS', {
        file,
        there: `${name} ${head[part]}`,
        here: `${name} ${here[part]}`,
      });
  if (head.schema !== SCHEMA)
    throw new DemandaError('KNOWLEDGE_DIFFERS', { file, there: `schema ${head.schema}`, here: `schema ${SCHEMA}` });
  try {
    const all = gunzipSync(bytes.subarray(bytes.indexOf(10) + 1), { maxOutputLength: head.bytes[0] + head.bytes[1] });
    // Each on its own: doubles are read where a word begins.
    const parts = [
      Uint8Array.from(all.subarray(0, head.bytes[0])),
      Uint8Array.from(all.subarray(head.bytes[0])),
    ] as const;
    if (digestOf(here, parts) !== head.sha256) throw new RangeError('the digest differs');
    const document = exactData(parts[0]) as unknown as Omit<Knowledge, 'id' | 'market'>;
    return { ...document, id: head.sha256, market: knowledgeOf(parts[1]) };
  } catch (error) {
    throw new DemandaError('KNOWLEDGE_DAMAGED', { file }, { cause: error });
  }
}

function headOf(bytes: Buffer, file: string): Head {
  try {
    const end = bytes.subarray(0, LONGEST_STAMP).indexOf(10);
    const head = JSON.parse(bytes.subarray(0, end).toString()) as Partial<Head> | null;
    if (head?.format === FORMAT && head.bytes?.every((length) => Number.isSafeInteger(length) && length >= 0))
      return head as Head;
  } catch {
    // Told below, in one sentence.
  }
  throw new DemandaError('KNOWLEDGE_DAMAGED', { file });
}

function digestOf(stamp: Stamp, parts: readonly Uint8Array[]): string {
  const hash = createHash('sha256').update(JSON.stringify([SCHEMA, stamp.demanda, stamp.node, stamp.kernel]));
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}
